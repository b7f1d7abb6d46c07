"""The exceptions. Each says first of all what is known: whether the service may have seen the request."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast

from . import _native
from ._fields import checked
from ._native import CallContext, FailureCause, OperationKind, Violation

# Its variants, which a type checker can't see.
_core: Any = _native.RecordingError


class RecordingError(Exception):
    """Everything that can go wrong, by what is known about the request. Its text is the whole error as a sentence.

    Three questions decide what a caller does next, and every subclass answers them: may a recording be running because
    of the call (`may_be_recording`), may the same call be made again without the risk of recording twice
    (`is_retryable`), and under which id can the vendor find the request (`request_id`). Which call it was stands in
    `operation`, `room_id`, `session_id` and `extra`. No text in it ever holds a secret.
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
    def may_be_recording(self) -> bool:
        """True where a recording may be running because of this call.

        It was a start that may have reached the service and was not refused. Then wait for a callback with the same
        `extra`, or stop the session's recording, before starting another. Never true for a stop, a change of layout or
        a room query; always for an `InternalError`, of which nothing is known.
        """
        may_be_recording: bool = self._ask("may_be_recording")
        return may_be_recording

    @property
    def call(self) -> CallContext | None:
        """What the error is about. None where it is about no call: settings, a profile, a layout."""
        call: CallContext | None = self._fields.get("call")
        return call

    @property
    def operation(self) -> OperationKind | None:
        """What was asked. Where `start_in_room` fails at its question, that is the query. None where it was no call."""
        return None if self.call is None else self.call.operation

    @property
    def room_id(self) -> str | None:
        """The room of the call. None where it was no call."""
        return None if self.call is None else self.call.room_id

    @property
    def session_id(self) -> str | None:
        """The session of the call; empty where it was not about one. None where it was no call."""
        return None if self.call is None else self.call.session_id

    @property
    def extra(self) -> str | None:
        """The `extra` of a start, which comes back in its callbacks; empty where none was given. None as above."""
        return None if self.call is None else self.call.extra

    @property
    def request_id(self) -> str | None:
        """The `X-Request-ID` of the request, by which the vendor's support finds it. None where none was made.

        Of several, that of the latest, or of the latest that left.
        """
        return None if self.call is None else self.call.request_id

    @property
    def sent_at(self) -> datetime | None:
        """When that request was signed, by this host's clock: UTC, to the millisecond. None where none was made."""
        return None if self.call is None else self.call.sent_at


class InvalidInputError(RecordingError, ValueError):
    """The input breaks documented rules. Nothing was sent. All violations are listed at once."""

    _variant = _core.InvalidInput

    def __init__(self, *, violations: Iterable[Violation], call: CallContext | None = None) -> None:
        """An error of the given violations; `call` where it was one."""
        super().__init__(violations=tuple(violations), call=_call(call))

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Every violation found, in the order of the request's fields."""
        return cast("tuple[Violation, ...]", self._fields["violations"])


class NotSentError(RecordingError):
    """The request provably never left this machine: making the call again can't record twice.

    `cause` tells why; `FailureCause.OVERLOADED`: the client has too many calls waiting for their turn.
    """

    _variant = _core.NotSent

    def __init__(self, *, cause: FailureCause, reason: str, call: CallContext | None = None) -> None:
        """An error of the given cause; `call` where it was one."""
        super().__init__(cause=cause, reason=reason, call=_call(call))

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


class _RequestError(RecordingError):
    """An error about a request that was made: what it was about is known."""

    @property
    def call(self) -> CallContext:
        """What the error is about."""
        return cast(CallContext, self._fields["call"])

    @property
    def operation(self) -> OperationKind:
        """What was asked. Where `start_in_room` fails at its question, that is the query."""
        return self.call.operation

    @property
    def room_id(self) -> str:
        """The room of the call."""
        return self.call.room_id

    @property
    def session_id(self) -> str:
        """The session of the call; empty where it was not about one."""
        return self.call.session_id

    @property
    def extra(self) -> str:
        """The `extra` of a start, which comes back in its callbacks; empty where none was given."""
        return self.call.extra

    @property
    def request_id(self) -> str:
        """The `X-Request-ID` that was sent, by which the vendor's support finds the request."""
        return cast(str, self.call.request_id)

    @property
    def sent_at(self) -> datetime:
        """When it was signed, by this host's clock: UTC, to the millisecond."""
        return cast(datetime, self.call.sent_at)


class OutcomeUnknownError(_RequestError):
    """The request may have reached the service and no answer tells what became of it.

    After a start, a recording may be running (`may_be_recording`), and making the call again may record twice: wait for
    its callback, which has the same `extra`, or stop the session's recording, before starting another. Any other call
    may be made again: there, `is_retryable` is true.
    """

    _variant = _core.OutcomeUnknown

    def __init__(
        self,
        *,
        cause: FailureCause,
        reason: str,
        call: CallContext,
        status: int | None = None,
        code: int | None = None,
        retryable: bool = False,
    ) -> None:
        """An error of the given cause; `status` and `code` where it was answered, `retryable` but for a start."""
        super().__init__(
            cause=cause,
            reason=reason,
            call=checked("call", call, CallContext),
            status=status,
            code=code,
            retryable=retryable,
        )

    @property
    def cause(self) -> FailureCause:
        """Where it failed."""
        return cast(FailureCause, self._fields["cause"])

    @property
    def reason(self) -> str:
        """What happened, as a sentence."""
        return cast(str, self._fields["reason"])


class OutcomeUnknownTimeoutError(OutcomeUnknownError, TimeoutError):
    """The time ran out after the request had begun to leave."""


class RefusedError(_RequestError):
    """The service answered and refused. It did nothing. `ServiceCode` names the codes that are known."""

    _variant = _core.Refused

    def __init__(
        self,
        *,
        status: int,
        code: int | None,
        retryable: bool,
        retry_after: timedelta | None = None,
        reason: str,
        call: CallContext,
    ) -> None:
        """A refusal; `retryable` where it is of the kind that passes."""
        super().__init__(
            status=status,
            code=code,
            retryable=retryable,
            retry_after=retry_after,
            reason=reason,
            call=checked("call", call, CallContext),
        )

    @property
    def status(self) -> int:
        """The reply's HTTP status."""
        return cast(int, super().status)

    @property
    def reason(self) -> str:
        """What the code means and the service's own `errorMessage`, as a sentence."""
        return cast(str, self._fields["reason"])


class UnreadableReplyError(_RequestError):
    """An answer came that can't be understood. The service saw the request, and may have done as asked."""

    _variant = _core.UnreadableReply

    def __init__(self, *, status: int, reason: str, call: CallContext) -> None:
        """An error of the given reply."""
        super().__init__(status=status, reason=reason, call=checked("call", call, CallContext))

    @property
    def status(self) -> int:
        """The reply's HTTP status."""
        return cast(int, super().status)

    @property
    def reason(self) -> str:
        """What is wrong with the reply, as a sentence."""
        return cast(str, self._fields["reason"])


class RecordingCancelledError(RecordingError):
    """The call was ended from this side: its client was closed, or the process is ending.

    A cancelled asyncio task raises `asyncio.CancelledError` as always, never this: it carries this, see
    `interrupted_outcome`.
    """

    _variant = _core.Cancelled

    def __init__(self, *, sent: bool, call: CallContext | None = None) -> None:
        """An error of a call whose request had begun to leave, or had not."""
        super().__init__(sent=sent, call=_call(call))


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


def _call(call: CallContext | None) -> CallContext | None:
    checked("call", call, CallContext | None)
    return call
