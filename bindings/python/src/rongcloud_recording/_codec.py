"""One codec for each type that crosses to the library: what its values must be, and how they are written and read.

The encoding is UniFFI's own: big-endian numbers; texts and lists with their lengths before them; records as their
fields in order; enums by their position from 1.
"""

from __future__ import annotations

import ctypes
import enum
import struct
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, Generic, TypeAlias, TypeVar, cast

T = TypeVar("T")
# What the library can't be told: path, code and reason of a violation.
Unfit: TypeAlias = tuple[str, str, str]

_LENGTH = struct.Struct(">i")
_EPOCH = datetime.fromtimestamp(0, timezone.utc)
_FIRST, _LAST = (at.replace(tzinfo=timezone.utc) for at in (datetime.min, datetime.max))
_MICROSECOND, _MILLISECOND = timedelta(microseconds=1), timedelta(milliseconds=1)


class Written(bytearray):
    """What codecs have written, and the objects in it by their places."""

    __slots__ = ("objects",)

    def __init__(self, start: bytes = b"") -> None:
        super().__init__(start)
        self.objects: list[tuple[int, Any]] = []


class Codec(Generic[T]):
    """A type that crosses to the library."""

    # What a value must be, in words.
    names: tuple[str, ...] = ()
    # What a value is by itself in C: a number. Nothing where its bytes cross in a buffer.
    c_type: Any = None

    def fit(self, place: str, value: Any) -> Any:
        """The value as it is kept. Errors: `TypeError` or `ValueError`, naming the place."""
        raise NotImplementedError

    def write(self, out: Written, value: Any) -> None:
        """Appends a value. Errors: `ValueError` where there is something unfit in it."""
        raise NotImplementedError

    def read(self, data: bytes, at: int) -> tuple[T, int]:
        """The value that begins there, and where it ends."""
        raise NotImplementedError

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        """The nearest value that can be written; adds what is wrong with this one."""
        return value

    def encoded(self, value: Any) -> Any:
        """A value that crosses by itself."""
        out = Written()
        self.write(out, value)
        return out

    def decoded(self, raw: Any) -> T:
        """What came by itself."""
        return self.read(raw, 0)[0]


_C_TYPES: dict[str, Any] = {
    "?": ctypes.c_int8,
    "b": ctypes.c_int8,
    "B": ctypes.c_uint8,
    "h": ctypes.c_int16,
    "H": ctypes.c_uint16,
    "i": ctypes.c_int32,
    "I": ctypes.c_uint32,
    "q": ctypes.c_int64,
    "Q": ctypes.c_uint64,
    "f": ctypes.c_float,
    "d": ctypes.c_double,
}


class Number(Codec[T]):
    """A whole number, a fraction, or a truth."""

    def __init__(self, form: str, kind: type[T]) -> None:
        self.c_type = _C_TYPES[form]
        self._struct = struct.Struct(f">{form}")
        self._kind = kind
        self._types: Any = (int, float) if kind is float else kind
        self.names = ("a number",) if kind is float else (kind.__name__,)
        # Of fractions, what whole numbers can be made one of.
        bits = 1023 if kind is float else self._struct.size * 8 - form.islower()
        self._least, self._most = (-(2**bits) if form.islower() else 0), 2**bits - 1

    def fit(self, place: str, value: Any) -> Any:
        if isinstance(value, bool) is not (self._kind is bool) or not isinstance(value, self._types):
            raise wrong_type(place, value, self.names)
        return value

    def write(self, out: Written, value: Any) -> None:
        try:
            out += self._struct.pack(value)
        except (struct.error, OverflowError) as error:
            raise ValueError from error

    def read(self, data: bytes, at: int) -> tuple[T, int]:
        return self._struct.unpack_from(data, at)[0], at + self._struct.size

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        if not isinstance(value, int) or self._least <= value <= self._most:
            return value
        unfit.append((path, "out_of_range", f"must be from {self._least} to {self._most}"))
        return max(self._least, min(value, self._most))

    def encoded(self, value: Any) -> Any:
        if self._kind is int and not self._least <= value <= self._most:
            raise ValueError
        return value

    def decoded(self, raw: Any) -> T:
        return cast(Any, self._kind)(raw)  # type: ignore[no-any-return]


