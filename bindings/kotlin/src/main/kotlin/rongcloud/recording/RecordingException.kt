// The one exception. It answers first of all whether the service may have seen the request.

package rongcloud.recording

import rongcloud.recording.internal.CallContext
import rongcloud.recording.internal.Facts
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * Everything that can go wrong, by what is known about the request.
 *
 * Three questions decide what a caller does next, and every subclass answers them: may a recording be running because of
 * it ([mayBeRecording]), may the same call be made again without the risk of recording twice ([isRetryable]), and under
 * which id can the vendor find the request ([requestId]). The [message] is the whole failure as one sentence, the same in
 * all of this library's languages. No text in it ever holds a secret.
 *
 * It is unchecked: Kotlin has no checked exceptions, and in Java most of these failures pass through futures, streams
 * and lambdas, which can't declare any. `kotlinx.coroutines.CancellationException` and [InterruptedException] are not
 * among them; what became of the call that they ended is their [recordingException].
 */
public sealed class RecordingException(facts: Facts) : RuntimeException(facts.sentence) {
    /** The reply's HTTP status. `null` where no reply came. */
    public open val status: Int? = facts.status

    /**
     * The service's `code` from the reply's body (for instance 1004: the signature check failed). `null` where the
     * service gave none.
     */
    public val code: Int? = facts.code

    /**
     * Whether the same call may be made again without the risk of recording twice and may then succeed: it provably
     * never left, doing it twice is the same as doing it once, or the service said that it was called too often.
     */
    public val isRetryable: Boolean = facts.isRetryable

    /**
     * How long the service asks to wait before another request: the reply's `Retry-After`. `null` where it doesn't.
     *
     * The client has kept it already where it tried again; a start is never tried again after a reply.
     */
    public val retryAfter: Duration? = facts.retryAfter?.toKotlinDuration()

    /** How long the service asks to wait, as Java's own duration; see the property [retryAfter]. */
    public fun retryAfter(): java.time.Duration? = retryAfter?.toJavaDuration()

    /** Whether the service may have seen the request. */
    @get:JvmName("maybeSent")
    public val maybeSent: Boolean = facts.maybeSent

    /**
     * Whether a recording may be running because of this call: a start that may have reached the service and was not
     * refused. Then wait for a callback with the same [extra], or stop the session's recording, before starting another.
     * Never true for a stop, a change of layout or a room query.
     */
    @get:JvmName("mayBeRecording")
    public val mayBeRecording: Boolean = facts.mayBeRecording

    /**
     * What was asked of the service. Where `startInRoom` fails at its question, that is the query. `null` where it was no
     * call: a profile, a layout, opening a client.
     */
    public val operation: OperationKind? = facts.call?.operation

    /** The room of the call: `Room-Id`. `null` where it was no call. */
    public open val roomId: String? = facts.call?.roomId

    /**
     * The session of the call: `sessionId`. Empty where it was not about one, or had not found it out yet. `null` where it
     * was no call.
     */
    public open val sessionId: String? = facts.call?.sessionId

    /**
     * The tag given at the start, which comes back in the recording's callbacks: `extra`. Empty where none was given.
     * `null` where it was no call.
     */
    public val extra: String? = facts.call?.extra

    /**
     * The `X-Request-ID` of the request, by which the vendor's support finds it; of several attempts, of the latest that
     * left. `null` where none was made.
     */
    public open val requestId: String? = facts.call?.requestId

    /** When that request was signed, by this host's clock. `null` where none was made or it isn't known. */
    public open val sentAt: Instant? = facts.call?.sentAt

    /** The input breaks documented rules. All violations are listed at once. Of a call, nothing was sent. */
    public class InvalidInput internal constructor(
        facts: Facts,
        /** Every violation found, in the order of the request's fields. Never empty. */
        public val violations: List<Violation>,
    ) : RecordingException(facts)

    /**
     * The request provably never left this machine: making the call again can't record twice. With the cause
     * [FailureCause.OVERLOADED], this client has as many calls waiting as its [ConnectionPolicy.maxWaiting] allows.
     */
    public class NotSent internal constructor(
        facts: Facts,
        /** Where it failed. Further causes may be added: keep an `else` branch. */
        public val failureCause: FailureCause,
        /** What happened, as a sentence. */
        public val reason: String,
        cause: Throwable? = null,
    ) : RecordingException(facts) {
        init {
            cause?.let(::initCause)
        }
    }

    /**
     * The request may have reached the service and no answer tells what became of it. After a start, a recording may
     * be running, and making the call again may record twice; any other call may be repeated, as [isRetryable] says.
     */
    public class OutcomeUnknown internal constructor(
        facts: Facts,
        /** Where it failed. Further causes may be added: keep an `else` branch. */
        public val failureCause: FailureCause,
        /** What happened, as a sentence. */
        public val reason: String,
        call: CallContext,
    ) : RecordingException(facts) {
        /** The `X-Request-ID` that was sent. */
        override val requestId: String = call.requestId.orEmpty()

        /** When it was signed, by this host's clock; of several attempts, the one that [requestId] names. */
        override val sentAt: Instant = call.sentAt ?: Instant.EPOCH

        /** The room of the call: `Room-Id`. */
        override val roomId: String = call.roomId

        /** The session of the call: `sessionId`. Empty where it was not about one. */
        override val sessionId: String = call.sessionId
    }

    /** The service answered and refused. Nothing was started. It may ask for a pause, as [retryAfter] says. */
    public class Refused internal constructor(
        facts: Facts,
        override val status: Int,
        /** What the code means and the service's own `errorMessage`, as a sentence. */
        public val reason: String,
        /** The `X-Request-ID` that was sent. */
        override val requestId: String,
    ) : RecordingException(facts)

    /** An answer came that can't be understood. The service saw the request, and a recording may be running. */
    public class UnreadableReply internal constructor(
        facts: Facts,
        override val status: Int,
        /** What is wrong with the reply, as a sentence. */
        public val reason: String,
        /** The `X-Request-ID` that was sent. */
        override val requestId: String,
    ) : RecordingException(facts)

    /**
     * The call was ended from this side: by [RecordingClient.close], by the end of the shared runtime, or by whoever made
     * it. A cancelled coroutine or future gets its `CancellationException`, an interrupted thread [InterruptedException];
     * their [recordingException] is then this.
     */
    public class Cancelled internal constructor(
        facts: Facts,
        /** Whether the request had begun to leave. What had not will not. */
        public val sent: Boolean,
        /**
         * The recording, where the start had succeeded already when its caller went away: it is running. `null`
         * otherwise.
         */
        public val started: StartedRecording?,
    ) : RecordingException(facts)

    /**
     * A defect in this library: please report it. Or a class path with a library that doesn't fit this one, which
     * [message] then says. The service may have seen the request.
     */
    public class Internal internal constructor(
        facts: Facts,
        /** What happened, as a sentence. */
        public val reason: String,
        cause: Throwable? = null,
    ) : RecordingException(facts) {
        init {
            cause?.let(::initCause)
        }
    }
}
