// What README and book show does what they say. That they show nothing else, scripts/check-docs.py sees to.

package rongcloud.recording.tests

import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.LedgerState
import rongcloud.recording.RecordingEvent
import rongcloud.recording.RecordingEventKind
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingPhase
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTracker
import rongcloud.recording.parseRecordingEvent
import rongcloud.recording.signature
import rongcloud.recording.support.Fleet
import rongcloud.recording.support.FleetForTest
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.client
import rongcloud.recording.support.violationsOf
import rongcloud.simulator.CallbackState
import rongcloud.simulator.RecordingState
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import java.net.InetSocketAddress
import java.util.concurrent.CancellationException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.LinkedBlockingQueue
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotNull
import kotlin.time.Duration.Companion.minutes

@ExtendWith(RongCloudSimulatorExtension::class, FleetForTest::class)
class ReadmeTest {
    @Test
    suspend fun `Kotlin's first example starts a recording`(simulator: Simulator) {
        val recordId = simulator.client().use { ReadmeExamples().record(it, "room1", "aaa") }
        assertEquals(simulator.recordings().single().recordId, recordId)
    }

    @Test
    fun `Kotlin's client can be made`() = ReadmeExamples().makeClient("key", "secret").close()

    @Test
    fun `clients with policies can be made`() {
        ReadmeExamples().makeClientOfPolicies("key", "secret").close()
        JavaReadmeExamples.policies("key", "secret").close()
    }

    @Test
    fun `the JSON is a valid config`() {
        assertContains(ReadmeExamples().readProfile().toJson(), "\"mode\":0")
    }

    @Test
    suspend fun `a start that was not sent is tried again`(simulator: Simulator) {
        val examples = ReadmeExamples()
        simulator.next(Step.reply(429))
        simulator.client().use { examples.decide(it, "room1", "aaa") }
        assertEquals(listOf("try room1 again later"), examples.decisions)
    }

    @Test
    suspend fun `a start whose outcome is unknown is looked after`(simulator: Simulator) {
        val examples = ReadmeExamples()
        simulator.next(Step.reply(503))
        simulator.client().use { examples.decide(it, "room1", "aaa") }
        assertEquals(listOf("wait for 36 characters after 32"), examples.decisions)
    }

    @Test
    suspend fun `a start that its timeout cancels is looked after`(simulator: Simulator) {
        val examples = ReadmeExamples()
        // It counts only as long as the call is under way: it is cancelled from outside, as the timeout would.
        simulator.next(Step.hold())
        simulator.client().use { client ->
            coroutineScope {
                val call = launch(Dispatchers.Default) { examples.inTime(client, "room1", "aaa", "66") }
                simulator.await(requests = 1)
                call.cancelAndJoin()
            }
        }
        assertEquals(listOf("wait for 2 characters after 32"), examples.decisions)
    }

    @Test
    fun `Java's cancelled start is looked after`(simulator: Simulator) {
        simulator.next(Step.hold())
        simulator.client().use { client ->
            val future = client.startAsync("room1", "aaa", ReadmeExamples().profile, "of Java")
            simulator.await(requests = 1)
            assertFailsWith<CancellationException> { JavaReadmeExamples.cancelled(future) }
        }
        val requestId = simulator.requests().single().header("x-request-id")
        assertEquals(requestId, JavaReadmeExamples.WAITING["of Java"])
    }

    @Test
    suspend fun `a start's callback is found by its extra, and no news is lost`(simulator: Simulator) {
        val examples = ReadmeExamples()
        simulator.next(Step.reply(503))
        val unknown = simulator.client().use {
            assertFailsWith<RecordingException> { it.start("room1", "aaa", examples.profile, "66") }
        }
        val events = listOf(1, 3).map {
            parseRecordingEvent("""{"type":$it,"recordId":"r-1","extra":"66"}""".toByteArray())
        }
        assertEquals("r-1", examples.trackByExtra("66", unknown, events.first()))
        for (event in events) examples.save(RecordingTracker.byExtra("66").apply { record(event) })
        val tracked = RecordingTracker.restore(assertNotNull(examples.kept)).state(1.minutes)
        assertEquals(RecordingPhase.ENDED, tracked.phase)
    }

    @Test
    suspend fun `errors are told apart`(simulator: Simulator) {
        val examples = ReadmeExamples()
        simulator.next(Step.reply(503), Step.reply(400))
        simulator.client().use { client ->
            examples.tell(assertFailsWith<RecordingException> { client.start("room1", "aaa", examples.profile) })
            val refused = assertFailsWith<RecordingException> { client.start("room1", "aaa", examples.profile) }
            assertFailsWith<RecordingException.Refused> { examples.tell(refused) }
        }
    }

    @Test
    fun `advice can be logged`() = ReadmeExamples().advise(
        RecordingProfile.fromJson(
            """{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}""",
        ),
    )

