// Starts a recording each way, and prints their ids.

package rongcloud.recording.boot;

import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import rongcloud.recording.AudioFormat;
import rongcloud.recording.BlockingRecordingClient;
import rongcloud.recording.CallbackReceiver;
import rongcloud.recording.RecordingClient;
import rongcloud.recording.RecordingMode;
import rongcloud.recording.RecordingProfile;
import rongcloud.recording.SliceLength;
import rongcloud.recording.SplitStreamRecording;
import rongcloud.recording.VideoFormat;

@SpringBootApplication
public class StartRecordings {
    public static void main(String[] arguments) {
        var application = new SpringApplication(StartRecordings.class);
        // The controller is only there to be compiled and wired.
        application.setWebApplicationType(WebApplicationType.NONE);
        application.run(arguments);
    }

    @Bean
    BlockingRecordingClient blockingClient() {
        return BlockingRecordingClient.builder().build();
    }

    @Bean
    RecordingClient client() {
        return RecordingClient.builder().build();
    }

    @Bean
    CallbackReceiver receiver() {
        return CallbackReceiver.builder()
                .credentials(System.getenv("RONGCLOUD_APP_KEY"), System.getenv("RONGCLOUD_APP_SECRET"))
                .build();
    }

    @Bean
    RecordingCallbacks.Events events() {
        return received -> System.out.println("event " + received.getFingerprint());
    }

    @Bean
    CommandLineRunner start(BlockingRecordingClient blockingClient, RecordingClient client) {
        var recording = SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60)
                .mode(RecordingMode.SINGLE_AUDIO_VIDEO)
                .build();
        var profile = new RecordingProfile(recording);
        return arguments -> {
            System.out.println("blocking: " + blockingClient.start("room1", "aaa", profile).getRecordId());
            System.out.println("future: " + client.startAsync("room1", "aaa", profile).get().getRecordId());
        };
    }
}
