// Whether the libraries found beside this one fit it. A build file may pin others than those it was compiled with.

package rongcloud.recording.internal

import com.sun.jna.Native
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart.UNDISPATCHED
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.slf4j.LoggerFactory
import rongcloud.recording.FailureCause
import rongcloud.recording.RecordingException
import kotlin.coroutines.EmptyCoroutineContext

/** What this library is compiled with; its users need that or later. */
private const val NEEDED = "Kotlin 1.9.25, kotlinx-coroutines 1.8.1, JNA 5.19.1 and SLF4J 2.0.17"

/** The JVM looks for a method when it is first called. Without a rehearsal, that would be after a request was sent. */
internal object Linkage {
    private val clash: LinkageError? by lazy { clashOf(::rehearse) }

    /** Fails as `NotSent` where a call could not be carried through. Only the first client of a process pays for it. */
    fun check() {
        val interrupted = Thread.interrupted()
        try {
            clash?.let { throw mismatch(it) }
        } catch (_: InterruptedException) {
            // The next client looks again.
            Thread.currentThread().interrupt()
        }
        if (interrupted) Thread.currentThread().interrupt()
    }

    private fun rehearse() {
        Log.rehearse()
        // On this thread alone: those of the default dispatcher may all be here, waiting for their first client.
        runBlocking { launch(start = UNDISPATCHED) { Rehearsed().awaited(EmptyCoroutineContext) }.cancelAndJoin() }
        CoroutineScope(Dispatchers.Unconfined).launch { }
        Dispatchers.Default
    }

    /** A call that ends when it is cancelled. */
    private class Rehearsed : Call<Any>(Nothing) {
        override fun begin() = -1L

        override fun stop(number: Long) = Completion(number, null, null).also(::end)
    }

    /** What is never asked. */
    private object Nothing : Asked<Any> {
        override fun begin(queue: Handle) = error("there is nobody to be asked")

        override fun about() = null

        override val name = "nothing"

        override fun answer(reply: Any) = reply
    }

    private fun mismatch(failure: LinkageError): RecordingException {
        val reason = "the libraries on the class path don't fit: needed are $NEEDED or later, " +
            "found were ${found()}; the first clash: $failure"
        return notSent(FailureCause.LOCAL, reason, failure)
    }

    private fun found(): String {
        val slf4j = LoggerFactory::class.java.`package`.implementationVersion ?: "of some version"
        val kotlin = KotlinVersion.CURRENT
        return "Kotlin $kotlin, kotlinx-coroutines ${coroutines()}, JNA ${Native.VERSION}, SLF4J $slf4j"
    }

    private fun coroutines() = Dispatchers::class.java.classLoader
        .getResource("META-INF/kotlinx_coroutines_core.version")?.readText()?.trim() ?: "of some version"
}

/** The error with which a block can't be linked, if any. */
internal inline fun clashOf(block: () -> Unit): LinkageError? = try {
    block()
    null
} catch (failure: LinkageError) {
    failure
}
