// Known values of the API's open value lists.

package rongcloud.recording

/**
 * The publicly known values of `videoResolution`, written `WIDTHxHEIGHT`.
 *
 * The service has twelve, of which these six are known; another well-formed one passes, and the service decides.
 */
public object Resolution {
    /** 480 wide, 320 high. */
    public const val R480X320: String = "480x320"

    /** 320 wide, 480 high. */
    public const val R320X480: String = "320x480"

    /** 640 wide, 480 high. */
    public const val R640X480: String = "640x480"

    /** 480 wide, 640 high. */
    public const val R480X640: String = "480x640"

    /** 1280 wide, 720 high. */
    public const val R1280X720: String = "1280x720"

    /** 720 wide, 1280 high. */
    public const val R720X1280: String = "720x1280"
}

/** What is known of `mcuConfig.mode`. Any other number passes, too. */
public object McuMode {
    /** The number in the documentation's example. What it means is not publicly known. */
    public const val DOCUMENTED_EXAMPLE: Int = 6
}
