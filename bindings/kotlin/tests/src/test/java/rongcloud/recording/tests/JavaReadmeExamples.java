// What the README shows of Java, as code that is compiled and run.

package rongcloud.recording.tests;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import rongcloud.recording.AudioFormat;
import rongcloud.recording.BlockingRecordingClient;
import rongcloud.recording.DataCenter;
import rongcloud.recording.RecordingClient;
import rongcloud.recording.RecordingMode;
import rongcloud.recording.RecordingProfile;
import rongcloud.recording.Resolution;
import rongcloud.recording.SliceLength;
import rongcloud.recording.SplitStreamRecording;
import rongcloud.recording.StartedRecording;
import rongcloud.recording.VideoFormat;
import rongcloud.recording.Window;

final class JavaReadmeExamples {
    private JavaReadmeExamples() {}

    static RecordingProfile profile() {
        var recording = SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60)
                .mode(RecordingMode.MIX_AUDIO_VIDEO)
                .videoResolution(Resolution.R640X480)
                .customLayout(
                        new Window("alice", "alice_RongCloudRTC", 0, 0, 0.5, 1),
                        new Window("bob", "bob_RongCloudRTC", 0.5, 0, 0.5, 1))
                .build();
        var profile = new RecordingProfile(recording);
        return profile;
    }

    static void block(String appKey, String appSecret, String roomId, String sessionId, RecordingProfile profile)
            throws InterruptedException {
        try (var client = BlockingRecordingClient.builder()
                .credentials(appKey, appSecret)
                .dataCenter(DataCenter.SINGAPORE)
                .timeout(Duration.ofSeconds(10))
                .build()) {
            StartedRecording started = client.start(roomId, sessionId, profile);
            System.out.println(started.getRecordId());
        }
    }

    static CompletableFuture<String> future(
            RecordingClient client, String roomId, String sessionId, RecordingProfile profile) {
        CompletableFuture<String> recordId = client.startAsync(roomId, sessionId, profile)
                .thenApply(StartedRecording::getRecordId);
        return recordId;
    }
}
