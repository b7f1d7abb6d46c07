// The life of a recording, and its callbacks, as Java sees them.

package rongcloud.recording.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static rongcloud.recording.support.SimulatorKt.blockingClient;
import static rongcloud.recording.support.SimulatorKt.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import rongcloud.recording.AsyncCallbackReceiver;
import rongcloud.recording.CallbackReceiver;
import rongcloud.recording.CallbackRefusedException;
import rongcloud.recording.Callbacks;
import rongcloud.recording.Corner;
import rongcloud.recording.Layout;
import rongcloud.recording.LayoutUpdate;
import rongcloud.recording.RecordingException;
import rongcloud.recording.RecordingPhase;
import rongcloud.recording.RecordingProfile;
import rongcloud.recording.RecordingTarget;
import rongcloud.recording.RecordingTracker;
import rongcloud.recording.RefusalReason;
import rongcloud.recording.Room;
import rongcloud.recording.Signatures;
import rongcloud.recording.StreamRef;
import rongcloud.recording.TimestampUnit;
import rongcloud.recording.Window;
import rongcloud.recording.support.RecordingsKt;
import rongcloud.simulator.RongCloudSimulator;
import rongcloud.simulator.RongCloudSimulatorExtension;
import rongcloud.simulator.Step;

@ExtendWith(RongCloudSimulatorExtension.class)
class JavaLifeTest {
    private static final RecordingTarget TARGET = new RecordingTarget("room1", "aaa");

    @Test
    void futures_carry_a_recording_from_its_room_to_its_stop(RongCloudSimulator simulator) {
        simulator.setRoom("room1", "aaa", "111", "2222");
        try (var client = client(simulator)) {
            var stopped = client.startInRoomAsync("room1", RecordingsKt.getAnyProfile())
                    .thenCompose(started -> client.queryRoomAsync("room1")
                            .thenApply(Room::getVideoStreams)
                            .thenCompose(streams -> client.updateLayoutAsync(
                                    started, new LayoutUpdate(Layout.sideBySide(streams))))
                            .thenCompose(changed -> client.stopAsync(started)))
                    .join();
            assertEquals(simulator.recordings().get(0).getRecordId(), stopped.getRecordId());
        }
    }

    @Test
    void a_timeout_is_optional(RongCloudSimulator simulator) throws InterruptedException {
        try (var client = blockingClient(simulator)) {
            client.startInRoom("room1", RecordingsKt.getAnyProfile(), "order 66", Duration.ofSeconds(5));
            assertEquals("aaa", client.queryRoom("room1", Duration.ofSeconds(5)).getSessionId());
            client.stop(TARGET, Duration.ofSeconds(5));
        }
    }

    @Test
    void a_future_fails_with_the_exception_itself(RongCloudSimulator simulator) {
        try (var client = client(simulator)) {
            var future = client.queryRoomAsync("room2");
            var failure = assertThrows(CompletionException.class, future::join);
            assertInstanceOf(RecordingException.Refused.class, failure.getCause());
        }
    }

    @Test
    void cancelling_a_future_closes_the_connection(RongCloudSimulator simulator) {
        simulator.next(Step.hold());
        try (var client = client(simulator)) {
            var future = client.stopAsync(TARGET);
            simulator.await(1, 0);
            future.cancel(true);
            simulator.await(1, 1);
        }
    }

    @Test
    void layouts_are_made_by_static_functions() {
        var alice = new StreamRef("alice", "a");
        var bob = new StreamRef("bob", "b");
        var layouts = List.of(
                Layout.grid(List.of(alice, bob)),
                Layout.grid(List.of(alice, bob), "720x1280"),
                Layout.grid(List.of(alice, bob), "720x1280", "16:9"),
                Layout.spotlight(alice, List.of(bob)),
                Layout.sideBySide(List.of(alice, bob)),
                Layout.pictureInPicture(alice, bob, Corner.TOP_LEFT));
        for (Layout layout : layouts) {
            assertEquals(2, assertInstanceOf(Layout.Custom.class, layout).getWindows().size());
        }
    }

