// The operations of the native client, as all public clients share them.

package rongcloud.recording.internal

import rongcloud.recording.Acknowledged
import rongcloud.recording.LayoutUpdate
import rongcloud.recording.OperationKind
import rongcloud.recording.Recording
import rongcloud.recording.RecordingProfile
import rongcloud.recording.RecordingTarget
import rongcloud.recording.Room
import rongcloud.recording.StartedRecording
import java.time.Duration

internal fun start(
    roomId: String,
    sessionId: String,
    profile: RecordingProfile,
    extra: String?,
    timeout: Duration?,
): Operation<StartedRecording> {
    val about = about(OperationKind.START, roomId, sessionId, extra)
    requireUnicode("Room-Id" to roomId, "sessionId" to sessionId, "extra" to extra, about = about)
    return Operation(about) { beginStart(roomId, sessionId, profile.handle, extra, timeout?.notNegative()).running() }
}

internal fun startInRoom(
    roomId: String,
    profile: RecordingProfile,
    extra: String?,
    timeout: Duration?,
): Operation<StartedRecording> {
    val about = about(OperationKind.START, roomId, extra = extra)
    requireUnicode("Room-Id" to roomId, "extra" to extra, about = about)
    return Operation(about) { beginStartInRoom(roomId, profile.handle, extra, timeout?.notNegative()).running() }
}

internal fun updateLayout(recording: Recording, update: LayoutUpdate, timeout: Duration?): Operation<Acknowledged> {
    val about = about(OperationKind.UPDATE_LAYOUT, recording.roomId, recording.sessionId)
    val target = recording.target(about)
    return Operation(about) {
        native("layout", about) { beginUpdateLayout(target, update, timeout?.notNegative()).running() }
    }
}

internal fun stop(recording: Recording, timeout: Duration?): Operation<Acknowledged> {
    val about = about(OperationKind.STOP, recording.roomId, recording.sessionId)
    val target = recording.target(about)
    return Operation(about) { beginStop(target, timeout?.notNegative()).running() }
}

internal fun queryRoom(roomId: String, timeout: Duration?): Operation<Room> {
    val about = about(OperationKind.QUERY_ROOM, roomId)
    requireUnicode("Room-Id" to roomId, about = about)
    return Operation(about) { beginQueryRoom(roomId, timeout?.notNegative()).running() }
}

/** What a call is about, for failures that the core doesn't see. */
private fun about(operation: OperationKind, roomId: String, sessionId: String = "", extra: String? = null) = {
    CallContext(
        operation,
        roomId.carriable(),
        sessionId.carriable(),
        extra.orEmpty().carriable(),
        requestId = null,
        sentAt = null,
    )
}

private fun Recording.target(about: () -> CallContext): RecordingTarget {
    requireUnicode("Room-Id" to roomId, "sessionId" to sessionId, about = about)
    return this as? RecordingTarget ?: RecordingTarget(roomId, sessionId, recordType)
}

private fun StartCall.running() = Running(this, ::ended, ::number, ::cancel, ::wait)

private fun AcknowledgedCall.running() = Running(this, ::ended, ::number, ::cancel, ::wait)

private fun RoomCall.running() = Running(this, ::ended, ::number, ::cancel, ::wait)
