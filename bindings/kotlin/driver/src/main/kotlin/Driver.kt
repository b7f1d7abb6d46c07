// Kotlin's driver: a line of JSON in, a line out. What it is asked is in tests/conformance/README.md.

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import rongcloud.recording.CallbackReceiver
import rongcloud.recording.Corner
import rongcloud.recording.Credentials
import rongcloud.recording.Layout
import rongcloud.recording.McuMode
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingLedger
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTracker
import rongcloud.recording.Resolution
import rongcloud.recording.ServiceCode
import rongcloud.recording.TimestampUnit
import rongcloud.recording.parseRecordingEvent
import rongcloud.recording.signature
import java.lang.reflect.InvocationTargetException
import java.util.Base64
import kotlin.reflect.full.callSuspendBy
import kotlin.reflect.full.instanceParameter
import kotlin.reflect.full.memberFunctions

private val json = ObjectMapper()

suspend fun main() {
    val driver = Driver()
    for (line in System.`in`.bufferedReader().lineSequence()) {
        val (name, given) = json.readTree(line).properties().first()
        val answer =
            try {
                mapOf("done" to told(driver.answer(name, given)))
            } catch (failed: RecordingException) {
                mapOf("failed" to told(failed))
            }
        // In bytes: the console's charset may have no word for what is said.
        System.out.write((json.writeValueAsString(answer) + "\n").toByteArray())
        System.out.flush()
    }
}

private class Driver {
    private lateinit var client: RecordingClient
    private var ledger: RecordingLedger? = null

    suspend fun answer(name: String, given: JsonNode): Any? = when (name) {
        "client" -> {
            if (::client.isInitialized) client.close()
            client = client(Given(given))
            null
        }

        "call" -> call(given.text("operation"), Given(given["arguments"]))

        "ledger" -> {
            ledger?.close()
            ledger = null
            ledger = ledger(client, Given(given))
            null
        }

        "ledger_call" -> checkNotNull(ledger).call(given.text("operation"), Given(given["arguments"]))

        "profile" -> RecordingProfile.fromJson(given.textValue()).let {
            mapOf(
                "json" to it.toJson(),
                "json_of_config" to RecordingProfile(it.config).toJson(),
                "advice" to it.advice,
            )
        }

        "advice" -> Given(given).update().advice

        "arrange" -> arrange(Given(given))

        "picture" -> picture(Given(given))

        "signature" -> signature(given.text("app_secret"), given.text("nonce"), given.text("timestamp"))

        "receive" -> receive(given)

        "track" -> track(given)

        "constants" -> constants()

        else -> error("$name is unknown")
    }

    private suspend fun call(operation: String, given: Given): Any? = when (operation) {
        "start" -> {
            val profile = RecordingProfile.fromJson(given.text("profile"))
            val (roomId, sessionId) = listOf("room_id", "session_id").map(given::text)
            val extra = given.optionalText("extra")
            given.assertAllRead()
            client.start(roomId, sessionId, profile, extra = extra)
        }

        "stop" -> client.stop(given.part("recording").target())

        "update_layout" -> client.updateLayout(given.part("recording").target(), given.part("update").update())

        else -> callByName(client, operation, given.arguments())
    }
}

/** Any other operation, with its arguments by their names. */
suspend fun callByName(receiver: Any, operation: String, given: Map<String, Any>): Any? {
    val function = receiver::class.memberFunctions.single { it.isSuspend && snakeCase(it.name) == operation }
    val arguments = given.mapKeys { (name, _) -> function.parameters.single { snakeCase(it.name ?: "") == name } }
    try {
        return function.callSuspendBy(mapOf(function.instanceParameter!! to receiver) + arguments)
    } catch (failed: InvocationTargetException) {
        throw failed.targetException
    }
}

private fun arrange(given: Given): Layout {
    val streams = given.streams()
    val (resolution, cameras, corner) = listOf("resolution", "cameras", "corner").map(given::optionalText)
    val arrangement = given.text("arrangement")
    given.assertAllRead()
    return when (arrangement) {
        "grid" -> Layout.grid(streams, resolution, cameras)

        "side_by_side" -> Layout.sideBySide(streams, resolution)

        "spotlight" -> Layout.spotlight(streams.first(), streams.drop(1), resolution)

        "picture_in_picture" ->
            Layout.pictureInPicture(streams[0], streams[1], Corner.valueOf(checkNotNull(corner).uppercase()))

        else -> error("there is no arrangement $arrangement")
    }
}

private fun picture(given: Given): String {
    val (profile, resolution, cameras) = listOf("profile", "resolution", "cameras").map(given::optionalText)
    val update = if (profile == null) given.part("update").update() else null
    given.assertAllRead()
    return update?.run { layout.toSvg(resolution, host, renderMode, cameras) }
        ?: RecordingProfile.fromJson(checkNotNull(profile)).toSvg(cameras)
}

private suspend fun receive(given: JsonNode): List<Any?> {
    val receiver = CallbackReceiver(
        given["credentials"].map { Credentials(it[0].textValue(), it[1].textValue()) },
        timestampUnit = given["timestamp_unit"].textValue()?.let { TimestampUnit.valueOf(it.uppercase()) },
    )
    val headers = Given(given).headers()
    val query = given.text("query")
    val take = when (val kind = given.text("kind")) {
        "recording" -> { body: ByteArray -> receiver.recordingEvent(headers, body, query) }
        "room" -> { body: ByteArray -> receiver.roomEvent(headers, body, query) }
        else -> error("$kind is no kind of callback")
    }
    return given["bodies"].map { body -> refusable { take(Base64.getDecoder().decode(body.textValue())) } }
}

/** What a tracker tells that has taken in what others noted, and what one tells that was stored before that. */
private fun track(given: JsonNode): List<Any?> {
    val requested = given["requested"].takeUnless { it.isNull }?.let { Given(it).requested() }

    fun made(events: JsonNode): RecordingTracker {
        val tracker =
            given["record_id"].textValue()?.let(::RecordingTracker) ?: RecordingTracker.byExtra(given.text("extra"))
        events.forEach { tracker.record(parseRecordingEvent(it.textValue().toByteArray())) }
        requested?.let { (started, at) -> tracker.requested(started, at) }
        return tracker
    }

    val shares = given["shares"].map(::made)
    val restored = RecordingTracker.restore(shares.first().snapshot())
    return listOf(shares.first(), restored).map { tracker ->
        (shares.drop(1) + tracker).forEach(tracker::merge)
        val state = tracker.state(Given(given).duration("stale_after_ms"), Given(given).time("now_ms"))
        mapOf("state" to state, "snapshot" to tracker.snapshot())
    }
}

private fun constants(): Map<String, Map<String, Any?>> {
    val known = mapOf(
        "resolutions" to Resolution::class.java,
        "mcu_modes" to McuMode::class.java,
        "service_codes" to ServiceCode::class.java,
    )
    return known.mapValues { (_, type) ->
        type.fields.filter { it.name != "INSTANCE" }.associate { it.name to it.get(null) }
    }
}
