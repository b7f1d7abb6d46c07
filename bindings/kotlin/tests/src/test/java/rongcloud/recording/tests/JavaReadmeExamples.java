// What README and book show of Java, as code that is compiled and run. The marks name regions: scripts/shown.py.

package rongcloud.recording.tests;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import rongcloud.recording.AudioFormat;
import rongcloud.recording.BlockingRecordingClient;
import rongcloud.recording.BlockingRecordingLedger;
import rongcloud.recording.CallbackReceiver;
import rongcloud.recording.CallbackRefusedException;
import rongcloud.recording.Cancellations;
import rongcloud.recording.ConnectionPolicy;
import rongcloud.recording.DataCenter;
import rongcloud.recording.FailoverPolicy;
import rongcloud.recording.Layout;
import rongcloud.recording.LayoutUpdate;
import rongcloud.recording.LedgerState;
import rongcloud.recording.RecordingClient;
import rongcloud.recording.RecordingEvent;
import rongcloud.recording.RecordingException;
import rongcloud.recording.RecordingMode;
import rongcloud.recording.RecordingProfile;
import rongcloud.recording.Resolution;
import rongcloud.recording.RetryPolicy;
import rongcloud.recording.SliceLength;
import rongcloud.recording.SplitStreamRecording;
import rongcloud.recording.StartedRecording;
import rongcloud.recording.VideoFormat;
import rongcloud.recording.Window;

final class JavaReadmeExamples {
    private JavaReadmeExamples() {}

    static RecordingProfile profile() {
        // ANCHOR: profile
        var recording = SplitStreamRecording.builder(VideoFormat.MP4, AudioFormat.AAC, SliceLength.MINUTES_60)
                .mode(RecordingMode.MIX_AUDIO_VIDEO)
                .videoResolution(Resolution.R640X480)
                .customLayout(
                        new Window("alice", "alice_RongCloudRTC", 0, 0, 0.5, 1),
                        new Window("bob", "bob_RongCloudRTC", 0.5, 0, 0.5, 1))
                .build();
        var profile = new RecordingProfile(recording);
        // ANCHOR_END: profile
        return profile;
    }

    static void block(String appKey, String appSecret, String roomId, String sessionId, RecordingProfile profile)
            throws InterruptedException {
        // ANCHOR: start
        try (var client = BlockingRecordingClient.builder()
                .credentials(appKey, appSecret)
                .dataCenter(DataCenter.SINGAPORE)
                .timeout(Duration.ofSeconds(10))
                .build()) {
            StartedRecording started = client.start(roomId, sessionId, profile);
            System.out.println(started.getRecordId());
        }
        // ANCHOR_END: start
    }

    static BlockingRecordingClient policies(String appKey, String appSecret) {
        // ANCHOR: policies
        var client = BlockingRecordingClient.builder()
                .credentials(appKey, appSecret)
                .dataCenter(DataCenter.SINGAPORE)
                .retry(RetryPolicy.builder().maxAttempts(3).attemptTimeout(Duration.ofSeconds(3)).build())
                .failover(FailoverPolicy.builder().probeAfter(Duration.ofMinutes(1)).build())
                .connections(ConnectionPolicy.builder().maxConcurrent(64).maxWaiting(1_000).build())
                .proxy("http://proxy.example:3128")
                .build();
        // ANCHOR_END: policies
        return client;
    }

    static CompletableFuture<String> future(
            RecordingClient client, String roomId, String sessionId, RecordingProfile profile) {
        // ANCHOR: future
        CompletableFuture<String> recordId = client.startAsync(roomId, sessionId, profile)
                .thenApply(StartedRecording::getRecordId);
        // ANCHOR_END: future
        return recordId;
    }

    static String live(BlockingRecordingClient client, String roomId, RecordingProfile profile)
            throws InterruptedException {
        // ANCHOR: life
        var started = client.startInRoom(roomId, profile);
        var streams = client.queryRoom(roomId).getVideoStreams();
        client.updateLayout(started, new LayoutUpdate(Layout.grid(streams)));
        client.stop(started);
        // ANCHOR_END: life
        return started.getRecordId();
    }

    static CallbackReceiver receiver(
            String appKey, String appSecret, String oldAppSecret, ConcurrentMap<String, String> store) {
        // ANCHOR: replay_guard
        var receiver = CallbackReceiver.builder()
                .credentials(appKey, appSecret)
                .credentials(appKey, oldAppSecret)
                .replayGuard((key, fingerprint, expiresAt) -> store.putIfAbsent(key, fingerprint))
                .build();
        // ANCHOR_END: replay_guard
        return receiver;
    }

    static void answer(HttpExchange exchange, CallbackReceiver receiver, Map<String, RecordingEvent> events)
            throws IOException {
        // ANCHOR: webhook
        int status = 500;
        try {
            var received = receiver.recordingEvent(
                    exchange.getRequestHeaders(),
                    exchange.getRequestBody().readAllBytes(),
                    exchange.getRequestURI().getRawQuery());
            events.putIfAbsent(received.getFingerprint(), received.getEvent());
            status = 200;
        } catch (CallbackRefusedException refusal) {
            status = refusal.getHttpStatus();
        } finally {
            exchange.sendResponseHeaders(status, -1);
        }
        // ANCHOR_END: webhook
    }

    static void together(
            BlockingRecordingLedger ledger, String roomId, RecordingProfile profile, Queue<LedgerState> states)
            throws InterruptedException {
        // ANCHOR: ledger
        var found = ledger.startInRoom(roomId, profile);
        ledger.follow(found.getRecording().getSessionId(), known -> states.add(known.getEntry().getState()));
        // ANCHOR_END: ledger
    }

    static String cancelled(CompletableFuture<StartedRecording> future) {
        // ANCHOR: interrupted
        future.cancel(true);
        try {
            return future.join().getRecordId(); // it had just succeeded
        } catch (CancellationException cancelled) {
            RecordingException ended = Cancellations.getRecordingException(cancelled);
            if (ended != null && ended.mayBeRecording()) waitForCallback(ended.getExtra(), ended.getRequestId());
            throw cancelled;
        }
        // ANCHOR_END: interrupted
    }

    static final Map<String, String> WAITING = new ConcurrentHashMap<>();

    private static void waitForCallback(String extra, String requestId) {
        WAITING.put(extra, requestId);
    }
}
