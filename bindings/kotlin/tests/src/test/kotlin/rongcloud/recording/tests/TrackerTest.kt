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
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.minutes

private fun tracker(entry: JsonNode, events: List<String> = entry.events()): RecordingTracker {
    val tracker = RecordingTracker(entry.text("record_id"))
    events.forEach { tracker.record(parseRecordingEvent(it.toByteArray())) }
    entry["requested_at_ms"].takeIf { it.isNumber }?.let { at ->
        val started = StartedRecording(entry.text("record_id"), "room1", "aaa", "q", RecordType.SPLIT_STREAM)
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
    "requested_at_ms" to requestedAt.asVector(),
    "started_at_ms" to startedAt.asVector(),
    "ended_at_ms" to endedAt.asVector(),
    "slices" to slices.map { it.json },
    "uploads" to uploads.map { it.json },
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
        for (text in listOf("", "{}", """{"version":2,"record_id":"r","requested_at_ms":null,"events":[]}""")) {
            assertEquals("invalid_json", violationsOf { RecordingTracker.restore(text) }.single().code)
        }
    }

    @Test
    fun `a recording requested just now is not stale`() {
        val tracker = RecordingTracker("r-1")
        tracker.requested(StartedRecording("r-1", "room1", "aaa", "q", RecordType.MCU))
        assertEquals(RecordingPhase.REQUESTED, tracker.state(1.minutes).phase)
    }

    @Test
    fun `a recording without news for longer than one waits is stale`() {
        val tracker = RecordingTracker("r-1")
        tracker.requested(StartedRecording("r-1", "room1", "aaa", "q", RecordType.MCU))
        assertEquals(RecordingPhase.STALE, tracker.state(1.minutes, Instant.now().plusSeconds(61)).phase)
    }
}
