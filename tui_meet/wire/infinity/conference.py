"""The state of a conference (wire document 3.4): `conference_update` and `GET conference_status`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError


@dataclass(frozen=True, slots=True)
class Classification:
    """Security marking of the conference."""

    levels: Mapping[int, str]
    current: int | None = None
    colours: Mapping[int, str] = field(default_factory=dict)
    """Level to `#rrggbb`, for some or none; a field of our server."""


@dataclass(frozen=True, slots=True)
class ConferenceStatus:
    """The whole state each time, never a difference."""

    locked: bool = False
    guests_muted: bool = False
    started: bool = True
    all_muted: bool = False
    live_captions_available: bool = False
    breakout_rooms: bool = False
    direct_media: bool = False
    presentation_allowed: bool = True
    guests_can_unmute: bool = True
    guests_can_present: bool = True
    classification: Classification | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the event (breakouts and what newer nodes add), as they came."""

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {name: getattr(self, name) for name in _FLAGS}
        if self.classification is not None:
            data["classification"] = {
                "levels": {str(level): name for level, name in self.classification.levels.items()},
                "current": self.classification.current,
            }
            if self.classification.colours:
                data["classification"]["colours"] = {
                    str(level): colour for level, colour in self.classification.colours.items()
                }
        data.update(self.extra)
        return data

    @classmethod
    def from_json(cls, value: Any) -> ConferenceStatus:
        """Read the event or reply. Raises `WireError` on wrong types. Absent flags get the official defaults."""
        data = read.as_object(value, "conference status")
        flags = {name: read.flag(data, name, name in _TRUE_WHEN_ABSENT) for name in _FLAGS}
        extra = {name: item for name, item in data.items() if name not in flags and name != "classification"}
        return cls(**flags, classification=_classification(data.get("classification")), extra=extra)


def parse_layouts(value: Any) -> tuple[str, ...]:
    """Names of `available_layouts`: strings, or objects with a name (wire document 2.2). Raises `WireError`."""
    return tuple(
        item if isinstance(item, str) else read.text(read.as_object(item, "layout"), "name")
        for item in read.as_list(value, "layouts")
    )


_FLAGS = (
    "locked", "guests_muted", "started", "all_muted", "live_captions_available", "breakout_rooms", "direct_media",
    "presentation_allowed", "guests_can_unmute", "guests_can_present",
)  # fmt: skip
_TRUE_WHEN_ABSENT = ("guests_can_unmute", "guests_can_present")


def _classification(value: Any) -> Classification | None:
    if value is None:
        return None
    data = read.as_object(value, "classification")
    levels = _by_level(data.get("levels", {}), "classification.levels")
    colours = _by_level(data.get("colours") or {}, "classification.colours")
    current = data.get("current")
    if current is not None and (isinstance(current, bool) or not isinstance(current, int)):
        raise WireError("classification.current must be a number")
    return Classification(levels=levels, current=current, colours=colours)


def _by_level(value: Any, where: str) -> dict[int, str]:
    try:
        return {int(level): str(item) for level, item in read.as_object(value, where).items()}
    except ValueError:
        raise WireError(f"{where} has a level that is no number") from None
