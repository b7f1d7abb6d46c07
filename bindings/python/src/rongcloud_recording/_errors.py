"""The exceptions. Each says first of all whether the service may have seen the request."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from . import _native
from ._fields import checked
from ._native import FailureCause, Violation

# Its variants, which a type checker can't see.
_core: Any = _native.RecordingError


class RecordingError(Exception):
    """Everything that can go wrong, by what is known about the request. Its text is the whole error as a sentence.

    Three questions decide what a caller does next, and every subclass answers them: was anything sent (`maybe_sent`),
    may the same call be made again without the risk of recording twice (`is_retryable`), and under which id can the
    vendor find the request (`request_id`). No text in it ever holds a secret.
    """

    _variant: ClassVar[Any]

    def __init__(self, **fields: Any) -> None:
        """Takes the fields of the kind of error, by keyword. Made by the library, and by you for tests of your own."""
        if type(self) is RecordingError:
            raise TypeError("RecordingError is the base of all errors: make one of its subclasses")
        self._fields = fields
        self._error = self._variant(**fields)
        super().__init__(self._ask("sentence"))

    def _ask(self, method: str) -> Any:
        # Through the class: a field of the same name hides the method in the core's error.
        return getattr(self._variant, method)(self._error)

    def __reduce__(self) -> tuple[Any, ...]:
        return functools.partial(type(self), **self._fields), ()

    @property
    def code(self) -> int | None:
        """The service's `code` from the reply's body (for instance 1004: the signature check failed).

        None where the service gave none.
        """
        code: int | None = self._ask("code")
        return code

    @property
    def status(self) -> int | None:
        """The reply's HTTP status. None where no reply came."""
        status: int | None = self._ask("status")
        return status

    @property
    def is_retryable(self) -> bool:
        """True where the same call may be made again without the risk of recording twice and may then succeed.

        It provably never left, doing it twice is the same as doing it once, or the service said that it was called too
        often.
        """
        is_retryable: bool = self._ask("is_retryable")
        return is_retryable

    @property
    def retry_after(self) -> timedelta | None:
        """How long the service asks to wait before another request: the reply's `Retry-After`. None where it doesn't.

        Only a `RefusedError` can have one.
        """
        retry_after: timedelta | None = self._ask("retry_after")
        return retry_after

    @property
    def maybe_sent(self) -> bool:
        """True where the service may have seen the request."""
        maybe_sent: bool = self._ask("maybe_sent")
        return maybe_sent

    @property
    def request_id(self) -> str | None:
        """The `X-Request-ID` of the request, by which the vendor's support finds it. None where none was made."""
        request_id: str | None = self._ask("request_id")
        return request_id


class InvalidInputError(RecordingError, ValueError):
    """The input breaks documented rules. Nothing was sent. All violations are listed at once."""

    _variant = _core.InvalidInput

    def __init__(self, *, violations: Iterable[Violation]) -> None:
        """An error of the given violations."""
        super().__init__(violations=tuple(violations))

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Every violation found, in the order of the request's fields."""
        return cast("tuple[Violation, ...]", self._fields["violations"])


class NotSentError(RecordingError):
    """The request provably never left this machine: making the call again can't record twice.

    `cause` tells why; `FailureCause.OVERLOADED`: the client has too many calls waiting for their turn.
    """

    _variant = _core.NotSent

    def __init__(self, *, cause: FailureCause, reason: str, request_id: str | None = None) -> None:
        """An error of the given cause."""
        super().__init__(cause=cause, reason=reason, request_id=request_id)

    @property
    def cause(self) -> FailureCause:
        """Where it failed."""
        return cast(FailureCause, self._fields["cause"])

    @property
    def reason(self) -> str:
        """What happened, as a sentence."""
        return cast(str, self._fields["reason"])


class NotSentTimeoutError(NotSentError, TimeoutError):
    """The time ran out before the request had begun to leave."""


