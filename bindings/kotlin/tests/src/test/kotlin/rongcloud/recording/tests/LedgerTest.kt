// What a ledger does for several processes: one start, callbacks taken in by any, unknown outcomes looked after.

package rongcloud.recording.tests

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.AudioFormat
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.FailureCause
import rongcloud.recording.LedgerOptions
import rongcloud.recording.LedgerResolution
import rongcloud.recording.LedgerState
import rongcloud.recording.OnUnknown
import rongcloud.recording.OperationKind
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingPhase
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RefusalReason
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import rongcloud.recording.signature
import rongcloud.recording.support.Came
import rongcloud.recording.support.Fleet
import rongcloud.recording.support.FleetForTest
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.StartOnce
import rongcloud.recording.support.answer
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.client
import rongcloud.recording.support.runJvm
import rongcloud.recording.support.take
import rongcloud.recording.support.violationsOf
import rongcloud.simulator.CallbackState
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

private val otherProfile = RecordingProfile(
    SplitStreamRecording(
        mode = RecordingMode.MIX_AUDIO_ONLY,
        videoFormat = VideoFormat.HLS,
        audioFormat = AudioFormat.MP3,
        sliceLength = SliceLength.MINUTES_30,
    ),
)

@ExtendWith(FleetForTest::class)
class LedgerTest {
    @Test
    suspend fun `one that is asked many times at once sends one start, which all are told of and one has made`(
        fleet: Fleet,
    ) {
        val ledgers = List(2) { fleet.ledger() }
        val found = withContext(Dispatchers.Default) {
            List(20) { async { ledgers[it % 2].start() } }.awaitAll()
        }
        assertEquals(1, fleet.simulator.executions().start)
        val recordId = fleet.simulator.recordings().single().recordId
        assertEquals(setOf(recordId), found.flatMap { listOf(it.recording.recordId, it.entry.recordId) }.toSet())
        assertEquals(1, found.count { it.isMine })
    }

    @Test
    suspend fun `processes that start one session at once start one recording`(fleet: Fleet) {
        val outputs = withContext(Dispatchers.IO) {
            List(2) {
                async {
                    val environment = fleet.simulator.environment + ("RONGCLOUD_LEDGER_URL" to fleet.store)
                    runJvm(StartOnce::class.qualifiedName!!, environment = environment).output.trim()
                }
            }.awaitAll()
        }
        val recordId = fleet.simulator.recordings().single().recordId
        assertEquals(setOf("$recordId true", "$recordId false"), outputs.toSet())
        assertEquals(1, fleet.simulator.executions().start)
    }

    @Test
    suspend fun `it starts whatever call a room has, once`(fleet: Fleet) {
        val (first, second) = List(2) { fleet.ledger().startInRoom("room1", anyProfile) }
        assertTrue(first.isMine && !second.isMine)
        assertEquals(first.recording.recordId, second.recording.recordId)
        assertEquals("aaa", second.recording.sessionId)
    }

    @Test
    suspend fun `what it has done is counted, for this process alone`(fleet: Fleet) {
        val (ledger, another) = List(2) { fleet.ledger() }
        ledger.start()
        another.start()
        assertFailsWith<RecordingException.Conflict> { another.start(otherProfile) }
        val report = another.reconcile(wait = Duration.ZERO)
        assertEquals(listOf(1L, 0L), ledger.statistics().run { listOf(startsSent, startsJoined) })
        assertNull(ledger.statistics().reconciledAt)
        val counted = another.statistics()
        assertEquals(listOf(0L, 1L, 1L), counted.run { listOf(startsSent, startsJoined, startsInConflict) })
        assertEquals(report, counted.lastReconciliation)
        assertTrue(counted.storeCalls > 0 && counted.storeFailures == 0L)
    }

    @Test
    suspend fun `an entry names who has sent the start`(fleet: Fleet) {
        val started = fleet.ledger(holder = "worker-7").start()
        assertEquals("worker-7", started.entry.holder)
        assertEquals(started.recording.requestId, started.entry.requestId)
    }

    @Test
    suspend fun `a start of what is recorded otherwise is a conflict, which shows what is on record`(fleet: Fleet) {
        val first = fleet.ledger().start()
        val conflict = assertFailsWith<RecordingException.Conflict> { fleet.ledger().start(otherProfile) }
        assertEquals(first.entry, conflict.entry)
        assertTrue(!conflict.maybeSent && !conflict.isRetryable && conflict.mayBeRecording)
        assertEquals(OperationKind.START to "aaa", conflict.operation to conflict.sessionId)
        assertEquals(1, fleet.simulator.executions().start)
    }

    @Test
    suspend fun `a session is recorded again only for whoever says what is over`(fleet: Fleet) {
        val ledger = fleet.ledger()
        val first = ledger.start()
        ledger.stop(first.recording)
        assertFalse(ledger.start().isMine)
        val second = ledger.start("room1", "aaa", anyProfile, after = first.entry.generation)
        assertTrue(second.isMine)
        assertEquals(first.entry.generation + 1, second.entry.generation)
        assertEquals(2, fleet.simulator.executions().start)
    }

