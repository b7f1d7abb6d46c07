"""Custom layouts made of streams, for those who would otherwise compute windows by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from . import _arguments, _calls, _native
from ._calls import Failed
from ._fields import checked
from ._native import Corner, CustomLayout, StreamRef


def grid_layout(
    streams: Iterable[StreamRef], *, resolution: str | None = None, cameras: str | None = None
) -> CustomLayout:
    """Equal cells in rows and columns, in which the cameras' pictures are as large as can be without being cropped.

    A last row that isn't full is centred.

    Arguments:
        streams: Whose pictures, in their order. At least one, and each one once.
        resolution: The recording's: `videoResolution`, `WIDTHxHEIGHT`. Default: 640x480.
        cameras: The shape of the cameras' pictures, `16:9` for instance, or their resolution. Default: 16:9, on a high
            canvas 9:16.

    Errors: `InvalidInputError` without streams, for a stream that is given twice, or for another resolution or shape.
    """
    layout = _arranged(
        _native.grid_layout,
        _streams("streams", streams),
        _resolution(resolution),
        _arguments.optional_text("cameras", "cameras", cameras),
    )
    if isinstance(layout, Failed):
        raise layout.error()
    return layout


def spotlight_layout(main: StreamRef, others: Iterable[StreamRef], *, resolution: str | None = None) -> CustomLayout:
    """One large picture and a strip of the others: at the right of a wide canvas, at the bottom of a high one.

    Arguments:
        main: Whose picture is large.
        others: Whose pictures are in the strip, in their order. May be none.
        resolution: The recording's: `videoResolution`, `WIDTHxHEIGHT`. Default: 640x480.

    Errors: `InvalidInputError` for a stream that is given twice, or for another resolution.
    """
    layout = _arranged(
        _native.spotlight_layout,
        checked("main", main, StreamRef),
        _streams("others", others),
        _resolution(resolution),
    )
    if isinstance(layout, Failed):
        raise layout.error()
    return layout


def side_by_side_layout(streams: Iterable[StreamRef], *, resolution: str | None = None) -> CustomLayout:
    """Equal columns of a wide canvas, equal rows of a high one.

    Arguments:
        streams: Whose pictures, in their order. At least one, and each one once.
        resolution: The recording's: `videoResolution`, `WIDTHxHEIGHT`. Default: 640x480.

    Errors: `InvalidInputError` without streams, for a stream that is given twice, or for another resolution.
    """
    layout = _arranged(_native.side_by_side_layout, _streams("streams", streams), _resolution(resolution))
    if isinstance(layout, Failed):
        raise layout.error()
    return layout


def picture_in_picture_layout(main: StreamRef, inset: StreamRef, corner: Corner) -> CustomLayout:
    """One picture over the whole canvas and a small one in a corner, above it.

    That later windows lie above earlier ones is inferred: the documentation doesn't say.

    Arguments:
        main: Whose picture fills the canvas.
        inset: Whose picture is small.
        corner: Where the small one lies.

    Errors: `InvalidInputError` where both are the same stream.
    """
    layout = _arranged(
        _native.picture_in_picture_layout,
        checked("main", main, StreamRef),
        checked("inset", inset, StreamRef),
        checked("corner", corner, Corner),
    )
    if isinstance(layout, Failed):
        raise layout.error()
    return layout


def _streams(name: str, streams: Iterable[StreamRef]) -> tuple[StreamRef, ...]:
    found: tuple[StreamRef, ...] = checked(name, streams, Sequence[StreamRef])
    return found


def _resolution(resolution: str | None) -> str | None:
    return _arguments.optional_text("resolution", "resolution", resolution)


def _arranged(make: Any, *arguments: Any) -> CustomLayout | Failed:
    layout: CustomLayout | Failed = _calls.attempted(make, *arguments)
    return layout
