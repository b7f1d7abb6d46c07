// A simulated service of its own for each test that asks for one.

package rongcloud.recording.support

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import com.fasterxml.jackson.databind.node.ArrayNode
import org.junit.jupiter.api.extension.ExtensionContext
import org.junit.jupiter.api.extension.ParameterContext
import org.junit.jupiter.api.extension.ParameterResolver
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.RecordingClient
import rongcloud.recording.RetryPolicy
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import kotlin.time.Duration

val json = ObjectMapper()

/** The simulator as a process of its own, steered over HTTP. It ends with its standard input, hence with this one. */
class Simulator : AutoCloseable {
    private val process =
        ProcessBuilder(Files.simulator.toString(), "--until-stdin-closes", "--quiet")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .apply { environment().keys.removeIf { it.startsWith("RONGCLOUD_") } }
            .start()

    val url: String = process.inputReader().readLine()

    /** What a program needs to find it. */
    val environment =
        mapOf("RONGCLOUD_API_URL" to url, "RONGCLOUD_APP_KEY" to APP_KEY, "RONGCLOUD_APP_SECRET" to APP_SECRET)

    fun client(
        apiUrl: String = url,
        timeout: Duration? = null,
        caCertificates: String? = null,
        retry: RetryPolicy? = null,
        connections: ConnectionPolicy? = null,
    ) = RecordingClient(
        APP_KEY,
        APP_SECRET,
        apiUrl = apiUrl,
        timeout = timeout,
        caCertificates = caCertificates,
        retry = retry,
        connections = connections,
    )

    // Java calls it, too.
    fun client() = client(url)

    fun blockingClient() = BlockingRecordingClient(APP_KEY, APP_SECRET, apiUrl = url)

    /** A further address of it, at which faults can be ordered. With TLS: `valid`, `expired`, `wrong-host`, `untrusted`. */
    fun door(tls: String = "none") = call("POST", "doors", mapOf("tls" to tls)).let {
        Door(it["door"].longValue(), it["url"].textValue())
    }

    /** The certificate, as PEM, that vouches for a door's valid ones. */
    val caCertificate: String by lazy { answer("GET", "ca.pem") }

    inner class Door(private val id: Long, val url: String) {
        /** Ends its connections, and refuses others. */
        fun shut() {
            call("PUT", "doors/$id", mapOf("shut" to true))
        }
    }

    fun requests(): List<JsonNode> = call("GET", "requests").toList()

    /** How many starts the service has carried out, whether or not it was heard to. */
    fun starts(): Int = call("GET", "executions")["start"].intValue()

    fun recordings(): List<JsonNode> = call("GET", "recordings").toList()

    /** Forgets the requests so far. */
    fun forget() {
        call("DELETE", "requests")
    }

    /** Gives a room another session. */
    fun room(roomId: String, sessionId: String) {
        call("PUT", "rooms/${URLEncoder.encode(roomId, Charsets.UTF_8)}", mapOf("sessionId" to sessionId))
    }

    /** Has everybody leave a room but those who publish video, one stream each. */
    fun members(roomId: String, sessionId: String, vararg userIds: String) {
        val members = userIds.map { userId ->
            mapOf("userId" to userId, "streams" to listOf(mapOf("streamId" to "$userId-stream", "mediaType" to 1)))
        }
        call("PUT", "rooms/$roomId", mapOf("sessionId" to sessionId, "members" to members))
    }

    /** Says where callbacks about recordings go from now on. */
    fun callBack(url: String) {
        call("PUT", "callbacks/urls", mapOf("recording" to url))
    }

    /** Says how coming callbacks are delivered. */
    fun deliver(vararg settings: Pair<String, Any>) {
        call("PUT", "callbacks", mapOf(*settings))
    }

    /** Whether a callback is on its way. */
    fun isDelivering() = call("GET", "callbacks").any { it["state"].textValue() == "queued" }

    /** Waits until no callback is on its way, and lists them. */
    fun callbacks(): List<JsonNode> {
        call("POST", "callbacks/flush")
        return call("GET", "callbacks").toList()
    }

    /** Says how the next requests are answered. */
    fun next(vararg step: Pair<String, Any?>) = next(mapOf(*step))

    fun next(step: Map<String, Any?>) = next(listOf(step))

    fun next(steps: List<Map<String, Any?>>) {
        call("PUT", "next", steps)
    }

    /** Waits until so many requests have arrived and so many clients have left without an answer. */
    fun await(requests: Int = 0, abandoned: Int = 0) {
        call("GET", "wait?requests=$requests&abandoned=$abandoned")
    }

    /** Waits until no connection is open, and tells the most requests that one has carried. */
    fun awaitNoConnections(): Int = call("GET", "connections/wait?open=0")["mostRequests"].intValue()

    fun release() {
        call("POST", "release")
    }

    override fun close() {
        process.outputStream.close()
        process.waitFor()
    }

    private fun call(method: String, path: String, body: Any? = null): JsonNode =
        answer(method, path, body).let { if (it.isEmpty()) json.nullNode() else json.readTree(it) }

    private fun answer(method: String, path: String, body: Any? = null): String {
        val content = body?.let { HttpRequest.BodyPublishers.ofString(json.writeValueAsString(it)) }
        val request =
            HttpRequest
                .newBuilder(URI("$url/__simulator/$path"))
                .header("Content-Type", "application/json")
                .method(method, content ?: HttpRequest.BodyPublishers.noBody())
                .build()
        val answer = http.send(request, BodyHandlers.ofString())
        check(answer.statusCode() in 200..299) { "$method $path: ${answer.statusCode()} ${answer.body()}" }
        return answer.body()
    }

    companion object {
        const val APP_KEY = "uwd1c0sxdlx2"

        /** The published secret of the vendor's signature example. */
        const val APP_SECRET = "Y1W2MeFwwwRxa0"

        private val http = HttpClient.newHttpClient()
    }
}

/** Hands a new simulator to each test that has a parameter for it, and ends it after the test. */
class SimulatorForTest : ParameterResolver {
    override fun supportsParameter(parameter: ParameterContext, test: ExtensionContext) =
        parameter.parameter.type == Simulator::class.java

    override fun resolveParameter(parameter: ParameterContext, test: ExtensionContext): Any = test
        .getStore(ExtensionContext.Namespace.create(SimulatorForTest::class.java))
        .computeIfAbsent(test.uniqueId, { Simulator() }, Simulator::class.java)
}

/** The value of a header of a request that the simulator has seen. */
fun JsonNode.header(name: String): String? =
    (this["headers"] as ArrayNode).firstOrNull { it[0].textValue() == name }?.get(1)?.textValue()
