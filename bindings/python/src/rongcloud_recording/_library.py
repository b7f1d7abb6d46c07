"""The library under the generated code: loaded once, its functions called with what codecs make of their arguments.

What fails is returned as `Failed`, so that the function that was called raises the error: its traceback then ends
there, the error comes of no other, and no frame of this package has seen what was given.
"""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from ._codec import Codec, Unfit, Written, wrong_type
from ._ending import process_ends

T = TypeVar("T")


class Failed:
    """A call that failed: makes the error to raise."""

    __slots__ = ("cause", "error")

    def __init__(self, error: Callable[[], BaseException], cause: Exception | None = None) -> None:
        self.error = error
        self.cause = cause


class _Buffer(ctypes.Structure):
    _fields_ = (("capacity", ctypes.c_uint64), ("len", ctypes.c_uint64), ("data", ctypes.c_void_p))


class _ForeignBytes(ctypes.Structure):
    _fields_ = (("len", ctypes.c_int32), ("data", ctypes.c_char_p))


class _Status(ctypes.Structure):
    _fields_ = (("code", ctypes.c_int8), ("error", _Buffer))


_SUCCESS, _ERROR = 0, 1
_STATUS = ctypes.POINTER(_Status)
_SUFFIX = {"darwin": "dylib"}.get(sys.platform, "so")


class Library:
    """The library beside the generated code."""

    def __init__(self, name: str, prefix: str, contract: tuple[str, int], checksums: dict[str, int]) -> None:
        """Loads it. Errors: `ImportError` where it is another version's."""
        path = Path(__file__).parent / "_native" / f"lib{name}.{_SUFFIX}"
        self._loaded = ctypes.CDLL(str(path))
        self._from_bytes = self.function(f"{prefix}_rustbuffer_from_bytes", _Buffer, _ForeignBytes)
        self._free = self.function(f"{prefix}_rustbuffer_free", None, _Buffer)
        version, expected = contract
        # Of functions without arguments or status, an int is the result unless told otherwise.
        if self._loaded[version]() != expected or any(
            self._loaded[function]() & 0xFFFF != value for function, value in checksums.items()
        ):
            raise ImportError(f"{path} is not the library that this package was made for")

    def function(self, symbol: str, returns: Any, *arguments: Any) -> Any:
        """One of its functions, each of which takes a status, too."""
        function = self._loaded[symbol]
        function.restype = returns
        function.argtypes = (*arguments, _STATUS)
        return function

    def buffer(self, content: bytes | Written) -> _Buffer:
        """A buffer of the library's, which it takes back with the objects in it."""
        if isinstance(content, Written):
            for at, handle in content.objects:
                content[at : at + 8] = handle.kind.cloned(handle).to_bytes(8, "big")
        status = _Status()
        buffer: _Buffer = self._from_bytes(_ForeignBytes(len(content), bytes(content)), status)
        return buffer

    def taken(self, buffer: _Buffer) -> bytes:
        """What is in a buffer of the library's, which is then freed."""
        try:
            return ctypes.string_at(buffer.data, buffer.len) if buffer.len else b""
        finally:
            self._free(buffer, _Status())


class Handle:
    """An object of the library's."""

    __slots__ = ("kind", "logger", "number")

    def __init__(self, kind: Object, number: int) -> None:
        self.kind = kind
        self.number = number
        # Where the records of its calls go; absent for the package's own.
        self.logger: logging.Logger | None = None

    # Those that are still there when the interpreter takes itself apart are left to the end of the process: no global
    # name is one to rely on then, so that what tells and what frees is bound.
    def __del__(
        self, _process_ends: Callable[[], bool] = process_ends, _status: Callable[[], _Status] = _Status
    ) -> None:
        if not _process_ends():
            self.kind.free(self.number, _status())


class Object(Codec[Handle]):
    """A kind of objects of the library's."""

    c_type = ctypes.c_uint64

    def __init__(self, library: Library, name: str, clone: str, free: str) -> None:
        self.names = (name,)
        self._clone = library.function(clone, ctypes.c_uint64, ctypes.c_uint64)
        self.free = library.function(free, None, ctypes.c_uint64)

    def fit(self, place: str, value: Any) -> Any:
        handle = getattr(value, "_native", value)
        if isinstance(handle, Handle) and handle.kind is self:
            return handle
        raise wrong_type(place, value, self.names)

    def cloned(self, handle: Handle) -> int:
        """One more hold on an object, for the library to let go of."""
        number: int = self._clone(handle.number, _Status())
        return number

    def write(self, out: Written, value: Any) -> None:
        # Cloned when all is handed over: what is written after it may be unfit.
        out.objects.append((len(out), value))
        out += bytes(8)

    def read(self, data: bytes, at: int) -> tuple[Handle, int]:
        return Handle(self, int.from_bytes(data[at : at + 8], "big")), at + 8

    def encoded(self, value: Any) -> Any:
        return value

    def decoded(self, raw: Any) -> Handle:
        return Handle(self, raw)


class Parameter(NamedTuple):
    """An argument of a function: its name, its type, and the path that violations of it have."""

    name: str
    codec: Codec[Any]
    path: str


