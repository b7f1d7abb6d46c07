// Takes the service's callbacks in, as the book shows it.

package rongcloud.recording.boot;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import rongcloud.recording.CallbackReceiver;
import rongcloud.recording.CallbackRefusedException;
import rongcloud.recording.ReceivedRecordingEvent;

@RestController
class RecordingCallbacks {
    private final CallbackReceiver receiver;
    private final Events events;

    RecordingCallbacks(CallbackReceiver receiver, Events events) {
        this.receiver = receiver;
        this.events = events;
    }

    // ANCHOR: webhook_spring
    @PostMapping("/recording")
    ResponseEntity<Void> recording(
            @RequestHeader MultiValueMap<String, String> headers,
            @RequestBody byte[] body,
            HttpServletRequest request) {
        try {
            events.keep(receiver.recordingEvent(headers, body, request.getQueryString()));
            return ResponseEntity.ok().build();
        } catch (CallbackRefusedException refusal) {
            return ResponseEntity.status(refusal.getHttpStatus()).build();
        }
    }

    /** A table with a unique index on the fingerprint: INSERT … ON CONFLICT DO NOTHING, committed when it returns. */
    interface Events {
        void keep(ReceivedRecordingEvent received);
    }
    // ANCHOR_END: webhook_spring
}
