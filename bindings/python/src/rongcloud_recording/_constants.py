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
