// Takes the service's callbacks in: verified, not replayed, read.

package rongcloud.recording

import rongcloud.recording.internal.CallbackHeader
import rongcloud.recording.internal.CallbackOptions
import rongcloud.recording.internal.CallbackRequest
import rongcloud.recording.internal.GuardOfUsers
import rongcloud.recording.internal.carriable
import rongcloud.recording.internal.header
import rongcloud.recording.internal.native
import rongcloud.recording.internal.notNegative
import rongcloud.recording.internal.refusing
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import rongcloud.recording.internal.CallbackReceiver as NativeReceiver

/**
 * Takes the service's callbacks in and tells which may be believed.
 *
 * A callback is believed if its signature was made with one of the given secrets, within the time window, for the app
 * whose secret it is. **The signature does not cover the body**: whoever captures one callback could send its signature
 * with another body. So each signature is remembered until it expires, and one that comes again is accepted as a repeat
 * with the same body only. Serve callbacks over HTTPS all the same, and keep handling idempotent: the service may deliver
 * late, twice or out of order.
 *
 * One receiver serves a whole program, and many threads at once. It blocks only where its [ReplayGuard] does. It needs
 * no closing: its memory goes with the object.
 */
public class CallbackReceiver internal constructor(
    credentials: List<Credentials>,
    options: CallbackOptions,
    replayGuard: ReplayGuard?,
) {
    private val guard = replayGuard?.let(::GuardOfUsers)
    private val receiver = native("header_names") { NativeReceiver(credentials.map { it.handle }, options, guard) }

    /**
     * A receiver for the given apps.
     *
     * @param credentials the apps; during a rotation, give an app's old and new credentials; at least one
     * @param timeWindow how far a timestamp may be from this machine's clock, in the past or in the future; above zero;
     *   default: 5 minutes. The service documents none
     * @param headerNames the names of the signing fields; default: as documented for room status callbacks
     * @param largestBody the largest body that is read, in bytes; default: 1 MiB
     * @param replayGuard where signatures are remembered; default: in this process's memory, which does not protect
     *   several processes from a replay at another
     * @throws RecordingException.InvalidInput without credentials, or for a window of nothing
     */
    public constructor(
        credentials: List<Credentials>,
        timeWindow: Duration? = null,
        headerNames: CallbackHeaderNames? = null,
        largestBody: Long? = null,
        replayGuard: ReplayGuard? = null,
    ) : this(
        credentials,
        CallbackOptions(timeWindow?.toJavaDuration()?.notNegative(), headerNames, largestBody),
        replayGuard,
    )

    /**
     * A receiver for one app. The further parameters are the other constructor's.
     *
     * @param appKey the app's key, from the console's App Key page
     * @param appSecret the app's secret, from the same page
     * @throws RecordingException.InvalidInput for unusable credentials, or for a window of nothing
     */
    public constructor(
        appKey: String,
        appSecret: String,
        timeWindow: Duration? = null,
        headerNames: CallbackHeaderNames? = null,
        largestBody: Long? = null,
        replayGuard: ReplayGuard? = null,
    ) : this(listOf(Credentials(appKey, appSecret)), timeWindow, headerNames, largestBody, replayGuard)

    /**
     * Takes in a recording callback: the URL set in the console under cloud recording.
     *
     * @param headers all headers, as your web framework has them; names in any letter case
     * @param body the body's bytes, exactly as they came
     * @param query the URL's query, raw, without the question mark; `null` where it has none
     * @throws CallbackRefusedException for what must not be believed or can't be read
     */
    @JvmOverloads
    public fun recordingEvent(
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRecordingEvent = refusing(guard) { receiver.recordingEvent(request(headers.flattened(), body, query)) }

    /**
     * Takes in a recording callback, with headers as pairs of name and value; a name may stand twice. Everything else is
     * as in the other [recordingEvent].
     */
    @JvmOverloads
    public fun recordingEvent(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRecordingEvent = refusing(guard) { receiver.recordingEvent(request(headers.paired(), body, query)) }

    /**
     * Takes in a room status callback: the URL set in the console's RTC page.
     *
     * @param headers all headers, as your web framework has them; names in any letter case
     * @param body the body's bytes, exactly as they came
     * @param query the URL's query, raw, without the question mark; `null` where it has none
     * @throws CallbackRefusedException for what must not be believed or can't be read
     */
    @JvmOverloads
    public fun roomEvent(
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRoomEvent = refusing(guard) { receiver.roomEvent(request(headers.flattened(), body, query)) }

    /**
     * Takes in a room status callback, with headers as pairs of name and value; a name may stand twice. Everything else
     * is as in the other [roomEvent].
     */
    @JvmOverloads
    public fun roomEvent(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRoomEvent = refusing(guard) { receiver.roomEvent(request(headers.paired(), body, query)) }

    private fun request(headers: List<CallbackHeader>, body: ByteArray, query: String?) =
        CallbackRequest(headers, body, query.orEmpty().carriable())

    private fun Map<String, List<String>>.flattened() =
        flatMap { (name, values) -> values.map { value -> header(name, value) } }

    private fun Iterable<Map.Entry<String, String>>.paired() = map { (name, value) -> header(name, value) }

    /** Makes receivers step by step. */
    public companion object {
        /** Builds a receiver step by step, for Java. Kotlin names the constructor's arguments instead. */
        @JvmStatic
        public fun builder(): CallbackReceiverBuilder = CallbackReceiverBuilder()
    }
}
