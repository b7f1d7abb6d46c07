// The one place where failures of the native side become the public exception.

package rongcloud.recording.internal

import com.sun.jna.Platform
import rongcloud.recording.Acknowledged
import rongcloud.recording.FailureCause
import rongcloud.recording.OperationKind
import rongcloud.recording.RecordingException
import rongcloud.recording.Room
import rongcloud.recording.StartedRecording
import rongcloud.recording.Violation
import java.time.Duration
import rongcloud.recording.internal.RecordingException as NativeException

/** What every failure can tell. */
internal class Facts(
    val sentence: String,
    val isRetryable: Boolean,
    val maybeSent: Boolean,
    val mayBeRecording: Boolean,
    val call: CallContext? = null,
    val status: Int? = null,
    val code: Int? = null,
    val retryAfter: Duration? = null,
)

/** Calls the native side. [path] is what holds text that has not been looked at before, [about] the call it is for. */
internal inline fun <T> native(path: String = "text", noinline about: (() -> CallContext)? = null, call: () -> T): T =
    Core.inside {
        try {
            call()
        } catch (failure: Throwable) {
            throw failure.told(path, about)
        }
    }

/** What users get of a failure. */
internal fun Throwable.told(path: String, about: (() -> CallContext)?): Throwable = when (this) {
    is NativeException -> published()

    is CharacterCodingException -> {
        val violation = Violation(path, "wrong_type", "is not Unicode text: it has half of a surrogate pair")
        invalid(listOf(violation), about)
    }

    // A panic's own text may hold anything: it stays out.
    is InternalException -> NativeException.Internal("a defect in this library stopped the call").published()

    is LinkageError -> notLinked(this)

    else -> this
}

internal fun invalid(violations: List<Violation>, about: (() -> CallContext)? = null): RecordingException =
    native { NativeException.InvalidInput(violations, about?.invoke()).published() }

/** Something was missing amid a call, which the core may have carried out all the same. */
internal fun notLinked(failure: LinkageError): RecordingException {
    val reason = "what is on the class path doesn't fit this library: $failure"
    val facts = Facts("internal: $reason", isRetryable = false, maybeSent = true, mayBeRecording = true)
    return RecordingException.Internal(facts, reason, failure)
}

internal fun notLoaded(failure: LinkageError): RecordingException {
    val reason = "the native library can't be loaded on ${Platform.RESOURCE_PREFIX}: ${failure.beginning()}"
    return notSent(FailureCause.LOCAL, reason, failure)
}

/** Without the core, nobody else can say it. */
internal fun notSent(failureCause: FailureCause, reason: String, cause: Throwable? = null): RecordingException {
    val facts = Facts("not sent: $reason", isRetryable = false, maybeSent = false, mayBeRecording = false)
    return RecordingException.NotSent(facts, failureCause, reason, cause)
}

/** The call had its answer, which whoever cancelled it no longer takes. */
internal fun cancelledAfter(answer: Any, call: CallContext): RecordingException.Cancelled {
    val (requestId, told) = when (answer) {
        is StartedRecording -> answer.requestId to "the recording ${answer.recordId} is running"
        is Acknowledged -> answer.requestId to "it is done"
        is Room -> answer.requestId to "the room's answer is lost"
        else -> null to "it is done"
    }
    val started = answer as? StartedRecording
    val context = call.copy(sessionId = started?.sessionId ?: call.sessionId, requestId = requestId)
    val sentence = "${call.operation.title()}: cancelled when it had just succeeded (request $requestId): $told"
    val facts = Facts(
        sentence,
        isRetryable = false,
        maybeSent = true,
        mayBeRecording = started != null,
        call = context,
    )
    return RecordingException.Cancelled(facts, sent = true, started = started)
}

/** As the core's sentences begin. */
private fun OperationKind.title() = when (this) {
    OperationKind.START -> "start"
    OperationKind.UPDATE_LAYOUT -> "layout update"
    OperationKind.STOP -> "stop"
    OperationKind.QUERY_ROOM -> "room query"
}

/** The first line of what began it; the rest is in the exception's cause. */
private fun Throwable.beginning() =
    generateSequence(this) { it.cause }.last().message.orEmpty().lineSequence().first().removeSuffix(":")

private fun NativeException.published(): RecordingException = when (this) {
    is NativeException.InvalidInput -> RecordingException.InvalidInput(facts(call), violations)

    is NativeException.NotSent -> RecordingException.NotSent(facts(call), failureCause, reason)

    is NativeException.OutcomeUnknown ->
        RecordingException.OutcomeUnknown(facts(call, status, code), failureCause, reason, call)

    is NativeException.Refused ->
        RecordingException.Refused(facts(call, status, code, retryAfter), status, reason, call.requestId.orEmpty())

    is NativeException.UnreadableReply ->
        RecordingException.UnreadableReply(facts(call, status), status, reason, call.requestId.orEmpty())

    is NativeException.Cancelled -> RecordingException.Cancelled(facts(call), sent, started = null)

    is NativeException.Internal -> RecordingException.Internal(facts(call = null), reason)
}

/** Every question to the core costs some calls across the boundary: what the failure says itself isn't asked. */
private fun NativeException.facts(
    call: CallContext?,
    status: Int? = null,
    code: Int? = null,
    retryAfter: Duration? = null,
) = Facts(sentence(), isRetryable(), maybeSent(), mayBeRecording(), call, status, code, retryAfter)
