// What a callback that was taken in has beside its event.

package rongcloud.recording

import java.time.Instant

/**
 * A callback that the service has sent: a [ReceivedRecordingEvent] or a [ReceivedRoomEvent].
 *
 * It may come again: because your answer was lost, because you answered with an error, or because the service sends it
 * twice. **Handle it each time**, so that one whose handling failed is not lost, and let the store see to it that the
 * second time changes nothing: a unique index on [fingerprint] does. Answer 200 only after that.
 */
public sealed interface ReceivedCallback {
    /** Names the signature, for a store that all your processes share. */
    public val key: String

    /** Names the body: the same whenever exactly this event comes again, however it is signed. 40 hexadecimal digits. */
    public val fingerprint: String

    /** Until when a store must remember the fingerprint under the key: later the signature is too old to be used. */
    public val expiresAt: Instant
}
