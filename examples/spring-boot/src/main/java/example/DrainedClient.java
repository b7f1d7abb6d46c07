// A client that is closed after its calls.

package example;

import java.time.Duration;
import rongcloud.recording.BlockingRecordingClient;

/** Spring closes it after the web server, which has ended its requests by then. */
record DrainedClient(BlockingRecordingClient client) implements AutoCloseable {
    /** Longer than any call takes. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    @Override
    public void close() throws InterruptedException {
        client.close(LONGEST);
    }
}
