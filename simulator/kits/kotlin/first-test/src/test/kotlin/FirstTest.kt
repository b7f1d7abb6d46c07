// The first test of a project in Kotlin.

// ANCHOR: first
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.extension.ExtendWith
import rongcloud.recording.AudioFormat
import rongcloud.recording.BlockingRecordingClient
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import rongcloud.simulator.RongCloudSimulator
import rongcloud.simulator.RongCloudSimulatorExtension

@ExtendWith(RongCloudSimulatorExtension::class)
class FirstTest {
    private val profile = RecordingProfile(
        SplitStreamRecording(
            mode = RecordingMode.SINGLE_AUDIO_VIDEO,
            videoFormat = VideoFormat.MP4,
            audioFormat = AudioFormat.AAC,
            sliceLength = SliceLength.MINUTES_60,
        ),
    )

    @Test
    fun `a recording is started`(simulator: RongCloudSimulator) {
        simulator.setRoom("lesson", "session-1", "teacher", "pupil")
        BlockingRecordingClient(simulator.appKey, simulator.appSecret, apiUrl = simulator.url).use { client ->
            client.startInRoom("lesson", profile)
        }
        assertEquals("session-1", simulator.recordings().single().sessionId)
    }
}
// ANCHOR_END: first
