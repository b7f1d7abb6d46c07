// One way of calling the service from Kotlin, run by the driver.
//
// Usage: `NAME[:OPERATION] CONCURRENCY URL [CA_FILE]`. Each line on stdin is a number of seconds; the answer is one
// line of JSON about the calls that were made meanwhile: starts, or `stop`, `layout`, `query`. Ends with stdin. Zero seconds
// are one call by each worker. A name that ends with `-threads` or `-virtual` blocks a thread of that kind per worker.
// `layers 1 URL` prints what the parts of one start cost, and ends.

import kotlin.system.exitProcess

/** Makes the target's call, from any number of coroutines at once. */
fun interface Contender {
    suspend fun call()
}

/** The same, from any number of threads at once. */
fun interface BlockingContender {
    fun call()
}

/** Where and how to connect, and what to call. */
class Target(val url: String, val concurrency: Int, val operation: Operation, caFile: String?) {
    val trust: Trust? = caFile?.let(::Trust)
}

fun main(arguments: Array<String>) {
    val (asked, concurrency, url) = arguments
    val name = asked.substringBefore(':')
    val operation = Operation.valueOf(asked.substringAfter(':', "start").uppercase())
    val target = Target(url, concurrency.toInt(), operation, arguments.getOrNull(3))
    when (name) {
        "ours" -> serve(ours(target), target.concurrency)
        "java.net.http" -> serve(byJavaNetHttp(target), target.concurrency)
        "okhttp" -> serve(byOkHttp(target), target.concurrency)
        "ktor" -> serve(byKtor(target), target.concurrency)
        "ours-threads" -> serve(oursBlocking(target), threads(target.concurrency), target.concurrency)
        "okhttp-threads" -> serve(byOkHttpBlocking(target), threads(target.concurrency), target.concurrency)
        "ours-virtual" -> serve(oursBlocking(target), virtualThreads(), target.concurrency)
        "okhttp-virtual" -> serve(byOkHttpBlocking(target), virtualThreads(), target.concurrency)
        "layers" -> printLayers(target)
        else -> error("no contender $name")
    }
    // OkHttp's threads would live on for a minute.
    exitProcess(0)
}
