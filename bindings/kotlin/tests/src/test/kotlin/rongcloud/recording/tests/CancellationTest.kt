// Ending calls before they have ended.

package rongcloud.recording.tests

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.FailureCause
import rongcloud.recording.RecordingException
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.SimulatorForTest
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.header
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

@ExtendWith(SimulatorForTest::class)
class CancellationTest {
    @Test
    suspend fun `cancelling the coroutine closes the connection`(simulator: Simulator) = coroutineScope {
        simulator.next("hold" to true)
        simulator.client().use { client ->
            val job = launch(Dispatchers.Default) { client.start("room1", "aaa", anyProfile) }
            simulator.await(requests = 1)
            job.cancelAndJoin()
            simulator.await(abandoned = 1)
        }
    }

    @Test
    suspend fun `cancellation is kotlinx's own and passes untouched`(simulator: Simulator) = supervisorScope {
        simulator.next("hold" to true)
        simulator.client().use { client ->
            var seen: Throwable? = null
            val job =
                launch(Dispatchers.Default) {
                    try {
                        client.start("room1", "aaa", anyProfile)
                    } catch (failure: Throwable) {
                        seen = failure
                        throw failure
                    }
                }
            simulator.await(requests = 1)
            val why = CancellationException("the user left")
            job.cancel(why)
            job.join()
            assertEquals("the user left", assertNotNull(seen as? CancellationException).message)
        }
    }

    @Test
    suspend fun `withTimeout ends the call`(simulator: Simulator) {
        simulator.next("hold" to true)
        simulator.client().use { client ->
            assertFailsWith<TimeoutCancellationException> {
                withTimeout(200.milliseconds) { client.start("room1", "aaa", anyProfile) }
            }
            simulator.await(requests = 1, abandoned = 1)
        }
    }

    @Test
    suspend fun `a coroutine cancelled beforehand sends nothing`(simulator: Simulator) = coroutineScope {
        simulator.client().use { client ->
            launch {
                coroutineContext[Job]?.cancel()
                client.start("room1", "aaa", anyProfile)
            }.join()
        }
        assertEquals(0, simulator.requests().size)
    }

    @Test
    suspend fun `one cancelled call leaves the others alone`(simulator: Simulator): Unit = coroutineScope {
        simulator.next("hold" to true, "times" to 2)
        simulator.client().use { client ->
            val cancelled = launch(Dispatchers.Default) { client.start("room1", "aaa", anyProfile) }
            val other = async(Dispatchers.Default) { client.start("room1", "aaa", anyProfile) }
            simulator.await(requests = 2)
            cancelled.cancelAndJoin()
            simulator.await(abandoned = 1)
            simulator.release()
            assertNotNull(other.await().recordId)
        }
    }

    @Test
    suspend fun `closing the client ends calls under way as Cancelled, with their request ids`(simulator: Simulator) =
        supervisorScope {
            simulator.next("hold" to true)
            val client = simulator.client()
            val call = async(Dispatchers.Default) { client.start("room1", "aaa", anyProfile) }
            simulator.await(requests = 1)
            client.close()
            val cancelled = assertFailsWith<RecordingException.Cancelled> { call.await() }
            assertTrue(cancelled.sent)
            assertEquals(simulator.requests().single().header("x-request-id"), cancelled.requestId)
        }

    @Test
    suspend fun `a closed client sends nothing`(simulator: Simulator) {
        val client = simulator.client()
        client.close()
        val failure = assertFailsWith<RecordingException.NotSent> { client.start("room1", "aaa", anyProfile) }
        assertEquals(FailureCause.CLIENT_CLOSED, failure.failureCause)
        assertFalse(failure.isRetryable)
    }

    @Test
    suspend fun `closing twice does no harm`(simulator: Simulator) {
        val client = simulator.client()
        client.close()
        client.close()
    }

    @Test
    suspend fun `closing one client leaves another alone`(simulator: Simulator) {
        val other = simulator.client()
        simulator.client().close()
        assertNotNull(other.use { it.start("room1", "aaa", anyProfile) })
    }
}
