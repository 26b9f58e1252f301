"""Bodies of requests about breakouts, and of `transfer` (wire document 2.3 and 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError

MAIN_ROOM = "main"
"""The id of the room that is not a breakout."""
END_TRANSFER: Literal["transfer"] = "transfer"
END_DISCONNECT: Literal["disconnect"] = "disconnect"


@dataclass(frozen=True, slots=True)
class BreakoutBody:
    """The body of `breakouts`."""

    name: str
    description: str = ""
    duration: float = 0.0
    """s; 0 = no end."""
    end_action: Literal["disconnect", "transfer"] = END_TRANSFER
    participants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Room they come from (`main` or a breakout's uuid) to uuids."""
    guests_allowed_to_leave: bool = True

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "name": self.name,
            "end_action": self.end_action,
            "guests_allowed_to_leave": self.guests_allowed_to_leave,
        }
        if self.description:
            data["description"] = self.description
        if self.duration:
            data["duration"] = self.duration
        if self.participants:
            data["participants"] = {room: list(uuids) for room, uuids in self.participants.items()}
        return data

    @classmethod
    def from_json(cls, value: Any) -> BreakoutBody:
        """Read the body. Raises `WireError`."""
        data = read.as_object(value, "body")
        end_action = read.text(data, "end_action", END_TRANSFER)
        if end_action not in (END_TRANSFER, END_DISCONNECT):
            raise WireError("end_action must be disconnect or transfer")
        duration = read.number(data, "duration")
        if duration < 0:
            raise WireError("duration must not be negative")
        from_rooms = read.as_object(data.get("participants") or {}, "participants")
        return cls(
            name=read.text(data, "name"),
            description=read.text(data, "description", ""),
            duration=duration,
            end_action=END_DISCONNECT if end_action == END_DISCONNECT else END_TRANSFER,
            participants={room: read.texts(from_rooms, room) for room in from_rooms},
            guests_allowed_to_leave=read.flag(data, "guests_allowed_to_leave", True),
        )


@dataclass(frozen=True, slots=True)
class MoveBody:
    """The body of `participants/breakout`."""

    room: str
    """Where to: `main` or a breakout's uuid."""
    participants: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {"breakout_uuid": self.room, "participants": list(self.participants)}

    @classmethod
    def from_json(cls, value: Any) -> MoveBody:
        """Read the body. Raises `WireError`. Both `main` and an empty text mean the main room."""
        data = read.as_object(value, "body")
        return cls(read.text(data, "breakout_uuid") or MAIN_ROOM, read.texts(data, "participants"))


@dataclass(frozen=True, slots=True)
class TransferBody:
    """The body of `transfer`."""

    alias: str
    host: bool = False
    """As a host there, not as a guest."""
    pin: str = field(default="", repr=False)

    def to_json(self) -> dict[str, Any]:
        data = {"role": "host" if self.host else "guest", "conference_alias": self.alias}
        if self.pin:
            data["pin"] = self.pin
        return data

    @classmethod
    def from_json(cls, value: Any) -> TransferBody:
        """Read the body. Raises `WireError`. The other spellings of the roles are taken too (wire document 1.4)."""
        data = read.as_object(value, "body")
        role = read.text(data, "role").lower()
        if role not in ("host", "chair", "guest"):
            raise WireError("role must be host or guest")
        return cls(read.text(data, "conference_alias"), role != "guest", read.text(data, "pin", ""))
