// Changing, stopping and asking, and the whole life of a recording.

package rongcloud.recording.tests

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.AudioFormat
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.FailureCause
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.McuRecording
import rongcloud.recording.OperationKind
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RetryPolicy
import rongcloud.recording.ServiceCode
import rongcloud.recording.SliceLength
import rongcloud.recording.StreamRef
import rongcloud.recording.VideoFormat
import rongcloud.recording.recordingException
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.client
import rongcloud.recording.support.json
import rongcloud.recording.support.violationsOf
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import java.util.concurrent.CompletableFuture
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

private val target = RecordingTarget("room1", "aaa")
private val update = LayoutUpdate(Layout.Adaptive, host = Host("111", "111_RongCloudRTC"))

@ExtendWith(RongCloudSimulatorExtension::class)
class OperationsTest {
    private val suspending: Map<String, suspend (RecordingClient) -> Any> = mapOf(
        "startInRoom" to { it.startInRoom("room1", anyProfile) },
        "updateLayout" to { it.updateLayout(target, update) },
        "stop" to { it.stop(target) },
        "queryRoom" to { it.queryRoom("room1") },
    )
    private val blocking: Map<String, (BlockingRecordingClient) -> Any> = mapOf(
        "startInRoom" to { it.startInRoom("room1", anyProfile) },
        "updateLayout" to { it.updateLayout(target, update) },
        "stop" to { it.stop(target) },
        "queryRoom" to { it.queryRoom("room1") },
    )

    @Test
    suspend fun `a recording lives from the room to its stop`(simulator: Simulator) {
        simulator.setRoom("room1", "aaa", "111", "2222")
        simulator.client().use { client ->
            val room = client.queryRoom("room1")
            val started = client.start("room1", room.sessionId, anyProfile)
            val changed = client.updateLayout(started, LayoutUpdate(Layout.sideBySide(room.videoStreams)))
            val stopped = client.stop(started)
            assertEquals(listOf(started.recordId, started.recordId), listOf(changed.recordId, stopped.recordId))
        }
        val windows = json.readTree(simulator.recordings().single().layout)["input"]["video"]
        assertEquals(listOf("111", "2222"), windows.map { it["userId"].textValue() })
    }

    @Test
    fun `the blocking client has the same operations`(simulator: Simulator) {
        simulator.setRoom("room1", "aaa", "111", "2222")
        simulator.blockingClient().use { client ->
            val started = client.startInRoom("room1", anyProfile, extra = "tag")
            val streams = client.queryRoom("room1").videoStreams
            client.updateLayout(started, LayoutUpdate(Layout.grid(streams, "1280x720")))
            assertEquals(started.recordId, client.stop(started).recordId)
        }
        assertEquals("tag", simulator.recordings().single().extra)
    }

    @Test
    suspend fun `a start by room alone takes the room's session`(simulator: Simulator) {
        simulator.setRoom("room1", "another")
        assertEquals("another", simulator.client().use { it.startInRoom("room1", anyProfile) }.sessionId)
    }

    @Test
    suspend fun `a start in a room that does not exist is refused before anything is started`(simulator: Simulator) {
        val failure = simulator.client().use {
            assertFailsWith<RecordingException.Refused> { it.startInRoom("room2", anyProfile) }
        }
        assertEquals(ServiceCode.ROOM_NOT_FOUND, failure.code)
        assertEquals(OperationKind.QUERY_ROOM to false, failure.operation to failure.mayBeRecording)
        assertEquals(emptyList(), simulator.recordings())
    }

    @Test
    suspend fun `an MCU recording's layout is not changed where its kind is known`(simulator: Simulator) {
        val recording = McuRecording(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60)
        simulator.client().use { client ->
            val started = client.start("room1", "aaa", RecordingProfile(recording))
            val grid = LayoutUpdate(Layout.grid(listOf(StreamRef("u", "s"))))
            assertEquals(
                listOf("config.recordType"),
                violationsOf { client.updateLayout(started, grid) }.map { it.path },
            )
        }
        assertEquals(1, simulator.requests().size)
    }

    @Test
    suspend fun `a stop whose outcome is unknown may be repeated`(simulator: Simulator) {
        simulator.next(Step.hold())
        val failure = simulator.client().use {
            assertFailsWith<RecordingException.OutcomeUnknown> { it.stop(target, timeout = 150.milliseconds) }
        }
        assertTrue(failure.isRetryable && failure.maybeSent)
    }

    @Test
    suspend fun `where the service does not say which recording was stopped, there is no id`(simulator: Simulator) {
        simulator.next(Step.reply(200, """{"code":200}"""))
        assertNull(simulator.client().use { it.stop(target) }.recordId)
    }

