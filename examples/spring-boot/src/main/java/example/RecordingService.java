// One of several processes that record, with Spring Boot: a session is recorded once, whoever is asked.
//
// Run as many as you like behind one address that speaks HTTPS, all with the same RONGCLOUD_LEDGER_URL:
//
//     POST /rooms/{room}/sessions/{session}/recording      starts recording, unless somebody has already
//     GET /rooms/{room}/sessions/{session}/recording       tells what is known, whichever process took it in
//     DELETE /rooms/{room}/sessions/{session}/recording    stops it
//     POST /recording    takes callbacks in: the recording callback's URL in the console
//     GET /health        200 while the store answers, with what is in progress; the actuator's knows it, too
//
// SIGTERM and Ctrl-C end it after the requests and calls in progress.

package example;

import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import rongcloud.recording.AudioFormat;
import rongcloud.recording.BlockingRecordingClient;
import rongcloud.recording.BlockingRecordingLedger;
import rongcloud.recording.OnUnknown;
import rongcloud.recording.RecordingProfile;
import rongcloud.recording.SliceLength;
import rongcloud.recording.SplitStreamRecording;
import rongcloud.recording.VideoFormat;
import rongcloud.recording.micrometer.RecordingMeters;

@SpringBootApplication
public class RecordingService {
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    public static void main(String[] arguments) {
        SpringApplication.run(RecordingService.class, arguments);
    }

    /** App Key, App Secret and data center come from the environment. */
    @Bean(destroyMethod = "close")
    DrainedClient client() {
        return new DrainedClient(BlockingRecordingClient.builder().build());
    }

    /** The store comes from the environment. What may be running though nobody knows is stopped: it costs no more. */
    @Bean(destroyMethod = "close")
    BlockingRecordingLedger ledger(DrainedClient client) {
        var ledger = BlockingRecordingLedger.builder(client.client(), OnUnknown.STOP).build();
        ledger.keepUp(BETWEEN_LOOKS);
        return ledger;
    }

    @Bean
    RecordingProfile profile() {
        return new RecordingProfile(
                SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60).build());
    }

    @Bean
    MeterBinder recordingMeters(DrainedClient client) {
        return new RecordingMeters(client.client()::measurements);
    }

    @EventListener
    void tell(WebServerInitializedEvent event) {
        System.out.println("listening on 127.0.0.1:" + event.getWebServer().getPort());
    }
}
