// How callbacks and refusals cross the boundary, and what replay guards come to.

package rongcloud.recording.internal

import kotlinx.coroutines.CancellationException
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.ReceivedCallback
import rongcloud.recording.RefusalReason
import rongcloud.recording.internal.CallbackException as NativeRefusal
import rongcloud.recording.internal.checkReplay as nativeCheckReplay

/** Calls what may refuse a callback. */
internal inline fun <T> refusing(cause: Throwable? = null, call: () -> T): T = try {
    native { call() }
} catch (refusal: NativeRefusal) {
    val reason = (refusal as NativeRefusal.Refused).reason
    throw CallbackRefusedException(reason, native { refusal.httpStatus() }, native { refusal.sentence() }, cause)
}

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
    refusing { nativeCheckReplay(fingerprint, remembered?.carriable()) }
}

internal fun guardFailed(failure: Throwable): Throwable {
    if (failure is InterruptedException) Thread.currentThread().interrupt()
    val reason = "the replay guard failed: ${failure.javaClass.name}"
    refusing(failure) { throw NativeRefusal.Refused(RefusalReason.GUARD_FAILED, reason) }
}

/** All headers of a callback. Text that no encoding can carry was never signed: what is left of it must only not match. */
internal fun Map<String, List<String>>.carried() =
    flatMap { (name, values) -> values.map { CallbackHeader(name.carriable(), it.carriable()) } }

/** As above. */
internal fun Iterable<Map.Entry<String, String>>.carried() =
    map { (name, value) -> CallbackHeader(name.carriable(), value.carriable()) }
