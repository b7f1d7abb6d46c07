"""Makes the plain data of the generated Python native: frozen dataclasses whose fields are checked and documented.

The generator (UniFFI 0.32) writes classes that can be changed after construction, have no repr and no hash, can't be
compared with other types, and lose their fields' documentation; an enum's variants are no subtypes of it for a type
checker. Everything else it writes stays as it is.

Usage: native.py GENERATOR LIBRARY FILE, as uniffi-bindgen calls it on the file that it has just written.
"""

import ast
import itertools
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HEADER = """\
# mypy: ignore-errors
# pyright: basic
# ruff: noqa
"""
IMPORTS = """\
from rongcloud_recording._delivery import call_soon as _call_soon, enter as _enter, free as _free
from rongcloud_recording._delivery import process_ends as _process_ends
from rongcloud_recording._fields import check_fields as _check_fields, settle_lengths as _settle_lengths
from rongcloud_recording._times import moment as _moment, span as _span
"""
INDENT = " " * 4
# The one place where the library calls Python of its own accord, and the two calls within which it may do so.
CALLBACK = ("eventloop.call_soon_threadsafe(", "_call_soon(eventloop, ")
POLL = ("            ffi_poll(\n", "            _enter(\n                ffi_poll,\n")
FREE = ("        ffi_free(rust_future)\n", "        _free(ffi_free, rust_future)\n")
# Bound, as what tells below.
AWAIT = ("ffi_free, lift_func, error_ffi_converter):\n", "ffi_free, lift_func, error_ffi_converter, _free=_free):\n")
# Objects that are still there when the interpreter takes itself apart are left to the end of the process: no global
# name is one to rely on then, so that what tells is bound.
RELEASE = """\
    def __del__(self):
        # In case of partial initialization of instances.
        handle = getattr(self, "_handle", None)
        if handle is not None:
"""
QUIET_RELEASE = """\
    def __del__(self, _process_ends=_process_ends):
        # In case of partial initialization of instances.
        handle = getattr(self, "_handle", None)
        if handle is not None and not _process_ends():
"""
# The service may name times that Python can't hold.
SPAN = (
    "        return datetime.timedelta(seconds=seconds, microseconds=microseconds)\n",
    "        return _span(seconds, microseconds)\n",
)
MOMENT = (
    "            return datetime.datetime.fromtimestamp(0, tz=datetime.timezone.utc) + "
    "datetime.timedelta(seconds=seconds, microseconds=microseconds)\n",
    "            return _moment(seconds, microseconds)\n",
)
# Records whose lengths of time may be given in seconds too, as a client's timeouts may.
SECONDS_TOO = {"RetryPolicy", "FailoverPolicy", "ConnectionPolicy"}
# What a record can tell of itself beside the core's own methods of records.
METHODS = {
    # Its addresses may have a password in them.
    "ClientOptions": """
    def __repr__(self) -> str:
        return "ClientOptions([redacted])"
""",
    "LayoutUpdate": '''
    @property
    def advice(self) -> tuple[Advice, ...]:
        """What is allowed and may still not be what was meant. Nothing of it stops the update."""
        return tuple(layout_update_advice(self))
''',
    "Room": '''
    @property
    def video_streams(self) -> tuple[StreamRef, ...]:
        """The video streams of all members, in their order: what a layout arranges."""
        return tuple(video_streams(self))
''',
}
# Names of Rust's in its documentation that are others here.
RENAMED = {
    "`CallbackError::http_status`": "`CallbackRefusedError.http_status`",
    "`Room::json`": "`Room.json`",
    "`TrackedRecording::failures`": "`TrackedRecording.failures`",
    " `ADVICE` lists all.": "",
    "`Overloaded`": "`FailureCause.OVERLOADED`",
}


@dataclass
class Field:
    """A field of a record or of an enum's variant."""

    name: str
    type: str
    default: str | None
    doc: str


@dataclass
class Edit:
    """A range of lines (from 1, end included) and what takes their place."""

    first: int
    last: int
    text: str


def field_docs(metadata: str) -> dict[tuple[str, str], str]:
    """The documentation of every record's fields, out of UniFFI's dump of a library's metadata."""
    docs = {}
    for block in re.split(r"\n {4}(?=\w+\(\n)", metadata):
        record = re.match(r'Record\(\s+RecordMetadata \{\s+module_path: ".*?",\s+name: "(\w+)"', block)
        if record is None:
            continue
        fields = re.findall(
            r'FieldMetadata \{\s+name: "(\w+)".*?docstring: (?:None|Some\(\s+("(?:[^"\\]|\\.)*"),\s+\))',
            block,
            re.DOTALL,
        )
        for name, text in fields:
            python = re.sub(r"\\u\{(\w+)\}", lambda match: f"\\U{int(match[1], 16):08x}", text or '""')
            docs[record[1], name] = ast.literal_eval(python)
    return docs