    @Test
    suspend fun `what one process takes in, all know`(fleet: Fleet) {
        val recordId = fleet.recordOne().first
        val known = assertNotNull(fleet.ledger().get("aaa"))
        assertEquals(LedgerState.UPLOADED to recordId, known.entry.state to known.entry.recordId)
        val recording = assertNotNull(known.recording)
        assertEquals(RecordingPhase.UPLOADED, recording.phase)
        assertTrue(recording.uploads.isNotEmpty())
        // The ledger's own tag isn't shown.
        assertEquals("" to null, known.entry.extra to recording.extra)
    }

    @Test
    suspend fun `an event that comes again is taken in again, and isn't new`(fleet: Fleet) {
        val (_, came) = fleet.recordOne()
        val other = fleet.blockingLedger()
        assertEquals(List(came.size) { false }, came.map { other.take(it).isNew })
    }

    @Test
    suspend fun `a forged body under a signature that another process has seen is refused with 401`(fleet: Fleet) {
        val genuine = fleet.recordOne().second.first()
        val forged = Came(genuine.headers, genuine.body + ' '.code.toByte(), genuine.query)
        val other = fleet.ledger()
        val refused = assertFailsWith<CallbackRefusedException> {
            other.take(forged.headers, forged.body, forged.query)
        }
        assertEquals(RefusalReason.REPLAYED to 401, refused.reason to refused.httpStatus)
        val future = other.takeAsync(forged.headers, forged.body, forged.query)
        assertEquals(refused.message, future.handle { _, failure -> failure }.join().message)
        assertEquals(401, fleet.blockingLedger().answer(forged))
    }

    @Test
    suspend fun `headers are taken as pairs, too`(fleet: Fleet) {
        val genuine = fleet.recordOne().second.first()
        val pairs = genuine.headers.flatMap { (name, values) -> values.map { java.util.Map.entry(name, it) } }
        assertFalse(fleet.ledger().take(pairs, genuine.body, genuine.query).isNew)
        assertFalse(fleet.blockingLedger().take(pairs, genuine.body, genuine.query).isNew)
    }

    @Test
    suspend fun `a room's event is verified, and its signature remembered for all processes`(fleet: Fleet) {
        val body = """{"event":1,"channelId":"room1","appKey":"${Simulator.APP_KEY}"}""".toByteArray()
        val now = System.currentTimeMillis().toString()
        val headers = mapOf(
            "appKey" to listOf(Simulator.APP_KEY),
            "Nonce" to listOf("1"),
            "Timestamp" to listOf(now),
            "Signature" to listOf(signature(Simulator.APP_SECRET, "1", now)),
        )
        repeat(2) { assertEquals("room1", fleet.ledger().takeRoomEvent(headers, body).event.roomId) }
        val refused = assertFailsWith<CallbackRefusedException> {
            fleet.blockingLedger().takeRoomEvent(headers, body + ' '.code.toByte())
        }
        assertEquals(RefusalReason.REPLAYED, refused.reason)
        assertNull(fleet.ledger().get("aaa"))
    }

    @Test
    suspend fun `a receiver of one's own decides what is believed`(fleet: Fleet) {
        val genuine = fleet.recordOne().second.first()
        val ledger = fleet.blockingLedger(receiver = CallbackReceiver(Simulator.APP_KEY, "another"))
        val refused = assertFailsWith<CallbackRefusedException> { ledger.take(genuine) }
        assertEquals(RefusalReason.WRONG_SIGNATURE, refused.reason)
    }

    @Test
    suspend fun `without its store it sends no start, and has callbacks come again`(fleet: Fleet) {
        for (store in listOf(fleet.unreachable, "postgres://127.0.0.1:1/recordings")) {
            val failure = assertFailsWith<RecordingException.NotSent>(store) {
                fleet.ledger(store = store).start("room1", "aaa", anyProfile, timeout = 100.milliseconds)
            }
            assertEquals(FailureCause.STORE, failure.failureCause)
            assertTrue(failure.isRetryable && !failure.mayBeRecording)
        }
        assertEquals(0, fleet.simulator.requests().size)
        val genuine = fleet.recordOne().second.first()
        assertEquals(503, fleet.blockingLedger(store = fleet.unreachable).answer(genuine))
    }

    @Test
    fun `without a store that it can use it is not made, and told why`(fleet: Fleet) {
        val client = fleet.simulator.client()
        for (store in listOf(null, "recordings.db", "sqlite:", "nosuch://host")) {
            val found = violationsOf { RecordingLedger(client, OnUnknown.HOLD, store = store) }
            assertEquals(listOf("store"), found.map { it.path }, "$store: $found")
        }
        val options = LedgerOptions(store = fleet.store, grace = Duration.ZERO)
        assertEquals(listOf("grace"), violationsOf { RecordingLedger(client, OnUnknown.HOLD, options) }.map { it.path })
    }

