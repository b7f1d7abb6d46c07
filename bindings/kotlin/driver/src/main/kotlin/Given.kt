// What a command gives, read into the library's own types. What nobody has read is a mistake: it would not be tested.

import com.fasterxml.jackson.databind.JsonNode
import rongcloud.recording.ClientOptions
import rongcloud.recording.ConnectionPolicy
import rongcloud.recording.FailoverPolicy
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.LedgerResolution
import rongcloud.recording.RecordType
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RenderMode
import rongcloud.recording.RetryPolicy
import rongcloud.recording.StartedRecording
import rongcloud.recording.StreamRef
import rongcloud.recording.Window
import java.time.Instant
import java.util.AbstractMap.SimpleImmutableEntry
import java.util.Base64
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

private fun resolution(kind: String, recordId: String?) = when (kind) {
    "started" -> LedgerResolution.Started(recordId)
    "not_started" -> LedgerResolution.NotStarted
    "over" -> LedgerResolution.Over
    else -> error("$kind resolves nothing")
}

fun JsonNode.text(field: String): String = checkNotNull(this[field]?.textValue()) { "there is no text $field" }

/** An object, and which of its fields were read. */
class Given(private val fields: JsonNode) {
    private val read = mutableSetOf<String>()

    fun assertAllRead() {
        val unread = fields.fieldNames().asSequence().filterNot(read::contains).toList()
        check(unread.isEmpty()) { "$unread: not read" }
    }

    fun optionalText(field: String): String? = value(field)?.textValue()

    fun text(field: String): String = checkNotNull(optionalText(field)) { "there is no text $field" }

    fun optionalDuration(field: String): Duration? = value(field)?.longValue()?.milliseconds

    fun duration(field: String): Duration = checkNotNull(optionalDuration(field)) { "there is no $field" }

    fun time(field: String): Instant = Instant.ofEpochMilli(checkNotNull(value(field)).longValue())

    fun count(field: String): Int? = value(field)?.intValue()

    fun flag(field: String): Boolean? = value(field)?.booleanValue()

    fun number(field: String): Double = checkNotNull(value(field)) { "there is no $field" }.doubleValue()

    fun optionalPart(field: String): Given? = value(field)?.let(::Given)

    fun part(field: String): Given = checkNotNull(optionalPart(field)) { "there is no $field" }

    fun parts(field: String): List<Given> = value(field)?.map(::Given).orEmpty()

    fun bytes(field: String): ByteArray = Base64.getDecoder().decode(text(field))

    fun headers() = fields["headers"].map { SimpleImmutableEntry(it[0].textValue(), it[1].textValue()) }

    /** All values by their names: what is no text or whole number, as what has that name. */
    fun arguments(): Map<String, Any> =
        fields.fieldNames().asSequence().filterNot(::belongsToAnother).associate { name ->
            name.removeSuffix("_ms") to when {
                name == "profile" -> RecordingProfile.fromJson(text(name))
                name == "recording" -> part(name).target()
                name == "resolution" -> resolution(text(name), optionalText("record_id"))
                name.endsWith("_ms") -> duration(name)
                else -> fields[name].let { if (it.isIntegralNumber) it.longValue() else it.textValue() }
            }
        }

    private fun belongsToAnother(name: String) = name == "record_id" && fields.has("resolution")

    private fun value(field: String): JsonNode? {
        read += field
        return fields[field]?.takeUnless { it.isNull }
    }
}

private fun <T> T.of(given: Given): T = also { given.assertAllRead() }

fun client(given: Given): RecordingClient {
    val (appKey, appSecret) = listOf("app_key", "app_secret").map(given::text)
    return RecordingClient(appKey, appSecret, given.options())
}

private fun Given.options() = ClientOptions(
    apiUrl = optionalText("api_url"),
    backupApiUrl = optionalText("backup_api_url"),
    connectTimeout = optionalDuration("connect_timeout_ms"),
    timeout = optionalDuration("timeout_ms"),
    proxy = optionalText("proxy"),
    caCertificates = optionalText("ca_certificates"),
    retry = optionalPart("retry")?.retry(),
    failover = optionalPart("failover")?.failover(),
    connections = optionalPart("connections")?.connections(),
).of(this)

private fun Given.retry() = RetryPolicy(
    maxAttempts = count("max_attempts"),
    attemptTimeout = optionalDuration("attempt_timeout_ms"),
    firstBackoff = optionalDuration("first_backoff_ms"),
    longestBackoff = optionalDuration("longest_backoff_ms"),
    budget = count("budget"),
).of(this)

private fun Given.failover() = FailoverPolicy(
    afterFailures = count("after_failures"),
    probeAfter = optionalDuration("probe_after_ms"),
).of(this)

private fun Given.connections() = ConnectionPolicy(
    keepAlive = flag("keep_alive"),
    maxIdle = optionalDuration("max_idle_ms"),
    maxRequests = count("max_requests"),
    maxConcurrent = count("max_concurrent"),
    maxWaiting = count("max_waiting"),
).of(this)

fun Given.target() = RecordingTarget(
    text("room_id"),
    text("session_id"),
    optionalText("record_type")?.let { RecordType.valueOf(it.uppercase()) },
).of(this)

fun Given.update(): LayoutUpdate {
    val windows = parts("windows").map { it.window() }
    return LayoutUpdate(
        layout = when (val layout = text("layout")) {
            "floating" -> Layout.Floating
            "adaptive" -> Layout.Adaptive
            "custom" -> Layout.Custom(windows)
            else -> error("$layout is no layout")
        },
        renderMode = optionalText("render_mode")?.let { RenderMode.valueOf(it.uppercase()) },
        host = optionalPart("host")?.let { Host(it.text("user_id"), it.text("stream_id")).of(it) },
    ).of(this)
}

private fun Given.window() = Window(
    text("user_id"),
    text("stream_id"),
    x = number("x"),
    y = number("y"),
    width = number("width"),
    height = number("height"),
).of(this)

fun Given.streams() = parts("streams").map { StreamRef(it.text("user_id"), it.text("stream_id")).of(it) }

fun Given.requested(): Pair<StartedRecording, Instant> {
    val started = StartedRecording(text("record_id"), "room1", "aaa", "q", RecordType.SPLIT_STREAM)
    return (started to time("at_ms")).of(this)
}
