// How far one call has come, for whoever cancels it from outside.

package rongcloud.recording.internal

import kotlinx.coroutines.CancellationException
import rongcloud.recording.RecordingException as PublicException

/** One call from its beginning to its end. It may be cancelled at any moment, and knows what became of it then. */
internal class Course<T : Any> {
    private var call: Running<T>? = null
    private var isCancelled = false

    var answer: T? = null
        @Synchronized get
        private set
    private var failure: PublicException? = null

    /** Begins the call, unless it has been cancelled before. */
    @Synchronized
    fun begin(begin: () -> Running<T>): Running<T> {
        if (isCancelled) throw CancellationException("cancelled before it began")
        return begin().also { call = it }
    }

    @Synchronized
    fun answered(answer: T) {
        this.answer = answer
    }

    @Synchronized
    fun failed(failure: PublicException) {
        this.failure = failure
    }

    /** Ends the call, and notes what is known of it. Nothing, where it had not begun: it never will. */
    @Synchronized
    fun cancel() {
        isCancelled = true
        // What has ended has noted it before its handle was closed.
        val call = call.takeIf { answer == null && failure == null } ?: return
        try {
            answer = native { call.cancel() }
        } catch (ended: PublicException) {
            failure = ended
        }
    }

    /** What became of a call whose answer nobody takes. `null` where it had not begun. */
    @Synchronized
    fun told(about: () -> CallContext): PublicException? = failure ?: answer?.let { cancelledAfter(it, about()) }
}
