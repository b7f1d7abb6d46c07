// What identifies a recording to the service.

package rongcloud.recording

/**
 * A running recording, which the service identifies by its room and session.
 *
 * A start returns one ([StartedRecording]). If you have only kept the ids, create a [RecordingTarget].
 */
public sealed interface Recording {
    /** The room: `Room-Id`. Not empty. */
    public val roomId: String

    /** The session: `sessionId`. Not empty. */
    public val sessionId: String

    /** Its kind, `config.recordType`, which decides whether its layout can be changed. `null` if it isn't known. */
    public val recordType: RecordType?
}