    @Test
    void a_receiver_is_built_and_takes_a_guard_that_may_throw() {
        var down = new IOException("down");
        var receiver = CallbackReceiver.builder()
                .credentials(RongCloudSimulator.APP_KEY, RongCloudSimulator.APP_SECRET)
                .timeWindow(Duration.ofMinutes(1))
                .largestBody(1_000)
                .replayGuard((key, fingerprint, expiresAt) -> {
                    throw down;
                })
                .build();
        var now = String.valueOf(System.currentTimeMillis());
        var headers = Map.of(
                "nonce", "1", "timestamp", now, "signature", Signatures.signature(RongCloudSimulator.APP_SECRET, "1", now));
        var body = ("{\"type\":1,\"recordId\":\"r\",\"appKey\":\"" + RongCloudSimulator.APP_KEY + "\"}").getBytes();
        var refusal = assertThrows(
                CallbackRefusedException.class, () -> receiver.recordingEvent(headers.entrySet(), body));
        assertEquals(RefusalReason.GUARD_FAILED, refusal.getReason());
        assertSame(down, refusal.getCause());
    }

    @Test
    void a_receiver_takes_a_guard_of_stages() {
        var store = new ConcurrentHashMap<String, String>();
        var receiver = AsyncCallbackReceiver.of(
                CallbackReceiver.builder()
                        .credentials(RongCloudSimulator.APP_KEY, RongCloudSimulator.APP_SECRET)
                        .timestampUnit(TimestampUnit.MILLISECONDS)
                        .build(),
                (key, fingerprint, expiresAt) ->
                        CompletableFuture.supplyAsync(() -> store.putIfAbsent(key, fingerprint)));
        var now = String.valueOf(System.currentTimeMillis());
        var headers = Map.of(
                "nonce", "1", "timestamp", now, "signature", Signatures.signature(RongCloudSimulator.APP_SECRET, "1", now));
        var body = ("{\"type\":1,\"recordId\":\"r\",\"appKey\":\"" + RongCloudSimulator.APP_KEY + "\"}").getBytes();
        var received = receiver.recordingEventAsync(headers.entrySet(), body).join();
        assertEquals(Map.of(received.getKey(), received.getFingerprint()), store);
        Callbacks.checkReplay(received.getFingerprint(), store.get(received.getKey()));
        assertThrows(CallbackRefusedException.class, () -> Callbacks.checkReplay(received.getFingerprint(), "another"));
    }

    @Test
    void advice_is_a_list() {
        var update = new LayoutUpdate(new Layout.Custom(List.of(
                new Window("alice", "a", 0, 0, 0.6, 1), new Window("bob", "b", 0.5, 0, 0.5, 1))));
        assertEquals("overlapping", update.getAdvice().get(0).getCode());
        var profile = RecordingProfile.fromJson(
                "{\"mode\":3,\"videoFormat\":\"mp4\",\"audioFormat\":\"aac\",\"sliceMin\":60}");
        assertEquals("host_missing", profile.getAdvice().get(0).getCode());
    }

    @Test
    void a_tracker_by_extra_is_merged() {
        var tracker = RecordingTracker.byExtra("order 66");
        var other = RecordingTracker.byExtra("order 66");
        other.record(Callbacks.parseRecordingEvent(
                "{\"type\":4,\"recordId\":\"r\",\"extra\":\"order 66\",\"code\":500}".getBytes()));
        tracker.merge(other);
        var tracked = tracker.state(Duration.ofMinutes(5));
        assertEquals("r", tracked.getRecordId());
        assertEquals(RecordingPhase.FAILED, tracked.getPhase());
        assertTrue(tracked.getFailures().get(0).isFailure());
        assertFalse(tracked.isStale());
    }

    @Test
    void a_tracker_takes_javas_durations() {
        var tracker = new RecordingTracker("r");
        tracker.record(Callbacks.parseRecordingEvent("{\"type\":3,\"recordId\":\"r\"}".getBytes()));
        assertEquals(RecordingPhase.ENDED, tracker.state(Duration.ofMinutes(5)).getPhase());
        assertEquals(tracker.snapshot(), RecordingTracker.restore(tracker.snapshot()).snapshot());
    }
}
