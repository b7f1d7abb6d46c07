// Programs that tests run in processes of their own.

package rongcloud.recording.support

import ch.qos.logback.classic.Level
import ch.qos.logback.classic.Logger
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.slf4j.LoggerFactory
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.BlockingRecordingLedger
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.Credentials
import rongcloud.recording.DataCenter
import rongcloud.recording.OnUnknown
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.RecordingRuntime
import rongcloud.recording.RetryPolicy
import java.lang.ref.Reference
import java.net.URI
import java.nio.channels.FileChannel
import java.time.Duration
import java.util.concurrent.CompletionException
import java.util.function.Function
import kotlin.io.path.Path
import kotlin.system.exitProcess
import kotlin.test.assertFailsWith
import kotlin.time.Duration.Companion.minutes
import kotlin.time.toKotlinDuration

/** Starts a recording with what the environment says, and prints its id or what is wrong. */
object StartFromEnvironment {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val client =
            try {
                when (arguments.firstOrNull()) {
                    "explicit" -> BlockingRecordingClient(
                        Simulator.APP_KEY,
                        Simulator.APP_SECRET,
                        apiUrl = arguments[1],
                    )

                    "data center" -> BlockingRecordingClient.fromEnvironment(dataCenter = DataCenter.SINGAPORE)

                    "builder" -> BlockingRecordingClient.builder().build()

                    else -> BlockingRecordingClient.fromEnvironment()
                }
            } catch (invalid: RecordingException.InvalidInput) {
                invalid.violations.forEach { println("${it.path} ${it.code}: ${it.reason}") }
                return
            }
        if (arguments.firstOrNull() == "data center") return println("made")
        client.use { println("record id: ${it.start("room1", "aaa", anyProfile).recordId}") }
    }
}

/** The same, where it looks as if the C library were musl: a file with the name of its loader is in memory. */
object StartAsOnMusl {
    @JvmStatic
    fun main(arguments: Array<String>) {
        FileChannel.open(Path(arguments[0])).use { it.map(FileChannel.MapMode.READ_ONLY, 0, it.size()) }.also {
            StartFromEnvironment.main(emptyArray())
            Reference.reachabilityFence(it)
        }
    }
}

/** Starts a session that other processes start, too, and prints the recording's id and whether it has started it. */
object StartOnce {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val client = BlockingRecordingClient.fromEnvironment()
        val found = BlockingRecordingLedger(client, OnUnknown.HOLD).start("room1", "aaa", anyProfile)
        println("${found.recording.recordId} ${found.isMine}")
    }
}

/** Prints all that can be made to hold a text, while the environment and every setting hold a secret. */
object ShowEverything {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (url, secret) = arguments
        (LoggerFactory.getLogger("rongcloud") as Logger).level = Level.TRACE
        show { RecordingClient("key", "$secret\n", apiUrl = url) }
        show { RecordingClient("$secret\n", "secret", apiUrl = url) }
        show { RecordingClient("key", "$secret\uD83D", apiUrl = url) }
        show { RecordingClient("key", secret, apiUrl = "https://user:$secret@localhost") }
        val builder = BlockingRecordingClient.builder().credentials(secret, secret).apiUrl(url)
        println(builder)
        val client = builder.build()
        println(client)
        println(Credentials(secret, secret))
        // In the order of the steps that ProcessTest has the simulator take.
        show { client.start("room1", "aaa", anyProfile) }
        show { client.start("room1", "aaa", anyProfile) }
        show { client.queryRoom("room1") }
        show { client.start("room1", "aaa", anyProfile) }
        client.close()
        show { client.start("room1", "aaa", anyProfile) }
        showSwapped(url)
        showProxies(secret)
        showStores(url, secret)
    }

    private fun showSwapped(url: String) {
        val client = BlockingRecordingClient(Simulator.APP_SECRET, Simulator.APP_KEY, apiUrl = url)
        client.use { show { it.start("room1", "aaa", anyProfile) } }
    }

    private fun showProxies(secret: String) {
        for (proxy in listOf("127.0.0.1:1", "127.0.0.1:1/path", "127.0.0.1:port")) {
            show {
                BlockingRecordingClient(
                    "key",
                    "secret",
                    apiUrl = "https://api.example",
                    proxy = "http://user:$secret@$proxy",
                    retry = RetryPolicy(firstBackoff = Duration.ZERO.toKotlinDuration()),
                ).use {
                    println(it)
                    it.start("room1", "aaa", anyProfile)
                }
            }
        }
    }

    private fun showStores(url: String, secret: String) {
        val client = BlockingRecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = url)
        for (store in listOf("nosuch://user:$secret@host", "postgres://user:$secret@127.0.0.1:1/recordings")) {
            show {
                BlockingRecordingLedger(client, OnUnknown.HOLD, store = store).use {
                    println(it)
                    it.start("room1", "aaa", anyProfile, timeout = Duration.ofMillis(100))
                }
            }
        }
    }

    private fun show(block: () -> Any) {
        try {
            println(block())
        } catch (failure: RecordingException) {
            failure.printStackTrace()
            println(failure)
        }
    }
}