    @Test
    suspend fun `a start with mistakes in it fails`(simulator: Simulator) {
        simulator.client().use { client ->
            assertEquals(listOf("Room-Id"), violationsOf { ReadmeExamples().decide(client, "", "aaa") }.map { it.path })
        }
    }

    @Test
    fun `Java's example starts a recording`(simulator: Simulator) {
        val recordId = simulator.client().use {
            JavaReadmeExamples.future(it, "room1", "aaa", JavaReadmeExamples.profile()).join()
        }
        assertEquals(simulator.recordings().single().recordId, recordId)
    }

    @Test
    suspend fun `the life of a recording is as shown`(simulator: Simulator) {
        simulator.setRoom("room1", "aaa", "111", "2222")
        val recordId = simulator.client().use { client ->
            ReadmeExamples().live(client, "room1")
        }
        assertEquals(recordId, simulator.recordings().single().recordId)
    }

    @Test
    suspend fun `a recording is stopped by its ids alone`(simulator: Simulator) {
        simulator.client().use { client ->
            client.start("room1", "aaa", ReadmeExamples().profile)
            ReadmeExamples().stop(client, "room1", "aaa")
        }
        assertEquals(RecordingState.STOPPED, simulator.recordings().single().state)
    }

    @Test
    fun `Java's life of a recording, with its webhook, tells of the upload`(simulator: Simulator) {
        simulator.setRoom("room1", "aaa", "111", "2222")
        val receiver =
            JavaReadmeExamples.receiver(Simulator.APP_KEY, Simulator.APP_SECRET, "old", ConcurrentHashMap())
        val events = ConcurrentHashMap<String, RecordingEvent>()
        val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        server.createContext("/recording") { JavaReadmeExamples.answer(it, receiver, events) }
        server.start()
        simulator.callBack("http://127.0.0.1:${server.address.port}/recording")
        val recordId = simulator.blockingClient().use {
            JavaReadmeExamples.live(it, "room1", ReadmeExamples().profile)
        }
        assertEquals(setOf(CallbackState.DELIVERED), simulator.flushCallbacks().map { it.state }.toSet())
        server.stop(0)
        assertEquals(setOf(recordId), events.values.map { it.recordId }.toSet())
        assertContains(events.values.map { it.kind }, RecordingEventKind.UPLOADED)
    }

    @Test
    fun `a webhook answers as shown, and keeps each event once`() = runBlocking {
        val examples = ReadmeExamples()
        val receiver = CallbackReceiver(Simulator.APP_KEY, Simulator.APP_SECRET)
        val body = """{"type":1,"recordId":"r-1","appKey":"${Simulator.APP_KEY}"}""".toByteArray()
        val now = System.currentTimeMillis().toString()
        val query = "nonce=1&timestamp=$now&signature=${signature(Simulator.APP_SECRET, "1", now)}"
        val answers = listOf(query, query, null).map { examples.answer(receiver, emptyMap(), body, it) }
        assertEquals(listOf(200, 200, 401), answers)
        val event = parseRecordingEvent(examples.store.events.values.single().toByteArray())
        assertEquals(RecordingPhase.RECORDING, examples.track("r-1", event).phase)
        val asked = mutableListOf<String>()
        val guarded = examples.guarded(receiver) { _, fingerprint, _ -> null.also { asked += fingerprint } }
        assertEquals(asked, listOf(guarded.recordingEvent(emptyMap<String, List<String>>(), body, query).fingerprint))
    }

    @Test
    suspend fun `processes record together as shown`(fleet: Fleet) = coroutineScope {
        val client = fleet.simulator.client()
        val together = launch(Dispatchers.Default) { ReadmeExamples().recordTogether(client, fleet.store, "room1") }
        fleet.ledger().follow("aaa").first { it.entry.state == LedgerState.RUNNING }
        val states = LinkedBlockingQueue<LedgerState>()
        val ofJava = launch(Dispatchers.IO) {
            runInterruptible {
                JavaReadmeExamples.together(fleet.blockingLedger(), "room1", ReadmeExamples().profile, states)
            }
        }
        assertEquals(LedgerState.RUNNING, states.take())
        ofJava.cancelAndJoin()
        together.cancelAndJoin()
        client.close()
        assertEquals(1, fleet.simulator.executions().start)
    }

    @Test
    suspend fun `a ledger's webhook answers as shown`(fleet: Fleet) {
        val body = """{"type":1,"recordId":"r-1","appKey":"${Simulator.APP_KEY}"}""".toByteArray()
        val now = System.currentTimeMillis().toString()
        val query = "nonce=1&timestamp=$now&signature=${signature(Simulator.APP_SECRET, "1", now)}"
        val (ledger, failing) = fleet.ledger() to fleet.ledger(store = fleet.unreachable)
        val answers = listOf(ledger to query, ledger to query, ledger to null, failing to query)
            .map { (ledger, query) -> ReadmeExamples().take(ledger, emptyMap(), body, query) }
        assertEquals(listOf(200, 200, 401, 503), answers)
    }
}
