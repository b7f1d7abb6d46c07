// What golden files say of callbacks, an attack corpus among them.

package rongcloud.recording.tests

import com.fasterxml.jackson.databind.JsonNode
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.Credentials
import rongcloud.recording.RecordingEvent
import rongcloud.recording.RoomEvent
import rongcloud.recording.TimestampUnit
import rongcloud.recording.signature
import rongcloud.recording.support.asVector
import rongcloud.recording.support.assertAsVector
import rongcloud.recording.support.text
import java.util.AbstractMap.SimpleImmutableEntry
import java.util.HexFormat

fun keepsCallback(entry: JsonNode) {
    val receiver = CallbackReceiver(
        entry["credentials"].map { Credentials(it[0].textValue(), it[1].textValue()) },
        timestampUnit = entry["timestamp_unit"]?.let { TimestampUnit.valueOf(it.textValue().uppercase()) },
    )
    val signed = Signed(entry["sign"])
    val headers = entry["headers"].map { SimpleImmutableEntry(it[0].textValue(), signed.fill(it[1].textValue())) }
    for (delivery in entry["deliveries"]) {
        val body = delivery.bodyBytes()
        val query = signed.fill(entry.text("query"))
        val seen =
            try {
                when (val kind = entry.text("kind")) {
                    "recording" -> receiver.recordingEvent(headers, body, query).let {
                        mapOf("event" to it.event.asVector(), "fingerprint" to it.fingerprint)
                    }

                    "room" -> receiver.roomEvent(headers, body, query).let {
                        mapOf("event" to it.event.asVector(), "fingerprint" to it.fingerprint)
                    }

                    else -> error(kind)
                }
            } catch (refusal: CallbackRefusedException) {
                val told = mapOf("refusal" to refusal.reason.asVector(), "http_status" to refusal.httpStatus)
                val explanation = refusal.message.orEmpty().removePrefix("callback refused: ")
                if (delivery["expect"].has("explanation")) told + ("explanation" to explanation) else told
            }
        assertAsVector(delivery["expect"], seen)
    }
}

/** The fields of a signature, put into the places where an entry names them. */
private class Signed(sign: JsonNode) {
    private val secret = sign.text("secret")
    private val nonce = sign.text("nonce")
    private val timestamp = (System.currentTimeMillis() + sign["offset_ms"].longValue())
        .let { if (sign.text("unit") == "s") it / 1000 else it }
        .toString()

    fun fill(template: String): String {
        Regex("\\{signature:(.*)}").matchEntire(template)?.let { return signature(secret, it.groupValues[1], "") }
        val signature = signature(secret, nonce, timestamp)
        // One digit moves from the front of the timestamp to the end of the nonce: both sign the same text.
        val longer = if (template == "{nonce}1") "$nonce${timestamp.first()}" else nonce
        return template
            .replace("{nonce}1", longer)
            .replace("{nonce}", nonce)
            .replace("{timestamp-1}", timestamp.drop(1))
            .replace("{timestamp}", timestamp)
            .replace("{signature}", signature)
            .replace("{SIGNATURE}", signature.uppercase())
    }
}

private fun JsonNode.bodyBytes(): ByteArray = when {
    has("body_hex") -> HexFormat.of().parseHex(text("body_hex"))
    has("body_times") -> this["body_times"].let { it[0].textValue().repeat(it[1].intValue()).toByteArray() }
    else -> text("body").toByteArray()
}

private fun RecordingEvent.asVector() = mapOf(
    "kind" to kind.asVector(),
    "kind_number" to kindNumber,
    "occurred_at_ms" to occurredAt.asVector(),
    "app_key" to appKey,
    "record_id" to recordId,
    "room_id" to roomId,
    "session_id" to sessionId,
    "user_id" to userId,
    "mode" to mode,
    "extra" to extra,
    "code" to code,
    "error_message" to errorMessage,
    "is_failure" to isFailure,
)

private fun RoomEvent.asVector() = mapOf(
    "kind" to kind.asVector(),
    "kind_number" to kindNumber,
    "occurred_at_ms" to occurredAt.asVector(),
    "app_key" to appKey,
    "room_id" to roomId,
    "session_id" to sessionId,
    "user_id" to userId,
    "lasted_ms" to lasted?.toMillis(),
    "members" to members.map { it.asVector() },
)
