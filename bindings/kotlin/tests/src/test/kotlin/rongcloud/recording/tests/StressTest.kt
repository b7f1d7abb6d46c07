// Many calls at once: all of them served, those beyond the limit refused, none left behind.

package rongcloud.recording.tests

import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.FailureCause
import rongcloud.recording.RecordingException
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.client
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue

@ExtendWith(RongCloudSimulatorExtension::class)
class StressTest {
    @Test
    suspend fun `a thousand starts at once all succeed, and each is recorded once`(simulator: Simulator) {
        val started = simulator.client().use { client ->
            withContext(Dispatchers.Default) {
                List(1_000) { async { client.start("room1", "aaa", anyProfile).requestId } }.awaitAll()
            }
        }
        assertRecordedOnce(started, simulator)
        assertTrue(simulator.awaitConnections(open = 0).mostRequests < 80)
    }

    @Test
    fun `a thousand threads that block at once are all served, and each is recorded once`(simulator: Simulator) {
        val threads = Executors.newFixedThreadPool(1_000)
        val started = simulator.blockingClient().use { client ->
            val calls = List(1_000) { Callable { client.start("room1", "aaa", anyProfile).requestId } }
            threads.invokeAll(calls).map { it.get() }
        }
        threads.shutdown()
        assertRecordedOnce(started, simulator)
    }

    private fun assertRecordedOnce(requestIds: List<String>, simulator: Simulator) {
        val recorded = simulator.recordings().mapNotNull { it.requestId }
        assertEquals(1_000, recorded.toSet().size)
        assertEquals(requestIds.sorted(), recorded.sorted())
    }

    @Test
    suspend fun `calls beyond those that may wait fail at once, and nothing of them is sent`(simulator: Simulator) {
        val policy = ConnectionPolicy(maxConcurrent = 2, maxWaiting = 3)
        simulator.next(Step.hold(2))
        simulator.client(connections = policy).use { client ->
            withContext(Dispatchers.Default) {
                val ended = Channel<Result<*>>(Channel.UNLIMITED)
                repeat(10) { launch { ended.send(runCatching { client.start("room1", "aaa", anyProfile) }) } }
                // As long as two are held and three wait, nobody else can end.
                repeat(5) { assertOverloaded(ended.receive().exceptionOrNull()) }
                simulator.await(requests = 2)
                assertEquals(2, simulator.requests().size)
                simulator.release()
                repeat(5) { ended.receive().getOrThrow() }
            }
        }
        assertEquals(5, simulator.recordings().size)
    }

    private fun assertOverloaded(failure: Throwable?) {
        val notSent = assertIs<RecordingException.NotSent>(failure)
        assertEquals(FailureCause.OVERLOADED, notSent.failureCause)
        assertTrue(notSent.isRetryable && !notSent.maybeSent)
    }

    @Test
    suspend fun `closing the client ends a hundred calls at once as Cancelled`(simulator: Simulator) = supervisorScope {
        simulator.next(Step.hold(100))
        val client = simulator.client()
        val calls: List<Deferred<*>> =
            List(100) { async(Dispatchers.Default) { client.start("room1", "aaa", anyProfile) } }
        simulator.await(requests = 100)
        client.close()
        for (call in calls) assertTrue(assertFailsWith<RecordingException.Cancelled> { call.await() }.sent)
        simulator.await(requests = 100, abandoned = 100)
        val later = assertFailsWith<RecordingException.NotSent> { client.start("room1", "aaa", anyProfile) }
        assertEquals(FailureCause.CLIENT_CLOSED, later.failureCause)
    }

    @Test
    suspend fun `closing the client sends nothing of those that wait for their turn`(simulator: Simulator) =
        supervisorScope {
            simulator.next(Step.hold())
            val client = simulator.client(connections = ConnectionPolicy(maxConcurrent = 1))
            val calls = List(10) { async(Dispatchers.Default) { client.start("room1", "aaa", anyProfile) } }
            simulator.await(requests = 1)
            client.close()
            val sent = calls.count { assertFailsWith<RecordingException> { it.await() }.maybeSent }
            assertEquals(1 to 1, sent to simulator.requests().size)
        }

    @Test
    suspend fun `calls cancelled amid held replies leave no connection behind, while their client goes on`(
        simulator: Simulator,
    ): Unit = coroutineScope {
        simulator.next(Step.hold(100))
        simulator.client().use { client ->
            val calls = List(100) { launch(Dispatchers.Default) { client.queryRoom("room1") } }
            simulator.await(requests = 100)
            calls.forEach { it.cancelAndJoin() }
            simulator.awaitConnections(open = 0)
            client.queryRoom("room1")
        }
    }
}
