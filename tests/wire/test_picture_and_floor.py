"""Layouts, presentation, captions, camera control on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity.far_end import CameraControl, DialRequest, digits
from tui_meet.wire.infinity.layout import LayoutEvent, Transforms, mix_layout
from tui_meet.wire.infinity.presentation import Caption, LiveCaptions, PresentationStart


def test_layout_event_there_and_back() -> None:
    event = LayoutEvent("1:7", ("a", "b"), "1:7", "4:0", True, ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5)))
    assert LayoutEvent.from_json(event.to_json()) == event
    assert event.to_json()["requested_layout"] == {"primary_screen": {"chair_layout": "1:7", "guest_layout": "4:0"}}
    bare = LayoutEvent.from_json({"view": "5:7", "participants": "alone", "pres_slot_coords": None, "new": 1})
    assert bare == LayoutEvent("5:7", ("alone",))


def test_transforms() -> None:
    body = {"transforms": {"layout": "1:0", "enable_overlay_text": False, "streaming": {"layout": "x"}}}
    assert Transforms.from_json(body) == Transforms(layout="1:0", enable_overlay_text=False)
    texts = Transforms.from_json({"transforms": {"free_form_overlay_text": []}})
    assert texts.free_form_overlay_text == ()
    assert mix_layout({"transform_layout": {}}) == ""
    for broken in ({}, {"transforms": 1}, {"transforms": {"layout": 3}}, {"transforms": {"enable_overlay_text": "y"}}):
        with pytest.raises(WireError):
            Transforms.from_json(broken)


def test_captions_and_presenter() -> None:
    caption = Caption("Good morning", True, "en")
    assert Caption.from_json(caption.to_json()) == caption
    event = LiveCaptions("Good morning", True, "en", speakers=("a",))
    assert event.to_json()["sources"] == [{"participant_uuid": "a", "indices": [0]}]
    assert LiveCaptions.from_json(event.to_json()) == event
    assert LiveCaptions.from_json({"data": "x"}).speakers == ()
    start = PresentationStart("u", "Ada")
    assert PresentationStart.from_json(start.to_json()) == start


@pytest.mark.parametrize(
    "body",
    [
        {"action": "spin", "movement": []},
        {"action": "start"},
        {"action": "start", "movement": [{"axis": "pan", "direction": "up"}]},
        {"action": "start", "movement": [{"axis": "roll", "direction": "left"}]},
    ],
)
def test_camera_control_is_checked(body: Any) -> None:
    with pytest.raises(WireError):
        CameraControl.from_json(body)


def test_camera_control_passes_on_what_it_got() -> None:
    body = {"action": "start", "movement": [{"axis": "zoom", "direction": "in"}], "timeout": 1000, "target": "u"}
    assert CameraControl.from_json(body).to_json() == {
        "action": "start", "movement": [{"axis": "zoom", "direction": "in"}], "timeout": 1000.0
    }  # fmt: skip


def test_tones_and_dialling() -> None:
    assert digits({"digits": "12*#"}) == "12*#"
    for broken in ({"digits": ""}, {"digits": "12x"}, {"digits": "1" * 65}, {}):
        with pytest.raises(WireError):
            digits(broken)
    assert DialRequest.from_json({"role": "GUEST", "destination": "a@b", "streaming": "yes"}).streaming
    with pytest.raises(WireError):
        DialRequest.from_json({"role": "GUEST", "destination": "a@b", "protocol": "telegraph"})
