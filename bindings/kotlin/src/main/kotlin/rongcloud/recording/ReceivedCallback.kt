// What a verified callback has besides its event.

package rongcloud.recording

import java.time.Instant

/**
 * A callback that the service has sent: a [ReceivedRecordingEvent] or a [ReceivedRoomEvent].
 *
 * It may arrive again: because your answer was lost, because you answered with an error, or because the service sends
 * it twice. **Handle it each time**, so that an event whose handling failed is not lost, and make sure that handling it
 * a second time changes nothing: a unique index on [fingerprint] in your store does that. Answer 200 only after that.
 */
public sealed interface ReceivedCallback {
    /** Identifies the signature, for a store that all your processes share. */
    public val key: String

    /**
     * Identifies the body: the same whenever exactly this event arrives again, however it is signed. 40 hexadecimal
     * digits.
     */
    public val fingerprint: String

    /**
     * Until when a store must remember the fingerprint under the key. After that, the signature is too old to be used.
     */
    public val expiresAt: Instant
}
