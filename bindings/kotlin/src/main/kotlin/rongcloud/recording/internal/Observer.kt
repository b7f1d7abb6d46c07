// Whoever wants to see each call as it begins and ends: nobody, unless the program has asked for it.

package rongcloud.recording.internal

import rongcloud.recording.RecordingException

/** Sees each call of this class loader. */
internal fun interface Observer {
    /** A call of an operation is made, by the thread or coroutine that this runs on. */
    fun begun(operation: String): Observed

    companion object {
        @Volatile
        var current: Observer? = null
    }
}

/** Sees the end of one call. */
internal fun interface Observed {
    /** It has an answer, or a failure; neither, where it never began. */
    fun ended(answer: Any?, failure: RecordingException?)
}
