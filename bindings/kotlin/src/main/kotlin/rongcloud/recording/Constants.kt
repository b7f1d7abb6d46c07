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

/**
 * The service's known codes, as [RecordingException.code] and [RecordingEvent.code] give them. Others may come.
 *
 * The RTC pages publish no list: this is the general table of the vendor's gateway, from public copies, and the codes of RTC
 * signalling.
 */
public object ServiceCode {
    /** Success. */
    public const val SUCCESS: Int = 200

    /** Internal error of the service. */
    public const val INTERNAL_ERROR: Int = 1000

    /** App Key and App Secret do not match. */
    public const val APP_KEY_MISMATCH: Int = 1001

    /** A parameter is wrong. */
    public const val INVALID_PARAMETER: Int = 1002

    /** The request had no body. */
    public const val EMPTY_BODY: Int = 1003

    /** The signature check failed: is it the App Secret of this App Key, and is this host's clock right? */
    public const val INVALID_SIGNATURE: Int = 1004

    /** A parameter is too long. */
    public const val PARAMETER_TOO_LONG: Int = 1005

    /** The app is locked or deleted. */
    public const val APP_LOCKED: Int = 1006

    /** This app may not call this method. */
    public const val METHOD_NOT_ALLOWED: Int = 1007

    /** Called too often. */
    public const val RATE_EXCEEDED: Int = 1008

    /** The service is not enabled for this app. */
    public const val SERVICE_NOT_ENABLED: Int = 1009

    /** The id of the chat room to keep alive is missing. */
    public const val CHAT_ROOM_ID_MISSING: Int = 1015

    /** Too many chat rooms to keep alive. */
    public const val TOO_MANY_CHAT_ROOMS: Int = 1016

    /** This version of the RTC SDK is not supported. */
    public const val RTC_SDK_NOT_SUPPORTED: Int = 1017

    /** The RTC service is not enabled. */
    public const val RTC_NOT_ENABLED: Int = 1018

    /** Internal timeout of the service. */
    public const val INTERNAL_TIMEOUT: Int = 1050

    /** Too many test users. */
    public const val TOO_MANY_TEST_USERS: Int = 2007

    /** The user is not in the room. */
    public const val USER_NOT_IN_ROOM: Int = 40_001

    /** Internal error of the RTC service. */
    public const val RTC_INTERNAL_ERROR: Int = 40_002

    /** The room does not exist. */
    public const val ROOM_NOT_FOUND: Int = 40_003

    /** The user id is wrong. */
    public const val INVALID_USER_ID: Int = 40_004

    /** Joined already. */
    public const val ALREADY_JOINED: Int = 40_005
}
