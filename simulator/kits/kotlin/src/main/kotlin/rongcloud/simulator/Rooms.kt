// Who is in the simulator's rooms, and what is recorded of them.

package rongcloud.simulator

import java.time.Instant

/**
 * A room.
 *
 * @property roomId its id
 * @property sessionId its current session
 * @property createTime when that began
 * @property members who is in it
 */
public data class SimulatedRoom internal constructor(
    public val roomId: String,
    public val sessionId: String,
    public val createTime: Instant,
    public val members: List<SimulatedMember>,
)

/**
 * Somebody in a room.
 *
 * @property userId the user
 * @property joinTime when they joined
 * @property streams what they publish
 */
public data class SimulatedMember internal constructor(
    public val userId: String,
    public val joinTime: Instant,
    public val streams: List<SimulatedStream>,
)

/**
 * What a member publishes.
 *
 * @property streamId its id
 * @property kind sound or picture
 * @property uri what media servers know it by; if it is empty, the simulator makes one
 * @property tag a tag
 */
public data class SimulatedStream @JvmOverloads constructor(
    public val streamId: String,
    public val kind: StreamKind,
    public val uri: String = "",
    public val tag: String = "",
) {
    /** Makes the streams of the documentation's examples. */
    public companion object {
        /**
         * One of sound and one of pictures, both named `<userId>_RongCloudRTC`.
         *
         * @param userId who publishes them
         */
        @JvmStatic
        public fun both(userId: String): List<SimulatedStream> =
            StreamKind.entries.map { SimulatedStream("${userId}_RongCloudRTC", it) }
    }
}

/** Whether a stream is sound or picture. */
public enum class StreamKind {
    /** Sound, 0 in the API. */
    AUDIO,

    /** Pictures, 1 in the API. */
    VIDEO,
}

/**
 * A recording that was started.
 *
 * @property recordId the id that the start was answered with
 * @property appKey the app that started it
 * @property roomId the room
 * @property sessionId the session
 * @property extra the business tag; empty if there was none
 * @property config the configuration, as JSON
 * @property requestId the `X-Request-Id` of the start; `null` if there was none
 * @property state whether it still runs
 * @property layout the layout in force, as JSON; `null` where the recording has none
 * @property startTime when it was started
 * @property stopTime when it was stopped, if it was
 * @property slices how many slices are closed
 * @property files the last 100 of its files, oldest first
 */
public data class SimulatedRecording internal constructor(
    public val recordId: String,
    public val appKey: String,
    public val roomId: String,
    public val sessionId: String,
    public val extra: String,
    public val config: String,
    public val requestId: String?,
    public val state: RecordingState,
    public val layout: String?,
    public val startTime: Instant,
    public val stopTime: Instant?,
    public val slices: Long,
    public val files: List<RecordedFile>,
)

/** Whether a recording still runs. */
public enum class RecordingState {
    /** It runs. */
    RECORDING,

    /** It was stopped, or its session has ended. */
    STOPPED,
}

/**
 * A file of a recording.
 *
 * @property fileName its name, as callbacks tell it
 * @property userId whose media it has; empty where all are mixed
 * @property slice the slice that it holds, counted from 1
 */
public data class RecordedFile internal constructor(
    public val fileName: String,
    public val userId: String,
    public val slice: Long,
)
