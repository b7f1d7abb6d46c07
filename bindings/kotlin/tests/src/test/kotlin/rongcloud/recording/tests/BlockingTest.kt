// Starting recordings from threads that may block.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.FailureCause
import rongcloud.recording.RecordingException
import rongcloud.recording.recordingException
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.anyProfile
import rongcloud.recording.support.blockingClient
import rongcloud.simulator.RongCloudSimulatorExtension
import rongcloud.simulator.Step
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors
import kotlin.concurrent.thread
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

@ExtendWith(RongCloudSimulatorExtension::class)
class BlockingTest {
    @Test
    fun `a recording is started`(simulator: Simulator) {
        val started = simulator.blockingClient().use { it.start("room1", "aaa", anyProfile) }
        assertEquals(simulator.recordings().single().recordId, started.recordId)
    }

    @Test
    fun `a failure's stack trace leads to the caller`(simulator: Simulator) {
        simulator.next(Step.reply(400))
        val failure =
            simulator.blockingClient().use {
                assertFailsWith<RecordingException> { it.start("room1", "aaa", anyProfile) }
            }
        assertTrue(failure.stackTrace.any { it.className.startsWith(javaClass.name) })
    }

    @Test
    fun `Kotlin's own durations are taken, too`(simulator: Simulator) {
        simulator.next(Step.hold())
        val client =
            BlockingRecordingClient(
                Simulator.APP_KEY,
                Simulator.APP_SECRET,
                apiUrl = simulator.url,
                timeout = 10.minutes,
            )
        val unknown = client.use {
            assertFailsWith<RecordingException.OutcomeUnknown> {
                it.start("room1", "aaa", anyProfile, timeout = 50.milliseconds)
            }
        }
        assertEquals(FailureCause.TIMEOUT, unknown.failureCause)
    }

    @Test
    fun `interrupting the thread closes the connection`(simulator: Simulator) {
        simulator.next(Step.hold())
        simulator.blockingClient().use { client ->
            val thread = client.startInThread()
            simulator.await(requests = 1)
            thread.interrupt()
            simulator.await(abandoned = 1)
            thread.join()
        }
    }

    @Test
    fun `an interruption tells whether the request had left, and its id`(simulator: Simulator) {
        val interruption = simulator.interruptedCall().failure
        val cancelled = assertIs<RecordingException.Cancelled>(interruption.recordingException)
        assertTrue(cancelled.maybeSent && cancelled.mayBeRecording)
        assertEquals("room1" to "aaa", cancelled.roomId to cancelled.sessionId)
        assertEquals(simulator.requests().single().header("x-request-id"), cancelled.requestId)
    }

    @Test
    fun `an interruption clears the thread's flag, as everywhere in Java`(simulator: Simulator) {
        assertFalse(simulator.interruptedCall().isInterrupted)
    }

    @Test
    fun `a thread that is interrupted beforehand sends nothing`(simulator: Simulator) {
        simulator.blockingClient().use { client ->
            Thread.currentThread().interrupt()
            val interruption = assertFailsWith<InterruptedException> { client.start("room1", "aaa", anyProfile) }
            assertNull(interruption.recordingException)
        }
        assertEquals(0, simulator.requests().size)
    }

    @Test
    fun `many threads share one client`(simulator: Simulator) {
        val threads = Executors.newFixedThreadPool(32)
        val ids =
            simulator.blockingClient().use { client ->
                List(200) {
                    threads.submit<String> { client.start("room1", "aaa", anyProfile).recordId }
                }.map { it.get() }
            }
        threads.shutdown()
        assertEquals(200, ids.toSet().size)
    }

    @Test
    fun `closing the client ends calls under way as Cancelled`(simulator: Simulator) {
        simulator.next(Step.hold())
        val client = simulator.blockingClient()
        val call = CompletableFuture.supplyAsync { client.start("room1", "aaa", anyProfile) }
        simulator.await(requests = 1)
        client.close()
        assertIs<RecordingException.Cancelled>(assertFailsWith<ExecutionException> { call.get() }.cause)
    }

    @Test
    fun `a closed client sends nothing`(simulator: Simulator) {
        val client = simulator.blockingClient()
        client.close()
        val failure = assertFailsWith<RecordingException.NotSent> { client.start("room1", "aaa", anyProfile) }
        assertEquals(FailureCause.CLIENT_CLOSED, failure.failureCause)
    }

    private class Interrupted(val failure: InterruptedException, val isInterrupted: Boolean)

    private fun Simulator.interruptedCall(): Interrupted {
        next(Step.hold())
        val seen = CompletableFuture<Interrupted>()
        blockingClient().use { client ->
            val thread =
                thread {
                    try {
                        client.start("room1", "aaa", anyProfile)
                        seen.completeExceptionally(AssertionError("not interrupted"))
                    } catch (failure: InterruptedException) {
                        seen.complete(Interrupted(failure, Thread.currentThread().isInterrupted))
                    }
                }
            await(requests = 1)
            thread.interrupt()
            return seen.get()
        }
    }

    private fun BlockingRecordingClient.startInThread() = thread {
        assertFailsWith<InterruptedException> { start("room1", "aaa", anyProfile) }
    }
}
