// The one place where failures of the native side become the public exception.

package rongcloud.recording.internal

import com.sun.jna.Platform
import rongcloud.recording.RecordingException
import rongcloud.recording.Violation
import java.nio.charset.CharacterCodingException
import rongcloud.recording.internal.RecordingException as NativeException

/** What every failure can tell. */
internal class Facts(
    val sentence: String,
    val isRetryable: Boolean,
    val maybeSent: Boolean,
    val requestId: String? = null,
    val status: Int? = null,
    val code: Int? = null,
)

/** Calls the native side; [path] names the input whose text can't be handed over, where that may be. */
internal inline fun <T> native(path: String = "text", call: () -> T): T = try {
    call()
} catch (failure: NativeException) {
    throw failure.published()
} catch (_: CharacterCodingException) {
    throw invalid(listOf(notUnicode(path)))
} catch (_: InternalException) {
    // A panic's own text may hold anything: it stays out.
    throw internal("a defect in this library stopped the call")
} catch (failure: LinkageError) {
    val reason = "the native library can't be loaded on ${Platform.RESOURCE_PREFIX}: ${failure.rootText()}"
    throw internal(reason, failure)
}

/** Refuses texts that are not Unicode (half of a surrogate pair) before anything is allocated for them. */
internal fun requireUnicode(vararg texts: Pair<String, String?>) {
    val violations = texts.filter { (_, text) ->
        text != null && !text.isUnicode()
    }.map { (path, _) -> notUnicode(path) }
    if (violations.isNotEmpty()) throw invalid(violations)
}

internal fun String.isUnicode() = Charsets.UTF_8.newEncoder().canEncode(this)

private fun notUnicode(path: String) =
    Violation(path, "not_unicode", "has half of a surrogate pair, which no encoding can carry")

private fun invalid(violations: List<Violation>): RecordingException =
    NativeException.InvalidInput(violations).published()

private fun internal(reason: String, cause: Throwable? = null) =
    RecordingException.Internal(Facts("internal: $reason", false, maybeSent = cause == null), reason, cause)

/** The first line of what began it; the rest is in the exception's cause. */
private fun Throwable.rootText() =
    generateSequence(this) { it.cause }.last().message.orEmpty().lineSequence().first().removeSuffix(":")

private fun NativeException.published(): RecordingException = when (this) {
    is NativeException.InvalidInput -> RecordingException.InvalidInput(facts(), violations)

    is NativeException.NotSent -> RecordingException.NotSent(facts(requestId), failureCause, reason)

    is NativeException.OutcomeUnknown ->
        facts(requestId, status, code).let {
            RecordingException.OutcomeUnknown(it, failureCause, reason, requestId, roomId, sessionId)
        }

    is NativeException.Refused ->
        RecordingException.Refused(facts(requestId, status, code), status, reason, requestId)

    is NativeException.UnreadableReply ->
        RecordingException.UnreadableReply(facts(requestId, status), status, reason, requestId)

    is NativeException.Cancelled -> RecordingException.Cancelled(facts(requestId), sent)

    is NativeException.Internal -> RecordingException.Internal(facts(), reason)
}

/** Every question to the core costs some calls across the boundary: what the failure says itself isn't asked. */
private fun NativeException.facts(requestId: String? = null, status: Int? = null, code: Int? = null) =
    Facts(sentence(), isRetryable(), maybeSent(), requestId, status, code)
