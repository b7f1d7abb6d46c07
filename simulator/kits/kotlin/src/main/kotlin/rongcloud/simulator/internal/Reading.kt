// The simulator's JSON as the values that users see.

package rongcloud.simulator.internal

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.boolean
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import rongcloud.simulator.CallbackAttempt
import rongcloud.simulator.CallbackKind
import rongcloud.simulator.CallbackState
import rongcloud.simulator.Connections
import rongcloud.simulator.DoorConnection
import rongcloud.simulator.Ended
import rongcloud.simulator.Executions
import rongcloud.simulator.GivenAnswer
import rongcloud.simulator.Header
import rongcloud.simulator.Problem
import rongcloud.simulator.RecordedFile
import rongcloud.simulator.RecordingState
import rongcloud.simulator.SeenRequest
import rongcloud.simulator.SentCallback
import rongcloud.simulator.SimulatedMember
import rongcloud.simulator.SimulatedRecording
import rongcloud.simulator.SimulatedRoom
import rongcloud.simulator.SimulatedStream
import rongcloud.simulator.StreamKind
import rongcloud.simulator.Verdict
import java.time.Duration
import java.time.Instant

internal val JsonElement.obj: JsonObject get() = jsonObject

internal fun JsonObject.textOrNull(name: String): String? = this[name]?.jsonPrimitive?.contentOrNull

private fun JsonObject.text(name: String) = getValue(name).jsonPrimitive.content

internal fun JsonObject.number(name: String): Long = getValue(name).jsonPrimitive.long

private fun JsonObject.count(name: String) = getValue(name).jsonPrimitive.int

private fun JsonObject.countOrNull(name: String) = present(name)?.jsonPrimitive?.int

private fun JsonObject.time(name: String) = Instant.ofEpochMilli(number(name))

private fun JsonObject.timeOrNull(name: String) = present(name)?.let { time(name) }

private fun JsonObject.durationOrNull(name: String) = present(name)?.let { Duration.ofMillis(number(name)) }

/** What is neither absent nor null. */
private fun JsonObject.present(name: String) = this[name].takeUnless { it is JsonNull }

private inline fun <reified E : Enum<E>> JsonObject.word(name: String): E = enumValueOf(text(name).uppercase())

private fun JsonObject.headers() = getValue("headers").jsonArray.map {
    Header(it.jsonArray[0].jsonPrimitive.content, it.jsonArray[1].jsonPrimitive.content)
}

internal fun <T> JsonElement.list(read: (JsonObject) -> T): List<T> = jsonArray.map { read(it.jsonObject) }

private fun <T> JsonObject.list(name: String, read: (JsonObject) -> T): List<T> = getValue(name).list(read)

internal fun request(json: JsonObject): SeenRequest = SeenRequest(
    number = json.number("number"),
    time = json.time("time"),
    duration = json.durationOrNull("durationMs"),
    connection = json.number("connection"),
    method = json.text("method"),
    path = json.text("path"),
    headers = json.headers(),
    body = json.text("body"),
    verdict = json.word<Verdict>("verdict"),
    recordId = json.textOrNull("recordId"),
    why = json.textOrNull("why"),
    problems = json.list("problems") { Problem(it.text("part"), it.text("path"), it.text("sentence")) },
    answer = json.present("answer")?.obj?.let { GivenAnswer(it.count("status"), it.text("body")) },
)

internal fun recording(json: JsonObject): SimulatedRecording = SimulatedRecording(
    recordId = json.text("recordId"),
    appKey = json.text("appKey"),
    roomId = json.text("roomId"),
    sessionId = json.text("sessionId"),
    extra = json.text("extra"),
    config = "${json.getValue("config")}",
    requestId = json.textOrNull("requestId"),
    state = json.word<RecordingState>("state"),
    layout = json.present("layout")?.toString(),
    startTime = json.time("startTime"),
    stopTime = json.timeOrNull("stopTime"),
    slices = json.number("slices"),
    files = json.list("files") { RecordedFile(it.text("fileName"), it.text("userId"), it.number("slice")) },
)

internal fun room(roomId: String, json: JsonObject): SimulatedRoom = SimulatedRoom(
    roomId = roomId,
    sessionId = json.text("sessionId"),
    createTime = json.time("createTime"),
    members = json.list("members") { member ->
        SimulatedMember(member.text("userId"), member.time("joinTime"), member.list("streams", ::stream))
    },
)

private fun stream(json: JsonObject) = SimulatedStream(
    streamId = json.text("streamId"),
    kind = StreamKind.entries[json.count("mediaType")],
    uri = json.text("uri"),
    tag = json.text("tag"),
)

internal fun callback(json: JsonObject): SentCallback = SentCallback(
    number = json.number("number"),
    kind = json.word<CallbackKind>("kind"),
    url = json.text("url"),
    body = "${json.getValue("body")}",
    state = json.word<CallbackState>("state"),
    attempts = json.list("attempts") { attempt ->
        CallbackAttempt(
            time = attempt.time("time"),
            duration = Duration.ofMillis(attempt.number("durationMs")),
            url = attempt.text("url"),
            headers = attempt.headers(),
            status = attempt.countOrNull("status"),
            answer = attempt.textOrNull("answer"),
            error = attempt.textOrNull("error"),
        )
    },
)

internal fun doorConnection(json: JsonObject): DoorConnection = DoorConnection(
    connection = json.number("connection"),
    requests = json.count("requests"),
    isOpen = json.getValue("open").jsonPrimitive.boolean,
    ended = json.present("ended")?.let { json.word<Ended>("ended") },
    requestBytes = json.number("requestBytes"),
    replyBytes = json.number("replyBytes"),
)

internal fun connections(json: JsonObject): Connections =
    Connections(json.count("open"), json.count("seen"), json.count("mostRequests"))

internal fun executions(json: JsonObject): Executions =
    Executions(json.count("start"), json.count("config"), json.count("stop"), json.count("query"))

internal fun doorConnections(json: JsonObject): List<DoorConnection> = json.list("connections", ::doorConnection)

internal fun array(elements: Iterable<JsonElement>): JsonArray = JsonArray(elements.toList())
