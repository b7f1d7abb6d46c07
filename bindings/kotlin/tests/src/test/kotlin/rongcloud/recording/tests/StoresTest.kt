// Every store, where its connections are in danger: calls are cancelled, or a process ends.

package rongcloud.recording.tests

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.RecordingException
import rongcloud.recording.support.EndWithEveryStoreOpen
import rongcloud.recording.support.Fleet
import rongcloud.recording.support.FleetForTest
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.runJvm
import rongcloud.simulator.Step
import java.time.Duration
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import kotlin.time.Duration.Companion.hours

/** The last calls are cancelled after this many powers of four of the scheduler's turns. */
private const val MOMENTS = 7

@ExtendWith(FleetForTest::class)
class StoresTest {
    @Test
    suspend fun `every store works on after calls that were cancelled at any moment`(fleet: Fleet) = coroutineScope {
        val sessionId = fleet.newSession()
        for (ledger in fleet.stores.map { fleet.ledger(store = it) }) {
            repeat(MOMENTS) { moment ->
                val calls = listOf(
                    launch(Dispatchers.Default) { ledger.get(sessionId) },
                    launch(Dispatchers.Default) { ledger.unresolved() },
                    launch(Dispatchers.Default) { ledger.nextChange(sessionId, 0, 1.hours) },
                )
                repeat(1 shl 2 * moment) { yield() }
                calls.forEach { it.cancelAndJoin() }
            }
            assertNull(ledger.get(sessionId))
        }
    }

    @Test
    suspend fun `a start that is cancelled when it had left is on record as unknown in every store`(fleet: Fleet) {
        for (ledger in fleet.stores.map { fleet.ledger(store = it) }) {
            val sessionId = fleet.newSession()
            val lost = fleet.loseStart(by = ledger, sessionId)
            fleet.simulator.forgetRequests()
            val conflict = assertFailsWith<RecordingException.Conflict> {
                ledger.start("room1", sessionId, anyProfile)
            }
            assertEquals(lost, conflict.entry)
            assertEquals(0, fleet.simulator.requests().size)
        }
    }

    @Test
    fun `every store works on after a thread that waits was interrupted`(fleet: Fleet) {
        val sessionId = fleet.newSession()
        for (ledger in fleet.stores.map { fleet.blockingLedger(store = it) }) {
            val begins = CountDownLatch(1)
            var seen: Throwable? = null
            val waiting = thread {
                begins.countDown()
                seen = runCatching { ledger.nextChange(sessionId, 0, Duration.ofHours(1)) }.exceptionOrNull()
            }
            begins.await()
            waiting.interrupt()
            waiting.join()
            assertEquals("InterruptedException", seen?.javaClass?.simpleName)
            assertNull(ledger.get(sessionId))
        }
    }

    @Test
    fun `a process ends at once, with its own status, while calls are under way in every store`(fleet: Fleet) {
        fleet.simulator.next(Step.hold(times = fleet.stores.size))
        val arguments = listOf(fleet.simulator.url, fleet.newSession()) + fleet.stores
        val ended = runJvm(EndWithEveryStoreOpen::class.qualifiedName!!, arguments)
        assertEquals(7 to "", ended.status to ended.output)
        fleet.simulator.await(abandoned = fleet.stores.size)
    }
}
