"""What is meant for somebody's device, or for a system beyond the meeting: camera control, tones, dialling out
(wire document 2.2 to 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError

ACTIONS = ("start", "stop", "continue")
DIRECTIONS = {"pan": ("left", "right"), "tilt": ("up", "down"), "zoom": ("in", "out")}
DTMF_DIGITS = frozenset("0123456789*#ABCDabcd,")
"""Tones, and the comma as a pause."""
MAX_DIGITS = 64
PROTOCOLS = ("sip", "h323", "rtmp", "mssip", "auto")


@dataclass(frozen=True, slots=True)
class CameraControl:
    """The body of `fecc`, and the event of that name (there without `target`)."""

    action: str
    """`start`, `stop` or `continue`."""
    movement: tuple[tuple[str, str], ...] = ()
    """(axis, direction): pan left or right, tilt up or down, zoom in or out."""
    timeout: float = 0.0
    """ms; 0 = not told."""
    target: str = ""
    """uuid; empty in a call's own `fecc`."""

    def to_json(self) -> dict[str, Any]:
        """The data of the event."""
        data: dict[str, Any] = {
            "action": self.action,
            "movement": [{"axis": axis, "direction": direction} for axis, direction in self.movement],
        }
        if self.timeout:
            data["timeout"] = self.timeout
        return data

    @classmethod
    def from_json(cls, value: Any) -> CameraControl:
        """Read it. Raises `WireError`: an unknown action, axis or direction."""
        data = read.as_object(value, "body")
        action = read.text(data, "action")
        if action not in ACTIONS:
            raise WireError(f"action must be one of {', '.join(ACTIONS)}")
        movement: list[tuple[str, str]] = []
        for item in read.as_list(data.get("movement"), "movement")[:8]:
            step = read.as_object(item, "movement")
            axis, direction = read.text(step, "axis"), read.text(step, "direction")
            if direction not in DIRECTIONS.get(axis, ()):
                raise WireError("movement must be pan left/right, tilt up/down or zoom in/out")
            movement.append((axis, direction))
        return cls(action, tuple(movement), read.number(data, "timeout"), read.text(data, "target", ""))


def digits(value: Any) -> str:
    """The body of `dtmf`. Raises `WireError` for what is no tone."""
    tones = read.text(read.as_object(value, "body"), "digits")
    if not tones or len(tones) > MAX_DIGITS or not DTMF_DIGITS.issuperset(tones):
        raise WireError(f"digits must be 1 to {MAX_DIGITS} of 0-9 A-D * #")
    return tones


@dataclass(frozen=True, slots=True)
class DialRequest:
    """The body of `dial`, as far as our server looks at it."""

    role: str
    """`HOST` or `GUEST`."""
    destination: str
    protocol: str = "auto"
    streaming: bool = False

    @classmethod
    def from_json(cls, value: Any) -> DialRequest:
        """Read the body. Raises `WireError`."""
        data = read.as_object(value, "body")
        protocol = read.text(data, "protocol", "auto")
        if protocol not in PROTOCOLS:
            raise WireError(f"protocol must be one of {', '.join(PROTOCOLS)}")
        streaming = read.text(data, "streaming", "no")
        if streaming not in ("yes", "no"):
            raise WireError("streaming must be yes or no")
        return cls(read.text(data, "role"), read.text(data, "destination"), protocol, streaming == "yes")
