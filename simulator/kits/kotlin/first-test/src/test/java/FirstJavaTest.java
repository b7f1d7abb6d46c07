// The first test of a project in Java.

// ANCHOR: first
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import rongcloud.recording.BlockingRecordingClient;
import rongcloud.recording.RecordingException;
import rongcloud.simulator.RongCloudSimulatorExtension;
import rongcloud.simulator.Step;

class FirstJavaTest {
    @RegisterExtension
    static final RongCloudSimulatorExtension RONGCLOUD = new RongCloudSimulatorExtension();

    @Test
    void a_service_that_refuses_has_done_nothing() {
        var simulator = RONGCLOUD.getSimulator();
        simulator.next(Step.reply(400));
        try (var client = BlockingRecordingClient.builder()
                .credentials(simulator.getAppKey(), simulator.getAppSecret())
                .apiUrl(simulator.getUrl())
                .build()) {
            assertThrows(RecordingException.class, () -> client.queryRoom("room1"));
        }
        assertEquals(0, simulator.executions().getQuery());
    }
}
// ANCHOR_END: first
