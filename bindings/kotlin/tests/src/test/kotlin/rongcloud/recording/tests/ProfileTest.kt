// Profiles made of typed recordings.

package rongcloud.recording.tests

import org.junit.jupiter.api.Test
import rongcloud.recording.AudioFormat
import rongcloud.recording.DataCenter
import rongcloud.recording.Host
import rongcloud.recording.Layout
import rongcloud.recording.McuConfig
import rongcloud.recording.McuRecording
import rongcloud.recording.MediaType
import rongcloud.recording.RecordType
import rongcloud.recording.RecordingConfig
import rongcloud.recording.RecordingMode
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RenderMode
import rongcloud.recording.Resolution
import rongcloud.recording.SliceLength
import rongcloud.recording.SplitStreamRecording
import rongcloud.recording.VideoFormat
import rongcloud.recording.Violation
import rongcloud.recording.Window
import rongcloud.recording.support.Files
import rongcloud.recording.support.anyRecording
import rongcloud.recording.support.json
import rongcloud.recording.support.violationsOf
import kotlin.io.path.readText
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotEquals
import kotlin.test.assertNull

class ProfileTest {
    /** The values are those of the entry's JSON in violations.json. */
    private val eightMistakes =
        SplitStreamRecording(
            mode = RecordingMode.MIX_AUDIO_VIDEO,
            videoResolution = "640*480",
            videoFormat = VideoFormat.MP4,
            audioFormat = AudioFormat.AAC,
            layout =
            Layout.Custom(
                listOf(
                    Window("", "111_RongCloudRTC", x = -0.1, y = 0.0, width = 0.5, height = 0.5),
                    Window("2222", "", x = 0.6, y = 0.5, width = 0.5, height = 0.0),
                ),
            ),
            sliceLength = SliceLength.MINUTES_60,
            renderMode = RenderMode.FIT,
            host = Host("", ""),
        )

    @Test
    fun `a profile and a layout are pictures`() {
        assertContains(RecordingProfile(anyRecording).toSvg(), "mode 0: each user is recorded apart")
        val halves = Layout.Custom(
            listOf(Window("alice", "s", 0.0, 0.0, 0.5, 1.0), Window("bob", "t", 0.5, 0.0, 0.5, 1.0)),
        )
        assertContains(halves.toSvg("1280x720", renderMode = RenderMode.FILL, cameras = "16:9"), "50 % cropped")
        assertContains(Layout.Adaptive.toSvg(host = Host("carol", "u")), "host carol: top left")
        assertEquals(listOf("cameras"), violationsOf { halves.toSvg(cameras = "wide") }.map { it.path })
    }

    @Test
    fun `eight mistakes in a typed recording are all told at once`() {
        val vectors = json.readTree(Files.vectors.resolve("violations.json").readText())
        val expected =
            vectors.single { it["name"].textValue() == "eight mistakes" }["violations"].map {
                Violation(it["path"].textValue(), it["code"].textValue(), it["reason"].textValue())
            }
        assertEquals(expected, violationsOf { RecordingProfile(eightMistakes) })
    }

    @Test
    fun `a profile gives back the typed config it was made of`() {
        val recording =
            McuRecording(
                VideoFormat.HLS,
                AudioFormat.MP3,
                SliceLength.MINUTES_30,
                RenderMode.FILL,
                McuConfig(6, Resolution.R1280X720),
            )
        assertEquals(RecordingConfig.Mcu(recording), RecordingProfile(recording).config)
    }

    @Test
    fun `a list that changes afterwards does not change the profile`() {
        val windows = mutableListOf(Window("111", "111_RongCloudRTC", 0.0, 0.0, 1.0, 1.0))
        val profile =
            RecordingProfile(anyRecording.copy(mode = RecordingMode.MIX_AUDIO_VIDEO, layout = Layout.Custom(windows)))
        val before = profile.toJson()
        windows.clear()
        assertEquals(before, profile.toJson())
    }

    @Test
    fun `profiles that send the same are equal`() {
        val explicit = RecordingProfile(anyRecording.copy(layout = Layout.Floating, renderMode = RenderMode.FIT))
        assertEquals(RecordingProfile(anyRecording), explicit)
        assertEquals(RecordingProfile(anyRecording).hashCode(), explicit.hashCode())
    }

    @Test
    fun `profiles that send something else are not equal`() {
        assertNotEquals(
            RecordingProfile(anyRecording),
            RecordingProfile(anyRecording.copy(videoFormat = VideoFormat.FLV)),
        )
    }

    @Test
    fun `a profile shows the JSON that it sends`() {
        val profile = RecordingProfile(anyRecording)
        assertEquals("RecordingProfile(${profile.toJson()})", profile.toString())
    }

    @Test
    fun `half of a surrogate pair in a config is a violation, wherever it stands`() {
        val half = "a\uD83D"
        val recording = anyRecording.copy(
            videoResolution = half,
            host = Host(half, half),
            layout = Layout.Custom(
                listOf(Window("😀", half, 0.0, 0.0, 1.0, 1.0), Window(half, "1", 0.0, 0.0, 1.0, 1.0)),
            ),
        )
        val paths = listOf(
            "config.videoResolution",
            "config.input.video[0].streamId",
            "config.input.video[1].userId",
            "config.hostUserId",
            "config.hostStreamId",
        )
        val reason = "is not Unicode text: it has half of a surrogate pair at index 1"
        assertEquals(paths.map { Violation(it, "wrong_type", reason) }, violationsOf { RecordingProfile(recording) })
    }

    @Test
    fun `half of a surrogate pair in an MCU recording is a violation`() {
        val recording =
            McuRecording(VideoFormat.HLS, AudioFormat.MP3, SliceLength.MINUTES_30, mcuConfig = McuConfig(6, "\uDE00"))
        assertEquals("config.mcuConfig.videoResolution", violationsOf { RecordingProfile(recording) }.single().path)
    }

    @Test
    fun `half of a surrogate pair in JSON is told by line and column`() {
        val violation = violationsOf { RecordingProfile.fromJson("{\n \"😀\uDE00") }.single()
        assertEquals(Violation("line 2, column 4", "invalid_json", "not JSON: the text is not Unicode"), violation)
    }

    @Test
    fun `layouts without values have a readable text`() {
        assertEquals("Floating Adaptive", "${Layout.Floating} ${Layout.Adaptive}")
    }

    @Test
    fun `data has a readable text without a generator's traces`() {
        assertContains(
            anyRecording.toString(),
            "SplitStreamRecording(mode=SINGLE_AUDIO_VIDEO, videoResolution=null, videoFormat=MP4",
        )
        assertFalse("@" in RecordingConfig.SplitStream(anyRecording).toString())
    }

    @Test
    fun `numbered values carry the API's own number`() {
        assertEquals(listOf(30, 60, 90, 120), SliceLength.entries.map { it.value })
        assertEquals((0..6).toList(), RecordingMode.entries.map { it.value })
        assertEquals(listOf(1, 2), RenderMode.entries.map { it.value })
    }

    @Test
    fun `values are read as the API spells them, unknown ones too where it is open`() {
        assertEquals(VideoFormat.MP4 to RecordType.MCU, VideoFormat.of("mp4") to RecordType.of(2))
        assertEquals(DataCenter.SINGAPORE_B, DataCenter.of("singapore-b"))
        assertNull(SliceLength.of(45))
        assertEquals(MediaType.VIDEO to MediaType.OTHER, MediaType.of(1) to MediaType.of(7))
        assertNull(MediaType.OTHER.value)
    }
}
