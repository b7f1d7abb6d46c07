// Recordings followed, and waits that are ended before they end.

package rongcloud.recording.tests

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.launchIn
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.FailureCause
import rongcloud.recording.LedgerState
import rongcloud.recording.OperationKind
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.recordingException
import rongcloud.recording.support.Fleet
import rongcloud.recording.support.FleetForTest
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.violationsOf
import rongcloud.simulator.Step
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.seconds

@ExtendWith(FleetForTest::class)
class LedgerWaitsTest {
    @Test
    suspend fun `following begins before there is a recording, tells each change, and ends when it is settled`(
        fleet: Fleet,
    ) = coroutineScope {
        fleet.callBack()
        val changes = fleet.ledger().follow("aaa", settle = Duration.ZERO)
        val following = async(Dispatchers.Default) { changes.toList() }
        fleet.record()
        val known = following.await()
        val versions = known.map { it.entry.version }
        assertEquals(versions.sorted().distinct(), versions)
        assertEquals(LedgerState.UPLOADED, known.last().entry.state)
        assertEquals(List(known.size - 1) { false } + true, known.map { it.isSettled })
    }

    @Test
    suspend fun `following one that is settled tells that alone, each time anew`(fleet: Fleet) {
        fleet.callBack()
        val recordId = fleet.record()
        fleet.simulator.flushCallbacks()
        val ledger = fleet.ledger()
        val changes = ledger.follow("aaa", settle = Duration.ZERO)
        repeat(2) {
            val known = changes.toList().single()
            assertEquals(LedgerState.UPLOADED to true, known.entry.state to known.isSettled)
        }
        val waited = assertNotNull(ledger.waitUntilUploaded("aaa", timeout = 1.days, settle = Duration.ZERO))
        assertEquals(recordId to true, waited.recording?.recordId to waited.isSettled)
    }

    @Test
    fun `threads that block are told each change, too`(fleet: Fleet) {
        fleet.callBack()
        val states = mutableListOf<LedgerState>()
        val begun = CountDownLatch(1)
        val following = thread {
            fleet.blockingLedger().follow("aaa", Duration.ZERO) {
                states += it.entry.state
                begun.countDown()
            }
        }
        fleet.blockingLedger().apply {
            val started = start("room1", "aaa", anyProfile)
            begun.await()
            stop(started.recording)
        }
        following.join()
        assertEquals(LedgerState.UPLOADED, states.last())
        assertTrue(states.size > 1, "$states")
    }

    @Test
    fun `what a consumer throws ends the following`(fleet: Fleet) {
        val ledger = fleet.blockingLedger().apply { start("room1", "aaa", anyProfile) }
        assertFailsWith<IllegalStateException> { ledger.follow("aaa") { error("enough") } }
    }

    @Test
    suspend fun `closing the ledger ends all that waits`(fleet: Fleet) = coroutineScope {
        val ledger = fleet.ledger()
        val following = async(Dispatchers.Default) { ledger.follow("aaa").toList() }
        val waiting = async(Dispatchers.Default) { ledger.waitUntilUploaded("aaa", timeout = 1.days) }
        ledger.close()
        assertEquals(emptyList(), following.await())
        assertNull(waiting.await())
    }

    @Test
    suspend fun `following ends with its coroutine, wherever the wait is`(fleet: Fleet) = coroutineScope {
        val ledger = fleet.ledger().apply { start("room1", "aaa", anyProfile) }
        repeat(50) { number ->
            val following = launch(Dispatchers.Default) { ledger.follow("aaa").collect {} }
            // Longer each time: from before the first wait to within the second.
            repeat(number * number) { yield() }
            following.cancelAndJoin()
            assertTrue(following.isCancelled)
        }
    }

    @Test
    suspend fun `following stops with the first that is enough`(fleet: Fleet) {
        val ledger = fleet.ledger().apply { start("room1", "aaa", anyProfile) }
        assertEquals(LedgerState.RUNNING, ledger.follow("aaa").first().entry.state)
    }

    @Test
    suspend fun `following fails where the store can't be asked`(fleet: Fleet) {
        val failure = assertFailsWith<RecordingException.NotSent> {
            fleet.ledger(store = fleet.unreachable).follow("aaa").first()
        }
        assertEquals(FailureCause.STORE, failure.failureCause)
    }

    @Test
    suspend fun `a settling time that can't be is refused`(fleet: Fleet) {
        val found = violationsOf { fleet.ledger().follow("aaa", settle = (-1).seconds).first() }
        assertEquals(listOf("settle"), found.map { it.path })
    }

    @Test
    suspend fun `a start that is cancelled while it waits for another's sends nothing`(fleet: Fleet) = supervisorScope {
        fleet.simulator.next(Step.hold())
        val first = async(Dispatchers.Default) { fleet.ledger().start("room1", "aaa", anyProfile) }
        fleet.simulator.await(requests = 1)
        var seen: Throwable? = null
        val begun = CountDownLatch(1)
        val waiting = launch(Dispatchers.Default) {
            try {
                begun.countDown()
                fleet.ledger().start("room1", "aaa", anyProfile)
            } catch (cancelled: CancellationException) {
                seen = cancelled
                throw cancelled
            }
        }
        begun.await()
        waiting.cancelAndJoin()
        // Where it had not begun at all, nothing is told.
        val told = assertIs<CancellationException>(seen).recordingException
        if (told != null) {
            assertFalse(told.maybeSent || told.mayBeRecording)
            assertEquals(OperationKind.START to "aaa", told.operation to told.sessionId)
        }
        fleet.simulator.release()
        assertTrue(first.await().isMine)
        assertEquals(1, fleet.simulator.executions().start)
    }

    @Test
    fun `cancelling a future ends its wait`(fleet: Fleet) {
        val ledger = fleet.ledger()
        val future = ledger.waitUntilUploadedAsync("aaa", java.time.Duration.ofDays(1))
        future.cancel(true)
        val cancelled = assertFailsWith<CancellationException> { future.join() }
        assertEquals(false, cancelled.recordingException?.maybeSent ?: false)
    }

    @Test
    fun `interrupting a thread ends its wait`(fleet: Fleet) {
        val ledger = fleet.blockingLedger()
        var seen: Throwable? = null
        val waiting = thread {
            try {
                ledger.waitUntilUploaded("aaa", 1.days)
            } catch (interrupted: InterruptedException) {
                seen = interrupted
            }
        }
        waiting.interrupt()
        waiting.join()
        assertEquals(false, assertIs<InterruptedException>(seen).recordingException?.maybeSent ?: false)
    }

    /** Starts and stops one, and gives its id. */
    private suspend fun Fleet.record(): String {
        val ledger: RecordingLedger = ledger()
        val started = ledger.start("room1", "aaa", anyProfile).recording
        ledger.stop(started)
        return started.recordId
    }
}
