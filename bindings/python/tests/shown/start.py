from rongcloud_recording import (
    AudioFormat,
    RecordingClient,
    RecordingMode,
    RecordingProfile,
    Resolution,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
)

# What to record, validated once; a server keeps it for all its rooms.
profile = RecordingProfile(
    SplitStreamRecording(
        mode=RecordingMode.SINGLE_AUDIO_VIDEO,
        video_resolution=Resolution.R1280X720,
        video_format=VideoFormat.MP4,
        audio_format=AudioFormat.AAC,
        slice_length=SliceLength.MINUTES_60,
    )
)

with RecordingClient() as client:  # App Key, App Secret and data center from the environment
    started = client.start("room1", "aaa", profile)
    print(started.record_id)