def plain(doc: str) -> str:
    """Without the links and names that only Rust's documentation knows."""
    unlinked = re.sub(r"\[(`[^`]+`)\](\([^)]*\))?", r"\1", doc)
    for name, python in RENAMED.items():
        unlinked = unlinked.replace(name, python)
    return unlinked


def python_type(annotation: ast.expr) -> str:
    """A type as it is written by hand today."""
    match annotation:
        case ast.Subscript(value=ast.Attribute(attr="Optional"), slice=inner):
            return f"{python_type(inner)} | None"
        case ast.Subscript(value=ast.Attribute(attr="List"), slice=inner):
            return f"typing.Sequence[{python_type(inner)}]"
        case ast.Name(id="Duration"):
            return "datetime.timedelta"
        case ast.Name(id="Timestamp"):
            return "datetime.datetime"
        case _:
            return ast.unparse(annotation)


def fields_of(class_: ast.ClassDef, docs: dict[tuple[str, str], str]) -> Iterator[Field]:
    """The fields of a generated class, as its constructor says."""
    init = next(node for node in class_.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    # A variant's fields are documented in the constructor, a record's nowhere.
    inline = {}
    for pair in itertools.pairwise(init.body):
        match pair:
            case ast.Assign(targets=[ast.Attribute(attr=name)]), ast.Expr(value=ast.Constant(value=str(text))):
                inline[name] = textwrap.dedent(text).strip()
    defaults = {}
    for argument, default in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True):
        if default is not None:
            defaults[argument.arg] = ast.unparse(default)
    # Another kind of default stands in the constructor's body.
    for node in init.body:
        match node:
            case ast.If(test=ast.Compare(left=ast.Name(id=name)), body=[ast.Assign(value=value)]):
                defaults[name] = ast.unparse(value)
    for argument in init.args.args[1:] + init.args.kwonlyargs:
        if argument.annotation is None:
            raise ValueError(f"{class_.name}.{argument.arg} has no type")
        doc = docs.get((class_.name, argument.arg)) or inline.get(argument.arg, "")
        yield Field(argument.arg, python_type(argument.annotation), defaults.get(argument.arg), plain(doc))


def docstring(text: str) -> str:
    """The docstring of a class or attribute in a class."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"""')
    end = "\n" if "\n" in text else ""
    return textwrap.indent(f'"""{escaped}{end}"""', INDENT)


def described(doc: str, title: str, entries: list[tuple[str, str]]) -> str:
    """A docstring with a section that describes what is in the class."""
    if not entries:
        return docstring(doc)
    lines = [f"{doc}\n\n{title}:"]
    for name, text in entries:
        entry = " ".join(f"{name}: {text}".split())
        lines.append(textwrap.fill(entry, 110, initial_indent=INDENT, subsequent_indent=INDENT * 2))
    return docstring("\n".join(lines))


def dataclass_text(name: str, doc: str, fields: list[Field], *, keywords_only: bool) -> str:
    """A frozen dataclass."""
    lines = [
        f"@dataclass(frozen=True{', kw_only=True' if keywords_only else ''})",
        f"class {name}:",
        described(plain(doc), "Attributes", [(field.name, field.doc) for field in fields]),
        "",
        f"    __match_args__ = ({''.join(f'{field.name!r}, ' for field in fields)})",
    ]
    for field in fields:
        default = "" if field.default is None else f" = {field.default}"
        lines += [f"    {field.name}: {field.type}{default}", docstring(field.doc)]
    if fields:
        lines += ["", "    def __post_init__(self) -> None:", "        _check_fields(self)"]
        lengths = [field.name for field in fields if name in SECONDS_TOO and "timedelta" in field.type]
        if lengths:
            lines.append(f"        _settle_lengths(self, {lengths})")
    return "\n".join(lines) + "\n" + METHODS.get(name, "")


def properties_text(class_: ast.ClassDef) -> str:
    """The methods of a record that only ask: properties."""
    texts = []
    for node in class_.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("__"):
            if node.args.args[1:] or node.args.kwonlyargs:
                raise ValueError(f"{class_.name}.{node.name} takes arguments")
            node.decorator_list = [ast.Name(id="property")]
            texts.append("\n" + textwrap.indent(ast.unparse(node), INDENT) + "\n")
    return "".join(texts)