class OutcomeUnknownError(RecordingError):
    """The request may have reached the service and no answer tells what became of it.

    After a start, a recording may be running, and making the call again may record twice: wait for its callback, or
    stop the session's recording, before starting another. Any other call may be made again: there, `is_retryable` is
    true.
    """

    _variant = _core.OutcomeUnknown

    def __init__(
        self,
        *,
        cause: FailureCause,
        reason: str,
        request_id: str,
        sent_at: datetime,
        room_id: str,
        session_id: str,
        status: int | None = None,
        code: int | None = None,
        retryable: bool = False,
    ) -> None:
        """An error of the given cause; `status` and `code` where it was answered, `retryable` but for a start."""
        super().__init__(
            cause=cause,
            reason=reason,
            request_id=request_id,
            sent_at=checked("sent_at", sent_at, datetime),
            room_id=room_id,
            session_id=session_id,
            status=status,
            code=code,
            retryable=retryable,
        )

    @property
    def request_id(self) -> str:
        """The `X-Request-ID` that was sent."""
        return cast(str, super().request_id)

    @property
    def cause(self) -> FailureCause:
        """Where it failed."""
        return cast(FailureCause, self._fields["cause"])

    @property
    def reason(self) -> str:
        """What happened, as a sentence."""
        return cast(str, self._fields["reason"])

    @property
    def sent_at(self) -> datetime:
        """When it was sent, by this host's clock: UTC, to the millisecond."""
        return cast(datetime, self._fields["sent_at"])

    @property
    def room_id(self) -> str:
        """The room of the call."""
        return cast(str, self._fields["room_id"])

    @property
    def session_id(self) -> str:
        """The session of the call; empty where it was not about one."""
        return cast(str, self._fields["session_id"])


class OutcomeUnknownTimeoutError(OutcomeUnknownError, TimeoutError):
    """The time ran out after the request had begun to leave."""


class RefusedError(RecordingError):
    """The service answered and refused. It did nothing."""

    _variant = _core.Refused

    def __init__(
        self,
        *,
        status: int,
        code: int | None,
        retryable: bool,
        retry_after: timedelta | None = None,
        reason: str,
        request_id: str,
    ) -> None:
        """A refusal; `retryable` where it is of the kind that passes."""
        super().__init__(
            status=status,
            code=code,
            retryable=retryable,
            retry_after=retry_after,
            reason=reason,
            request_id=request_id,
        )

    @property
    def status(self) -> int:
        """The reply's HTTP status."""
        return cast(int, super().status)

    @property
    def request_id(self) -> str:
        """The `X-Request-ID` that was sent."""
        return cast(str, super().request_id)

    @property
    def reason(self) -> str:
        """What the code means and the service's own `errorMessage`, as a sentence."""
        return cast(str, self._fields["reason"])


class UnreadableReplyError(RecordingError):
    """An answer came that can't be understood. The service saw the request, and may have done as asked."""

    _variant = _core.UnreadableReply

    def __init__(self, *, status: int, reason: str, request_id: str) -> None:
        """An error of the given reply."""
        super().__init__(status=status, reason=reason, request_id=request_id)

    @property
    def status(self) -> int:
        """The reply's HTTP status."""
        return cast(int, super().status)

    @property
    def request_id(self) -> str:
        """The `X-Request-ID` that was sent."""
        return cast(str, super().request_id)

    @property
    def reason(self) -> str:
        """What is wrong with the reply, as a sentence."""
        return cast(str, self._fields["reason"])


class RecordingCancelledError(RecordingError):
    """The call was ended from this side: its client was closed, or the process is ending.

    A cancelled asyncio task raises `asyncio.CancelledError` as always, never this.
    """

    _variant = _core.Cancelled

    def __init__(self, *, sent: bool, request_id: str | None = None) -> None:
        """An error of a call whose request had begun to leave, or had not."""
        super().__init__(sent=sent, request_id=request_id)


class InternalError(RecordingError):
    """A defect in this library or an unusable host. Please report it."""

    _variant = _core.Internal

    def __init__(self, *, reason: str) -> None:
        """An error of the given reason."""
        super().__init__(reason=reason)

    @property
    def reason(self) -> str:
        """What happened, as a sentence."""
        return cast(str, self._fields["reason"])
