// The native core of this class loader: loaded by the first call, let go by the last one.

package rongcloud.recording.internal

import com.sun.jna.Native
import com.sun.jna.Structure
import rongcloud.recording.FailureCause
import java.lang.reflect.InaccessibleObjectException
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.locks.LockSupport

private const val LET_GO = -1

/** Between two looks at what will soon have ended, in nanoseconds. */
private const val PAUSE = 1_000_000L

/** More than anybody waits, and few enough nanoseconds to count with. */
private val LONGEST = Duration.ofDays(1)

/** JNA's thread that frees what has become garbage. */
private const val JNA_CLEANER = "com.sun.jna.internal.Cleaner\$CleanerThread"

internal object Core {
    private val failure = clashOf { Library.load() }

    /** How many are inside, or [LET_GO]. */
    private val inside = AtomicInteger()

    /** Nobody lets the core go meanwhile. */
    inline fun <T> inside(block: () -> T): T {
        enter()
        try {
            return block()
        } finally {
            leave()
        }
    }

    /** Every call goes through here. Only here a failure to load means that nothing can have been sent. */
    fun enter() {
        failure?.let { throw notLoaded(it) }
        if (inside.updateAndGet { if (it == LET_GO) LET_GO else it + 1 } == LET_GO) {
            throw notSent(FailureCause.CLIENT_CLOSED, "this library has been shut down in its class loader")
        }
    }

    fun leave() {
        ofThreads.forEach { it.remove() }
        inside.decrementAndGet()
    }

    /** Whether this class loader has JNA to itself and may go before the process. */
    private val mayGo: Boolean
        get() = javaClass.classLoader.let {
            it != ClassLoader.getSystemClassLoader() && it == Native::class.java.classLoader
        }

    /** What JNA keeps for each thread, between calls for nothing. Threads of a container outlive its programs. */
    private val ofThreads: List<ThreadLocal<*>> =
        listOf("busy", "reads").filter { mayGo }.mapNotNull(::ofThreads)

    private fun ofThreads(name: String): ThreadLocal<*>? = try {
        Structure::class.java.getDeclaredField(name).apply { isAccessible = true }.get(null) as? ThreadLocal<*>
    } catch (_: ReflectiveOperationException) {
        null
    } catch (_: InaccessibleObjectException) {
        null
    }

    fun isLetGo() = inside.get() == LET_GO

    /**
     * Once nobody is inside, takes back all that keeps a class loader with JNA to itself: JNA's hold on the methods it has
     * bound, and its thread. Where the class loader lives as long as the process, or calls don't end, everything stays.
     */
    fun letGo(timeout: Duration) {
        if (!mayGo) return
        Ends.close()
        val until = System.nanoTime() + minOf(timeout, LONGEST).toNanos()
        while (!inside.compareAndSet(0, LET_GO)) {
            if (isLetGo() || System.nanoTime() - until > 0) return
            LockSupport.parkNanos(PAUSE)
        }
        Thread.getAllStackTraces().keys
            .filter { it.javaClass.name == JNA_CLEANER && it.javaClass.classLoader == javaClass.classLoader }
            .forEach {
                it.interrupt()
                while (it.isAlive) LockSupport.parkNanos(PAUSE)
            }
        Crossing.letGo()
        Native.unregister(Library::class.java)
    }
}
