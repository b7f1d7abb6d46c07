// Where signatures that have been seen are remembered.

package rongcloud.recording

import java.time.Instant
import java.util.concurrent.CompletionStage

/**
 * Remembers signatures until they expire, so that a captured signature can't be used with another body.
 *
 * The receiver's own guard keeps them in memory, for one process. If several processes receive callbacks, give all of
 * them one shared store, in which each call is one atomic "set if absent, and return what was there" (in Redis 7:
 * `SET key value NX GET PXAT time`).
 */
public fun interface ReplayGuard {
    /**
     * Stores the fingerprint under the key until the given time, unless one is stored there already; in that case,
     * returns the stored one.
     *
     * It is called on the thread that receives the callback, on several threads at once, and may block. If it throws,
     * the callback is refused as [RefusalReason.GUARD_FAILED] with the exception as the cause, and the service should
     * try again.
     *
     * @param key identifies the signature: a short text of letters, digits and colons
     * @param fingerprint identifies the body: 40 hexadecimal digits
     * @param expiresAt when it may be forgotten
     * @return what was there before; `null` if there was nothing
     */
    @Throws(Exception::class)
    public fun remember(key: String, fingerprint: String, expiresAt: Instant): String?
}

/** A [ReplayGuard] for coroutines, for an [AsyncCallbackReceiver]. */
public fun interface SuspendingReplayGuard {
    /**
     * Stores the fingerprint under the key as [ReplayGuard.remember] does. Cancellation is passed on unchanged; if it
     * throws anything else, the callback is refused.
     *
     * @param key identifies the signature: a short text of letters, digits and colons
     * @param fingerprint identifies the body: 40 hexadecimal digits
     * @param expiresAt when it may be forgotten
     * @return what was there before; `null` if there was nothing
     */
    public suspend fun remember(key: String, fingerprint: String, expiresAt: Instant): String?
}

/** A [ReplayGuard] for asynchronous Java, for an [AsyncCallbackReceiver]. */
public fun interface AsyncReplayGuard {
    /**
     * Stores the fingerprint under the key as [ReplayGuard.remember] does, without blocking. If it throws or its stage
     * fails, the callback is refused.
     *
     * @param key identifies the signature: a short text of letters, digits and colons
     * @param fingerprint identifies the body: 40 hexadecimal digits
     * @param expiresAt when it may be forgotten
     * @return a stage with what was there before, or with `null` if there was nothing
     */
    @Throws(Exception::class)
    public fun remember(key: String, fingerprint: String, expiresAt: Instant): CompletionStage<String?>
}
