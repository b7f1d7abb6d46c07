// Ending calls before they have ended.

package rongcloud.recording.tests

import ch.qos.logback.classic.Level
import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.core.read.ListAppender
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import org.slf4j.LoggerFactory
import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.FailureCause
import rongcloud.recording.OperationKind
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingTarget
import rongcloud.recording.recordingException
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.recording.support.client
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.math.max
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds

@ExtendWith(RongCloudSimulatorExtension::class)
class CancellationTest {
    @Test
    suspend fun `cancelling the coroutine closes the connection`(simulator: Simulator) = coroutineScope {
        simulator.next(Step.hold())
        simulator.client().use { client ->
            val job = launch(Dispatchers.Default) { client.start("room1", "aaa", anyProfile) }
            simulator.await(requests = 1)
            job.cancelAndJoin()
            simulator.await(abandoned = 1)
        }
    }

    @Test
    suspend fun `cancellation is kotlinx's own and passes untouched`(simulator: Simulator) = supervisorScope {
        simulator.next(Step.hold())
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
        simulator.next(Step.hold())
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
        simulator.next(Step.hold(2))
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
            simulator.next(Step.hold())
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

    @Test
    suspend fun `a cancelled call's exception tells what became of it`(simulator: Simulator) = supervisorScope {
        simulator.next(Step.hold())
        simulator.client().use { client ->
            val call =
                async(Dispatchers.Default) { cancelled { client.start("room1", "aaa", anyProfile, extra = "66") } }
            simulator.await(requests = 1)
            call.cancel(CancellationException("the user left"))
            val ended = assertIs<RecordingException.Cancelled>(assertNotNull(seen.receive()).recordingException)
            assertTrue(ended.sent && ended.maybeSent && ended.mayBeRecording)
            assertNull(ended.started)
            assertEquals(simulator.requests().single().header("x-request-id"), ended.requestId)
            assertEquals(OperationKind.START, ended.operation)
            assertEquals(listOf("room1", "aaa", "66"), listOf(ended.roomId, ended.sessionId, ended.extra))
        }
    }

    @Test
    suspend fun `a call cancelled while it waits for its turn never left`(simulator: Simulator) = supervisorScope {
        simulator.next(Step.hold())
        simulator.client(connections = ConnectionPolicy(maxConcurrent = 1)).use { client ->
            val held = client.startAsync("room1", "aaa", anyProfile)
            simulator.await(requests = 1)
            var ended: RecordingException? = null
            // One that is cancelled even before it begins tells nothing.
            while (ended == null) {
                val call = async(Dispatchers.Default) { cancelled { client.start("room1", "aaa", anyProfile) } }
                simulator.await(requests = 1)
                call.cancelAndJoin()
                ended = seen.tryReceive().getOrNull()?.recordingException
            }
            assertFalse(assertIs<RecordingException.Cancelled>(ended).sent)
            assertFalse(ended.maybeSent || ended.mayBeRecording)
            simulator.release()
            held.join()
        }
        assertEquals(1, simulator.requests().size)
    }

    @Test
    suspend fun `a start that had just succeeded tells its recording`(simulator: Simulator): Unit = coroutineScope {
        simulator.next(Step.hold())
        withLog { log ->
            // This thread is kept until the call has ended, and resumes the coroutine only after its cancellation.
            runBlocking {
                simulator.client().use { client ->
                    val call = launch { cancelled { client.start("room1", "aaa", anyProfile, extra = "66") } }
                    // A coroutine that the answer overtakes on its way to being suspended goes on without this thread.
                    yield()
                    simulator.await(requests = 1)
                    simulator.release()
                    while (log.isEmpty()) Thread.onSpinWait()
                    call.cancelAndJoin()
                }
            }
        }
        val cancelled = assertNotNull(seen.tryReceive().getOrNull())
        val ended = assertIs<RecordingException.Cancelled>(cancelled.recordingException)
        val recording = simulator.recordings().single()
        assertEquals(recording.recordId, ended.started?.recordId)
        assertEquals(recording.requestId, ended.requestId)
        assertEquals("66", ended.extra)
        assertTrue(ended.sent && ended.mayBeRecording && !ended.isRetryable)
        assertContains(ended.message.orEmpty(), "the recording ${ended.started?.recordId} is running")
    }

    @Test
    fun `a future that had just succeeded is completed, not cancelled`(simulator: Simulator) = withLog { log ->
        simulator.next(Step.hold())
        val gate = CountDownLatch(1)
        simulator.client().use { client ->
            val future = client.startAsync("room1", "aaa", anyProfile)
            simulator.await(requests = 1)
            // Nobody is left to complete the future.
            val threads = max(2, Runtime.getRuntime().availableProcessors())
            val taken = CountDownLatch(threads)
            repeat(threads) {
                CoroutineScope(Dispatchers.Default).launch {
                    taken.countDown()
                    gate.await()
                }
            }
            taken.await()
            try {
                simulator.release()
                // Each call that ends fetches the log of all.
                simulator.blockingClient().use { other ->
                    while (log.none { it.message.startsWith("recording started") }) other.queryRoom("room1")
                    other.queryRoom("room1")
                }
                assertFalse(future.isDone)
                assertFalse(future.cancel(true))
            } finally {
                gate.countDown()
            }
            assertEquals(simulator.recordings().single().recordId, future.join().recordId)
        }
    }

    /** Runs a block with the log of what is done. */
    private inline fun withLog(block: (List<ILoggingEvent>) -> Unit) {
        val logger = LoggerFactory.getLogger("rongcloud.recording") as Logger
        val log = CopyOnWriteArrayList<ILoggingEvent>()
        val appender = ListAppender<ILoggingEvent>()
        appender.list = log
        appender.start()
        logger.level = Level.INFO
        logger.addAppender(appender)
        try {
            block(log)
        } finally {
            logger.detachAppender(appender)
            logger.level = null
        }
    }

    @Test
    suspend fun `the exception of withTimeout tells what became of the call`(simulator: Simulator) {
        simulator.next(Step.hold())
        simulator.client().use { client ->
            val timeout = assertFailsWith<TimeoutCancellationException> {
                withTimeout(200.milliseconds) { client.start("room1", "aaa", anyProfile) }
            }
            val ended = assertIs<RecordingException.Cancelled>(timeout.recordingException)
            assertEquals(simulator.requests().single().header("x-request-id"), ended.requestId)
        }
    }

    @Test
    suspend fun `the exception of await tells what became of the call`(simulator: Simulator) = supervisorScope {
        simulator.next(Step.hold())
        simulator.client().use { client ->
            val call = async(Dispatchers.Default) { client.stop(RecordingTarget("room1", "aaa")) }
            simulator.await(requests = 1)
            call.cancelAndJoin()
            val cancelled = assertFailsWith<CancellationException> { call.await() }
            val ended = assertIs<RecordingException.Cancelled>(cancelled.recordingException)
            assertEquals(OperationKind.STOP, ended.operation)
            assertTrue(ended.sent && !ended.mayBeRecording)
        }
    }

    @Test
    suspend fun `where one cancellation ends several calls, each exception tells its own`(simulator: Simulator) {
        simulator.next(Step.hold(5))
        val told = Channel<Pair<String, RecordingException?>>(Channel.UNLIMITED)
        simulator.client().use { client ->
            val scope = CoroutineScope(Dispatchers.Default)
            val calls = List(5) { "tag $it" }.map { extra ->
                scope.launch {
                    try {
                        client.start("room1", "aaa", anyProfile, extra)
                    } catch (cancelled: CancellationException) {
                        told.send(extra to cancelled.recordingException)
                    }
                }
            }
            simulator.await(requests = 5)
            scope.cancel(CancellationException("the server stops"))
            calls.joinAll()
        }
        repeat(5) { told.receive().let { (extra, ended) -> assertEquals(extra, ended?.extra) } }
    }

    @Test
    suspend fun `a coroutine cancelled beforehand tells of no call`(simulator: Simulator) = supervisorScope {
        simulator.client().use { client ->
            launch {
                coroutineContext[Job]?.cancel()
                cancelled { client.start("room1", "aaa", anyProfile) }
            }.join()
        }
        assertNull(assertNotNull(seen.receive()).recordingException)
    }

    private val seen = Channel<CancellationException>(Channel.UNLIMITED)

    /** Keeps the exception with which a call is cancelled. */
    private suspend fun <T> cancelled(call: suspend () -> T): T = try {
        call()
    } catch (cancelled: CancellationException) {
        seen.trySend(cancelled)
        throw cancelled
    }
}
