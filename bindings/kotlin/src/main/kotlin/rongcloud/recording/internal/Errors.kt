// The one place where failures of the native side become the public exception.

package rongcloud.recording.internal

import com.sun.jna.Platform
import rongcloud.recording.FailureCause
import rongcloud.recording.RecordingException
import rongcloud.recording.Violation
import java.time.Duration
import rongcloud.recording.internal.RecordingException as NativeException

/** What every failure can tell. */
internal class Facts(
    val sentence: String,
    val isRetryable: Boolean,
    val maybeSent: Boolean,
    val requestId: String? = null,
    val status: Int? = null,
    val code: Int? = null,
    val retryAfter: Duration? = null,
)

/** Calls the native side. [path] is what holds text that has not been looked at before. */
internal inline fun <T> native(path: String = "text", call: () -> T): T = Core.inside {
    try {
        call()
    } catch (failure: Throwable) {
        throw failure.told(path)
    }
}

/** What users get of a failure. */
internal fun Throwable.told(path: String): Throwable = when (this) {
    is NativeException -> published()

    is CharacterCodingException ->
        invalid(Violation(path, "wrong_type", "is not Unicode text: it has half of a surrogate pair"))

    // A panic's own text may hold anything: it stays out.
    is InternalException -> NativeException.Internal("a defect in this library stopped the call").published()

    is LinkageError -> notLinked(this)

    else -> this
}

internal fun invalid(vararg violations: Violation): RecordingException =
    native { NativeException.InvalidInput(violations.asList()).published() }

/** Something was missing amid a call, which the core may have carried out all the same. */
internal fun notLinked(failure: LinkageError): RecordingException {
    val reason = "what is on the class path doesn't fit this library: $failure"
    return RecordingException.Internal(Facts("internal: $reason", false, maybeSent = true), reason, failure)
}

internal fun notLoaded(failure: LinkageError): RecordingException {
    val reason = "the native library can't be loaded on ${Platform.RESOURCE_PREFIX}: ${failure.beginning()}"
    return notSent(FailureCause.LOCAL, reason, failure)
}

/** Without the core, nobody else can say it. */
internal fun notSent(failureCause: FailureCause, reason: String, cause: Throwable? = null): RecordingException {
    val facts = Facts("not sent: $reason", isRetryable = false, maybeSent = false)
    return RecordingException.NotSent(facts, failureCause, reason, cause)
}

/** The first line of what began it; the rest is in the exception's cause. */
private fun Throwable.beginning() =
    generateSequence(this) { it.cause }.last().message.orEmpty().lineSequence().first().removeSuffix(":")

private fun NativeException.published(): RecordingException = when (this) {
    is NativeException.InvalidInput -> RecordingException.InvalidInput(facts(), violations)

    is NativeException.NotSent -> RecordingException.NotSent(facts(requestId), failureCause, reason)

    is NativeException.OutcomeUnknown ->
        facts(requestId, status, code).let {
            RecordingException.OutcomeUnknown(it, failureCause, reason, requestId, sentAt, roomId, sessionId)
        }

    is NativeException.Refused ->
        RecordingException.Refused(facts(requestId, status, code, retryAfter), status, reason, requestId)

    is NativeException.UnreadableReply ->
        RecordingException.UnreadableReply(facts(requestId, status), status, reason, requestId)

    is NativeException.Cancelled -> RecordingException.Cancelled(facts(requestId), sent)

    is NativeException.Internal -> RecordingException.Internal(facts(), reason)
}

/** Every question to the core costs some calls across the boundary: what the failure says itself isn't asked. */
private fun NativeException.facts(
    requestId: String? = null,
    status: Int? = null,
    code: Int? = null,
    retryAfter: Duration? = null,
) = Facts(sentence(), isRetryable(), maybeSent(), requestId, status, code, retryAfter)
