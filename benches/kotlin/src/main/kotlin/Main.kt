// One way of starting recordings from Kotlin, run by the driver.
//
// Usage: `NAME CONCURRENCY URL [CA_FILE]`. Each line on stdin is a number of seconds; the answer is one line of JSON
// about the starts that were made meanwhile. Ends with stdin. Zero seconds are one start by each worker.
// `layers 1 URL` prints what the parts of one start cost, and ends.

import kotlin.system.exitProcess

/** Starts a recording, from any number of coroutines at once. */
fun interface Contender {
    suspend fun start()
}

/** Where and how to connect. */
class Target(val url: String, val concurrency: Int, caFile: String?) {
    val trust: Trust? = caFile?.let(::Trust)
}

fun main(arguments: Array<String>) {
    val (name, concurrency, url) = arguments
    val target = Target(url, concurrency.toInt(), arguments.getOrNull(3))
    when (name) {
        "ours" -> serve(ours(target), target.concurrency)
        "java.net.http" -> serve(byJavaNetHttp(target), target.concurrency)
        "okhttp" -> serve(byOkHttp(target), target.concurrency)
        "ktor" -> serve(byKtor(target), target.concurrency)
        "layers" -> printLayers(target)
        else -> error("no contender $name")
    }
    // OkHttp's threads would live on for a minute.
    exitProcess(0)
}
