// A window of time in which workers make calls one after another, and what is told of it.

import com.sun.management.ThreadMXBean
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import java.lang.management.ManagementFactory
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors

/** Runs a window for each line on stdin. */
fun serve(contender: Contender, workers: Int) {
    for (line in generateSequence(::readlnOrNull)) {
        val before = Machine.now()
        val begun = System.nanoTime()
        val until = begun + (line.trim().toDouble() * 1e9).toLong()
        val byWorker = runBlocking(Dispatchers.Default) {
            List(workers) { async { work(contender, until) } }.awaitAll()
        }
        report(byWorker, System.nanoTime() - begun, Machine.now() - before)
    }
}

/** As above, with a thread of the executor for each worker. */
fun serve(contender: BlockingContender, threads: ExecutorService, workers: Int) {
    for (line in generateSequence(::readlnOrNull)) {
        val before = Machine.now()
        val begun = System.nanoTime()
        val until = begun + (line.trim().toDouble() * 1e9).toLong()
        val working = List(workers) { threads.submit<LongArray> { work(until, contender::call) } }
        report(working.map { it.get() }, System.nanoTime() - begun, Machine.now() - before)
    }
}

/** They live on, with what each has open. */
fun threads(count: Int): ExecutorService = Executors.newFixedThreadPool(count)

/** By name: Java 17, for which this is compiled, has none. */
fun virtualThreads(): ExecutorService =
    Executors::class.java.getMethod("newVirtualThreadPerTaskExecutor").invoke(null) as ExecutorService

private suspend fun work(contender: Contender, until: Long) = work(until) { contender.call() }

private inline fun work(until: Long, call: () -> Unit): LongArray {
    // Not a list, whose boxes would be the contender's garbage.
    var taken = LongArray(256)
    var count = 0
    while (true) {
        val begun = System.nanoTime()
        call()
        val ended = System.nanoTime()
        if (count == taken.size) taken = taken.copyOf(2 * count)
        taken[count++] = ended - begun
        if (ended >= until) return taken.copyOf(count)
    }
}

/** What the machine counts: bytes that live threads have allocated, and threads that were ever started or attached. */
private class Machine(val allocated: Long, val threads: Long) {
    operator fun minus(earlier: Machine) = Machine(allocated - earlier.allocated, threads - earlier.threads)

    companion object {
        private val counted = ManagementFactory.getThreadMXBean() as ThreadMXBean

        fun now() = Machine(
            counted.getThreadAllocatedBytes(counted.allThreadIds).filter { it > 0 }.sum(),
            counted.totalStartedThreadCount,
        )
    }
}

private fun report(byWorker: List<LongArray>, elapsed: Long, used: Machine) {
    val taken = LongArray(byWorker.sumOf { it.size })
    var at = 0
    for (its in byWorker) {
        its.copyInto(taken, at)
        at += its.size
    }
    taken.sort()
    val (median, late) = listOf(0.5, 0.99).map { share -> taken[((taken.size - 1) * share).toInt()] / 1e3 }
    println(
        """{"requests":${taken.size},"seconds":${elapsed / 1e9},"p50_us":$median,"p99_us":$late,""" +
            """"allocated":${used.allocated},"threads":${used.threads}}""",
    )
}
