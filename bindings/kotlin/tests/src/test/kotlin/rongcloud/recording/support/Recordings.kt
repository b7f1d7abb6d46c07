// Recordings that tests start where it doesn't matter what is recorded.

package rongcloud.recording.support

import rongcloud.recording.AudioFormat
import rongcloud.recording.RecordingException
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import kotlin.test.assertFailsWith

val anyRecording =
    SplitStreamRecording(
        mode = RecordingMode.SINGLE_AUDIO_VIDEO,
        videoFormat = VideoFormat.MP4,
        audioFormat = AudioFormat.AAC,
        sliceLength = SliceLength.MINUTES_60,
    )

val anyProfile = RecordingProfile(anyRecording)

/** The violations with which a block fails. */
inline fun violationsOf(block: () -> Unit) = assertFailsWith<RecordingException.InvalidInput> { block() }.violations
