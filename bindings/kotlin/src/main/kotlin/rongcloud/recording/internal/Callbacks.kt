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
    flatMap { (name, values) -> values.map { CallbackHeader(name.carriable(), it.carriable()) } }

/** As above. */
internal fun Iterable<Map.Entry<String, String>>.carried() =
    map { (name, value) -> CallbackHeader(name.carriable(), value.carriable()) }
