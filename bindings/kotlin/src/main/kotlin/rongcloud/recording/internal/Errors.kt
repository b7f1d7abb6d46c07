// Failures that the core doesn't see, and how those that it tells become exceptions.

package rongcloud.recording.internal

import rongcloud.recording.CallContext
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.Failure
import rongcloud.recording.FailureCause
import rongcloud.recording.FailureKind
import rongcloud.recording.LedgerRecording
import rongcloud.recording.LedgerState
import rongcloud.recording.RecordingException
import rongcloud.recording.StartedRecording

internal fun Reader.failure(): RecordingException = RecordingException.exception(readFailure())

internal fun Reader.refusal() = CallbackRefusedException(readRefusal(), null)

/** Something was missing amid a call, which the core may have carried out all the same. */
internal fun notLinked(failure: LinkageError): RecordingException =
    unknown("what is on the class path doesn't fit this library: $failure", failure)

internal fun unknown(reason: String, cause: Throwable? = null): RecordingException {
    val told = Failure(FailureKind.INTERNAL, "internal: $reason", reason, maybeSent = true, mayBeRecording = true)
    return RecordingException.exception(told, cause)
}

internal fun notLoaded(failure: LinkageError): RecordingException {
    val reason = "the native library can't be loaded on ${LibraryFile.platform}: ${failure.beginning()}"
    return notSent(FailureCause.LOCAL, reason, failure)
}

/** Without the core, nobody else can say it. */
internal fun notSent(failureCause: FailureCause, reason: String, cause: Throwable? = null): RecordingException =
    RecordingException.exception(Failure(FailureKind.NOT_SENT, "not sent: $reason", reason, failureCause), cause)

/** The call had its answer, which whoever cancelled it no longer takes. */
internal fun cancelledAfter(reply: Any, about: CallContext?): RecordingException {
    val started = started(reply)
    val call = about?.copy(sessionId = started?.sessionId ?: about.sessionId, requestId = started?.requestId)
    // Another call may have started what this one found.
    val isSent = about != null && (found(reply)?.isMine != false || started != null)
    val given = Failure(FailureKind.CANCELLED, maybeSent = isSent, call = call)
    val told = RecordingException.of(given).failure
    val outcome =
        started?.let { "request ${it.requestId}, and the recording ${it.recordId} is running" } ?: "it is done"
    val title = if (about == null) "" else told.sentence.substringBefore(": ") + ": "
    val sentence = "${title}cancelled when it had just succeeded: $outcome"
    return RecordingException.Cancelled(told.copy(sentence = sentence), started = started)
}

/** What a ledger's start has found or started. */
private fun found(reply: Any): LedgerRecording? = when (reply) {
    is LedgerReply.Start -> reply.value
    is LedgerReply.StartInRoom -> reply.value
    else -> null
}

/** The recording that is running because of a start. */
private fun started(reply: Any): StartedRecording? = when (reply) {
    is StartedRecording -> reply
    else -> found(reply)?.running()
}

private fun LedgerRecording.running() = recording.takeIf { entry.state == LedgerState.RUNNING }

/** The first line of what began it; the rest is in the exception's cause. */
private fun Throwable.beginning() =
    generateSequence(this) { it.cause }.last().message.orEmpty().lineSequence().first().removeSuffix(":")
