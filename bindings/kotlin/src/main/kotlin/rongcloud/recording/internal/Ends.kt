// The one thread that is told of the ends of all calls of this class loader.

package rongcloud.recording.internal

import rongcloud.recording.Failure
import rongcloud.recording.RecordingException
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.locks.LockSupport

/** As good as for ever: the thread is woken by whatever it has to do. */
private val LONGEST = Duration.ofHours(1)

/** Before another try, where the library fails at telling. In nanoseconds. */
private const val PAUSE = 1_000_000L

internal object Ends {
    private val queue: Handle by lazy { CompletionQueueNative.new() }

    /** By number, whichever comes first: the call that waits, or its end. */
    private val expected = ConcurrentHashMap<Long, Any>()
    private val thread = lazy {
        // Nothing of whoever makes the first call stays with it.
        Thread(null, ::tell, "rongcloud-recording", 0, false).apply {
            isDaemon = true
            contextClassLoader = null
            start()
        }
    }

    @Volatile
    private var isClosed = false

    /** Why ends could not be read, the last time. They may have been those of calls that had just begun. */
    @Volatile
    private var lost: Failure? = null

    fun begin(client: Handle, request: Request, call: Call<*>): Long {
        thread.value
        val lostBefore = lost
        val number = NativeClientNative.begin(client, queue, request)
        val ended = expected.putIfAbsent(number, call) as Completion?
        if (ended != null) {
            expected.remove(number)
            call.end(ended)
        }
        lost?.takeIf { it !== lostBefore }?.let { end(Completion(number, null, it)) }
        // Closed meanwhile, so that nobody else would end it.
        if (isClosed && expected[number] === call) cancel(number)?.let(::end)
        return number
    }

    /** What the queue has told already is about to reach the call. */
    fun cancel(number: Long): Completion? = try {
        CompletionQueueNative.cancelAndTell(queue, number)
    } catch (_: RecordingException.Internal) {
        null
    }

    private fun tell() {
        while (!isClosed) {
            try {
                val told = CompletionQueueNative.wait(queue, LONGEST)
                if (told.isLogWaiting) Log.fetch()
                told.ended.forEach(::end)
            } catch (failure: LinkageError) {
                // What was told can't be read, and nobody tells it again.
                endAll(notLinked(failure).failure)
            } catch (failure: RuntimeException) {
                endAll(unknown("$failure").failure)
                LockSupport.parkNanos(PAUSE)
            }
        }
    }

    private fun end(completion: Completion) {
        val call = expected.putIfAbsent(completion.number, completion) as? Call<*> ?: return
        expected.remove(completion.number)
        call.end(completion)
    }

    private fun endAll(failure: Failure) {
        lost = failure
        for (number in expected.keys.toList()) end(Completion(number, null, failure))
    }

    /** Ends the thread. No further calls begin. */
    fun close() {
        if (!thread.isInitialized()) return
        isClosed = true
        CompletionQueueNative.close(queue)
        thread.value.join()
        for (number in expected.keys.toList()) cancel(number)?.let(::end)
    }
}
