// A call from its beginning to its end, however it is waited for.

package rongcloud.recording.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.time.withTimeoutOrNull
import kotlinx.coroutines.withContext
import rongcloud.recording.RecordingException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume

/** How long a caller who has left waits for the cancelled call to let go of its connection and to tell the log. */
private val LAST_WORD = Duration.ofSeconds(1)

/** A cause may be a circle. */
private const val MOST_COPIES = 4

/** What the futures' calls run in. */
private val futures = CoroutineScope(SupervisorJob() + Dispatchers.Default)

/** One call, which may be cancelled at any moment, and knows what became of it then. */
internal open class Call<T>(private val asked: Asked<T>) {
    private val context = Log.context()
    private val observed = Observer.current?.begun(asked.name)
    private val ended = CompletableFuture<Completion>()
    var isCancelled = false
        @Synchronized get
        private set
    private var number: Long? = null

    /** What became of it, as soon as anybody has to know. */
    private var told: Completion? = null

    /** By whoever is told of all ends. It may be that nobody waits any more. */
    fun end(completion: Completion) {
        ended.complete(completion)
    }

    /** Begins, and returns the number under which its end will be told. */
    protected open fun begin(): Long = Ends.begin(asked, this)

    /** Ends it, and tells what is known. What is on its way already is waited for. */
    protected open fun stop(number: Long): Completion = Ends.cancel(number) ?: ended.join()

    /**
     * Suspends until it has ended; cancelling the coroutine ends it.
     *
     * The dispatcher keeps the caller off the thread that tells of ends: whoever blocked there would hold up all others.
     */
    suspend fun await(): T = linked {
        try {
            awaited(Dispatchers.Default)
        } catch (cancelled: CancellationException) {
            // Coroutines pass on whichever exception came first, so only here it is the caller's own.
            throw asException()?.let { told(cancelled, it) } ?: cancelled
        }
    }

    suspend fun awaited(threads: CoroutineContext): T = withContext(threads) {
        logged {
            try {
                ended.await()
            } catch (cancelled: CancellationException) {
                cancel()
                letGo()
                throw cancelled
            }
            outcome()
        }
    }

    /** Blocks until it has ended; interrupting the thread ends it. The thread parks in Java, where a virtual one may. */
    fun block(): T = linked {
        // What is interrupted beforehand is never sent.
        if (Thread.interrupted()) throw InterruptedException()
        logged {
            try {
                ended.get()
            } catch (interrupted: InterruptedException) {
                cancel()
                // A call that had just ended gives its result after all, and the thread stays interrupted.
                if (!isAnswered) throw interrupted.after(asException())
                Thread.currentThread().interrupt()
            }
            outcome()
        }
    }

    /** Begins, for asynchronous Java. */
    fun future(): CompletableFuture<T> {
        val future = CallFuture(this)
        val job = futures.launch {
            try {
                future.complete(await())
            } catch (failure: Throwable) {
                future.fail(failure)
            }
        }
        // However the future is completed, by a timeout for instance, nothing goes on for nobody.
        future.whenComplete { _, _ -> job.cancel() }
        return future
    }

    private inline fun <R> logged(wait: () -> R): R = Core.inside {
        val number = try {
            beginOnce()
        } catch (failure: Throwable) {
            observed?.ended(null, failure as? RecordingException)
            throw failure
        }
        try {
            wait()
        } finally {
            Log.forward()
            Log.ended(number)
            observed?.ended(reply(), asFailure())
        }
    }

    @Synchronized
    private fun beginOnce(): Long {
        if (isCancelled) throw CancellationException("cancelled before it began")
        return Log.begun(context, ::begin).also { number = it }
    }

    /** Ends the call, and notes what is known of it. Nothing, where it had not begun: it never will. */
    @Synchronized
    fun cancel() {
        isCancelled = true
        told = told ?: ended.getNow(null) ?: number?.let(::stop)
    }

    /** Whoever joins a cancelled coroutine finds its connection closed and its end in the log. */
    private suspend fun letGo() = withContext(NonCancellable) {
        withTimeoutOrNull(LAST_WORD) { ended.await() }
    }

    private fun InterruptedException.after(ended: RecordingException?): InterruptedException = apply {
        ended?.let(::addSuppressed)
        try {
            this@Call.ended.get(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS)
        } catch (_: TimeoutException) {
            // It has had its time.
        } catch (_: InterruptedException) {
            // As above.
        }
    }

    /** What it has ended with: its answer, or else it throws. */
    fun outcome(): T = asked.answer(reply() ?: throw checkNotNull(asFailure()))

    /** Whether there is an answer, which may be a refusal. */
    val isAnswered: Boolean
        get() = reply() != null

    private fun completion() = synchronized(this) { told } ?: ended.getNow(null)

    private fun reply() = completion()?.reply

    private fun asFailure() = completion()?.failure?.let { RecordingException.exception(it) }

    /** What became of a call whose answer nobody takes. `null` where it had not begun, or a callback was refused. */
    fun asException(): RecordingException? =
        asFailure() ?: reply()?.takeUnless { it is LedgerReply.Refused }?.let { cancelledAfter(it, asked.about()) }
}

/** That of kotlinx would cancel the future with the coroutine. */
private suspend fun CompletableFuture<*>.await() =
    suspendCancellableCoroutine { waiting -> thenRun { waiting.resume(Unit) } }

/** A future whose call ends when it is cancelled, and that then knows what became of the call. */
private class CallFuture<T>(private val call: Call<T>) : CompletableFuture<T>() {
    /** A call that had just ended completes the future as if it had not been cancelled. */
    override fun cancel(mayInterruptIfRunning: Boolean): Boolean {
        if (isDone) return isCancelled
        call.cancel()
        if (call.isAnswered) {
            runCatching(call::outcome).fold(::complete, ::completeExceptionally)
        } else {
            fail(call.asException() ?: cancelled(null))
        }
        return isCancelled
    }

    /** The end of a call that is being cancelled may come before whoever cancels it has been told. */
    fun fail(failure: Throwable) {
        val isOurs = failure is RecordingException.Cancelled && call.isCancelled
        completeExceptionally(if (isOurs) cancelled(failure as RecordingException) else failure)
    }

    private fun cancelled(ended: RecordingException?) =
        CancellationException("the future was cancelled").apply { ended?.let(::addSuppressed) }
}

/** Of one call alone: what cancelled it may have cancelled others, too. */
private class CallCancelledException(cause: CancellationException) : CancellationException(cause.message) {
    init {
        initCause(cause)
    }
}

private fun told(cancelled: CancellationException, ended: RecordingException): CancellationException {
    // For whoever gets that one elsewhere, of withTimeout or by waiting for the coroutine. Where a debugger or a test
    // recovers stack traces, it is a copy, with what it was copied from as its cause.
    generateSequence(cancelled) { it.cause as? CancellationException }.take(MOST_COPIES)
        .forEach { it.addSuppressed(ended) }
    return CallCancelledException(cancelled).apply { addSuppressed(ended) }
}

/** Whatever is found missing amid a call, the request may have left. */
private inline fun <T> linked(call: () -> T): T = try {
    call()
} catch (failure: LinkageError) {
    throw notLinked(failure)
}
