"""A stand-in for the RongCloud RTC recording service, for tests of your own service.

`Simulator` starts one as a program on this machine and steers it. With pytest, the fixture `rongcloud_simulator` gives
each test its own. It checks requests by the documented rules, starts and stops recordings that exist only on paper, and
sends signed callbacks. It shares no code with the client that it tests.
"""

from __future__ import annotations

from ._simulator import APP_KEY, APP_SECRET, Door, Simulator, SimulatorError, program
from ._told import Callback, Connection, Recording, Request, Room

__all__ = [
    "APP_KEY",
    "APP_SECRET",
    "Callback",
    "Connection",
    "Door",
    "Recording",
    "Request",
    "Room",
    "Simulator",
    "SimulatorError",
    "program",
]
