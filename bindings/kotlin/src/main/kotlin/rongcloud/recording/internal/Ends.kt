// The one thread that is told of the ends of all calls of this class loader, and carries them while it waits.

package rongcloud.recording.internal

import rongcloud.recording.RecordingException
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.locks.LockSupport
import java.util.concurrent.locks.ReentrantReadWriteLock
import kotlin.concurrent.read
import kotlin.concurrent.write

/** As good as for ever: the thread is woken by whatever it has to do. */
private val LONGEST = Duration.ofHours(1)

/** Before another try, where what is told can't be read. In nanoseconds. */
private const val PAUSE = 1_000_000L

/** The group of the JVM's own threads, which contains all others. */
private fun systemGroup(): ThreadGroup = generateSequence(Thread.currentThread().threadGroup) { it.parent }.last()

internal object Ends {
    private val queue: Handle by lazy { CompletionQueueNative.carrying() }

    /** By number, whichever comes first: the call that waits, or its end. */
    private val expected = ConcurrentHashMap<Long, Any>()
    private val thread = lazy {
        // Nothing of whoever makes the first call stays with it, and nobody waits for it who ends the threads of that one's
        // group, as Maven's exec:java does: it is of all callers, and ends with the process or its class loader.
        Thread(systemGroup(), ::tell, "rongcloud-recording", 0, false).apply {
            isDaemon = true
            contextClassLoader = null
            start()
        }
    }

    /** Held for writing to know all calls that have begun: by then, each of them is expected. */
    private val beginning = ReentrantReadWriteLock()

    @Volatile
    private var isClosed = false

    fun begin(asked: Asked<*>, call: Call<*>): Long = beginning.read {
        thread.value
        val number = asked.begin(queue)
        val ended = expected.putIfAbsent(number, call) as Completion?
        if (ended != null) {
            expected.remove(number)
            call.end(ended)
        }
        number
    }

    /** What the queue has told already is about to reach the call. */
    fun cancel(number: Long): Completion? = try {
        CompletionQueueNative.cancelAndTell(queue, number)
    } catch (_: RecordingException.Internal) {
        null
    }

    private fun tell() {
        var isHandedOut = true
        while (!isClosed) {
            try {
                if (!isHandedOut) endAll()
                isHandedOut = false
                val told = CompletionQueueNative.wait(queue, LONGEST)
                try {
                    if (told.isLogWaiting) Log.fetch()
                } finally {
                    told.ended.forEach(::end)
                    isHandedOut = true
                }
            } catch (_: Throwable) {
                // Whatever it is, memory that is short for instance: without this thread, no call would end any more.
                LockSupport.parkNanos(PAUSE)
            }
        }
    }

    private fun end(completion: Completion) {
        val call = expected.putIfAbsent(completion.number, completion) as? Call<*> ?: return
        expected.remove(completion.number)
        call.end(completion)
    }

    /**
     * Ends all calls with what is known of each. What the core has told last it knows until it is waited for again, and it
     * can't be asked without cancelling those that go on.
     */
    private fun endAll() {
        for ((number, call) in beginning.write { expected.toMap() }) {
            if (call is Call<*>) call.end(known(number, CompletionQueueNative::cancelAndTell))
            // Or else its end would be told once more.
            known(number, CompletionQueueNative::cancel)
            expected.remove(number)
        }
    }

    private inline fun known(number: Long, ask: (Handle, Long) -> Completion): Completion = try {
        ask(queue, number)
    } catch (failure: LinkageError) {
        Completion(number, null, notLinked(failure).failure)
    } catch (failure: RuntimeException) {
        Completion(number, null, unknown("$failure").failure)
    }

    /** Ends the thread. No further calls begin. */
    fun close() {
        if (!thread.isInitialized()) return
        isClosed = true
        CompletionQueueNative.close(queue)
        thread.value.join()
        endAll()
    }
}
