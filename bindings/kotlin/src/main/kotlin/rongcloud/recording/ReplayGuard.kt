// Where signatures that have been seen are remembered.

package rongcloud.recording

import java.time.Instant
import java.util.concurrent.CompletionStage

/**
 * Remembers signatures until they expire, so that a captured one can't be used under another body.
 *
 * The receiver's own guard keeps them in memory, for one process. Where callbacks arrive at several, give all of them
 * one shared store, in which a call is one atomic "set if absent, and tell what was there" (in Redis:
 * `SET key value NX GET PXAT time`).
 */
public fun interface ReplayGuard {
    /**
     * Stores the fingerprint under the key until the time given, unless there is one already; then returns that one.
     *
     * It is called by the thread that takes the callback in, by many at once, and may block. Whatever it throws refuses
     * the callback as [RefusalReason.GUARD_FAILED], with the exception as the cause: the service should try again.
     *
     * @param key names the signature: a short text of letters, digits and colons
     * @param fingerprint names the body: 40 hexadecimal digits
     * @param expiresAt when it may be forgotten
     * @return what was there before; `null` where there was nothing
     */
    @Throws(Exception::class)
    public fun remember(key: String, fingerprint: String, expiresAt: Instant): String?
}

/** A [ReplayGuard] for coroutines, for an [AsyncCallbackReceiver]. */
public fun interface SuspendingReplayGuard {
    /**
     * Stores the fingerprint under the key as [ReplayGuard.remember] does. Cancellation passes untouched; whatever else it
     * throws refuses the callback.
     *
     * @param key names the signature: a short text of letters, digits and colons
     * @param fingerprint names the body: 40 hexadecimal digits
     * @param expiresAt when it may be forgotten
     * @return what was there before; `null` where there was nothing
     */
    public suspend fun remember(key: String, fingerprint: String, expiresAt: Instant): String?
}

/** A [ReplayGuard] for asynchronous Java, for an [AsyncCallbackReceiver]. */
public fun interface AsyncReplayGuard {
    /**
     * Stores the fingerprint under the key as [ReplayGuard.remember] does, without blocking. A stage that fails refuses the
     * callback, as what this throws does.
     *
     * @param key names the signature: a short text of letters, digits and colons
     * @param fingerprint names the body: 40 hexadecimal digits
     * @param expiresAt when it may be forgotten
     * @return what was there before; `null` in it where there was nothing
     */
    @Throws(Exception::class)
    public fun remember(key: String, fingerprint: String, expiresAt: Instant): CompletionStage<String?>
}
