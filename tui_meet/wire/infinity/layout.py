"""Layouts of the composed picture (wire document 2.2 and 3.5; seed "LayoutUpdate"). Names are free text on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError

PERSONAL_MIX = "main.!personal"
"""Name that the official client gives a person's own mix."""
MAIN_MIX = "main"
ILLEGAL_VALUE = "Illegal value"
"""Result of the 400 that real nodes answer to a layout name they do not know."""

_FLAGS = (
    "enable_extended_ac", "streaming_indicator", "recording_indicator", "enable_active_speaker_indication",
    "enable_overlay_text",
)  # fmt: skip
Corners = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Transforms:
    """The `transforms` of `transform_layout`; None = stays as it is."""

    layout: str | None = None
    """For both roles."""
    host_layout: str | None = None
    guest_layout: str | None = None
    enable_overlay_text: bool | None = None
    enable_active_speaker_indication: bool | None = None
    free_form_overlay_text: tuple[str, ...] | None = None

    @classmethod
    def from_json(cls, value: Any) -> Transforms:
        """Read the body of `transform_layout`. Raises `WireError`. Streaming and recording: checked only."""
        data = read.as_object(read.as_object(value, "body").get("transforms"), "transforms")
        for name in _FLAGS:
            read.flag(data, name)
        read.as_object(data.get("streaming") or {}, "streaming")
        given = data.get("free_form_overlay_text")
        return cls(
            layout=_given(data, "layout"),
            host_layout=_given(data, "host_layout"),
            guest_layout=_given(data, "guest_layout"),
            enable_overlay_text=data.get("enable_overlay_text"),
            enable_active_speaker_indication=data.get("enable_active_speaker_indication"),
            free_form_overlay_text=None if given is None else read.texts(data, "free_form_overlay_text"),
        )


def mix_layout(value: Any) -> str:
    """The layout in the body of `video_mixes/<mix>/configure`; empty when none is given. Raises `WireError`."""
    data = read.as_object(read.as_object(value, "body").get("transform_layout"), "transform_layout")
    return read.text(data, "layout", "")


@dataclass(frozen=True, slots=True)
class LayoutEvent:
    """The event `layout`."""

    view: str
    """Drawn now for the receiver."""
    participants: tuple[str, ...] = ()
    """uuids in display order."""
    chair_layout: str = ""
    """Asked for, for hosts; empty when not told."""
    guest_layout: str = ""
    overlay_text_enabled: bool = False
    pres_slot_coords: Corners | None = None
    """Corners of the slides in the picture, fractions 0..1, clockwise from the upper left; None without slides."""

    def to_json(self) -> dict[str, Any]:
        return {
            "view": self.view,
            "participants": list(self.participants),
            "requested_layout": {
                "primary_screen": {"chair_layout": self.chair_layout, "guest_layout": self.guest_layout}
            },
            "overlay_text_enabled": self.overlay_text_enabled,
            "pres_slot_coords": None if self.pres_slot_coords is None else [list(xy) for xy in self.pres_slot_coords],
        }

    @classmethod
    def from_json(cls, value: Any) -> LayoutEvent:
        """Read the event. Raises `WireError` on wrong types; `requested_layout` may be absent."""
        data = read.as_object(value, "layout")
        screen = read.as_object(data.get("requested_layout") or {}, "requested_layout").get("primary_screen") or {}
        asked = read.as_object(screen, "primary_screen")
        return cls(
            view=read.text(data, "view", ""),
            participants=read.texts(data, "participants"),
            chair_layout=read.text(asked, "chair_layout", ""),
            guest_layout=read.text(asked, "guest_layout", ""),
            overlay_text_enabled=read.flag(data, "overlay_text_enabled"),
            pres_slot_coords=_corners(data.get("pres_slot_coords")),
        )


def _given(data: read.JsonObject, name: str) -> str | None:
    return read.text(data, name) if data.get(name) is not None else None


def _corners(value: Any) -> Corners | None:
    if value is None:
        return None
    corners: list[tuple[float, float]] = []
    for item in read.as_list(value, "pres_slot_coords"):
        pair = read.as_list(item, "pres_slot_coords")
        if len(pair) != 2:
            raise WireError("pres_slot_coords must be pairs")
        named = {"x": pair[0], "y": pair[1]}
        corners.append((read.number(named, "x"), read.number(named, "y")))
    return tuple(corners)