    @Test
    fun `half of a surrogate pair is refused by name`(simulator: Simulator) = simulator.blockingClient().use { client ->
        val broken = "\uD83D"
        val layout = Layout.Custom(listOf(rongcloud.recording.Window(broken, "s", 0.0, 0.0, 1.0, 1.0)))
        assertEquals(
            listOf("sessionId", "Room-Id", "input.video[0].userId"),
            listOf(
                violationsOf { client.stop(RecordingTarget("room1", broken)) },
                violationsOf { client.queryRoom(broken) },
                violationsOf { client.updateLayout(target, LayoutUpdate(layout)) },
            ).map { it.single().path },
        )
    }

    @Test
    fun `what is refused before it is sent tells the call, too`(simulator: Simulator) {
        simulator.blockingClient().use { client ->
            val window = rongcloud.recording.Window("\uD83D", "s", 0.0, 0.0, 1.0, 1.0)
            val broken = LayoutUpdate(Layout.Custom(listOf(window)))
            val hostless = LayoutUpdate(Layout.Floating)
            val failures = listOf(
                OperationKind.START to runCatching { client.start("room1", "\uD83D", anyProfile, "66") },
                OperationKind.START to runCatching { client.startInRoom("room1", anyProfile, "\uD83D") },
                OperationKind.UPDATE_LAYOUT to runCatching { client.updateLayout(target, broken) },
                OperationKind.UPDATE_LAYOUT to runCatching { client.updateLayout(target, hostless) },
                OperationKind.STOP to runCatching { client.stop(RecordingTarget("room1", "")) },
                OperationKind.QUERY_ROOM to runCatching { client.queryRoom("") },
            )
            for ((operation, result) in failures) {
                val failure = assertIs<RecordingException.InvalidInput>(result.exceptionOrNull())
                assertEquals(operation, failure.operation)
                assertFalse(failure.mayBeRecording || failure.maybeSent)
                assertNull(failure.requestId)
            }
            assertEquals(0, simulator.requests().size)
        }
    }

    @TestFactory
    fun `each failure tells the operation, and only a start's may be recording`() = blocking.each { name, call ->
        Simulator().use { simulator ->
            val once = RetryPolicy(maxAttempts = 1)
            // Of a start by room alone, the question succeeds.
            val steps = List(if (name == "startInRoom") 1 else 0) { Step() }
            BlockingRecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = simulator.url, retry = once).use {
                simulator.next(*steps.toTypedArray(), Step.reply(503))
                val failure = assertFailsWith<RecordingException.OutcomeUnknown> { call(it) }
                val expected = when (name) {
                    "startInRoom" -> OperationKind.START
                    "updateLayout" -> OperationKind.UPDATE_LAYOUT
                    "stop" -> OperationKind.STOP
                    else -> OperationKind.QUERY_ROOM
                }
                assertEquals(expected to (name == "startInRoom"), failure.operation to failure.mayBeRecording)
                assertEquals("room1", failure.roomId)
            }
        }
    }

    @TestFactory
    fun `cancelling the coroutine closes the connection`() = suspending.each { name, call ->
        Simulator().use { simulator ->
            simulator.next(Step.hold())
            kotlinx.coroutines.runBlocking {
                simulator.client().use { client ->
                    val job = launch(Dispatchers.Default) { call(client) }
                    simulator.await(requests = 1)
                    job.cancelAndJoin()
                    simulator.await(abandoned = 1)
                }
            }
            assertEquals(1, simulator.requests().size, name)
        }
    }

    @TestFactory
    fun `interrupting the thread closes the connection and says what was sent`() = blocking.each { name, call ->
        Simulator().use { simulator ->
            simulator.next(Step.hold())
            val seen = CompletableFuture<InterruptedException>()
            simulator.blockingClient().use { client ->
                val thread = thread { seen.complete(assertFailsWith<InterruptedException> { call(client) }) }
                simulator.await(requests = 1)
                thread.interrupt()
                simulator.await(abandoned = 1)
            }
            val cancelled = assertIs<RecordingException.Cancelled>(seen.get().recordingException)
            // Where it was the room's question that was interrupted, nothing was started.
            assertFalse(cancelled.mayBeRecording, name)
            assertEquals(name != "startInRoom", cancelled.maybeSent, name)
        }
    }

    @TestFactory
    fun `a closed client sends nothing`() = blocking.each { _, call ->
        Simulator().use { simulator ->
            val client = simulator.blockingClient()
            client.close()
            val failure = assertFailsWith<RecordingException.NotSent> { call(client) }
            assertEquals(FailureCause.CLIENT_CLOSED, failure.failureCause)
            assertEquals(0, simulator.requests().size)
        }
    }

    @Test
    suspend fun `closing the client ends a stop under way as Cancelled`(simulator: Simulator): Unit = coroutineScope {
        simulator.next(Step.hold())
        val client = simulator.client()
        val stop = client.stopAsync(target)
        simulator.await(requests = 1)
        client.close()
        assertIs<RecordingException.Cancelled>(runCatching { stop.join() }.exceptionOrNull()?.cause)
    }

    private fun <C> Map<String, C>.each(test: (String, C) -> Unit) =
        map { (name, call) -> DynamicTest.dynamicTest(name) { test(name, call) } }
}
