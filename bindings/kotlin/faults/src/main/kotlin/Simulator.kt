// The simulator as a process of its own, steered over HTTP. It ends with its standard input, hence with this program.

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers

val json = ObjectMapper()

class Simulator(program: String) : AutoCloseable {
    private val process =
        ProcessBuilder(program, "--until-stdin-closes", "--quiet")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .apply { environment().keys.removeIf { it.startsWith("RONGCLOUD_") } }
            .start()

    val url: String = checkNotNull(process.inputReader().readLine()) { "$program has not said its address" }

    /** Which vouches for doors with a valid certificate. */
    val caCertificate: String = call("GET", "ca.pem")

    fun forgetRequests() {
        call("DELETE", "requests")
    }

    /** The room without whatever was recorded in it. */
    fun renewRoom() {
        call("DELETE", "rooms/room1")
        call("PUT", "rooms/room1", mapOf("sessionId" to "aaa"))
    }

    fun next(steps: Any) {
        call("PUT", "next", steps)
    }

    fun skew(ms: Long) {
        call("PUT", "skew", mapOf("ms" to ms))
    }

    fun executions(operation: Operation): Int = json.readTree(call("GET", "executions"))[operation.counted].intValue()

    /** Addresses that have been a door's. */
    private val known = mutableSetOf<String>()

    /**
     * A door at an address that none has had before: the client remembers which addresses fail, and the system gives a
     * port that was closed to another door after a while.
     */
    fun door(tls: String): Door {
        val opened = generateSequence { open(tls) }
        val passed = mutableListOf<Door>()
        val door = opened.onEach(passed::add).first { known.add(it.url) }
        (passed - door).forEach { it.close() }
        return door
    }

    private fun open(tls: String) = json.readTree(call("POST", "doors", mapOf("tls" to tls))).let {
        Door(it["door"].longValue(), it["url"].textValue())
    }

    inner class Door(private val id: Long, val url: String) : AutoCloseable {
        fun fault(faults: Any) {
            call("PUT", "doors/$id/faults", faults)
        }

        fun shut() {
            call("PUT", "doors/$id", mapOf("shut" to true))
        }

        fun connections(): List<JsonNode> = json.readTree(call("GET", "doors/$id"))["connections"].toList()

        override fun close() {
            call("DELETE", "doors/$id")
        }
    }

    override fun close() {
        process.outputStream.close()
        process.waitFor()
    }

    private fun call(method: String, path: String, body: Any? = null): String {
        val content = body?.let { BodyPublishers.ofString(json.writeValueAsString(it)) } ?: BodyPublishers.noBody()
        val request = HttpRequest
            .newBuilder(URI("$url/__simulator/$path"))
            .header("Content-Type", "application/json")
            .method(method, content)
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
