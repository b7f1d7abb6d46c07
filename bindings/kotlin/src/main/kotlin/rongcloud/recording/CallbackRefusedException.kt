// Why a callback was not accepted.

package rongcloud.recording

import rongcloud.recording.internal.Refusal

/**
 * A callback that must not be trusted. The [message] says why, for your log. Answer the sender with [httpStatus] and
 * nothing more.
 */
public class CallbackRefusedException internal constructor(
    refusal: Refusal,
    /** What the [ReplayGuard] threw, if that is the reason. */
    override val cause: Throwable?,
) : RuntimeException(refusal.sentence) {
    /** Why. More reasons may be added, so keep an `else` branch. */
    public val reason: RefusalReason = refusal.reason

    /** Why, as a sentence. It contains nothing that the sender could not know. */
    public val explanation: String = refusal.explanation

    /**
     * The HTTP status to answer with: 401 for any problem with the signature, 413 or 400 for a problem with the body,
     * 503 if the service should try again.
     */
    public val httpStatus: Int = refusal.httpStatus
}