# What makes exceptions of failures, by the type that a function throws; and of what else may be wrong.
raised_as: dict[object, Callable[[Any], Callable[[], BaseException]]] = {}
BROKEN, UNFIT = "broken", "unfit"


class Thrown(Codec[Failed]):
    """What comes as an answer, and is raised."""

    def __init__(self, codec: Codec[Any]) -> None:
        self._codec = codec

    def read(self, data: bytes, at: int) -> tuple[Failed, int]:
        told, at = self._codec.read(data, at)
        return Failed(raised_as[self._codec](told)), at


class _Called:
    """What has arguments."""

    def __init__(self, *parameters: Parameter) -> None:
        self._parameters = parameters

    def _fitting(self, values: Iterable[Any]) -> list[Any]:
        """The arguments as they are kept. Errors: `TypeError` or `ValueError`, naming the argument."""
        return [it.codec.fit(it.name, value) for it, value in zip(self._parameters, values, strict=True)]

    def _nearest(self, values: Iterable[Any]) -> tuple[list[Any], list[Unfit]]:
        unfit: list[Unfit] = []
        given = zip(self._parameters, values, strict=True)
        return [it.codec.nearest(it.path, value, unfit) for it, value in given], unfit


class Function(_Called, Generic[T]):
    """A function of the library."""

    def __init__(
        self,
        library: Library,
        symbol: str,
        returns: Codec[T] | None,
        throws: Codec[Any] | None,
        *parameters: Parameter,
        is_pure: bool = False,
    ) -> None:
        super().__init__(*parameters)
        self._library = library
        self._returns = returns
        self._throws = throws
        self._symbol = symbol
        self._is_pure = is_pure
        self._called: Any = None
        self._lowers = [self._lower(parameter.codec) for parameter in parameters]

    def __call__(self, *values: Any) -> T | Failed:
        """The outcome. Errors: `TypeError` or `ValueError`, naming the argument."""
        fitting = self._fitting(values)
        try:
            return self.told([it.codec.encoded(value) for it, value in zip(self._parameters, fitting, strict=True)])
        except ValueError:
            nearest, unfit = self._nearest(fitting)
            if not unfit:
                raise
        if self._is_pure:
            # It does nothing but tell what else is wrong.
            outcome = self.told([it.codec.encoded(value) for it, value in zip(self._parameters, nearest, strict=True)])
            more: Any = getattr(outcome.error(), "violations", ()) if isinstance(outcome, Failed) else ()
            known = {path for path, _, _ in unfit}
            # Of a number, the core may know a narrower range.
            ranges = {(it.path, it.code): it.reason for it in more}
            unfit = [(path, code, ranges.get((path, code), reason)) for path, code, reason in unfit]
            unfit += [(it.path, it.code, it.reason) for it in more if it.path not in known]
        return Failed(raised_as[UNFIT](unfit))

    def told(self, encoded: list[Any]) -> T | Failed:
        """The outcome for arguments as their codecs encode them."""
        called = self._called or self._prepared()
        status = _Status()
        raw = called(*[lower(value) for lower, value in zip(self._lowers, encoded, strict=True)], status)
        if status.code == _SUCCESS:
            if self._returns is None:
                return None  # type: ignore[return-value]
            return self._returns.decoded(raw if self._returns.c_type else self._library.taken(raw))
        told = self._library.taken(status.error)
        if status.code != _ERROR or self._throws is None:
            # A panic's own text may hold anything: it stays out.
            return Failed(raised_as[BROKEN](None))
        return Failed(raised_as[self._throws](self._throws.decoded(told)))

    def _lower(self, codec: Codec[Any]) -> Callable[[Any], Any]:
        """What hands over an argument as its codec encodes it. The library takes a buffer and an object for its own."""
        if isinstance(codec, Object):
            return codec.cloned
        return _itself if codec.c_type else self._library.buffer

    def _prepared(self) -> Any:
        """Looked up at the first call: most programs call few of them."""
        types = [parameter.codec.c_type or _Buffer for parameter in self._parameters]
        returns = None if self._returns is None else self._returns.c_type or _Buffer
        self._called = self._library.function(self._symbol, returns, *types)
        return self._called


class Operation(_Called, Generic[T]):
    """What a client or a ledger can be asked, and the function that begins it."""

    def __init__(self, name: str, begin: Function[Any], position: int, *parameters: Parameter) -> None:
        super().__init__(*parameters)
        self.name = name
        self.begin = begin
        self._position = position.to_bytes(4, "big")

    def encoded(self, *values: Any) -> Written | Failed:
        """The request. Errors: `TypeError` or `ValueError`, naming the argument."""
        fitting = self._fitting(values)
        out = Written(self._position)
        try:
            for it, value in zip(self._parameters, fitting, strict=True):
                it.codec.write(out, value)
        except ValueError:
            _, unfit = self._nearest(fitting)
            if not unfit:
                raise
            return Failed(raised_as[UNFIT](unfit))
        return out


def _itself(value: Any) -> Any:
    return value
