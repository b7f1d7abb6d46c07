// What trackers take, and what they tell of it.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import rongcloud.recording.RecordType
import rongcloud.recording.RecordingPhase
import rongcloud.recording.RecordingTracker
import rongcloud.recording.StartedRecording
import rongcloud.recording.parseRecordingEvent
import rongcloud.recording.support.violationsOf
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.minutes

class TrackerTest {
    @Test
    fun `an event is new once`() {
        val tracker = RecordingTracker("r-1")
        val event = parseRecordingEvent("""{"type":1,"recordId":"r-1"}""".toByteArray())
        assertTrue(tracker.record(event))
        assertFalse(tracker.record(event))
    }

    @Test
    fun `a tracker refuses what is another recording's`() {
        val event = parseRecordingEvent("""{"type":1,"recordId":"r-2"}""".toByteArray())
        assertEquals("record_id", violationsOf { RecordingTracker("r-1").record(event) }.single().path)
    }

    @Test
    fun `a tracker without a recording is not made`() {
        assertEquals("record_id", violationsOf { RecordingTracker("") }.single().path)
    }

    @Test
    fun `text that is no snapshot is refused`() {
        for (text in listOf("", "{}", """{"version":3,"record_id":"r","requested_at_ms":null,"events":[]}""")) {
            assertEquals("invalid_json", violationsOf { RecordingTracker.restore(text) }.single().code)
        }
    }

    @Test
    fun `a recording requested just now is not stale`() {
        val tracker = RecordingTracker("r-1")
        tracker.requested(StartedRecording("r-1", "room1", "aaa", "q", RecordType.MCU))
        val tracked = tracker.state(1.minutes)
        assertEquals(RecordingPhase.REQUESTED to false, tracked.phase to tracked.isStale)
    }

    @Test
    fun `a recording without news for longer than one waits is stale`() {
        val tracker = RecordingTracker("r-1")
        tracker.requested(StartedRecording("r-1", "room1", "aaa", "q", RecordType.MCU))
        val tracked = tracker.state(1.minutes, Instant.now().plusSeconds(61))
        assertEquals(RecordingPhase.REQUESTED to true, tracked.phase to tracked.isStale)
    }

    @Test
    fun `a tracker by extra learns the record id from its first event`() {
        val tracker = RecordingTracker.byExtra("order 66")
        assertNull(tracker.state(1.minutes).recordId)
        tracker.record(event("""{"type":1,"recordId":"r-1","extra":"order 66"}"""))
        val tracked = tracker.state(1.minutes)
        assertEquals("r-1" to "order 66", tracked.recordId to tracked.extra)
        assertEquals(
            "record_id",
            violationsOf {
                tracker.record(event("""{"type":3,"recordId":"r-2"}"""))
            }.single().path,
        )
    }

    @Test
    fun `a tracker of a start whose outcome is unknown grows stale since it was sent`() {
        val sentAt = Instant.ofEpochMilli(1_000)
        val tracker = RecordingTracker.byExtra("order 66", since = sentAt)
        assertFalse(tracker.state(1.minutes, sentAt.plusSeconds(60)).isStale)
        assertTrue(tracker.state(1.minutes, sentAt.plusSeconds(61)).isStale)
        assertFalse(RecordingTracker.byExtra("order 66").state(1.minutes).isStale)
    }

    @Test
    fun `a tracker by extra refuses another start's event, and is not made of nothing`() {
        val tracker = RecordingTracker.byExtra("order 66")
        val other = event("""{"type":1,"recordId":"r-1","extra":"order 67"}""")
        assertEquals("extra", violationsOf { tracker.record(other) }.single().path)
        assertEquals("empty", violationsOf { RecordingTracker.byExtra("") }.single().code)
        assertEquals("wrong_type", violationsOf { RecordingTracker.byExtra("\uD83D") }.single().code)
    }

    @Test
    fun `trackers that noted an event each are merged without a loss`() {
        val snapshot = RecordingTracker.byExtra("order 66").snapshot()
        val (first, second) = List(2) { RecordingTracker.restore(snapshot) }
        first.record(event("""{"type":1,"recordId":"r-1","extra":"order 66"}"""))
        second.record(event("""{"type":3,"recordId":"r-1","extra":"order 66"}"""))
        first.merge(second)
        assertEquals(RecordingPhase.ENDED, first.state(1.minutes).phase)
        second.merge(first)
        assertEquals(first.snapshot(), second.snapshot())
    }

    @Test
    fun `a tracker is not merged with another recording's`() {
        val (first, second) = listOf("r-1", "r-2").map(::RecordingTracker)
        assertEquals("other", violationsOf { first.merge(second) }.single().path)
    }

    @Test
    fun `failures are told apart from what went well`() {
        val tracker = RecordingTracker("r-1")
        tracker.record(event("""{"type":4,"recordId":"r-1","code":500}"""))
        val tracked = tracker.state(1.minutes)
        assertEquals(RecordingPhase.FAILED, tracked.phase)
        assertEquals(emptyList(), tracked.uploads)
        assertTrue(tracked.failures.single().isFailure)
    }

    @Test
    fun `an upload before the end is heard of is told as a part`() {
        val tracker = RecordingTracker("r-1")
        tracker.record(event("""{"type":4,"recordId":"r-1","code":200}"""))
        assertEquals(RecordingPhase.PARTLY_UPLOADED, tracker.state(1.minutes).phase)
    }

    @Test
    fun `an event made by hand whose JSON says something else is refused`() {
        val changed = event("""{"type":1,"recordId":"r-1"}""").copy(extra = "forged")
        assertEquals("event.json", violationsOf { RecordingTracker("r-1").record(changed) }.single().path)
    }

    private fun event(json: String) = parseRecordingEvent(json.toByteArray())
}
