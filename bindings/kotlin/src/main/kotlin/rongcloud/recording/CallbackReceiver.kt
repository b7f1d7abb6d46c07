// Takes the service's callbacks in: verified, not replayed, read.

package rongcloud.recording

import rongcloud.recording.internal.CallbackHeader
import rongcloud.recording.internal.CallbackOptions
import rongcloud.recording.internal.CallbackRequest
import rongcloud.recording.internal.carriable
import rongcloud.recording.internal.carried
import rongcloud.recording.internal.guarded
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
 * with another body. So each signature is remembered until it expires, and one that comes again is accepted with the same
 * body only. Serve callbacks over HTTPS all the same.
 *
 * The recipe that loses nothing: *verify, remember, store, then answer 200*, and the same for a callback that comes
 * again. [recordingEvent] and [roomEvent] verify and remember; what they return says how to store. For a guard that
 * doesn't block, there is [AsyncCallbackReceiver].
 *
 * One receiver serves a whole program, and many threads at once. It blocks only where its [ReplayGuard] does. It needs
 * no closing: its memory goes with the object.
 */
public class CallbackReceiver internal constructor(
    credentials: List<Credentials>,
    options: CallbackOptions,
    private val guard: ReplayGuard?,
) {
    private val receiver = native("header_names") { NativeReceiver(credentials.map { it.handle }, options) }

    /**
     * A receiver for the given apps.
     *
     * @param credentials the apps; during a rotation, give an app's old and new credentials; at least one
     * @param timeWindow how far a timestamp may be from this machine's clock, in the past or in the future; above zero, at
     *   most 365 days; default: 5 minutes. The service documents none
     * @param headerNames the names of the signing fields; default: as documented for room status callbacks
     * @param largestBody the largest body that is read, in bytes, above zero; default: 1 MiB
     * @param replayGuard where signatures are remembered; default: in this process's memory, which does not protect
     *   several processes from a replay at another
     * @param timestampUnit the unit of a callback's timestamp, of which a receiver takes one only; default: milliseconds
     * @throws RecordingException.InvalidInput without credentials, with secrets of which one begins with another, or for
     *   a window or a largest body of nothing
     */
    public constructor(
        credentials: List<Credentials>,
        timeWindow: Duration? = null,
        headerNames: CallbackHeaderNames? = null,
        largestBody: Long? = null,
        replayGuard: ReplayGuard? = null,
        timestampUnit: TimestampUnit? = null,
    ) : this(
        credentials,
        CallbackOptions(timeWindow?.toJavaDuration()?.notNegative(), timestampUnit, headerNames, largestBody),
        replayGuard,
    )

    /**
     * A receiver for one app. The further parameters are the other constructor's.
     *
     * @param appKey the app's key, from the console's App Key page
     * @param appSecret the app's secret, from the same page
     * @throws RecordingException.InvalidInput for unusable credentials, or for a window or a largest body of nothing
     */
    public constructor(
        appKey: String,
        appSecret: String,
        timeWindow: Duration? = null,
        headerNames: CallbackHeaderNames? = null,
        largestBody: Long? = null,
        replayGuard: ReplayGuard? = null,
        timestampUnit: TimestampUnit? = null,
    ) : this(listOf(Credentials(appKey, appSecret)), timeWindow, headerNames, largestBody, replayGuard, timestampUnit)

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
    ): ReceivedRecordingEvent = recordingEvent(request(headers.carried(), body, query))

    /**
     * Takes in a recording callback, with headers as pairs of name and value; a name may stand twice. Everything else is
     * as in the other [recordingEvent].
     */
    @JvmOverloads
    public fun recordingEvent(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRecordingEvent = recordingEvent(request(headers.carried(), body, query))

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
    ): ReceivedRoomEvent = roomEvent(request(headers.carried(), body, query))

    /**
     * Takes in a room status callback, with headers as pairs of name and value; a name may stand twice. Everything else is
     * as in the other [roomEvent].
     */
    @JvmOverloads
    public fun roomEvent(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRoomEvent = roomEvent(request(headers.carried(), body, query))

    /**
     * Verifies and reads a recording callback, and leaves the remembering to you: store its fingerprint under its key, unless
     * there is one already, and give what was there to [checkReplay].
     *
     * @param headers all headers, as your web framework has them; names in any letter case
     * @param body the body's bytes, exactly as they came
     * @param query the URL's query, raw, without the question mark; `null` where it has none
     * @throws CallbackRefusedException for what must not be believed or can't be read
     */
    @JvmOverloads
    public fun verifyRecordingEvent(
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRecordingEvent = refusing { receiver.verifyRecordingEvent(request(headers.carried(), body, query)) }

    /**
     * Verifies and reads a recording callback, with headers as pairs of name and value; a name may stand twice. Everything else is
     * as in the other [verifyRecordingEvent].
     */
    @JvmOverloads
    public fun verifyRecordingEvent(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRecordingEvent = refusing { receiver.verifyRecordingEvent(request(headers.carried(), body, query)) }

    /**
     * Verifies and reads a room status callback, and leaves the remembering to you: store its fingerprint under its key, unless
     * there is one already, and give what was there to [checkReplay].
     *
     * @param headers all headers, as your web framework has them; names in any letter case
     * @param body the body's bytes, exactly as they came
     * @param query the URL's query, raw, without the question mark; `null` where it has none
     * @throws CallbackRefusedException for what must not be believed or can't be read
     */
    @JvmOverloads
    public fun verifyRoomEvent(
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRoomEvent = refusing { receiver.verifyRoomEvent(request(headers.carried(), body, query)) }

    /**
     * Verifies and reads a room status callback, with headers as pairs of name and value; a name may stand twice. Everything else is
     * as in the other [verifyRoomEvent].
     */
    @JvmOverloads
    public fun verifyRoomEvent(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRoomEvent = refusing { receiver.verifyRoomEvent(request(headers.carried(), body, query)) }

    private fun recordingEvent(request: CallbackRequest): ReceivedRecordingEvent = when (guard) {
        null -> refusing { receiver.recordingEvent(request) }
        else -> refusing { receiver.verifyRecordingEvent(request) }.guarded { it.rememberedBy(guard) }
    }

    private fun roomEvent(request: CallbackRequest): ReceivedRoomEvent = when (guard) {
        null -> refusing { receiver.roomEvent(request) }
        else -> refusing { receiver.verifyRoomEvent(request) }.guarded { it.rememberedBy(guard) }
    }

    private fun ReceivedCallback.rememberedBy(guard: ReplayGuard) = guard.remember(key, fingerprint, expiresAt)

    private fun request(headers: List<CallbackHeader>, body: ByteArray, query: String?) =
        CallbackRequest(headers, body, query.orEmpty().carriable())

    /** Makes receivers step by step. */
    public companion object {
        /** Builds a receiver step by step, for Java. Kotlin names the constructor's arguments instead. */
        @JvmStatic
        public fun builder(): CallbackReceiverBuilder = CallbackReceiverBuilder()
    }
}
