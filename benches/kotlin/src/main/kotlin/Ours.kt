// This library, as its book shows it.

import rongcloud.recording.AudioFormat
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTarget
import rongcloud.recording.RenderMode
import rongcloud.recording.Resolution
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import rongcloud.recording.Window

/** A further CA comes by SSL_CERT_FILE, which the driver sets. */
fun client(target: Target): RecordingClient = RecordingClient(APP_KEY, APP_SECRET, apiUrl = target.url)

fun ours(target: Target): Contender {
    val client = client(target)
    return when (target.operation) {
        Operation.START -> Contender { check(client.start(ROOM, SESSION, profile).recordId.isNotEmpty()) }
        Operation.STOP -> Contender { client.stop(recorded) }
        Operation.LAYOUT -> Contender { client.updateLayout(recorded, update) }
        Operation.QUERY -> Contender { check(client.queryRoom(ROOM).sessionId.isNotEmpty()) }
    }
}

/** The same from threads. */
fun oursBlocking(target: Target): BlockingContender {
    val client = BlockingRecordingClient(APP_KEY, APP_SECRET, apiUrl = target.url)
    return when (target.operation) {
        Operation.START -> BlockingContender { check(client.start(ROOM, SESSION, profile).recordId.isNotEmpty()) }
        Operation.STOP -> BlockingContender { client.stop(recorded) }
        Operation.LAYOUT -> BlockingContender { client.updateLayout(recorded, update) }
        Operation.QUERY -> BlockingContender { check(client.queryRoom(ROOM).sessionId.isNotEmpty()) }
    }
}

private val profile by lazy { RecordingProfile(recording(2)) }
private val recorded = RecordingTarget(ROOM, SESSION)
private val update = recording(2).let { LayoutUpdate(checkNotNull(it.layout), it.renderMode, it.host) }

/** The documentation's example, with any number of windows. */
fun recording(windows: Int): SplitStreamRecording = SplitStreamRecording(
    mode = RecordingMode.MIX_AUDIO_VIDEO,
    videoResolution = Resolution.R640X480,
    videoFormat = VideoFormat.MKV,
    audioFormat = AudioFormat.AAC,
    sliceLength = SliceLength.MINUTES_60,
    renderMode = RenderMode.FILL,
    host = Host("user0", "user0_RongCloudRTC"),
    layout = Layout.Custom(
        List(windows) { Window("user$it", "user${it}_RongCloudRTC", it * 1.0 / windows, 0.0, 1.0 / windows, 0.5) },
    ),
)
