// Calls as futures, for asynchronous Java.

package rongcloud.recording.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import java.util.concurrent.CompletableFuture
import rongcloud.recording.RecordingException as PublicException

/** Makes the call, and completes the future with its end. */
internal fun <T : Any> CoroutineScope.future(
    client: NativeClient,
    context: LogContext?,
    operation: Operation<T>,
): CompletableFuture<T> {
    val course = Course<T>()
    val future = CallFuture(course, operation.about)
    val job = launch {
        try {
            future.complete(operation.await(client, context, course))
        } catch (failure: Throwable) {
            future.completeExceptionally(failure)
        }
    }
    future.endsWith(job)
    return future
}

/** A future whose call ends when it is cancelled, and that then knows what became of the call. */
private class CallFuture<T : Any>(private val course: Course<T>, private val about: () -> CallContext) :
    CompletableFuture<T>() {
    /** However the future is completed, by a timeout for instance, nothing goes on for nobody. */
    fun endsWith(job: Job) {
        whenComplete { _, _ -> job.cancel() }
    }

    /** A call that had just ended completes the future as if it had not been cancelled. */
    override fun cancel(mayInterruptIfRunning: Boolean): Boolean {
        if (isDone) return isCancelled
        course.cancel()
        val answer = course.answer
        val failure = course.told(about)
        when {
            answer != null -> complete(answer)
            failure is PublicException.Cancelled || failure == null -> completeExceptionally(cancelled(failure))
            else -> completeExceptionally(failure)
        }
        return isCancelled
    }

    private fun cancelled(ended: PublicException?) =
        CancellationException("the future was cancelled").apply { ended?.let(::addSuppressed) }
}
