// The service's callbacks: put on record, and only then answered.

package example;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import rongcloud.recording.BlockingRecordingLedger;
import rongcloud.recording.CallbackRefusedException;
import rongcloud.recording.RecordingException;

@RestController
class RecordingCallbacks {
    private final BlockingRecordingLedger ledger;

    RecordingCallbacks(BlockingRecordingLedger ledger) {
        this.ledger = ledger;
    }

    @PostMapping("/recording")
    ResponseEntity<Void> recording(
            @RequestHeader MultiValueMap<String, String> headers,
            @RequestBody byte[] body,
            HttpServletRequest request) throws InterruptedException {
        try {
            ledger.take(headers, body, request.getQueryString());
            return ResponseEntity.ok().build();
        } catch (CallbackRefusedException refusal) {
            System.err.println(refusal.getMessage());
            return ResponseEntity.status(refusal.getHttpStatus()).build();
        } catch (RecordingException failure) {
            System.err.println(failure.getMessage());
            // So that the service sends it again.
            return ResponseEntity.status(503).build();
        }
    }
}
