// What the README shows of Kotlin, as code that is compiled and run.

package rongcloud.recording.tests

import rongcloud.recording.AudioFormat
import rongcloud.recording.DataCenter
import rongcloud.recording.Host
import rongcloud.recording.RecordingClient
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.Resolution
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import kotlin.time.Duration.Companion.seconds

class ReadmeExamples {
    val profile = RecordingProfile(
        SplitStreamRecording(
            mode = RecordingMode.MIX_AUDIO_VIDEO,
            videoFormat = VideoFormat.MP4,
            audioFormat = AudioFormat.AAC,
            sliceLength = SliceLength.MINUTES_60,
            videoResolution = Resolution.R1280X720,
            host = Host("alice", "alice_RongCloudRTC"),
        ),
    )

    suspend fun record(client: RecordingClient, roomId: String, sessionId: String): String =
        client.start(roomId, sessionId, profile, extra = "order 66").recordId

    fun makeClient(appKey: String, appSecret: String): RecordingClient {
        val client = RecordingClient(
            appKey = appKey,
            appSecret = appSecret,
            dataCenter = DataCenter.SINGAPORE,
            timeout = 10.seconds,
        )
        return client
    }

    fun readProfile(): RecordingProfile {
        val profile = RecordingProfile.fromJson(
            """{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}""",
        )
        return profile
    }

    val decisions = mutableListOf<String>()

    suspend fun decide(client: RecordingClient, roomId: String, sessionId: String) {
        try {
            client.start(roomId, sessionId, profile)
        } catch (failure: RecordingException) {
            when {
                failure.isRetryable -> tryAgainLater(roomId)
                failure.maybeSent -> lookWhetherItRecords(roomId, failure.requestId)
                else -> throw failure
            }
        }
    }

    private fun tryAgainLater(roomId: String) {
        decisions += "try $roomId again later"
    }

    private fun lookWhetherItRecords(roomId: String, requestId: String?) {
        decisions += "look whether $roomId records after ${requestId?.length} characters"
    }
}
