// Callbacks by hand: reading what was verified before, and comparing with a store of one's own.

@file:JvmName("Callbacks")

package rongcloud.recording

import rongcloud.recording.internal.carriable
import rongcloud.recording.internal.refusing
import rongcloud.recording.internal.checkReplay as nativeCheckReplay
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

/**
 * Compares what your store had under a callback's [ReceivedCallback.key] with its [ReceivedCallback.fingerprint], for what
 * [CallbackReceiver.verifyRecordingEvent] or [CallbackReceiver.verifyRoomEvent] has returned.
 *
 * Nothing remembered: it is new. The same fingerprint: it comes again, and is to be handled again, because nobody knows
 * whether it was handled the first time.
 *
 * @param fingerprint the callback's own
 * @param remembered what was there; `null` where there was nothing
 * @throws CallbackRefusedException with [RefusalReason.REPLAYED] for another fingerprint: a captured signature under a
 *   forged body
 */
public fun checkReplay(fingerprint: String, remembered: String?): Unit =
    refusing { nativeCheckReplay(fingerprint.carriable(), remembered?.carriable()) }
