// Starts the documentation's example recording: two users side by side on a custom layout, merged into one file.
//
// `make demo-kotlin` runs it against the simulator. To talk to the service, set RONGCLOUD_APP_KEY,
// RONGCLOUD_APP_SECRET, RONGCLOUD_DATA_CENTER (or RONGCLOUD_API_URL), RONGCLOUD_ROOM_ID and RONGCLOUD_SESSION_ID.

import rongcloud.recording.AudioFormat
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RenderMode
import rongcloud.recording.Resolution
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import rongcloud.recording.Window

// The library's debug log, switched on in simplelogger.properties, shows each request as sent, without its secrets.
suspend fun main() {
    val recording =
        SplitStreamRecording(
            mode = RecordingMode.MIX_AUDIO_VIDEO,
            videoResolution = Resolution.R640X480,
            videoFormat = VideoFormat.MKV,
            audioFormat = AudioFormat.AAC,
            layout =
            Layout.Custom(
                listOf(
                    Window("111", "111_RongCloudRTC", x = 0.0, y = 0.0, width = 0.5, height = 0.5),
                    Window("2222", "2222_RongCloudRTC", x = 0.5, y = 0.5, width = 0.5, height = 0.5),
                ),
            ),
            sliceLength = SliceLength.MINUTES_60,
            renderMode = RenderMode.FILL,
            host = Host("abc", "111_RongCloudRTC"),
        )
    // Validated once; a server keeps it for all its rooms.
    val profile = RecordingProfile(recording)

    val roomId = System.getenv("RONGCLOUD_ROOM_ID") ?: "room1"
    val sessionId = System.getenv("RONGCLOUD_SESSION_ID") ?: "aaa"

    RecordingClient.fromEnvironment().use { client ->
        try {
            val started = client.start(roomId, sessionId, profile)
            println("record id: ${started.recordId}")
        } catch (failure: RecordingException) {
            // Whether to call again is decided by what is known of the request, not by its status.
            val advice =
                when {
                    failure.mayBeRecording -> "a recording may be running: look before you call again"
                    failure.isRetryable -> "calling again is safe"
                    else -> "nothing was started: correct what is wrong first"
                }
            System.err.println(advice)
            throw failure
        }
    }
}