class _Text(Codec[str]):
    names: tuple[str, ...] = ("a str",)

    def fit(self, place: str, value: Any) -> Any:
        if not isinstance(value, str):
            raise wrong_type(place, value, self.names)
        return value

    def write(self, out: Written, value: Any) -> None:
        raw = str.encode(value)
        out += _LENGTH.pack(len(raw))
        out += raw

    def read(self, data: bytes, at: int) -> tuple[str, int]:
        at += 4
        end = at + _LENGTH.unpack_from(data, at - 4)[0]
        return data[at:end].decode(), end

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        if (index := lone_surrogate(value)) is None:
            return value
        unfit.append((path, "wrong_type", not_unicode(index)))
        return ""

    def encoded(self, value: Any) -> Any:
        return str.encode(value)

    def decoded(self, raw: Any) -> str:
        return cast(bytes, raw).decode()


class _Json(_Text):
    """A text that may be given as its bytes."""

    names = ("a str", "bytes")

    def fit(self, place: str, value: Any) -> Any:
        # What is not UTF-8 becomes halves of surrogate pairs, which are found with all others.
        return super().fit(place, value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value)

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        if (index := lone_surrogate(value)) is None:
            return value
        before = value[:index]
        place = f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"
        unfit.append((place, "invalid_json", "not JSON: the text is not Unicode, or its bytes are not UTF-8"))
        return ""


BYTES_LIKE: tuple[type[Any], ...] = (bytes, bytearray, memoryview)


class _Bytes(Codec[bytes]):
    names = ("bytes", "a str")

    def fit(self, place: str, value: Any) -> Any:
        if isinstance(value, str):
            # Half of a surrogate pair becomes bytes that are not UTF-8, which the core refuses as such.
            return value.encode("utf-8", "surrogatepass")
        if not isinstance(value, BYTES_LIKE):
            raise wrong_type(place, value, self.names)
        return bytes(value)

    def write(self, out: Written, value: Any) -> None:
        out += _LENGTH.pack(len(value))
        out += value

    def read(self, data: bytes, at: int) -> tuple[bytes, int]:
        at += 4
        end = at + _LENGTH.unpack_from(data, at - 4)[0]
        return data[at:end], end


