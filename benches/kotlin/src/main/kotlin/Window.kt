// A window of time in which workers start recordings one after another, and what is told of it.

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking

/** Runs a window for each line on stdin. */
fun serve(contender: Contender, workers: Int) {
    for (line in generateSequence(::readlnOrNull)) {
        val begun = System.nanoTime()
        val until = begun + (line.trim().toDouble() * 1e9).toLong()
        val byWorker = runBlocking(Dispatchers.Default) {
            List(workers) { async { work(contender, until) } }.awaitAll()
        }
        report(byWorker, System.nanoTime() - begun)
    }
}

private suspend fun work(contender: Contender, until: Long): LongArray {
    // Not a list, whose boxes would be the contender's garbage.
    var taken = LongArray(256)
    var count = 0
    while (true) {
        val begun = System.nanoTime()
        contender.start()
        val ended = System.nanoTime()
        if (count == taken.size) taken = taken.copyOf(2 * count)
        taken[count++] = ended - begun
        if (ended >= until) return taken.copyOf(count)
    }
}

private fun report(byWorker: List<LongArray>, elapsed: Long) {
    val taken = LongArray(byWorker.sumOf { it.size })
    var at = 0
    for (its in byWorker) {
        its.copyInto(taken, at)
        at += its.size
    }
    taken.sort()
    val (median, late) = listOf(0.5, 0.99).map { share -> taken[((taken.size - 1) * share).toInt()] / 1e3 }
    println("""{"requests":${taken.size},"seconds":${elapsed / 1e9},"p50_us":$median,"p99_us":$late}""")
}
