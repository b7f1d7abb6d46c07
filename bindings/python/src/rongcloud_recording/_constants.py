"""The known values of fields that are open: others are passed on as they are, and the service decides."""

from typing import Final


class Resolution:
    """The known sizes of the picture: `videoResolution`, `WIDTHxHEIGHT`.

    Only six of the service's twelve are publicly known, so any text of that form is accepted where a resolution is.
    """

    R480X320: Final = "480x320"
    """480 wide, 320 high."""
    R320X480: Final = "320x480"
    """320 wide, 480 high."""
    R640X480: Final = "640x480"
    """640 wide, 480 high."""
    R480X640: Final = "480x640"
    """480 wide, 640 high."""
    R1280X720: Final = "1280x720"
    """1280 wide, 720 high."""
    R720X1280: Final = "720x1280"
    """720 wide, 1280 high."""


class McuMode:
    """What is known of `mcuConfig.mode`. Its values are not publicly known, so any number is accepted."""

    DOCUMENTED_EXAMPLE: Final = 6
    """The number in the documentation's example. What it means is not publicly known."""


class ServiceCode:
    """The known codes of the service, as an error's `code` gives them: `error.code == ServiceCode.ROOM_NOT_FOUND`.

    The RTC pages publish no list. This is the general table of the vendor's gateway, from public copies, and the codes
    of RTC signalling. Other codes may come, and are passed on as they are.
    """

    SUCCESS: Final = 200
    """Success."""
    INTERNAL_ERROR: Final = 1000
    """Internal error of the service."""
    APP_KEY_MISMATCH: Final = 1001
    """App Key and App Secret do not match."""
    INVALID_PARAMETER: Final = 1002
    """A parameter is wrong."""
    EMPTY_BODY: Final = 1003
    """The request had no body."""
    INVALID_SIGNATURE: Final = 1004
    """The signature check failed: is it the App Secret of this App Key, and is this host's clock right?"""
    PARAMETER_TOO_LONG: Final = 1005
    """A parameter is too long."""
    APP_LOCKED: Final = 1006
    """The app is locked or deleted."""
    METHOD_NOT_ALLOWED: Final = 1007
    """This app may not call this method."""
    RATE_EXCEEDED: Final = 1008
    """Called too often."""
    SERVICE_NOT_ENABLED: Final = 1009
    """The service is not enabled for this app."""
    CHAT_ROOM_ID_MISSING: Final = 1015
    """The id of the chat room to keep alive is missing."""
    TOO_MANY_CHAT_ROOMS: Final = 1016
    """Too many chat rooms to keep alive."""
    RTC_SDK_NOT_SUPPORTED: Final = 1017
    """This version of the RTC SDK is not supported."""
    RTC_NOT_ENABLED: Final = 1018
    """The RTC service is not enabled."""
    INTERNAL_TIMEOUT: Final = 1050
    """Internal timeout of the service."""
    TOO_MANY_TEST_USERS: Final = 2007
    """Too many test users."""
    USER_NOT_IN_ROOM: Final = 40001
    """The user is not in the room."""
    RTC_INTERNAL_ERROR: Final = 40002
    """Internal error of the RTC service."""
    ROOM_NOT_FOUND: Final = 40003
    """The room does not exist."""
    INVALID_USER_ID: Final = 40004
    """The user id is wrong."""
    ALREADY_JOINED: Final = 40005
    """Joined already."""
