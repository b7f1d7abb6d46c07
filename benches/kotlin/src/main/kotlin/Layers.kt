// What the parts of one start cost, as far as they can be told apart from outside.

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingProfile
import rongcloud.recording.signature

private const val BATCHES = 5
private const val BATCH_NANOSECONDS = 200_000_000L

// Until the JVM has compiled what is measured.
private const val WARMING_BATCHES = 10

/** Prints microseconds by name; the names are the same in all languages. */
fun printLayers(target: Target) {
    val costs = LinkedHashMap<String, Double>()
    runBlocking(Dispatchers.Default) {
        costs["signature"] = time { check(signature(APP_SECRET, "14314", "1408710653000").startsWith("30be")) }
        for (windows in listOf(1, 10, 50)) {
            val recording = recording(windows)
            costs["profile of $windows windows"] = time { RecordingProfile(recording) }
        }
        val profile = RecordingProfile(recording(2))
        val large = RecordingProfile(recording(50))
        val closed = client(target).apply { close() }
        client(target).use { client ->
            costs["start that is refused"] = time {
                fails<RecordingException.InvalidInput> { client.start("", SESSION, profile) }
            }
            costs["start on a closed client"] = time {
                fails<RecordingException.NotSent> { closed.start(ROOM, SESSION, profile) }
            }
            costs["start"] = time { client.start(ROOM, SESSION, profile) }
            costs["start with 50 windows"] = time { client.start(ROOM, SESSION, large) }
        }
        BlockingRecordingClient(APP_KEY, APP_SECRET, apiUrl = target.url).use { client ->
            costs["blocking start"] = time { client.start(ROOM, SESSION, profile) }
        }
    }
    println(Json.encodeToString(costs))
}

private inline fun <reified E : RecordingException> fails(call: () -> Unit) {
    try {
        call()
    } catch (failure: RecordingException) {
        check(failure is E) { failure.toString() }
        return
    }
    error("it was accepted")
}

/** Microseconds of one: the median of some batches. */
private suspend fun time(one: suspend () -> Unit): Double {
    val means = List(WARMING_BATCHES + BATCHES) {
        val begun = System.nanoTime()
        var times = 0
        do {
            one()
            times++
            val elapsed = System.nanoTime() - begun
        } while (elapsed < BATCH_NANOSECONDS)
        (System.nanoTime() - begun) / 1e3 / times
    }
    return means.drop(WARMING_BATCHES).sorted()[BATCHES / 2]
}