    @Test
    suspend fun `text that can't be sent is refused with what it was about`(fleet: Fleet) {
        val invalid = assertFailsWith<RecordingException.InvalidInput> {
            fleet.ledger().start("room1", "a\uD83D", anyProfile, extra = "order 66")
        }
        assertEquals(listOf("sessionId"), invalid.violations.map { it.path })
        assertEquals(OperationKind.START to "order 66", invalid.operation to invalid.extra)
        val nowhere = assertFailsWith<RecordingException.InvalidInput> { fleet.ledger().get("a\uD83D") }
        assertNull(nowhere.operation)
    }

    @Test
    suspend fun `a start that nobody knows the outcome of is held until somebody decides`(fleet: Fleet) {
        val (ledger, other) = List(2) { fleet.ledger() }
        val lost = fleet.loseStart(by = ledger)
        assertEquals(listOf(lost), other.unresolved())
        val conflict = assertFailsWith<RecordingException.Conflict> { other.start() }
        assertEquals(lost, conflict.entry)
        assertTrue(conflict.mayBeRecording)
        val decided = other.resolve("aaa", lost.generation, LedgerResolution.NotStarted)
        assertEquals(LedgerState.FREE, decided.state)
        assertEquals(emptyList(), other.unresolved(limit = 1))
        assertTrue(ledger.start().isMine)
    }

    @Test
    suspend fun `what has no unknown outcome can't be decided`(fleet: Fleet) {
        val ledger = fleet.ledger()
        val started = ledger.start()
        val decision = LedgerResolution.Started("r-1")
        assertFailsWith<RecordingException.Conflict> { ledger.resolve("aaa", started.entry.generation, decision) }
        assertFailsWith<RecordingException.InvalidInput> { ledger.resolve("bbb", 1, decision) }
    }

    @Test
    suspend fun `reconciling stops what may be running, once it has seen that for the grace`(fleet: Fleet) {
        val ledger = fleet.ledger(OnUnknown.STOP, grace = 1.milliseconds)
        fleet.loseStart(by = ledger)
        val report = ledger.reconcile()
        assertEquals(1L to 0L, report.stopped to report.failed, "$report")
        assertEquals(LedgerState.OVER, ledger.get("aaa")?.entry?.state)
        assertEquals("/rtc/record/stop.json", fleet.simulator.requests().last().path)
    }

    @Test
    suspend fun `keeping up does so by itself, and whoever follows is told`(fleet: Fleet) {
        val (keeping, other) = fleet.ledger(OnUnknown.STOP, grace = 1.milliseconds) to fleet.ledger()
        fleet.loseStart(by = other)
        keeping.keepUp(20.milliseconds)
        other.follow("aaa").first { it.entry.state == LedgerState.OVER }
        keeping.close()
    }

    @Test
    fun `nothing keeps up at an interval of nothing`(fleet: Fleet) {
        val ledger = fleet.ledger()
        assertEquals(listOf("interval"), violationsOf { ledger.keepUp(Duration.ZERO) }.map { it.path })
    }

    @Test
    suspend fun `closing it twice leaves its client open`(fleet: Fleet) {
        val client = fleet.simulator.client()
        val ledger = RecordingLedger(client, OnUnknown.HOLD, store = fleet.store)
        repeat(2) { ledger.close() }
        client.use { assertEquals("aaa", it.queryRoom("room1").sessionId) }
    }

    @Test
    suspend fun `the password of its store is shown nowhere`(fleet: Fleet) {
        val options = LedgerOptions(store = "postgres://user:canary@127.0.0.1:1/recordings")
        val ledger = RecordingLedger(fleet.simulator.client(), OnUnknown.HOLD, options)
        val failure = assertFailsWith<RecordingException> {
            ledger.start("room1", "aaa", anyProfile, timeout = 100.milliseconds)
        }
        val invalid = assertFailsWith<RecordingException> {
            RecordingLedger(fleet.simulator.client(), OnUnknown.HOLD, store = "nosuch://user:canary@host")
        }
        assertContains("$options", "store=[redacted]")
        val shown = listOf(options, ledger, failure.failure, failure.stackTraceToString(), invalid.stackTraceToString())
        for (text in shown) assertFalse("canary" in "$text", "$text")
    }

    private suspend fun RecordingLedger.start(profile: RecordingProfile = anyProfile) = start("room1", "aaa", profile)

    /** Records, and gives the recording and its callbacks, all of them taken in by a process that didn't start it. */
    private suspend fun Fleet.recordOne(): Pair<String, List<Came>> = coroutineScope {
        val came = callBack()
        val started = ledger().start()
        ledger().stop(started.recording)
        assertEquals(setOf(CallbackState.DELIVERED), simulator.flushCallbacks().map { it.state }.toSet())
        started.recording.recordId to came
    }
}
