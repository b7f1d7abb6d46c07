// A webhook that loses no event: verify, remember, store, then answer 200, and the same for a callback that comes again.
// Whatever fails on the way is answered with an error, so that the service sends the callback once more.
//
// To talk to the service, set RONGCLOUD_APP_KEY and RONGCLOUD_APP_SECRET, and let the console's recording callback reach
// http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording, by way of whatever serves your HTTPS.

package webhook

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.ReceivedRecordingEvent
import java.net.InetSocketAddress
import java.util.concurrent.Executors
import kotlin.io.path.Path

/** More than any callback has: nobody shall fill the memory with what isn't one. */
private const val LARGEST_BODY = 1024 * 1024

fun main() {
    val receiver =
        CallbackReceiver(
            System.getenv("RONGCLOUD_APP_KEY") ?: error("RONGCLOUD_APP_KEY is not set"),
            System.getenv("RONGCLOUD_APP_SECRET") ?: error("RONGCLOUD_APP_SECRET is not set"),
        )
    val folder = EventFolder(Path(System.getenv("RONGCLOUD_EVENT_FOLDER") ?: "events"))
    val port = System.getenv("RONGCLOUD_CALLBACK_PORT")?.toInt() ?: 8700
    val server = webhook(port, receiver, folder)
    server.start()
    println("listening on 127.0.0.1:${server.address.port}")
}

/** Where events are kept. */
fun interface EventStore {
    /** Returns only after the event is safe. The same event again changes nothing. */
    fun keep(received: ReceivedRecordingEvent)
}

/** The webhook's server, ready to be started. */
fun webhook(port: Int, receiver: CallbackReceiver, store: EventStore): HttpServer {
    val server = HttpServer.create(InetSocketAddress("127.0.0.1", port), 0)
    // Files block.
    server.executor = Executors.newCachedThreadPool()
    server.createContext("/recording") { exchange ->
        exchange.use { it.sendResponseHeaders(it.takenIn(receiver, store), -1) }
    }
    return server
}

/** Takes a callback in, and gives the status to answer with. */
private fun HttpExchange.takenIn(receiver: CallbackReceiver, store: EventStore): Int = try {
    val body = requestBody.readNBytes(LARGEST_BODY + 1)
    store.keep(receiver.recordingEvent(requestHeaders, body, requestURI.rawQuery))
    200
} catch (refusal: CallbackRefusedException) {
    System.err.println(refusal.message)
    refusal.httpStatus
} catch (failure: Exception) {
    System.err.println("an event could not be stored: $failure")
    500
}
