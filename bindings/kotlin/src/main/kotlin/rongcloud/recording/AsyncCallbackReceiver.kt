// Takes callbacks in with a replay guard that doesn't block.

package rongcloud.recording

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import rongcloud.recording.internal.guarded
import java.util.concurrent.CompletableFuture

/**
 * Takes the service's callbacks in as a [CallbackReceiver] does, and asks a guard that doesn't block: from coroutines
 * ([recordingEvent]) or as futures ([recordingEventAsync]).
 *
 * Reading a callback takes some microseconds and never blocks. One receiver serves a whole program.
 *
 * @param receiver verifies and reads; a guard of its own is not asked
 * @param replayGuard where signatures are remembered
 */
public class AsyncCallbackReceiver(
    private val receiver: CallbackReceiver,
    private val replayGuard: SuspendingReplayGuard,
) {
    private val futures = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    /**
     * Takes in a recording callback as [CallbackReceiver.recordingEvent] does.
     *
     * @param headers all headers, as your web framework has them; names in any letter case
     * @param body the body's bytes, exactly as they came
     * @param query the URL's query, raw, without the question mark; `null` where it has none
     * @throws CallbackRefusedException for what must not be believed or can't be read
     */
    @JvmSynthetic
    public suspend fun recordingEvent(
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRecordingEvent = receiver.verifyRecordingEvent(headers, body, query).guarded { remembered(it) }

    /**
     * Takes in a recording callback as [recordingEvent] does, for asynchronous Java. What is refused completes the future with the
     * [CallbackRefusedException]. Dependent stages run on the threads of kotlinx's default dispatcher.
     *
     * @param headers all headers, as your web framework has them; names in any letter case
     * @param body the body's bytes, exactly as they came
     * @param query the URL's query, raw, without the question mark; `null` where it has none
     */
    @JvmOverloads
    public fun recordingEventAsync(
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String? = null,
    ): CompletableFuture<ReceivedRecordingEvent> = futures.future { recordingEvent(headers, body, query) }

    /** Takes in a recording callback, with headers as pairs of name and value, as the other [recordingEvent] does. */
    @JvmSynthetic
    public suspend fun recordingEvent(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRecordingEvent = receiver.verifyRecordingEvent(headers, body, query).guarded { remembered(it) }

    /** Takes in a recording callback, with headers as pairs of name and value, as the other [recordingEventAsync] does. */
    @JvmOverloads
    public fun recordingEventAsync(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): CompletableFuture<ReceivedRecordingEvent> = futures.future { recordingEvent(headers, body, query) }

    /**
     * Takes in a room status callback as [CallbackReceiver.roomEvent] does.
     *
     * @param headers all headers, as your web framework has them; names in any letter case
     * @param body the body's bytes, exactly as they came
     * @param query the URL's query, raw, without the question mark; `null` where it has none
     * @throws CallbackRefusedException for what must not be believed or can't be read
     */
    @JvmSynthetic
    public suspend fun roomEvent(
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRoomEvent = receiver.verifyRoomEvent(headers, body, query).guarded { remembered(it) }

    /**
     * Takes in a room status callback as [roomEvent] does, for asynchronous Java. What is refused completes the future with the
     * [CallbackRefusedException]. Dependent stages run on the threads of kotlinx's default dispatcher.
     *
     * @param headers all headers, as your web framework has them; names in any letter case
     * @param body the body's bytes, exactly as they came
     * @param query the URL's query, raw, without the question mark; `null` where it has none
     */
    @JvmOverloads
    public fun roomEventAsync(
        headers: Map<String, List<String>>,
        body: ByteArray,
        query: String? = null,
    ): CompletableFuture<ReceivedRoomEvent> = futures.future { roomEvent(headers, body, query) }

    /** Takes in a room status callback, with headers as pairs of name and value, as the other [roomEvent] does. */
    @JvmSynthetic
    public suspend fun roomEvent(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): ReceivedRoomEvent = receiver.verifyRoomEvent(headers, body, query).guarded { remembered(it) }

    /** Takes in a room status callback, with headers as pairs of name and value, as the other [roomEventAsync] does. */
    @JvmOverloads
    public fun roomEventAsync(
        headers: Iterable<Map.Entry<String, String>>,
        body: ByteArray,
        query: String? = null,
    ): CompletableFuture<ReceivedRoomEvent> = futures.future { roomEvent(headers, body, query) }

    private suspend fun remembered(callback: ReceivedCallback) =
        replayGuard.remember(callback.key, callback.fingerprint, callback.expiresAt)

    /** Makes receivers of guards that are Java's. */
    public companion object {
        /**
         * A receiver with a guard that answers by stages, for Java.
         *
         * @param receiver verifies and reads; a guard of its own is not asked
         * @param replayGuard where signatures are remembered
         */
        @JvmStatic
        public fun of(receiver: CallbackReceiver, replayGuard: AsyncReplayGuard): AsyncCallbackReceiver =
            AsyncCallbackReceiver(receiver) { key, fingerprint, expiresAt ->
                replayGuard.remember(key, fingerprint, expiresAt).await()
            }
    }
}
