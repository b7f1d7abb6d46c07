// Processes of one app, as far as a ledger can tell: each has a client of its own, and all have one file.

package rongcloud.recording.support

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import org.junit.jupiter.api.extension.ExtensionContext
import org.junit.jupiter.api.extension.ParameterContext
import org.junit.jupiter.api.extension.ParameterResolver
import rongcloud.recording.BlockingRecordingLedger
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.LedgerEntry
import rongcloud.recording.LedgerState
import rongcloud.recording.OnUnknown
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.TakenEvent
import rongcloud.simulator.Step
import java.net.InetSocketAddress
import java.nio.file.Path
import java.util.UUID
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.Executors
import kotlin.io.path.ExperimentalPathApi
import kotlin.io.path.createTempDirectory
import kotlin.io.path.deleteRecursively
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** A callback as it came in over HTTP. */
class Came(val headers: Map<String, List<String>>, val body: ByteArray, val query: String?)

/** Takes a callback in, and gives the status to answer with. */
fun BlockingRecordingLedger.answer(callback: Came): Int = try {
    take(callback)
    200
} catch (refusal: CallbackRefusedException) {
    refusal.httpStatus
} catch (failure: RecordingException) {
    503
}

fun BlockingRecordingLedger.take(callback: Came): TakenEvent = take(callback.headers, callback.body, callback.query)

class Fleet : AutoCloseable {
    val simulator = Simulator()
    private val folder: Path = createTempDirectory("fleet")
    private val opened = CopyOnWriteArrayList<AutoCloseable>()

    /** Where all of them keep what they know. */
    val store = "sqlite://$folder/recordings.db"

    /** That of none of them, in a folder that isn't there. */
    val unreachable = "sqlite://$folder/missing/recordings.db"

    /** All stores that processes can share. Those of servers are there for all tests, each with a session of its own. */
    val stores get() = listOf(store, server("POSTGRES"), server("REDIS"))

    private fun server(engine: String) = checkNotNull(System.getenv("RONGCLOUD_TEST_${engine}_URL")) {
        "there is no server: run it by scripts/with-stores.sh, as make test-kotlin does"
    }

    /** Gives the room a session that no store knows of. */
    fun newSession() = UUID.randomUUID().toString().also { simulator.setRoom("room1", it) }

    /** A further process's ledger. */
    fun ledger(
        onUnknown: OnUnknown = OnUnknown.HOLD,
        store: String = this.store,
        holder: String? = null,
        grace: Duration? = null,
    ): RecordingLedger = RecordingLedger(
        simulator.client().alsoClosed(),
        onUnknown,
        store = store,
        holder = holder,
        grace = grace,
    ).alsoClosed()

    /** That of a further process that blocks. */
    fun blockingLedger(receiver: CallbackReceiver? = null, store: String = this.store): BlockingRecordingLedger =
        BlockingRecordingLedger(
            simulator.blockingClient().alsoClosed(),
            OnUnknown.HOLD,
            receiver,
            store = store,
        ).alsoClosed()

    // Java calls them, too.
    fun ledger() = ledger(OnUnknown.HOLD)

    fun blockingLedger() = blockingLedger(null)

    /** Has the service tell a further process of recordings, and gives what comes. */
    fun callBack(): List<Came> {
        val ledger = blockingLedger()
        val came = CopyOnWriteArrayList<Came>()
        val threads = Executors.newCachedThreadPool()
        val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        server.executor = threads
        server.createContext("/recording") { exchange ->
            val callback = exchange.came()
            came += callback
            exchange.use { it.sendResponseHeaders(ledger.answer(callback), -1) }
        }
        server.start()
        opened += AutoCloseable {
            server.stop(0)
            threads.shutdown()
        }
        simulator.callBack("http://127.0.0.1:${server.address.port}/recording")
        return came
    }

    private fun HttpExchange.came() = Came(requestHeaders, requestBody.readAllBytes(), requestURI.rawQuery)

    /**
     * Leaves a start of whose outcome nobody knows: it is cancelled, or over, while the service holds its reply. Nobody acts
     * on it before its timeout.
     */
    suspend fun loseStart(by: RecordingLedger, sessionId: String = "aaa"): LedgerEntry = coroutineScope {
        simulator.next(Step.hold())
        val call = launch(Dispatchers.Default) {
            runCatching { by.start("room1", sessionId, anyProfile, timeout = 2.seconds) }
        }
        simulator.await(requests = 1)
        call.cancelAndJoin()
        by.follow(sessionId).first { it.entry.state == LedgerState.UNKNOWN }.entry
    }

    private fun <T : AutoCloseable> T.alsoClosed() = also { opened += it }

    @OptIn(ExperimentalPathApi::class)
    override fun close() {
        opened.asReversed().forEach { it.close() }
        simulator.close()
        folder.deleteRecursively()
    }
}

/** Hands a new fleet, with a simulator of its own, to each test that has a parameter for it. */
class FleetForTest : ParameterResolver {
    override fun supportsParameter(parameter: ParameterContext, test: ExtensionContext) =
        parameter.parameter.type == Fleet::class.java

    override fun resolveParameter(parameter: ParameterContext, test: ExtensionContext): Any = test
        .getStore(ExtensionContext.Namespace.create(FleetForTest::class.java))
        .computeIfAbsent(test.uniqueId, { Fleet() }, Fleet::class.java)
}