class _Span(Number[timedelta]):
    """A length of time, carried as nanoseconds. What can't be carried becomes the longest or the shortest that can."""

    def __init__(self) -> None:
        super().__init__("q", cast(Any, int))
        self.names = ("timedelta", "a number")

    def fit(self, place: str, value: Any) -> Any:
        if isinstance(value, timedelta):
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong_type(place, value, self.names)
        try:
            return timedelta(seconds=value)
        except ValueError:
            # Not a number: far below zero, which is out of every range.
            return timedelta.min
        except OverflowError:
            return timedelta.max if value > 0 else timedelta.min

    def write(self, out: Written, value: Any) -> None:
        out += self._struct.pack(self.encoded(value))

    def read(self, data: bytes, at: int) -> tuple[timedelta, int]:
        return self.decoded(*self._struct.unpack_from(data, at)), at + 8

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        return value

    def encoded(self, value: Any) -> Any:
        return max(self._least, min(value // _MICROSECOND * 1000, self._most))

    def decoded(self, raw: Any) -> timedelta:
        return timedelta(microseconds=raw // 1000)


class _Timestamp(_Span):
    """A time, carried as milliseconds since 1970. What Python can't hold becomes the first or last that it can."""

    def __init__(self) -> None:
        super().__init__()
        self.names = ("datetime",)

    def fit(self, place: str, value: Any) -> Any:
        if not isinstance(value, datetime):
            raise wrong_type(place, value, self.names)
        if value.utcoffset() is None:
            raise ValueError(f"{place} has no time zone: datetime.now(timezone.utc) has one")
        return value

    def encoded(self, value: Any) -> Any:
        return (value - _EPOCH) // _MILLISECOND

    def decoded(self, raw: Any) -> Any:
        try:
            return _EPOCH + timedelta(milliseconds=raw)
        except OverflowError:
            return _LAST if raw > 0 else _FIRST


class Optional(Codec[Any]):
    """A value, or None."""

    def __init__(self, inner: Codec[Any]) -> None:
        self.inner = inner
        self.names = (*inner.names, "None")

    def fit(self, place: str, value: Any) -> Any:
        if value is None:
            return None
        try:
            return self.inner.fit(place, value)
        except TypeError as error:
            # Of what is in a sequence, the place is told already.
            failure = error if isinstance(self.inner, Sequence) else wrong_type(place, value, self.names, self.inner)
        raise failure

    def write(self, out: Written, value: Any) -> None:
        if value is None:
            out.append(0)
        else:
            out.append(1)
            self.inner.write(out, value)

    def read(self, data: bytes, at: int) -> tuple[Any, int]:
        return self.inner.read(data, at + 1) if data[at] else (None, at + 1)

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        return None if value is None else self.inner.nearest(path, value, unfit)


class Sequence(Codec[tuple[Any, ...]]):
    """Any number of values, kept as a tuple."""

    def __init__(self, item: Codec[Any]) -> None:
        self._item = item

    def fit(self, place: str, value: Any) -> Any:
        if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
            raise TypeError(f"{place} must be a sequence, not {type(value).__name__}")
        return tuple(self._item.fit(f"{place}[{index}]", item) for index, item in enumerate(value))

    def write(self, out: Written, value: Any) -> None:
        out += _LENGTH.pack(len(value))
        for item in value:
            self._item.write(out, item)

    def read(self, data: bytes, at: int) -> tuple[tuple[Any, ...], int]:
        (length,) = _LENGTH.unpack_from(data, at)
        at += 4
        found: list[Any] = []
        for _ in range(length):
            item, at = self._item.read(data, at)
            found.append(item)
        return tuple(found), at

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        return tuple(self._item.nearest(f"{path}[{index}]", item, unfit) for index, item in enumerate(value))


class Packed(Sequence):
    """Values that cross as bytes of their own, and are read when they are first asked for: most callers never ask."""

    def write(self, out: Written, value: Any) -> None:
        own = Written()
        super().write(own, value)
        BYTES.write(out, own)

    def read(self, data: bytes, at: int) -> tuple[Any, int]:
        return BYTES.read(data, at)

    def unpacked(self, raw: bytes) -> tuple[Any, ...]:
        """The values that are in it."""
        return super().read(raw, 0)[0] if raw else ()


class _Unread:
    """An attribute whose bytes are kept until it is asked for. A dataclass's own values stand before it."""

    def __init__(self, name: str, codec: Packed) -> None:
        self._name, self._raw_name, self._codec = name, _raw_name(name), codec

    def __get__(self, owner: Any, _: type) -> Any:
        if owner is None:
            return self
        fields = owner.__dict__
        if self._raw_name not in fields:
            raise AttributeError(self._name)
        # Set before it is taken away: another thread may read it at the same time.
        fields[self._name] = values = self._codec.unpacked(fields[self._raw_name])
        return values


def _raw_name(name: str) -> str:
    return f"_{name}"


class Data:
    """The base of all plain data: what a field holds is checked where it is written."""

    def __post_init__(self) -> None:
        """Checks the fields. Errors: `TypeError` or `ValueError` naming class and field."""
        next(_records[kind] for kind in type(self).__mro__ if kind in _records).check(self)


_records: dict[type, Record[Any]] = {}


class Settings(Data):
    """The base of settings: what is not given is not shown, and nothing that may be secret."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shown(self)})"


def shown(settings: Settings) -> str:
    """What is given, as the arguments it is."""
    values = vars(settings).items()
    return ", ".join(f"{name}={_shown(name, value)}" for name, value in values if value is not None)


# The addresses of proxies and stores may have a password in them, others if only by mistake; and certificates are long.
_SHOWN_AS = {"proxy": "[redacted]", "store": "[redacted]", "ca_certificates": "[PEM]"}


def _shown(name: str, value: object) -> str:
    return _SHOWN_AS.get(name) or ("[redacted]" if isinstance(value, str) and "@" in value else repr(value))


class Record(Codec[T]):
    """A dataclass."""

    def __init__(self, kind: type[T], fields: dict[str, Codec[Any]]) -> None:
        self.kind = kind
        self.fields = fields
        self.names = (kind.__name__,)
        is_packed = {name: isinstance(codec, Packed) for name, codec in fields.items()}
        self._reads = [(_raw_name(name) if is_packed[name] else name, codec.read) for name, codec in fields.items()]
        for name, codec in fields.items():
            if isinstance(codec, Packed):
                setattr(kind, name, _Unread(name, codec))
        _records[kind] = self

    def check(self, record: Any) -> None:
        """Checks what a record holds."""
        for name, codec in self.fields.items():
            place, value = f"{self.kind.__name__}.{name}", getattr(record, name)
            fitting = codec.fit(place, value)
            if isinstance(value, str) and (index := lone_surrogate(value)) is not None:
                raise ValueError(f"{place} {not_unicode(index)}")
            if fitting is not value:
                object.__setattr__(record, name, fitting)

    def fit(self, place: str, value: Any) -> Any:
        if not isinstance(value, self.kind):
            raise wrong_type(place, value, self.names)
        return value

    def write(self, out: Written, value: Any) -> None:
        for name, codec in self.fields.items():
            codec.write(out, getattr(value, name))

    def read(self, data: bytes, at: int) -> tuple[T, int]:
        record = self.made()
        fields = record.__dict__
        for name, read in self._reads:
            fields[name], at = read(data, at)
        return record, at

    def made(self, **fields: Any) -> T:
        """Past the constructor, whose checks cost several times as much as all else here."""
        record = object.__new__(self.kind)
        record.__dict__.update(fields)
        return record

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        prefix = path and f"{path}."
        return self.made(
            **{name: codec.nearest(prefix + name, getattr(value, name), unfit) for name, codec in self.fields.items()}
        )


class _Internal:
    """What only this package sees of the library's data."""


def internal(**fields: Codec[Any]) -> Record[Any]:
    """A record that only this package sees."""
    return Record(_Internal, fields)


class Also(Codec[T]):
    """A record in whose place something else may be given."""

    def __init__(self, record: Record[T], other: Codec[Any], made_of: Callable[[Any], T]) -> None:
        self._record = record
        self._made_of = made_of
        self.names = (*other.names, *record.names)
        self._other = other
        self.write = record.write  # type: ignore[method-assign]
        self.nearest = record.nearest  # type: ignore[method-assign]

    def fit(self, place: str, value: Any) -> Any:
        if isinstance(value, self._record.kind):
            return value
        try:
            return self._made_of(self._other.fit(place, value))
        except TypeError:
            failure = wrong_type(place, value, self.names)
        raise failure


class Named(enum.Enum):
    """The base of enums without fields, whose members print as they are written."""

    def __repr__(self) -> str:
        return str(self)


class Flat(Codec[T]):
    """An enum without fields."""

    def __init__(self, kind: type[T]) -> None:
        self._members = tuple(cast("type[enum.Enum]", kind))
        self._written = {member: _LENGTH.pack(index + 1) for index, member in enumerate(self._members)}
        self._kind = kind
        self.names = (kind.__name__,)

    def fit(self, place: str, value: Any) -> Any:
        if not isinstance(value, self._kind):
            raise wrong_type(place, value, self.names, self)
        return value

    def hint(self, value: object) -> str:
        """The member that may have been meant."""
        for member in self._members:
            if value == member.value or (isinstance(value, str) and value.upper().replace("-", "_") == member.name):
                return f": use {member}"
        return ""

    def write(self, out: Written, value: Any) -> None:
        out += self._written[value]

    def read(self, data: bytes, at: int) -> tuple[T, int]:
        return cast(T, self._members[_LENGTH.unpack_from(data, at)[0] - 1]), at + 4


class Union(Codec[Any]):
    """An enum whose variants are types of their own."""

    def __init__(self, *variants: Codec[Any]) -> None:
        self._variants = variants
        self._by_type = {getattr(it, "kind", None): (_LENGTH.pack(n + 1), it) for n, it in enumerate(variants)}
        self.names = tuple(name for variant in variants for name in variant.names)

    def fit(self, place: str, value: Any) -> Any:
        if type(value) not in self._by_type:
            raise wrong_type(place, value, self.names)
        return value

    def write(self, out: Written, value: Any) -> None:
        position, codec = self._by_type[type(value)]
        out += position
        codec.write(out, value)

    def read(self, data: bytes, at: int) -> tuple[Any, int]:
        position: int = _LENGTH.unpack_from(data, at)[0]
        variant = self._variants[position - 1]
        return variant.read(data, at + 4)

    def nearest(self, path: str, value: Any, unfit: list[Unfit]) -> Any:
        return self._by_type[type(value)][1].nearest(path, value, unfit)


BOOL, I8, U8, I16, U16 = Number("?", bool), Number("b", int), Number("B", int), Number("h", int), Number("H", int)
I32, U32, I64, U64 = Number("i", int), Number("I", int), Number("q", int), Number("Q", int)
F32, F64 = Number("f", float), Number("d", float)
TEXT, JSON, BYTES = _Text(), _Json(), _Bytes()
SPAN, TIMESTAMP = _Span(), _Timestamp()


def lone_surrogate(text: str) -> int | None:
    """The index of the first character that no encoding of Unicode can carry."""
    try:
        str.encode(text)
    except UnicodeEncodeError as error:
        return error.start
    return None


def not_unicode(index: int) -> str:
    """What to say of a text with a lone surrogate."""
    return f"is not Unicode text: it has half of a surrogate pair at index {index}"


def wrong_type(place: str, value: object, names: Iterable[str], codec: object = None) -> TypeError:
    """The error for a value of another type than expected."""
    hint = codec.hint(value) if isinstance(codec, Flat) else ""
    # The value itself is not shown: it may be a secret in the wrong place.
    return TypeError(f"{place} must be {' or '.join(names)}, not {type(value).__name__}{hint}")
