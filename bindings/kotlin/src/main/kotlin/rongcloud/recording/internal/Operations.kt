// The operations of the native client, as all public clients share them.

package rongcloud.recording.internal

import rongcloud.recording.Acknowledged
import rongcloud.recording.LayoutUpdate
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
    requireUnicode("Room-Id" to roomId, "sessionId" to sessionId, "extra" to extra)
    return Operation { beginStart(roomId, sessionId, profile.handle, extra, timeout?.notNegative()).running() }
}

internal fun startInRoom(
    roomId: String,
    profile: RecordingProfile,
    extra: String?,
    timeout: Duration?,
): Operation<StartedRecording> {
    requireUnicode("Room-Id" to roomId, "extra" to extra)
    return Operation { beginStartInRoom(roomId, profile.handle, extra, timeout?.notNegative()).running() }
}

internal fun updateLayout(recording: Recording, update: LayoutUpdate, timeout: Duration?): Operation<Acknowledged> {
    val target = recording.target()
    return Operation { native("layout") { beginUpdateLayout(target, update, timeout?.notNegative()).running() } }
}

internal fun stop(recording: Recording, timeout: Duration?): Operation<Acknowledged> {
    val target = recording.target()
    return Operation { beginStop(target, timeout?.notNegative()).running() }
}

internal fun queryRoom(roomId: String, timeout: Duration?): Operation<Room> {
    requireUnicode("Room-Id" to roomId)
    return Operation { beginQueryRoom(roomId, timeout?.notNegative()).running() }
}

private fun Recording.target(): RecordingTarget {
    requireUnicode("Room-Id" to roomId, "sessionId" to sessionId)
    return this as? RecordingTarget ?: RecordingTarget(roomId, sessionId, recordType)
}

private fun StartCall.running() = Running(this, ::ended, ::number, ::cancel, ::wait)

private fun AcknowledgedCall.running() = Running(this, ::ended, ::number, ::cancel, ::wait)

private fun RoomCall.running() = Running(this, ::ended, ::number, ::cancel, ::wait)
