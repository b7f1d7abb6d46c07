"""Keeps what was made of secrets apart from the frames that held them.

Tools that print the variables of each frame of a traceback must find no secret in this package's frames, whatever
failed there. What a caller's own frames show is the caller's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, TypeVar

from ._calls import Failed
from ._failures import CORE_ERRORS, public

_T = TypeVar("_T")
_P = ParamSpec("_P")

_PACKAGE = __name__.partition(".")[0]


def kept(call: Callable[_P, _T], *arguments: _P.args, **named: _P.kwargs) -> _T | Failed:
    """The outcome of a call that is given secrets.

    An error is returned, so that the caller can forget the secrets before it raises it. It comes without this package's
    frames, but with those of others: an iterable of the caller's own may have raised it.
    """
    try:
        return call(*arguments, **named)
    except CORE_ERRORS as error:
        return Failed(public(error))
    except BaseException as error:
        return Failed(functools.partial(error.with_traceback, _of_others(error.__traceback__)))


def _of_others(traceback: TracebackType | None) -> TracebackType | None:
    if traceback is None:
        return None
    rest = _of_others(traceback.tb_next)
    if str(traceback.tb_frame.f_globals.get("__name__")).partition(".")[0] == _PACKAGE:
        return rest
    return TracebackType(rest, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)
