// What trackers make of events in any order.

package rongcloud.recording.tests

import com.fasterxml.jackson.databind.JsonNode
import org.junit.jupiter.api.Test
import rongcloud.recording.RecordType
import rongcloud.recording.RecordingPhase
import rongcloud.recording.RecordingTracker
import rongcloud.recording.StartedRecording
import rongcloud.recording.TrackedRecording
import rongcloud.recording.parseRecordingEvent
import rongcloud.recording.support.asVector
import rongcloud.recording.support.assertAsVector
import rongcloud.recording.support.text
import rongcloud.recording.support.vectors
import rongcloud.recording.support.violationsOf
import java.time.Duration
import java.time.Instant
import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.minutes

private fun tracker(entry: JsonNode, events: List<String> = entry.events()): RecordingTracker {
    val tracker =
        entry["record_id"].textValue()?.let(::RecordingTracker) ?: RecordingTracker.byExtra(entry.text("extra"))
    events.forEach { tracker.record(parseRecordingEvent(it.toByteArray())) }
    entry["requested_at_ms"].takeIf { it.isNumber }?.let { at ->
        val recordId = entry["record_id"].textValue() ?: entry["state"].text("record_id")
        val started = StartedRecording(recordId, "room1", "aaa", "q", RecordType.SPLIT_STREAM)
        tracker.requested(started, Instant.ofEpochMilli(at.longValue()))
    }
    return tracker
}

private fun JsonNode.events() = this["events"].map { it.textValue() }

private fun RecordingTracker.state(entry: JsonNode) = state(
    Duration.ofMillis(entry["stale_after_ms"].longValue()),
    Instant.ofEpochMilli(entry["now_ms"].longValue()),
).asVector()

private fun TrackedRecording.asVector() = mapOf(
    "phase" to phase.asVector(),
    "is_stale" to isStale,
    "record_id" to recordId,
    "extra" to extra,
    "requested_at_ms" to requestedAt.asVector(),
    "started_at_ms" to startedAt.asVector(),
    "ended_at_ms" to endedAt.asVector(),
    "slices" to slices.map { it.json },
    "uploads" to uploads.map { it.json },
    "failures" to failures.map { it.json },
    "others" to others.map { it.json },
    "last_news_at_ms" to lastNewsAt.asVector(),
)

fun keepsTracker(entry: JsonNode) = assertAsVector(entry["state"], tracker(entry).state(entry))

class TrackerTest {
    @Test
    fun `a thousand shuffled and duplicated sequences end in the same state and snapshot`() {
        val random = Random(7)
        val entries = vectors("trackers.json")
        repeat(1_000) { round ->
            val entry = entries[round % entries.size]
            val ordered = entry.events()
            val repeated = List(random.nextInt(ordered.size * 2 + 1)) { ordered.random(random) }
            val shuffled = tracker(entry, (ordered + repeated).shuffled(random))
            assertAsVector(entry["state"], shuffled.state(entry))
            assertEquals(tracker(entry).snapshot(), shuffled.snapshot())
        }
    }

    @Test
    fun `a tracker comes back from its snapshot`() {
        for (entry in vectors("trackers.json")) {
            assertAsVector(entry["state"], RecordingTracker.restore(tracker(entry).snapshot()).state(entry))
        }
    }

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