/** Makes its first call in a group of threads, whose threads it then ends, and tells which are left and where ours is. */
object CallInGroup {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val group = ThreadGroup("of a program")
        val program = Thread(group) {
            BlockingRecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = arguments[0])
                .use { it.start("room1", "aaa", anyProfile) }
        }
        program.start()
        program.join()
        val threads = arrayOfNulls<Thread>(group.activeCount() + 1).also(group::enumerate).filterNotNull()
        threads.forEach { it.interrupt() }
        threads.forEach { it.join(Duration.ofSeconds(5).toMillis()) }
        println("left: ${threads.filter { it.isAlive }.map { it.name }}")
        val own = Thread.getAllStackTraces().keys.single { it.name.startsWith("rongcloud") }
        println("${own.name}: in ${own.threadGroup.name}, ${if (own.isDaemon) "a daemon" else "no daemon"}")
    }
}

/** Ends its main function while a call is under way. */
object LeaveCallUnderWay {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val client =
            RecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = arguments[0], timeout = 10.minutes)
        client.startAsync("room1", "aaa", anyProfile)
        println(URI("${arguments[0]}/__simulator/wait?requests=1").toURL().readText())
    }
}

/** Ends with a status of its own while calls of a ledger of each store are under way. */
object EndWithEveryStoreOpen {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (url, sessionId) = arguments
        val stores = arguments.drop(2)
        val client = RecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = url, timeout = 10.minutes)
        for (store in stores) {
            val ledger = RecordingLedger(client, OnUnknown.HOLD, store = store)
            ledger.nextChangeAsync("another", 0, Duration.ofHours(1))
            ledger.startAsync("room1", sessionId, anyProfile)
        }
        URI("$url/__simulator/wait?requests=${stores.size}").toURL().readText()
        exitProcess(7)
    }
}

/** Ends the shared runtime while a call is under way, then starts another. */
object ShutDownRuntime {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val client = RecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = arguments[0])
        val call = client.startAsync("room1", "aaa", anyProfile)
        URI("${arguments[0]}/__simulator/wait?requests=1").toURL().readText()
        RecordingRuntime.shutDown(Duration.ofSeconds(5))
        for (under in listOf(call, client.startAsync("room1", "aaa", anyProfile))) {
            println(under.handle { _, failure -> failure }.join().javaClass.simpleName)
        }
    }
}

/** Uses all that makes threads or keeps objects, and leaves objects in static fields, as programs do. */
class UseEverything : Function<String, String> {
    override fun apply(url: String): String {
        client = RecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = url)
        receiver = CallbackReceiver(Simulator.APP_KEY, Simulator.APP_SECRET, replayGuard = { _, _, _ -> null })
        BlockingRecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = url).use {
            it.start("room1", "aaa", anyProfile)
        }
        client.startAsync("room1", "aaa", anyProfile).join()
        runBlocking { client.start("room1", "aaa", anyProfile) }
        ledger = RecordingLedger(client, OnUnknown.HOLD, store = "memory:")
        ledger.keepUp(1.minutes)
        ledger.startAsync("room1", "aaa", anyProfile).join()
        runBlocking { ledger.follow("aaa").first() }
        assertFailsWith<CallbackRefusedException> { receiver.recordingEvent(emptyMap(), ByteArray(0)) }
        RecordingRuntime.shutDown(Duration.ofSeconds(5))
        // The program's own coroutines library, with its threads.
        @OptIn(DelicateCoroutinesApi::class)
        Dispatchers.shutdown()
        return "used"
    }

    private companion object {
        lateinit var client: RecordingClient
        lateinit var receiver: CallbackReceiver
        lateinit var ledger: RecordingLedger
    }
}

/** Starts a recording by blocking and as a future, each of a client of its own, and tells what came of it. */
class StartBothWays : Function<String, String> {
    override fun apply(url: String): String = listOf(
        outcome {
            BlockingRecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = url)
                .start("room1", "aaa", anyProfile)
        },
        outcome {
            RecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = url)
                .startAsync("room1", "aaa", anyProfile)
                .handle { _, failure -> failure?.let { throw it } }
                .join()
        },
    ).joinToString("\n")
}

/** As [StartBothWays], with a log. */
class StartLogged : Function<String, String> {
    override fun apply(url: String): String {
        (LoggerFactory.getLogger("rongcloud") as Logger).apply {
            level = Level.INFO
            isAdditive = false
        }
        return StartBothWays().apply(url)
    }
}

/** Starts a recording while another start is under way, and tells what came of both, and of a third one. */
class StartBesides : Function<String, String> {
    override fun apply(url: String): String {
        val client = RecordingClient(Simulator.APP_KEY, Simulator.APP_SECRET, apiUrl = url)
        val first = client.startAsync("room1", "aaa", anyProfile)
        URI("$url/__simulator/wait?requests=1").toURL().readText()
        val others = List(2) { outcome { client.startAsync("room1", "aaa", anyProfile).join() } }
        return (others + outcome { first.join() }).joinToString("\n")
    }
}

private fun outcome(start: () -> Unit): String = try {
    start()
    "started"
} catch (failure: Throwable) {
    val cause = failure.cause.takeIf { failure is CompletionException } ?: failure
    "$cause, maybe sent: ${(cause as? RecordingException)?.maybeSent}".replace("\n", " ")
}

/** Starts a simulator, tells the id of its process, and ends without a word to it. */
object StartAndHalt {
    @JvmStatic
    fun main(arguments: Array<String>) {
        Simulator()
        print(ProcessHandle.current().children().findFirst().get().pid())
        System.out.flush()
        Runtime.getRuntime().halt(0)
    }
}

/** Starts a simulator, and ends as programs do. */
object StartAndEnd {
    @JvmStatic
    fun main(arguments: Array<String>) {
        Simulator()
    }
}
