// Starts one recording with the settings of the environment, and tells what with.

import rongcloud.recording.AudioFormat;
import rongcloud.recording.BlockingRecordingClient;
import rongcloud.recording.RecordingMode;
import rongcloud.recording.RecordingProfile;
import rongcloud.recording.SliceLength;
import rongcloud.recording.SplitStreamRecording;
import rongcloud.recording.VideoFormat;

class Start {
    public static void main(String[] arguments) throws InterruptedException {
        var profile = new RecordingProfile(
                SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60)
                        .mode(RecordingMode.SINGLE_AUDIO_VIDEO)
                        .build());
        try (var client = BlockingRecordingClient.builder().build()) {
            var started = client.start("room1", "aaa", profile);
            System.out.println("with: Java " + Runtime.version() + ", " + System.getProperty("os.arch"));
            System.out.println("record id: " + started.getRecordId());
        }
    }
}
