// A ledger as Java sees it.

package rongcloud.recording.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static rongcloud.recording.support.SimulatorKt.blockingClient;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import rongcloud.recording.BlockingRecordingLedger;
import rongcloud.recording.CallbackOptions;
import rongcloud.recording.CallbackReceiver;
import rongcloud.recording.CallbackRefusedException;
import rongcloud.recording.Credentials;
import rongcloud.recording.LedgerEntry;
import rongcloud.recording.LedgerOptions;
import rongcloud.recording.LedgerResolution;
import rongcloud.recording.LedgerState;
import rongcloud.recording.OnUnknown;
import rongcloud.recording.RecordingException;
import rongcloud.recording.RecordingLedger;
import rongcloud.recording.support.Fleet;
import rongcloud.recording.support.FleetForTest;
import rongcloud.recording.support.RecordingsKt;
import rongcloud.simulator.RongCloudSimulator;

@ExtendWith(FleetForTest.class)
class JavaLedgerTest {
    @Test
    void a_ledger_is_built_step_by_step(Fleet fleet) throws InterruptedException {
        var receiver = new CallbackReceiver(
                List.of(new Credentials(RongCloudSimulator.APP_KEY, RongCloudSimulator.APP_SECRET)),
                CallbackOptions.builder().build());
        try (var client = blockingClient(fleet.getSimulator());
                var ledger = BlockingRecordingLedger.builder(client, OnUnknown.STOP)
                        .store(fleet.getStore())
                        .holder("worker-7")
                        .grace(Duration.ofMinutes(1))
                        .tags(false)
                        .receiver(receiver)
                        .build()) {
            var started = ledger.start("room1", "aaa", RecordingsKt.getAnyProfile());
            assertEquals("worker-7", started.getEntry().getHolder());
            assertTrue(started.isMine());
            assertEquals(1, ledger.statistics().getStartsSent());
        }
    }

    @Test
    void settings_are_one_value_too(Fleet fleet) throws InterruptedException {
        var options = LedgerOptions.builder().store(fleet.getStore()).build();
        try (var client = blockingClient(fleet.getSimulator());
                var ledger = new BlockingRecordingLedger(client, OnUnknown.HOLD, options)) {
            assertNull(ledger.get("aaa"));
        }
    }

    @Test
    void futures_carry_a_recording_from_its_start_to_its_stop(Fleet fleet) {
        var ledger = fleet.ledger();
        var over = ledger.startAsync("room1", "aaa", RecordingsKt.getAnyProfile())
                .thenCompose(found -> ledger.stopAsync(found.getRecording()))
                .thenCompose(stopped -> ledger.getAsync("aaa"))
                .join();
        assertEquals(LedgerState.OVER, over.getEntry().getState());
        assertNull(ledger.getAsync("bbb").join());
        assertEquals(List.of(), ledger.unresolvedAsync().join());
    }

    @Test
    void a_recording_is_followed_to_its_end(Fleet fleet) throws InterruptedException {
        fleet.callBack();
        var ledger = fleet.blockingLedger();
        ledger.stop(ledger.start("room1", "aaa", RecordingsKt.getAnyProfile()).getRecording());
        var states = new ArrayList<LedgerState>();
        ledger.follow("aaa", Duration.ZERO, known -> states.add(known.getEntry().getState()));
        assertEquals(LedgerState.UPLOADED, states.get(states.size() - 1));
        assertTrue(ledger.waitUntilUploaded("aaa", Duration.ofDays(1), Duration.ZERO).isSettled());
    }

    @Test
    void what_must_not_be_believed_is_thrown(Fleet fleet) {
        Map<String, List<String>> none = Map.of();
        var refused = assertThrows(
                CallbackRefusedException.class, () -> fleet.blockingLedger().take(none, new byte[0]));
        assertEquals(401, refused.getHttpStatus());
        var failed = assertThrows(
                CompletionException.class, () -> fleet.ledger().takeRoomEventAsync(none, new byte[0]).join());
        assertInstanceOf(CallbackRefusedException.class, failed.getCause());
    }

    @Test
    void conflicts_have_their_entry(Fleet fleet) throws InterruptedException {
        RecordingLedger ledger = fleet.ledger();
        var generation = ledger.startAsync("room1", "aaa", RecordingsKt.getAnyProfile())
                .join()
                .getEntry()
                .getGeneration();
        var failed = assertThrows(CompletionException.class, () -> ledger.resolveAsync(
                        "aaa", generation, LedgerResolution.NotStarted.INSTANCE)
                .join());
        LedgerEntry entry = assertInstanceOf(RecordingException.Conflict.class, failed.getCause()).getEntry();
        assertEquals(LedgerState.RUNNING, entry.getState());
        assertFalse(entry.isDoubled());
    }

    @Test
    void keeping_up_takes_javas_own_durations(Fleet fleet) {
        var ledger = fleet.blockingLedger();
        ledger.keepUp(Duration.ofMinutes(1));
        assertThrows(RecordingException.InvalidInput.class, () -> ledger.keepUp(Duration.ZERO));
    }
}
