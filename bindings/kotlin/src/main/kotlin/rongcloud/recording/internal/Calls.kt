// How all public clients open the native client and wait for its calls.

package rongcloud.recording.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.time.withTimeoutOrNull
import kotlinx.coroutines.withContext
import rongcloud.recording.RecordingConfig
import java.time.Duration
import kotlin.coroutines.CoroutineContext
import rongcloud.recording.RecordingException as PublicException
import rongcloud.recording.internal.RecordingProfile as NativeProfile

/** How long a caller who has left waits for the cancelled call to let go of its connection and to tell the log. */
private val LAST_WORD = Duration.ofSeconds(1)

internal fun validated(config: RecordingConfig): NativeProfile {
    requireUnicode(config)
    return native { NativeProfile(config) }
}

/** A call that has begun, whatever its answer: the native types for that have the same functions and nothing in common. */
internal class Running<T : Any>(
    private val handle: AutoCloseable,
    val ended: suspend () -> T,
    val number: () -> Long,
    val cancel: () -> T,
    val wait: (Duration) -> T?,
) : AutoCloseable by handle

/** One operation that can be begun, and the two ways to wait for its end. */
internal class Operation<T : Any>(val about: () -> CallContext, private val begin: NativeClient.() -> Running<T>) {
    /**
     * Suspends until it has ended; cancelling the coroutine ends it.
     *
     * The context keeps the caller off the core's threads, on which an unconfined coroutine would go on: a caller that
     * blocked there would hold up all other calls.
     */
    suspend fun await(client: NativeClient, context: LogContext? = Log.context(), course: Course<T> = Course()): T =
        linked {
            try {
                awaited(Dispatchers.Default, context, course) { client.begin() }
            } catch (cancelled: CancellationException) {
                // Coroutines pass on whichever exception came first, so only here it is the caller's own.
                throw course.told(about)?.let { told(cancelled, it) } ?: cancelled
            }
        }

    /** Blocks until it has ended; interrupting the thread ends it. */
    fun block(client: NativeClient): T = linked { blocked { client.begin() } }
}

/** A cause may be a circle. */
private const val MOST_COPIES = 4

/** Of one call alone: what cancelled it may have cancelled others, too. */
private class CallCancelledException(cause: CancellationException) : CancellationException(cause.message) {
    init {
        initCause(cause)
    }
}

private fun told(cancelled: CancellationException, ended: PublicException): CancellationException {
    // For whoever gets that one elsewhere, of withTimeout or by waiting for the coroutine. Where a debugger or a test
    // recovers stack traces, it is a copy, with what it was copied from as its cause.
    generateSequence(cancelled) { it.cause as? CancellationException }.take(MOST_COPIES)
        .forEach { it.addSuppressed(ended) }
    return CallCancelledException(cancelled).apply { addSuppressed(ended) }
}

internal suspend fun <T : Any> awaited(
    threads: CoroutineContext,
    context: LogContext?,
    course: Course<T>,
    begin: () -> Running<T>,
): T = withContext(threads) {
    logged(context, { course.begin(begin) }) { call ->
        try {
            native { call.ended() }.also(course::answered)
        } catch (cancelled: CancellationException) {
            course.cancel()
            call.letGo()
            throw cancelled
        } catch (failure: PublicException) {
            course.failed(failure)
            throw failure
        }
    }
}

/** Whoever joins a cancelled coroutine finds its connection closed and its end in the log. */
private suspend fun Running<*>.letGo() = withContext(NonCancellable) {
    withTimeoutOrNull(LAST_WORD) {
        try {
            native { ended() }
        } catch (_: PublicException) {
            // It ended as it should.
        }
    }
}

internal fun <T : Any> blocked(begin: () -> Running<T>): T {
    // What is interrupted beforehand is never sent.
    if (Thread.interrupted()) throw InterruptedException()
    return logged(Log.context(), begin) { call ->
        try {
            runBlocking { native { call.ended() } }
        } catch (interrupted: InterruptedException) {
            call.endedAtInterrupt(interrupted)
        }
    }
}

/** A call that had just ended gives its result after all, and the thread stays interrupted. */
private fun <T : Any> Running<T>.endedAtInterrupt(interrupted: InterruptedException): T = try {
    native { cancel() }.also { Thread.currentThread().interrupt() }
} catch (ended: PublicException) {
    interrupted.addSuppressed(ended)
    try {
        native { wait(LAST_WORD) }
    } catch (_: PublicException) {
        // As above.
    }
    throw interrupted
}

/** Whatever is found missing amid a call, the request may have left. */
private inline fun <T> linked(call: () -> T): T = try {
    call()
} catch (failure: LinkageError) {
    throw notLinked(failure)
}

private inline fun <T : Any> logged(
    context: LogContext?,
    noinline begin: () -> Running<T>,
    wait: (Running<T>) -> T,
): T = Core.inside {
    native { Log.begun(context, begin) }.use { call ->
        try {
            wait(call)
        } finally {
            Log.forward()
            Log.ended(call)
        }
    }
}

/** The boundary knows no negative durations; nothing is refused like them, by the core. */
internal fun Duration.notNegative(): Duration = if (isNegative) Duration.ZERO else this
