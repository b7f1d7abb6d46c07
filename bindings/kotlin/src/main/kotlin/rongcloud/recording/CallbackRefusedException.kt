// Why a callback was not accepted.

package rongcloud.recording

/**
 * A callback that must not be believed. The [message] says why, for your log; to the sender, answer [httpStatus] and
 * nothing more.
 */
public class CallbackRefusedException internal constructor(
    /** Why. Further reasons may be added: keep an `else` branch. */
    public val reason: RefusalReason,
    /**
     * The HTTP status to answer with: 401 for anything about the signature, whatever it is; 413 and 400 for the body;
     * 503 where the service should try again.
     */
    public val httpStatus: Int,
    message: String,
    /** What the [ReplayGuard] has thrown, where that is the reason. */
    override val cause: Throwable? = null,
) : RuntimeException(message)