def enum_text(class_: ast.ClassDef) -> str:
    """An enum whose members print as they are written."""
    members = []
    for pair in itertools.pairwise(class_.body):
        match pair:
            case ast.Assign(targets=[ast.Name(id=name)], value=value), ast.Expr(value=ast.Constant(value=str(text))):
                members.append((name, ast.unparse(value), plain(textwrap.dedent(text).strip())))
    doc = described(plain(ast.get_docstring(class_) or ""), "Members", [(name, text) for name, _, text in members])
    lines = [f"class {class_.name}(enum.Enum):", doc, ""]
    for name, literal, text in members:
        lines += [f"    {name} = {literal}", docstring(text)]
    return "\n".join([*lines, "", "    def __repr__(self) -> str:", "        return str(self)"]) + "\n"


def union_edits(source: str, module: ast.Module, class_: ast.ClassDef) -> tuple[list[Edit], list[str]]:
    """An enum whose variants have fields: a dataclass for each variant, and their union. And the new classes' names."""
    variants = {node.name: node for node in class_.body if isinstance(node, ast.ClassDef)}
    names = {variant: variant.title().replace("_", "") + class_.name for variant in variants}
    texts = [
        dataclass_text(names[variant], ast.get_docstring(node) or "", list(fields_of(node, {})), keywords_only=False)
        for variant, node in variants.items()
    ]
    union = f"{class_.name} = typing.Union[{', '.join(names.values())}]\n"
    alias = textwrap.dedent(docstring(plain(ast.get_docstring(class_) or "")))
    edits = [Edit(class_.lineno, class_.end_lineno or 0, "\n\n".join([*texts, union + alias]))]
    converter = f"_UniffiFfiConverterType{class_.name}"
    for node in module.body:
        match node:
            # The variants as nested classes made subclasses afterwards.
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=owner))]) if owner == class_.name:
                edits.append(Edit(node.lineno, node.end_lineno or 0, ""))
            case ast.ClassDef(name=name) if name == converter:
                text = ast.get_source_segment(source, node) or ""
                for variant, new in names.items():
                    text = text.replace(f"{class_.name}.{variant}(", f"{new}(")
                    text = text.replace(f"value.is_{variant}()", f"isinstance(value, {new})")
                edits.append(Edit(node.lineno, node.end_lineno or 0, text))
    return edits, list(names.values())


def made_native(source: str, docs: dict[tuple[str, str], str]) -> str:
    """The generated file with its plain data made native."""
    module = ast.parse(source)
    edits, exported = [], []
    for node in module.body:
        match node:
            case ast.ClassDef(decorator_list=[ast.Name(id="dataclass")]):
                fields = list(fields_of(node, docs))
                doc = ast.get_docstring(node) or ""
                if node.name in SECONDS_TOO:
                    doc += "\n\nLengths of time are seconds or a timedelta, and kept as a timedelta."
                    for field in fields:
                        field.type = field.type.replace("datetime.timedelta", "datetime.timedelta | float")
                text = dataclass_text(node.name, doc, fields, keywords_only=True) + properties_text(node)
                edits.append(Edit(node.decorator_list[0].lineno, node.end_lineno or 0, text))
            case ast.ClassDef(bases=[ast.Attribute(attr="Enum")]):
                edits.append(Edit(node.lineno, node.end_lineno or 0, enum_text(node)))
            case ast.ClassDef() if any(isinstance(inner, ast.ClassDef) and inner.decorator_list for inner in node.body):
                union, names = union_edits(source, module, node)
                edits += union
                exported += names
    lines = source.splitlines()
    for edit in sorted(edits, key=lambda edit: edit.first, reverse=True):
        lines[edit.first - 1 : edit.last] = edit.text.splitlines()
    text = "\n".join(lines) + "\n"
    text = replaced(text, "import asyncio\n", "import asyncio\n" + IMPORTS)
    for old, new in (CALLBACK, POLL, FREE, AWAIT, SPAN, MOMENT):
        text = replaced(text, old, new)
    if text.count(RELEASE) != text.count("def __del__"):
        raise ValueError("the generated classes free what they hold in another way")
    text = text.replace(RELEASE, QUIET_RELEASE)
    return HEADER + replaced(text, "__all__ = [\n", "__all__ = [\n" + "".join(f'    "{name}",\n' for name in exported))


def replaced(text: str, old: str, new: str) -> str:
    """Replaces what must be there exactly once: the generator of another version writes something else."""
    if text.count(old) != 1:
        raise ValueError(f"expected {old!r} once in the generated file, found it {text.count(old)} times")
    return text.replace(old, new)


def main() -> None:
    """Rewrites the file."""
    generator, library, file = sys.argv[1:]
    dump = subprocess.run([generator, "metadata", library], check=True, capture_output=True, encoding="utf-8").stdout
    path = Path(file)
    path.write_text(made_native(path.read_text(encoding="utf-8"), field_docs(dump)), encoding="utf-8")


if __name__ == "__main__":
    main()
