// Recordings of sessions: started, told, stopped.

package example;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import rongcloud.recording.BlockingRecordingLedger;
import rongcloud.recording.DomainStatistics;
import rongcloud.recording.RecordingException;
import rongcloud.recording.RecordingProfile;
import rongcloud.recording.RecordingTarget;

@RestController
class Recordings {
    private static final String RECORDING = "/rooms/{room}/sessions/{session}/recording";

    private final DrainedClient client;
    private final BlockingRecordingLedger ledger;
    private final RecordingProfile profile;

    Recordings(DrainedClient client, BlockingRecordingLedger ledger, RecordingProfile profile) {
        this.client = client;
        this.ledger = ledger;
        this.profile = profile;
    }

    record Started(String recordId, boolean isNew) {}

    record Known(String state, String recordId, long events, boolean isDoubled, boolean isSettled) {}

    record Health(long callsInFlight, Map<String, Boolean> domains) {}

    @PostMapping(RECORDING)
    Started start(@PathVariable String room, @PathVariable String session) throws InterruptedException {
        var started = ledger.start(room, session, profile);
        return new Started(started.getRecording().getRecordId(), started.isMine());
    }

    @GetMapping(RECORDING)
    ResponseEntity<Known> known(@PathVariable String session) throws InterruptedException {
        var found = ledger.get(session);
        if (found == null) {
            return ResponseEntity.notFound().build();
        }
        var entry = found.getEntry();
        var state = entry.getState().name().toLowerCase(Locale.ROOT);
        return ResponseEntity.ok(new Known(
                state, entry.getRecordId(), entry.getEventCount(), entry.isDoubled(), found.isSettled()));
    }

    @DeleteMapping(RECORDING)
    ResponseEntity<Void> stop(@PathVariable String room, @PathVariable String session) throws InterruptedException {
        ledger.stop(new RecordingTarget(room, session));
        return ResponseEntity.noContent().build();
    }

    /** Fails where the store doesn't answer, and then no recording can be started here. */
    @GetMapping("/health")
    Health health() throws InterruptedException {
        ledger.get("health");
        var now = client.client().statistics();
        return new Health(now.getCallsInFlight(), now.getDomains().stream()
                .collect(Collectors.toMap(DomainStatistics::getHost, DomainStatistics::isWell)));
    }

    /** Answers what fails with a status that tells. */
    @ExceptionHandler
    ResponseEntity<String> failed(RecordingException failure) {
        System.err.println(failure.getMessage());
        var answer = ResponseEntity.status(status(failure));
        var wait = failure.getFailure().getRetryAfter();
        if (wait != null) {
            answer.header(HttpHeaders.RETRY_AFTER, Long.toString(wait.plusMillis(999).toSeconds()));
        }
        return answer.body(failure.getMessage());
    }

    private static HttpStatus status(RecordingException failure) {
        if (failure instanceof RecordingException.InvalidInput) {
            return HttpStatus.BAD_REQUEST;
        }
        if (failure instanceof RecordingException.Conflict) {
            // A start is under way, or its outcome is unknown, or the session is recorded otherwise.
            return HttpStatus.CONFLICT;
        }
        return failure.isRetryable() ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.BAD_GATEWAY;
    }
}
