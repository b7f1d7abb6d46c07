// How callbacks, refusals and replay guards cross the boundary.

package rongcloud.recording.internal

import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.RefusalReason
import rongcloud.recording.ReplayGuard
import java.time.Instant
import rongcloud.recording.internal.CallbackException as NativeRefusal
import rongcloud.recording.internal.ReplayGuard as NativeReplayGuard

/** Calls what may refuse a callback; [guard] knows what its own failure was. */
internal inline fun <T> refusing(guard: GuardOfUsers? = null, call: () -> T): T = try {
    native { call() }
} catch (refusal: NativeRefusal) {
    val reason = (refusal as NativeRefusal.Refused).reason
    val cause = guard?.takeFailure()
    throw CallbackRefusedException(reason, native { refusal.httpStatus() }, native { refusal.sentence() }, cause)
}

/** A header of a callback. Text that no encoding can carry was never signed: what is left of it must only not match. */
internal fun header(name: String, value: String) = CallbackHeader(name.carriable(), value.carriable())

internal fun String.carriable() = if (isUnicode()) this else String(toByteArray())

/** A guard that users have written. Nothing that it throws may reach the core, which could only panic. */
internal class GuardOfUsers(private val guard: ReplayGuard) : NativeReplayGuard {
    /** The core calls on the thread that takes the callback in. */
    private val failure = ThreadLocal<Throwable>()

    override fun remember(key: String, fingerprint: String, expiresAtMs: Long): String? = try {
        guard.remember(key, fingerprint, Instant.ofEpochMilli(expiresAtMs))?.carriable()
    } catch (thrown: Throwable) {
        if (thrown is InterruptedException) Thread.currentThread().interrupt()
        failure.set(thrown)
        throw NativeRefusal.Refused(RefusalReason.GUARD_FAILED, "the replay guard failed: ${thrown.javaClass.name}")
    }

    fun takeFailure(): Throwable? = failure.get().also { failure.remove() }
}
