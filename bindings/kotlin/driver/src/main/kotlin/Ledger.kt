// A ledger and its calls.

import kotlinx.coroutines.flow.toList
import rongcloud.recording.CallbackRefusedException
import rongcloud.recording.OnUnknown
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingLedger

fun ledger(client: RecordingClient, given: Given) = RecordingLedger(
    client,
    OnUnknown.valueOf(given.text("on_unknown").uppercase()),
    store = given.optionalText("store"),
    holder = given.optionalText("holder"),
    grace = given.optionalDuration("grace_ms"),
    tags = given.flag("tags"),
    caCertificates = given.optionalText("ca_certificates"),
).also { given.assertAllRead() }

suspend fun RecordingLedger.call(operation: String, given: Given): Any? = when (operation) {
    "take" -> given.callback { headers, body, query -> take(headers, body, query) }
    "take_room_event" -> given.callback { headers, body, query -> takeRoomEvent(headers, body, query) }
    "follow" -> follow(given.text("session_id"), given.optionalDuration("settle_ms")).toList()
    else -> callByName(this, operation, given.arguments())
}

private suspend fun Given.callback(take: suspend (List<Map.Entry<String, String>>, ByteArray, String) -> Any): Any =
    refusable { take(headers(), bytes("body"), text("query")) }

/** A refusal is an answer, too. */
suspend fun refusable(take: suspend () -> Any): Any = try {
    take()
} catch (refusal: CallbackRefusedException) {
    mapOf("refusal" to refusal.reason, "http_status" to refusal.httpStatus, "explanation" to refusal.explanation)
}
