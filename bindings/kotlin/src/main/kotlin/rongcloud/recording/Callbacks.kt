// Reading callbacks that were verified before.

@file:JvmName("Callbacks")

package rongcloud.recording

import rongcloud.recording.internal.refusing
import rongcloud.recording.internal.parseRecordingEvent as nativeParseRecordingEvent
import rongcloud.recording.internal.parseRoomEvent as nativeParseRoomEvent

/**
 * Reads a recording callback's body **without verifying it**: for one that was verified before it was stored.
 *
 * @throws CallbackRefusedException with [RefusalReason.UNREADABLE_BODY]
 */
public fun parseRecordingEvent(body: ByteArray): RecordingEvent = refusing { nativeParseRecordingEvent(body) }

/**
 * Reads a room status callback's body **without verifying it**: for one that was verified before it was stored.
 *
 * @throws CallbackRefusedException with [RefusalReason.UNREADABLE_BODY]
 */
public fun parseRoomEvent(body: ByteArray): RoomEvent = refusing { nativeParseRoomEvent(body) }
