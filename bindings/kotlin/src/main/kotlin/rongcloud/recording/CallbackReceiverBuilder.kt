// The builder of callback receivers for Java, which has no named arguments.

package rongcloud.recording

import rongcloud.recording.internal.CallbackOptions
import rongcloud.recording.internal.notNegative
import java.time.Duration

/** Builds a [CallbackReceiver] step by step, for Java; see [CallbackReceiver.builder]. */
public class CallbackReceiverBuilder internal constructor() {
    private val credentials = mutableListOf<Credentials>()
    private var options = CallbackOptions()
    private var replayGuard: ReplayGuard? = null

    /**
     * Adds an app's key and secret, from the console's App Key page. At least one is needed; during a rotation, give an
     * app's old and new ones.
     *
     * @throws RecordingException.InvalidInput where one is empty, or has characters or white space at its ends that
     *   can't be right
     */
    public fun credentials(appKey: String, appSecret: String): CallbackReceiverBuilder =
        apply { credentials += Credentials(appKey, appSecret) }

    /**
     * Sets how far a timestamp may be from this machine's clock, in the past or in the future. Above zero, at most 365
     * days. Default: 5 minutes; the service documents none.
     */
    public fun timeWindow(timeWindow: Duration): CallbackReceiverBuilder =
        apply { options = options.copy(timeWindow = timeWindow.notNegative()) }

    /** Sets the unit of a callback's timestamp, of which a receiver takes one only. Default: milliseconds. */
    public fun timestampUnit(timestampUnit: TimestampUnit): CallbackReceiverBuilder =
        apply { options = options.copy(timestampUnit = timestampUnit) }

    /** Sets the names of the signing fields. Default: as documented for room status callbacks. */
    public fun headerNames(headerNames: CallbackHeaderNames): CallbackReceiverBuilder =
        apply { options = options.copy(headerNames = headerNames) }

    /** Sets the largest body that is read, in bytes, above zero. Default: 1 MiB. */
    public fun largestBody(largestBody: Long): CallbackReceiverBuilder =
        apply { options = options.copy(largestBody = largestBody) }

    /**
     * Sets where signatures are remembered. Default: in this process's memory, which does not protect several processes
     * from a replay at another.
     */
    public fun replayGuard(replayGuard: ReplayGuard): CallbackReceiverBuilder = apply { this.replayGuard = replayGuard }

    /**
     * The receiver.
     *
     * @throws RecordingException.InvalidInput without credentials, with secrets of which one begins with another, or for
     *   a window or a largest body of nothing
     */
    public fun build(): CallbackReceiver = CallbackReceiver(credentials.toList(), options, replayGuard)
}
