// A config that has been validated once and is kept ready to send.

package rongcloud.recording

import rongcloud.recording.internal.native
import rongcloud.recording.internal.requireUnicodeJson
import rongcloud.recording.internal.validated
import rongcloud.recording.internal.RecordingProfile as NativeProfile

/**
 * A recording's config, validated once and kept as the bytes that are sent.
 *
 * Make one when your program starts and use it for every room: starting then costs no validation and no serialisation
 * of the config. A profile is immutable, valid for ever, and can be shared between threads and clients. It needs no
 * closing: its memory goes with the object.
 */
public class RecordingProfile private constructor(internal val handle: NativeProfile) {
    /**
     * Validates the config.
     *
     * @throws RecordingException.InvalidInput with all violations at once
     */
    public constructor(config: RecordingConfig) : this(validated(config))

    /**
     * Validates a recording of the users' own streams: `recordType` 1.
     *
     * @throws RecordingException.InvalidInput with all violations at once
     */
    public constructor(recording: SplitStreamRecording) : this(RecordingConfig.SplitStream(recording))

    /**
     * Validates a recording of the live stream that the server mixes: `recordType` 2.
     *
     * @throws RecordingException.InvalidInput with all violations at once
     */
    public constructor(recording: McuRecording) : this(RecordingConfig.Mcu(recording))

    /** The config it was made of. */
    public val config: RecordingConfig
        get() = native { handle.config() }

    /**
     * What is allowed and may still not be what was meant, in the order of the API's fields. Nothing of it stops a start:
     * it is for the log, when your program starts.
     */
    public val advice: List<Advice>
        get() = native { handle.advice() }

    /** The `config` object as the API's JSON, compact, exactly as it is sent. */
    public fun toJson(): String = native { handle.toJson() }

    /** Two profiles that send the same are equal. */
    override fun equals(other: Any?): Boolean =
        this === other || (other is RecordingProfile && toJson() == other.toJson())

    /** Of what is sent. */
    override fun hashCode(): Int = toJson().hashCode()

    /** The class's name and the JSON. */
    override fun toString(): String = "RecordingProfile(${toJson()})"

    /** Reads profiles from JSON. */
    public companion object {
        /**
         * Reads and validates the API's own JSON: the `config` object, or the whole body of `start.json` around it,
         * whose `sessionId` and `extra` are not kept.
         *
         * Unknown and misspelt keys, repeated keys, wrong types and undocumented values are reported by path, all at
         * once; text that is not JSON by line and column. Keys that are documented as valid only for the other
         * `recordType` are left out.
         *
         * @throws RecordingException.InvalidInput with all violations at once
         */
        @JvmStatic
        public fun fromJson(json: String): RecordingProfile {
            requireUnicodeJson(json)
            return RecordingProfile(native { NativeProfile.fromJson(json) })
        }
    }
}
