// Builders of recordings for Java, which has no named arguments.

package rongcloud.recording

/**
 * Builds a [SplitStreamRecording] step by step, for Java; see [SplitStreamRecording.builder].
 *
 * What is not set keeps the default that the property of the same name documents.
 */
public class SplitStreamRecordingBuilder internal constructor(
    videoFormat: VideoFormat,
    audioFormat: AudioFormat,
    sliceLength: SliceLength,
) {
    private var recording =
        SplitStreamRecording(videoFormat = videoFormat, audioFormat = audioFormat, sliceLength = sliceLength)

    /** Sets what is written, and whether users are merged: `mode`. */
    public fun mode(mode: RecordingMode): SplitStreamRecordingBuilder = set { copy(mode = mode) }

    /** Sets the picture's size: `videoResolution`, `WIDTHxHEIGHT`; see [Resolution]. */
    public fun videoResolution(videoResolution: String): SplitStreamRecordingBuilder =
        set { copy(videoResolution = videoResolution) }

    /** Sets the arrangement of pictures: `mixLayout` and `input`. */
    public fun layout(layout: Layout): SplitStreamRecordingBuilder = set { copy(layout = layout) }

    /** Places every window by hand: `mixLayout` 1 and `input.video`. At least one is needed. */
    public fun customLayout(vararg windows: Window): SplitStreamRecordingBuilder =
        layout(Layout.Custom(windows.toList()))

    /** Sets how pictures are fitted into their windows: `renderMode`. */
    public fun renderMode(renderMode: RenderMode): SplitStreamRecordingBuilder = set { copy(renderMode = renderMode) }

    /** Sets the user in the main place and the stream to show there: `hostUserId` and `hostStreamId`. */
    public fun host(userId: String, streamId: String): SplitStreamRecordingBuilder =
        set { copy(host = Host(userId, streamId)) }

    /** The recording. It is validated where a [RecordingProfile] is made of it. */
    public fun build(): SplitStreamRecording = recording

    private fun set(change: SplitStreamRecording.() -> SplitStreamRecording) = apply { recording = recording.change() }
}

/**
 * Builds an [McuRecording] step by step, for Java; see [McuRecording.builder].
 *
 * What is not set keeps the default that the property of the same name documents.
 */
public class McuRecordingBuilder internal constructor(
    videoFormat: VideoFormat,
    audioFormat: AudioFormat,
    sliceLength: SliceLength,
) {
    private var recording = McuRecording(videoFormat, audioFormat, sliceLength)

    /** Sets how pictures are fitted: `renderMode`. */
    public fun renderMode(renderMode: RenderMode): McuRecordingBuilder = set { copy(renderMode = renderMode) }

    /** Sets the picture's size: `mcuConfig.videoResolution`, `WIDTHxHEIGHT`; see [Resolution]. */
    public fun mcuConfig(videoResolution: String): McuRecordingBuilder =
        set { copy(mcuConfig = McuConfig(videoResolution = videoResolution)) }

    /** Sets the MCU mode, whose values are not publicly known (see [McuMode]), and the picture's size: `mcuConfig`. */
    public fun mcuConfig(mode: Int, videoResolution: String): McuRecordingBuilder =
        set { copy(mcuConfig = McuConfig(mode, videoResolution)) }

    /** The recording. It is validated where a [RecordingProfile] is made of it. */
    public fun build(): McuRecording = recording

    private fun set(change: McuRecording.() -> McuRecording) = apply { recording = recording.change() }
}
