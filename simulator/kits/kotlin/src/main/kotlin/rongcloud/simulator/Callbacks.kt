// What the simulator tells its clients' receivers, and what goes wrong with it.

package rongcloud.simulator

import java.time.Duration
import java.time.Instant

/**
 * A callback.
 *
 * @property number counted from 1
 * @property kind what it tells of
 * @property url where it goes
 * @property body the JSON that it carries
 * @property state what became of it
 * @property attempts all attempts to deliver it, those of its copies too, oldest first
 */
public data class SentCallback internal constructor(
    public val number: Long,
    public val kind: CallbackKind,
    public val url: String,
    public val body: String,
    public val state: CallbackState,
    public val attempts: List<CallbackAttempt>,
)

/** What a callback tells of. */
public enum class CallbackKind {
    /** A recording. */
    RECORDING,

    /** A room and its members. */
    ROOM,
}

/** What became of a callback. */
public enum class CallbackState {
    /** It waits for [RongCloudSimulator.deliverCallbacks]. */
    HELD,

    /** It is on its way. */
    QUEUED,

    /** It was answered with 200. */
    DELIVERED,

    /** It was given up. */
    FAILED,

    /** It was never sent, as [CallbackDelivery.lose] asks. */
    LOST,
}

/**
 * An attempt to deliver a callback.
 *
 * @property time when it began
 * @property duration how long the receiver took
 * @property url with its query, the signature redacted
 * @property headers its headers, the signature redacted
 * @property status the receiver's HTTP status; `null` if no answer came
 * @property answer the beginning of the receiver's answer; `null` if none came
 * @property error why no answer came
 */
public data class CallbackAttempt internal constructor(
    public val time: Instant,
    public val duration: Duration,
    public val url: String,
    public val headers: List<Header>,
    public val status: Int?,
    public val answer: String?,
    public val error: String?,
)

/**
 * How coming callbacks are delivered. By default each is sent once, at once, and at most three times if the receiver
 * doesn't answer 200.
 *
 * @property isHeld holds them until [RongCloudSimulator.deliverCallbacks]
 * @property duplicate how many further copies of each are sent, at most 100
 * @property shuffle a seed: those held, and their copies, are sent in another order, the same for the same seed
 * @property lose which are never sent: 0 is the first that is made from now on
 * @property attempts the most attempts for each, 1 to 10
 * @property isSignedAnew whether further attempts have a signature of their own, or that of the first one
 * @property backoff the pause before the second attempt, at most a minute, doubled before each further one. It follows
 * the time of rooms and recordings: [RongCloudSimulator.advance] makes it pass at once
 */
public data class CallbackDelivery @JvmOverloads constructor(
    public val attempts: Int = 3,
    public val isSignedAnew: Boolean = true,
    public val backoff: Duration = Duration.ZERO,
    public val duplicate: Int = 0,
    public val isHeld: Boolean = false,
    public val shuffle: Long? = null,
    public val lose: Set<Int> = emptySet(),
)

/**
 * A failure that callbacks about recordings report; the recording itself continues.
 *
 * @property type which callbacks report it: 1 (start), 2 (slice), 3 (end), 4 (upload)
 * @property code their `code`, any but 200
 * @property errorMessage their `errorMessage`
 * @property times how many of them report it
 */
public data class CallbackFailure @JvmOverloads constructor(
    public val type: Int,
    public val code: Int,
    public val errorMessage: String = "Failed",
    public val times: Int = 1,
)
