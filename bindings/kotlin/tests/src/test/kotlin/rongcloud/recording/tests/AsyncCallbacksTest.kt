// Callbacks taken in with a replay guard that doesn't block.

package rongcloud.recording.tests

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Test
import rongcloud.recording.AsyncCallbackReceiver
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.RefusalReason
import rongcloud.recording.signature
import rongcloud.recording.support.Simulator
import java.io.IOException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.cancellation.CancellationException
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertSame

private const val KEY = Simulator.APP_KEY
private const val SECRET = Simulator.APP_SECRET

class AsyncCallbacksTest {
    private val receiver = CallbackReceiver(KEY, SECRET, replayGuard = { _, _, _ -> error("not to be asked") })
    private val body = """{"type":1,"recordId":"r-1","appKey":"$KEY"}""".toByteArray()
    private val forged = """{"type":4,"recordId":"r-2","appKey":"$KEY"}""".toByteArray()
    private val room = """{"event":1,"channelId":"room1","appKey":"$KEY"}""".toByteArray()
    private val headers = System.currentTimeMillis().toString().let {
        mapOf("nonce" to "1", "timestamp" to it, "signature" to signature(SECRET, "1", it), "appKey" to KEY)
    }
    private val store = ConcurrentHashMap<String, String>()
    private val suspending = AsyncCallbackReceiver(receiver) { key, fingerprint, _ ->
        yield()
        store.putIfAbsent(key, fingerprint)
    }
    private val staged = AsyncCallbackReceiver.of(receiver) { key, fingerprint, _ ->
        CompletableFuture.supplyAsync { store.putIfAbsent(key, fingerprint) }
    }

    @Test
    suspend fun `a suspending guard is asked, and another body under the same signature is refused`() {
        val received = suspending.recordingEvent(headers.entries, body)
        val again = suspending.recordingEvent(headers.mapValues { listOf(it.value) }, body)
        assertEquals(received.event to received.fingerprint, again.event to again.fingerprint)
        assertEquals(mapOf(received.key to received.fingerprint), store.toMap())
        val refusal = assertFailsWith<CallbackRefusedException> { suspending.recordingEvent(headers.entries, forged) }
        assertEquals(RefusalReason.REPLAYED, refusal.reason)
    }

    @Test
    suspend fun `rooms' callbacks are guarded, too`() {
        assertEquals("room1", suspending.roomEvent(headers.entries, room).event.roomId)
        assertEquals("room1", suspending.roomEvent(headers.mapValues { listOf(it.value) }, room).event.roomId)
        assertEquals(1, store.size)
    }

    @Test
    fun `a guard of stages is asked, and another body under the same signature is refused`() {
        assertEquals("r-1", staged.recordingEventAsync(headers.entries, body).join().event.recordId)
        val maps = headers.mapValues { listOf(it.value) }
        assertEquals("r-1", staged.recordingEventAsync(maps, body).join().event.recordId)
        val failure = assertFailsWith<CompletionException> { staged.recordingEventAsync(maps, forged).join() }
        assertEquals(RefusalReason.REPLAYED, assertIs<CallbackRefusedException>(failure.cause).reason)
    }

    @Test
    fun `rooms' callbacks are guarded by stages, too`() {
        assertEquals("room1", staged.roomEventAsync(headers.entries, room).join().event.roomId)
        assertEquals("room1", staged.roomEventAsync(headers.mapValues { listOf(it.value) }, room).join().event.roomId)
        assertEquals(1, store.size)
    }

    @Test
    suspend fun `whatever a guard throws refuses the callback and asks for another try`() {
        val down = IOException("down")
        val failing = listOf(
            AsyncCallbackReceiver(receiver) { _, _, _ -> throw down },
            AsyncCallbackReceiver.of(receiver) { _, _, _ -> CompletableFuture.failedFuture(down) },
            AsyncCallbackReceiver.of(receiver) { _, _, _ -> throw down },
        )
        for (each in failing) {
            val refusal = assertFailsWith<CallbackRefusedException> { each.recordingEvent(headers.entries, body) }
            assertEquals(RefusalReason.GUARD_FAILED to 503, refusal.reason to refusal.httpStatus)
            assertSame(down, generateSequence(refusal.cause) { it.cause }.last())
        }
    }

    @Test
    suspend fun `a coroutine cancelled while its guard is asked is not refused but cancelled`() = coroutineScope {
        val asked = CompletableDeferred<Unit>()
        val waiting = AsyncCallbackReceiver(receiver) { _, _, _ ->
            asked.complete(Unit)
            CompletableDeferred<String?>().await()
        }
        val seen = CompletableDeferred<Throwable>()
        val call = launch(Dispatchers.Default) {
            try {
                waiting.recordingEvent(headers.entries, body)
            } catch (failure: Throwable) {
                seen.complete(failure)
                throw failure
            }
        }
        asked.await()
        call.cancelAndJoin()
        assertIs<CancellationException>(seen.await())
        Unit
    }

    @Test
    suspend fun `the guard is not asked about what is not verified`() {
        val refusal = assertFailsWith<CallbackRefusedException> { suspending.recordingEvent(emptyMap(), body) }
        assertEquals(RefusalReason.MISSING_SIGNATURE, refusal.reason)
        assertEquals(emptyMap(), store.toMap())
    }

    @Test
    suspend fun `of many at once under one signature, one body is believed`() = coroutineScope {
        val believed = List(100) { number ->
            async(Dispatchers.Default) {
                val body = """{"type":1,"recordId":"r-${number % 10}","appKey":"$KEY"}""".toByteArray()
                runCatching { suspending.recordingEvent(headers.entries, body).event.recordId }.getOrNull()
            }
        }.mapNotNull { it.await() }
        assertEquals(10 to 1, believed.size to believed.toSet().size)
    }
}
