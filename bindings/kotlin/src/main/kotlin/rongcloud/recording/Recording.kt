// What names a recording to the service.

package rongcloud.recording

/**
 * A running recording, as the service knows it: by its room and session.
 *
 * What a start returned is one ([StartedRecording]); where you have kept just the ids, make a [RecordingTarget].
 */
public sealed interface Recording {
    /** The room: `Room-Id`. Not empty. */
    public val roomId: String

    /** The session: `sessionId`. Not empty. */
    public val sessionId: String

    /** Its kind, `config.recordType`, which decides whether it has a layout to change. `null` where it isn't known. */
    public val recordType: RecordType?
}
