// What replies and callbacks of one recording add up to.

package rongcloud.recording

import rongcloud.recording.internal.native
import rongcloud.recording.internal.notNegative
import rongcloud.recording.internal.requireUnicode
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import rongcloud.recording.internal.RecordingTracker as NativeTracker

/**
 * Merges the replies and callbacks of one recording, which may come late, twice or out of order, into one answer.
 *
 * It holds a set of facts that only grows, and everything it tells is worked out from the set: no order and no
 * repetition leads to another answer. It is safe for use by many threads, and needs no closing.
 *
 * Two workers that restore one snapshot, note an event each and save, would lose one of the two. Either store the events,
 * each once under its fingerprint, and build the tracker of them; or load, [merge] and save under a lock or with a
 * compare-and-swap.
 */
public class RecordingTracker private constructor(private val tracker: NativeTracker) {
    /**
     * A tracker of one recording.
     *
     * @param recordId the recording: `recordId`, from the start's reply or from any callback
     * @throws RecordingException.InvalidInput where the id is empty
     */
    public constructor(recordId: String) : this(opened(recordId))

    /**
     * Notes that the service accepted the start.
     *
     * @param at when; default: now
     * @throws RecordingException.InvalidInput where it is another recording
     */
    @JvmOverloads
    public fun requested(started: StartedRecording, at: Instant = Instant.now()): Unit =
        native("started") { tracker.requested(started, at) }

    /**
     * Notes an event.
     *
     * @return whether it is new
     * @throws RecordingException.InvalidInput where it is another recording's, or where it was made by hand and its `json`
     *   doesn't say what its fields say: a snapshot keeps the `json`
     */
    public fun record(event: RecordingEvent): Boolean = native("event") { tracker.record(event) }

    /**
     * Takes in everything that another tracker of the same recording has noted: a union, in any order, that loses nothing.
     * The other one stays as it is.
     *
     * @throws RecordingException.InvalidInput where it is another recording's, or where nothing shows that it is the same
     *   one
     */
    public fun merge(other: RecordingTracker): Unit = native { tracker.merge(other.tracker) }

    /**
     * What is known.
     *
     * @param staleAfter how long you wait for news before you look into it
     * @param now the time to measure that by; default: now
     */
    @JvmOverloads
    public fun state(staleAfter: java.time.Duration, now: Instant = Instant.now()): TrackedRecording =
        native { tracker.state(now, staleAfter.notNegative()) }

    /** What is known, as the other [state] tells it, with Kotlin's own duration. */
    @JvmSynthetic
    public fun state(staleAfter: Duration, now: Instant = Instant.now()): TrackedRecording =
        state(staleAfter.toJavaDuration(), now)

    /** Everything noted, as a text to be stored and given to [restore]. Equal facts give equal texts. */
    public fun snapshot(): String = native { tracker.snapshot() }

    /** Makes trackers of what is known. */
    public companion object {
        /**
         * A tracker of one recording by the `extra` of its start, which no other start may have: for a start whose outcome is
         * unknown. It learns the `recordId` from the first event, or from the start's reply.
         *
         * @param extra the tag given at the start, and at no other
         * @throws RecordingException.InvalidInput where it is empty
         */
        @JvmStatic
        public fun byExtra(extra: String): RecordingTracker {
            requireUnicode("extra" to extra)
            return RecordingTracker(native { NativeTracker.byExtra(extra) })
        }

        /**
         * A tracker as it was when the snapshot was taken.
         *
         * @throws RecordingException.InvalidInput where the text is not a [snapshot]
         */
        @JvmStatic
        public fun restore(snapshot: String): RecordingTracker {
            requireUnicode("snapshot" to snapshot)
            return RecordingTracker(native { NativeTracker.restore(snapshot) })
        }

        private fun opened(recordId: String): NativeTracker {
            requireUnicode("record_id" to recordId)
            return native { NativeTracker(recordId) }
        }
    }
}
