// Why a callback was not accepted.

package rongcloud.recording

import rongcloud.recording.internal.Refusal

/**
 * A callback that must not be believed. The [message] says why, for your log; to the sender, answer [httpStatus] and
 * nothing more.
 */
public class CallbackRefusedException internal constructor(
    refusal: Refusal,
    /** What the [ReplayGuard] has thrown, where that is the reason. */
    override val cause: Throwable?,
) : RuntimeException(refusal.sentence) {
    /** Why. Further reasons may be added: keep an `else` branch. */
    public val reason: RefusalReason = refusal.reason

    /** Why, as a sentence. It holds nothing that the sender could not know. */
    public val explanation: String = refusal.explanation

    /**
     * The HTTP status to answer with: 401 for anything about the signature, whatever it is; 413 and 400 for the body;
     * 503 where the service should try again.
     */
    public val httpStatus: Int = refusal.httpStatus
}
