// How callbacks cross the boundary, and what replay guards come to.

package rongcloud.recording.internal

import kotlinx.coroutines.CancellationException
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.ReceivedCallback
import rongcloud.recording.RefusalReason

/** The callback, if what a guard remembers of its signature doesn't speak against it. The core never calls a guard. */
internal inline fun <T : ReceivedCallback> T.guarded(remember: (T) -> String?): T = apply {
    val remembered =
        try {
            remember(this)
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (failure: Throwable) {
            throw guardFailed(failure)
        }
    Functions.checkReplay(fingerprint, remembered?.carriable())
}

internal fun guardFailed(failure: Throwable): CallbackRefusedException {
    if (failure is InterruptedException) Thread.currentThread().interrupt()
    val refusal = Refusal(RefusalReason.GUARD_FAILED, "the replay guard failed: ${failure.javaClass.name}")
    return CallbackRefusedException(Functions.completedRefusal(refusal), failure)
}

/** A callback as the core takes it. Text that no encoding can carry was never signed: what is left must only not match. */
internal fun callbackRequest(headers: List<CallbackHeader>, body: ByteArray, query: String?) =
    CallbackRequest(headers, body, query.orEmpty().carriable())

/** All headers of a callback. */
internal fun Map<String, List<String>>.carried() =
    flatMap { (name, values) -> given(values, name).map { header(name, it) } }

/** As above. */
internal fun Iterable<Map.Entry<String, String>>.carried() = map { (name, value) -> header(name, value) }

private fun header(name: String?, value: String?): CallbackHeader {
    if (name == null) throw NullPointerException("headers: a name is null")
    return CallbackHeader(name.carriable(), given(value, name).carriable())
}

/** Java's may be null. */
private fun <T : Any> given(value: T?, name: String?): T =
    value ?: throw NullPointerException("headers: the value of $name is null")
