// What golden files say of layouts, stops and rooms.

package rongcloud.recording.tests

import com.fasterxml.jackson.databind.JsonNode
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.Corner
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.RecordType
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RenderMode
import rongcloud.recording.Room
import rongcloud.recording.StreamRef
import rongcloud.recording.Window
import rongcloud.recording.support.Simulator
import rongcloud.recording.support.advice
import rongcloud.recording.support.asVector
import rongcloud.recording.support.assertAsVector
import rongcloud.recording.support.json
import rongcloud.recording.support.text
import rongcloud.recording.support.violations
import rongcloud.recording.support.violationsOf
import java.lang.reflect.InvocationTargetException
import kotlin.test.assertEquals

fun keepsOperation(entry: JsonNode, simulator: Simulator) = simulator.blockingClient().use { client ->
    simulator.forget()
    if (entry.has("advice")) assertEquals(entry.advice(), update(entry).advice)
    if (entry.has("violations")) {
        assertEquals(entry.violations(), violationsOf { client.carryOut(entry) })
        assertEquals(0, simulator.requests().size, "requests sent")
    } else {
        simulator.next("body" to """{"code":200,"sessionId":"s"}""")
        client.carryOut(entry)
        val request = simulator.requests().single()
        assertEquals(
            entry.text("path") to entry.text("body"),
            request.text("path") to request.text("body"),
        )
    }
}

private fun BlockingRecordingClient.carryOut(entry: JsonNode) {
    when (val operation = entry.text("operation")) {
        "stop" -> stop(target(entry))
        "update_layout" -> updateLayout(target(entry), update(entry))
        else -> carryOut(operation, entry["arguments"].map { if (it.isInt) it.intValue() else it.textValue() })
    }
}

/** Any other operation, by its name, with its arguments in their order. */
private fun BlockingRecordingClient.carryOut(operation: String, arguments: List<Any>) {
    val words = operation.split("_")
    val name = words.first() + words.drop(1).joinToString("") { it.replaceFirstChar(Char::uppercase) }
    val method = javaClass.methods.single { it.name == name && it.parameterCount == arguments.size }
    try {
        method.invoke(this, *arguments.toTypedArray())
    } catch (failed: InvocationTargetException) {
        throw failed.targetException
    }
}

private fun target(entry: JsonNode) = RecordingTarget(
    entry.text("room_id"),
    entry.text("session_id"),
    entry["record_type"].textValue()?.let { RecordType.valueOf(it.uppercase()) },
)

private fun update(entry: JsonNode) = LayoutUpdate(
    layout = when (val layout = entry.text("layout")) {
        "floating" -> Layout.Floating
        "adaptive" -> Layout.Adaptive
        "custom" -> Layout.Custom(entry["windows"].map(::window))
        else -> error(layout)
    },
    renderMode = entry["render_mode"].textValue()?.let { RenderMode.valueOf(it.uppercase()) },
    host = entry["host"].takeIf { it.isObject }?.let { Host(it.text("user_id"), it.text("stream_id")) },
)

private fun window(entry: JsonNode): Window {
    val (x, y, width, height) = listOf("x", "y", "width", "height").map { entry[it].doubleValue() }
    return Window(entry.text("user_id"), entry.text("stream_id"), x, y, width, height)
}

fun keepsRoom(entry: JsonNode, simulator: Simulator) = simulator.blockingClient().use { client ->
    simulator.next("body" to entry["body"])
    if (entry.has("error")) {
        val failure = runCatching { client.queryRoom("room1") }.exceptionOrNull()
        assertAsVector(entry["error"], (failure as RecordingException).asRoomVector())
    } else {
        val room = client.queryRoom("room1")
        assertAsVector(entry["room"], room.asVector())
        assertEquals(json.readTree(entry.text("body")), json.readTree(room.json))
    }
}

private fun Room.asVector() = mapOf(
    "session_id" to sessionId,
    "created_at_ms" to createdAt.asVector(),
    "members" to members.map { it.asVector() },
    "video_streams" to videoStreams.map { mapOf("user_id" to it.userId, "stream_id" to it.streamId) },
)

private fun RecordingException.asRoomVector(): Map<String, Any?> {
    val (kind, reason) =
        when (this) {
            is RecordingException.Refused -> "refused" to reason
            is RecordingException.UnreadableReply -> "unreadable_reply" to reason
            else -> throw this
        }
    return mapOf("kind" to kind, "status" to status, "code" to code, "reason" to reason)
}

fun keepsArrangement(entry: JsonNode) {
    if (entry.has("violations")) {
        assertEquals(entry.violations(), violationsOf { arrangement(entry) })
        return
    }
    val windows = (arrangement(entry) as Layout.Custom).windows
    assertEquals(entry["windows"].size(), windows.size)
    windows.zip(entry["windows"]).forEachIndexed { index, (window, golden) ->
        assertEquals(streams(entry)[index], StreamRef(window.userId, window.streamId))
        listOf(window.x, window.y, window.width, window.height).zip(golden).forEach { (own, side) ->
            assertEquals(side.doubleValue(), own, absoluteTolerance = 1e-9)
        }
    }
}

private fun arrangement(entry: JsonNode): Layout {
    val streams = streams(entry)
    val resolution = entry["resolution"]?.textValue()
    return when (val arrangement = entry.text("arrangement")) {
        "grid" -> Layout.grid(streams, resolution, entry["cameras"]?.textValue())

        "side_by_side" -> Layout.sideBySide(streams, resolution)

        "spotlight" -> Layout.spotlight(streams.first(), streams.drop(1), resolution)

        "picture_in_picture" ->
            Layout.pictureInPicture(streams[0], streams[1], Corner.valueOf(entry.text("corner").uppercase()))

        else -> error(arrangement)
    }
}

/** Each another one, unless the entry says which is which. */
private fun streams(entry: JsonNode): List<StreamRef> {
    val numbers = entry["stream_numbers"]?.map { it.intValue() } ?: List(entry["streams"].intValue()) { it }
    return numbers.map { StreamRef("u$it", "s$it") }
}
