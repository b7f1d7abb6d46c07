// The simulator's control API, spoken over HTTP.

package rongcloud.simulator.internal

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import rongcloud.simulator.SimulatorException
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration

/** Beyond what the simulator itself may wait, so that it is the one who says what hasn't come. */
private val MARGIN = Duration.ofSeconds(30)

private const val NOT_FOUND = 404

internal class Control(private val url: String) {
    fun get(path: String, wait: Duration = Duration.ZERO): JsonElement = Json.parseToJsonElement(text(path, wait))

    fun find(path: String): JsonElement? =
        answer("GET", path).takeUnless { it.first == NOT_FOUND }?.let { Json.parseToJsonElement(successful(path, it)) }

    fun text(path: String, wait: Duration = Duration.ZERO): String = successful(path, answer("GET", path, wait = wait))

    /** Changes something, and gives what is told of it. */
    fun send(method: String, path: String, body: JsonElement? = null): JsonElement =
        successful(path, answer(method, path, body)).let { if (it.isEmpty()) JsonNull else Json.parseToJsonElement(it) }

    private fun successful(path: String, answer: Pair<Int, String>): String {
        val (status, body) = answer
        if (status in 200..299) return body
        throw SimulatorException("$path: ${Json.parseToJsonElement(body).obj.textOrNull("error") ?: status}")
    }

    private fun answer(method: String, path: String, body: JsonElement? = null, wait: Duration = Duration.ZERO) =
        HttpRequest
            .newBuilder(URI("$url/__simulator/$path"))
            .header("Content-Type", "application/json")
            .timeout(wait + MARGIN)
            .method(method, body?.let { BodyPublishers.ofString("$it") } ?: BodyPublishers.noBody())
            .build()
            .let { http.send(it, BodyHandlers.ofString()) }
            .let { it.statusCode() to it.body() }

    companion object {
        private val http = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build()
    }
}

/** A segment of a path. */
internal fun segment(text: String): String = URLEncoder.encode(text, Charsets.UTF_8).replace("+", "%20")
