"""The extension: what the Infinity API cannot express, under `/api/meet/v1/conferences/<alias>/...`, same token header.

The server announces it in the `request_token` result: `"meet": {"version": 1, "parts": ["slots", "volumes", ...]}`.
Where a part is absent the client switches its commands off with the reason.

- `slots`: the body of `calls` carries `slot_mids`, the mids of the receive-only video lines. The event `meet_slots`
  `{"slots": [{"mid", "participant_uuid"}]}` says who is on which. `POST participants/<p>/slots`
  `{"slots": [{"mid", "width", "height"}]}` says how large each is shown (px; 0 by 0 is hidden and asks for nothing).
- `volumes`: `POST participants/<p>/volumes` `{"volumes": {uuid: 0..200}}`, percent, 0 = ignored.
- `captions`: `POST captions` `{"data", "is_final", "src_lang"?}` from somebody with the right to (hosts; all where
  the room is set up so) becomes the event `live_captions` of everybody who shows captions.
- `actors`: the event `meet_action` `{"action", "by", "target"?}` says who did what to whom, in words of the registry.

About a breakout room the same paths stand below `breakouts/<b>/`, and the events come inside `breakout_event`.
`parts` lists only what the server really does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tui_meet.wire import fields as read

API_BASE = "/api/meet/v1"
SLOTS_EVENT = "meet_slots"
ACTION_EVENT = "meet_action"

PART_SLOTS = "slots"
PART_VOLUMES = "volumes"
PART_ACTORS = "actors"
PART_CAPTIONS = "captions"

ACTIONS = (
    "lock", "unlock", "admit", "deny", "drop", "end", "mute", "unmute", "mute-all", "unmute-all", "guests-unmute on",
    "guests-unmute off", "camera off", "camera on", "hand lower", "hand lower all", "rename", "role", "spotlight",
    "unspotlight", "start", "unspotlight all", "guests-present on", "guests-present off", "classification", "layout",
    "slides deny", "slides allow",
)  # fmt: skip
"""Every `action` of the event `meet_action`. What changed is in the update event before it."""

MAX_SLOTS = 25
"""Video lines a client may offer."""
MAX_VOLUME = 200
"""Percent."""


@dataclass(frozen=True, slots=True)
class SlotBinding:
    """Who is shown on a receive-only video line."""

    mid: str
    participant_uuid: str
    """Empty when nobody is."""

    def to_json(self) -> dict[str, Any]:
        return {"mid": self.mid, "participant_uuid": self.participant_uuid}


@dataclass(frozen=True, slots=True)
class SlotWish:
    """How big a picture a line's tile can show; 0 by 0 asks for nothing."""

    mid: str
    width: int
    """px"""
    height: int
    """px"""

    def to_json(self) -> dict[str, Any]:
        return {"mid": self.mid, "width": self.width, "height": self.height}


@dataclass(frozen=True, slots=True)
class Action:
    """Who did what to whom, so that every screen can say "muted by Ada"."""

    action: str
    """A command of the registry: `mute`, `lock`, `drop` ..."""
    by: str
    """Participant uuid."""
    target: str = ""
    """Participant uuid, empty when the whole room is meant."""

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"action": self.action, "by": self.by}
        if self.target:
            data["target"] = self.target
        return data


def parse_slots(value: Any) -> tuple[SlotBinding, ...]:
    """Read a `meet_slots` event. Raises `WireError`."""
    rows = read.as_list(read.as_object(value, "meet_slots").get("slots"), "slots")
    return tuple(
        SlotBinding(read.text(row, "mid"), read.text(row, "participant_uuid", ""))
        for row in (read.as_object(item, "slot") for item in rows)
    )


def parse_wishes(value: Any) -> tuple[SlotWish, ...]:
    """Read the body of `slots`. Raises `WireError`; sizes are held to 0..7680 px."""
    rows = read.as_list(read.as_object(value, "body").get("slots"), "slots")
    return tuple(
        SlotWish(read.text(row, "mid"), _pixels(row, "width"), _pixels(row, "height"))
        for row in (read.as_object(item, "slot") for item in rows[:MAX_SLOTS])
    )


def parse_volumes(value: Any) -> Mapping[str, int]:
    """Read the body of `volumes`. Raises `WireError`; volumes are held to 0..200 percent."""
    data = read.as_object(read.as_object(value, "body").get("volumes"), "volumes")
    return {uuid: int(min(max(read.number(data, uuid), 0), MAX_VOLUME)) for uuid in data}


def parse_action(value: Any) -> Action:
    """Read a `meet_action` event. Raises `WireError`."""
    data = read.as_object(value, "meet_action")
    return Action(read.text(data, "action"), read.text(data, "by", ""), read.text(data, "target", ""))


def announcement(parts: Sequence[str]) -> dict[str, Any]:
    """The `meet` field of a `request_token` result."""
    return {"version": 1, "parts": list(parts)}


def slots_to_json(bindings: Sequence[SlotBinding]) -> dict[str, Any]:
    """The data of `meet_slots`."""
    return {"slots": [binding.to_json() for binding in bindings]}


def conference_path(alias: str) -> str:
    """The extension's base of a conference, without a closing slash."""
    return f"{API_BASE}/conferences/{quote(alias, safe='')}"


def parse_parts(value: Any) -> tuple[str, ...]:
    """The parts announced in the `meet` field of a `request_token` result; none where absent or of another version."""
    if not isinstance(value, dict) or value.get("version") != 1:
        return ()
    return read.texts(value, "parts")


def _pixels(row: Mapping[str, Any], name: str) -> int:
    return int(min(max(read.number(row, name), 0), 7680))
