// The calls that are made, the clients that make them, and what comes of them.

import com.fasterxml.jackson.databind.JsonNode
import rongcloud.recording.AudioFormat
import rongcloud.recording.FailureCause
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RetryPolicy
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import rongcloud.recording.Window
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

private val target = RecordingTarget("room1", "aaa")
private val profile = RecordingProfile(
    SplitStreamRecording(
        mode = RecordingMode.SINGLE_AUDIO_VIDEO,
        videoFormat = VideoFormat.MP4,
        audioFormat = AudioFormat.AAC,
        sliceLength = SliceLength.MINUTES_60,
    ),
)
private val update =
    LayoutUpdate(Layout.Custom(listOf(Window("111", "111_RongCloudRTC", x = 0.0, y = 0.0, width = 1.0, height = 1.0))))

/** An operation, under the name that the simulator counts its executions by. */
enum class Operation(
    val counted: String,
    val needsRecording: Boolean = false,
    val call: suspend (RecordingClient) -> Unit,
) {
    START("start", call = { it.start(target.roomId, target.sessionId, profile) }),
    UPDATE_LAYOUT("config", needsRecording = true, call = { it.updateLayout(target, update) }),
    STOP("stop", needsRecording = true, call = { it.stop(target) }),
    QUERY_ROOM("query", call = { it.queryRoom(target.roomId) }),
    ;

    val title: String get() = name.lowercase()
}

/** What a client is made of beside the grid's own settings. */
class Caller(
    private val apiUrl: String,
    private val backupApiUrl: String? = null,
    private val caCertificates: String? = null,
    private val hasSwappedCredentials: Boolean = false,
) {
    fun client(settings: JsonNode) = RecordingClient(
        appKey = if (hasSwappedCredentials) Simulator.APP_SECRET else Simulator.APP_KEY,
        appSecret = if (hasSwappedCredentials) Simulator.APP_KEY else Simulator.APP_SECRET,
        apiUrl = apiUrl,
        backupApiUrl = backupApiUrl,
        caCertificates = caCertificates,
        timeout = settings.duration("timeout_ms"),
        connectTimeout = settings.duration("connect_timeout_ms"),
        retry = settings["retry"].let {
            RetryPolicy(
                maxAttempts = it["max_attempts"].intValue(),
                attemptTimeout = it.duration("attempt_timeout_ms"),
                firstBackoff = it.duration("first_backoff_ms"),
                longestBackoff = it.duration("longest_backoff_ms"),
            )
        },
    )
}

private fun JsonNode.duration(field: String): Duration = this[field].longValue().milliseconds

/** What came of a call, in the words of the grid. */
suspend fun outcomeOf(call: suspend () -> Unit): Map<String, Any?> {
    val begun = TimeSource.Monotonic.markNow()
    val failure =
        try {
            call()
            null
        } catch (failure: RecordingException) {
            failure
        }
    val elapsed = begun.elapsedNow()
    val told = failure?.told() ?: Told("ok")
    return linkedMapOf(
        "outcome" to told.outcome,
        "cause" to told.cause?.name?.lowercase(),
        "status" to failure?.status,
        "code" to failure?.code,
        "retryable" to (failure?.isRetryable ?: false),
        "maybe_sent" to (failure?.maybeSent ?: true),
        "reason" to told.reason,
        "elapsed_ms" to elapsed.inWholeMilliseconds,
    )
}

private class Told(val outcome: String, val reason: String? = null, val cause: FailureCause? = null)

private fun RecordingException.told() = when (this) {
    is RecordingException.InvalidInput -> Told("invalid_input", message)
    is RecordingException.NotSent -> Told("not_sent", reason, failureCause)
    is RecordingException.OutcomeUnknown -> Told("outcome_unknown", reason, failureCause)
    is RecordingException.Refused -> Told("refused", reason)
    is RecordingException.UnreadableReply -> Told("unreadable_reply", reason)
    is RecordingException.Cancelled -> Told("cancelled")
    is RecordingException.Internal -> Told("internal", reason)
}
