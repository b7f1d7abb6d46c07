"""What a reader sees: docstrings, help, what pages show, types."""

from __future__ import annotations

import enum
import inspect
import pydoc
import subprocess
import sys
import typing
from importlib.metadata import distribution
from pathlib import Path

import pytest

import rongcloud_recording as package
from rongcloud_recording import RecordingError, SplitStreamRecording
from support import ROOM, ROOT, Simulator, environment

MANUAL = ROOT / "docs" / "book" / "src" / "languages" / "python.md"
# What the README and the book show: scripts/check-docs.py compares them.
SHOWN = sorted((Path(__file__).parent / "shown").glob("*.py"))


def described() -> list[tuple[str, object]]:
    """Every public name, and every public name in each class of ours."""
    found: list[tuple[str, object]] = [(package.__name__, package)]
    for name in package.__all__:
        value = getattr(package, name)
        # A union of documented classes can't have a docstring.
        if typing.get_origin(value) is typing.Union:
            continue
        found.append((name, value))
        if inspect.isclass(value) and not issubclass(value, enum.Enum):
            # Not what Exception and its like bring along.
            own = {
                inner for kind in value.__mro__ if kind.__module__.startswith(package.__name__) for inner in vars(kind)
            }
            for inner in sorted(own):
                member = inspect.getattr_static(value, inner)
                if not inner.startswith("_") and (callable(member) or isinstance(member, property | classmethod)):
                    found.append((f"{name}.{inner}", getattr(value, inner)))
    return found


@pytest.mark.parametrize(("name", "value"), [pytest.param(*one, id=one[0]) for one in described()])
def test_everything_public_is_documented(name: str, value: object) -> None:
    assert inspect.getdoc(value), f"{name} has no docstring"


def test_help_shows_each_fields_documentation() -> None:
    text = pydoc.plain(pydoc.render_doc(SplitStreamRecording))
    assert "slice_length: The length of one file: `sliceMin`. Required." in text


def test_help_shows_each_members_documentation() -> None:
    text = pydoc.plain(pydoc.render_doc(package.RenderMode))
    assert "FIT: `2`: scaled to fit into the window" in text


def test_no_documentation_has_links_of_another_language() -> None:
    texts = [inspect.getdoc(value) or "" for _, value in described()]
    assert [text for text in texts if "](" in text or "::" in text] == []


def test_everything_public_says_it_is_of_the_package() -> None:
    public = [getattr(package, name) for name in package.__all__]
    modules = {it.__module__ for it in public if hasattr(it, "__qualname__") and not typing.get_origin(it)}
    assert modules == {"rongcloud_recording"}


def test_the_modules_example_starts_a_recording(simulator: Simulator) -> None:
    example = inspect.cleandoc((package.__doc__ or "").split("\n\n", 2)[2])
    simulator.set_room("room1", "session-of-room1")
    subprocess.run([sys.executable, "-c", example], env=environment(simulator), check=True)
    assert simulator.verdicts() == ["accepted"]


def test_the_manuals_table_names_every_error() -> None:
    def kinds(kind: type[RecordingError]) -> set[str]:
        return {kind.__name__}.union(*(kinds(more) for more in kind.__subclasses__()))

    text = MANUAL.read_text(encoding="utf-8")
    assert [name for name in kinds(RecordingError) if name[0] != "_" and f"`{name}`" not in text] == []


@pytest.mark.parametrize("shown", SHOWN, ids=[path.stem for path in SHOWN])
def test_a_program_that_is_shown_runs(shown: Path, simulator: Simulator, tmp_path: Path) -> None:
    simulator.join(ROOM, "111")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", shown.read_text(encoding="utf-8")],
        env=environment(simulator, RONGCLOUD_LEDGER_URL=f"sqlite://{tmp_path}/ledger.sqlite"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_programs_that_start_a_recording_do(simulator: Simulator) -> None:
    simulator.join(ROOM, "111")
    texts = (path.read_text(encoding="utf-8") for path in SHOWN)
    starts = [text for text in texts if ".start(" in text or ".start_in_room(" in text]
    for text in starts:
        variables = environment(simulator, RONGCLOUD_LEDGER_URL="memory:")
        subprocess.run([sys.executable, "-c", text], env=variables, capture_output=True, check=True)
    assert set(simulator.verdicts()) == {"accepted"}
    assert len(simulator.recordings()) == len(starts) == 10


def test_the_version_is_the_packages() -> None:
    assert package.__version__ == distribution("rongcloud-recording").version


def test_the_package_under_test_is_the_installed_one() -> None:
    assert "site-packages" in Path(package.__file__ or "").parts


def test_the_package_says_that_it_is_typed() -> None:
    files = [str(file) for file in distribution("rongcloud-recording").files or []]
    assert "rongcloud_recording/py.typed" in files


def test_the_package_has_its_licences() -> None:
    files = [file.name for file in distribution("rongcloud-recording").files or []]
    assert {"LICENSE-APACHE", "LICENSE-MIT"} <= set(files)
