"""Profiles: validated once, equal where they send the same."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from rongcloud_recording import (
    AdaptiveLayout,
    AudioFormat,
    CustomLayout,
    Host,
    InvalidInputError,
    McuConfig,
    McuRecording,
    RecordingMode,
    RecordingProfile,
    RenderMode,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
    Violation,
    Window,
    layout_to_svg,
)
from support import VECTORS

MCU = McuRecording(
    video_format=VideoFormat.MP4,
    audio_format=AudioFormat.AAC,
    slice_length=SliceLength.MINUTES_60,
    mcu_config=McuConfig(mode=6, video_resolution="640x480"),
)
TEXT = '{"videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}'


def violation_of(text: str | bytes) -> tuple[str, str]:
    """Path and code of the one violation of a text."""
    with pytest.raises(InvalidInputError) as caught:
        RecordingProfile.from_json(text)
    (violation,) = caught.value.violations
    return violation.path, violation.code


def test_a_config_comes_back_as_it_was_given() -> None:
    assert RecordingProfile(MCU).config == MCU


def test_the_eight_mistakes_of_the_golden_config_are_found_in_a_typed_one_too() -> None:
    entries = json.loads((VECTORS / "violations.json").read_text(encoding="utf-8"))
    (golden,) = (entry for entry in entries if entry["name"] == "eight mistakes")
    recording = SplitStreamRecording(
        mode=RecordingMode.MIX_AUDIO_VIDEO,
        video_resolution="640*480",
        video_format=VideoFormat.MP4,
        audio_format=AudioFormat.AAC,
        layout=CustomLayout(
            [
                Window(user_id="", stream_id="111_RongCloudRTC", x=-0.1, y=0.0, width=0.5, height=0.5),
                Window(user_id="2222", stream_id="", x=0.6, y=0.5, width=0.5, height=0.0),
            ]
        ),
        slice_length=SliceLength.MINUTES_60,
        render_mode=RenderMode.FIT,
        host=Host(user_id="", stream_id=""),
    )
    with pytest.raises(InvalidInputError) as caught:
        RecordingProfile(recording)
    assert caught.value.violations == tuple(Violation(**violation) for violation in golden["violations"])


def test_profiles_are_equal_where_what_they_send_is_equal(profile: RecordingProfile) -> None:
    assert RecordingProfile.from_json(TEXT) == profile


def test_equal_profiles_have_equal_hashes(profile: RecordingProfile) -> None:
    assert {RecordingProfile.from_json(TEXT), profile} == {profile}


def test_profiles_that_send_something_else_are_not_equal(profile: RecordingProfile) -> None:
    assert RecordingProfile(MCU) != profile


def test_a_profile_is_not_equal_to_its_json(profile: RecordingProfile) -> None:
    assert profile != profile.to_json()


def test_a_profile_survives_a_pickle(profile: RecordingProfile) -> None:
    assert pickle.loads(pickle.dumps(profile)) == profile


def test_a_profile_can_be_copied(profile: RecordingProfile) -> None:
    assert copy.deepcopy(profile) == profile


def test_a_profile_prints_its_config() -> None:
    assert repr(RecordingProfile(MCU)) == f"RecordingProfile({MCU!r})"


def test_a_profile_cannot_be_given_other_attributes(profile: Any) -> None:
    with pytest.raises(AttributeError):
        profile.room_id = "room1"


def test_a_subclass_reads_json_into_itself() -> None:
    class OurProfile(RecordingProfile):
        """A user's own."""

    assert type(OurProfile.from_json(TEXT)) is OurProfile


def test_json_may_be_bytes(profile: RecordingProfile) -> None:
    assert RecordingProfile.from_json(TEXT.encode()) == profile


def test_a_byte_order_mark_before_bytes_is_no_harm(profile: RecordingProfile) -> None:
    assert RecordingProfile.from_json(TEXT.encode("utf-8-sig")) == profile


def test_bytes_that_are_not_utf_8_are_named_by_line_and_column() -> None:
    assert violation_of('{"é":\n "'.encode() + b'\xff"}') == ("line 2, column 3", "invalid_json")


def test_a_text_with_half_a_surrogate_pair_is_named_by_line_and_column() -> None:
    assert violation_of('{"\ud800":1}') == ("line 1, column 3", "invalid_json")


def test_a_number_beyond_32_bits_is_a_violation() -> None:
    with pytest.raises(InvalidInputError) as caught:
        RecordingProfile(
            McuRecording(
                video_format=VideoFormat.MP4,
                audio_format=AudioFormat.AAC,
                slice_length=SliceLength.MINUTES_60,
                mcu_config=McuConfig(mode=2**31, video_resolution="640x480"),
            )
        )
    assert [(found.path, found.code) for found in caught.value.violations] == [
        ("config.mcuConfig.mode", "out_of_range")
    ]


def test_a_fraction_beyond_all_fractions_is_a_violation() -> None:
    window = Window(user_id="u", stream_id="s", x=10**400, y=0, width=1, height=1)
    with pytest.raises(InvalidInputError) as caught:
        RecordingProfile(
            SplitStreamRecording(
                video_format=VideoFormat.MP4,
                audio_format=AudioFormat.AAC,
                slice_length=SliceLength.MINUTES_60,
                layout=CustomLayout([window]),
            )
        )
    assert ("config.layout.windows[0].x", "out_of_range") in [(it.path, it.code) for it in caught.value.violations]


@pytest.mark.parametrize("config", [None, TEXT, {}, SplitStreamRecording], ids=["None", "str", "dict", "class"])
def test_a_config_of_another_type_is_a_type_error(config: Any) -> None:
    with pytest.raises(TypeError, match="^config must be SplitStreamRecording or McuRecording, not "):
        RecordingProfile(config)


def test_json_of_another_type_is_a_type_error() -> None:
    json: Any = {}
    with pytest.raises(TypeError, match="^json must be a str or bytes, not dict$"):
        RecordingProfile.from_json(json)


def test_a_profile_is_a_picture_and_notebooks_show_it() -> None:
    profile = RecordingProfile.from_json(TEXT)
    assert profile.to_svg().startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480"')
    assert profile._repr_svg_() == profile.to_svg()
    with pytest.raises(InvalidInputError) as raised:
        profile.to_svg(cameras="wide")
    assert [(it.path, it.code) for it in raised.value.violations] == [("cameras", "invalid_shape")]


def test_a_layout_is_a_picture_with_its_host_and_what_is_left_of_the_cameras_pictures() -> None:
    halves = CustomLayout(
        [
            Window(user_id="alice", stream_id="s", x=0, y=0, width=0.5, height=1),
            Window(user_id="bob", stream_id="t", x=0.5, y=0, width=0.5, height=1),
        ]
    )
    picture = layout_to_svg(halves, resolution="1280x720", render_mode=RenderMode.FILL, cameras="16:9")
    assert "50 % cropped" in picture
    assert "host carol: top left" in layout_to_svg(AdaptiveLayout(), host=Host(user_id="carol", stream_id="u"))
