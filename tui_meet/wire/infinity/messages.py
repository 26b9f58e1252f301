"""Chat and application messages, and the stage (wire document 2.2 and 3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity.names import JSON, TEXT

MAX_PAYLOAD_BYTES = 64 * 1024
"""UTF-8 bytes of one message our server takes."""


@dataclass(frozen=True, slots=True)
class MessageBody:
    """The body of `message`, to all or to one."""

    payload: str
    """Text, or a JSON text for `application/json`."""
    type: str = TEXT

    def to_json(self) -> dict[str, Any]:
        return {"type": self.type, "payload": self.payload}

    @classmethod
    def from_json(cls, value: Any) -> MessageBody:
        """Read the body. Raises `WireError`: unknown type, or a JSON type whose payload is no JSON."""
        data = read.as_object(value, "body")
        kind = read.text(data, "type").partition(";")[0].strip().lower()
        payload = read.text(data, "payload")
        if kind not in (TEXT, JSON):
            raise WireError("type must be text/plain or application/json")
        if kind == JSON:
            read.parse_json(payload)
        return cls(payload, kind)


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """The event `message_received`."""

    origin: str
    """Name of the sender."""
    uuid: str
    """Sender."""
    payload: str
    type: str = TEXT
    direct: bool = False
    """To this receiver only."""

    @property
    def is_text(self) -> bool:
        """A chat line; everything else is an application message whose payload is JSON."""
        return self.type.partition(";")[0].strip().lower() == TEXT

    def to_json(self) -> dict[str, Any]:
        return {
            "origin": self.origin,
            "uuid": self.uuid,
            "type": self.type,
            "payload": self.payload,
            "direct": self.direct,
        }

    @classmethod
    def from_json(cls, value: Any) -> MessageReceived:
        """Read the event. Raises `WireError`."""
        data = read.as_object(value, "message_received")
        return cls(
            origin=read.text(data, "origin", ""),
            uuid=read.text(data, "uuid", ""),
            payload=read.text(data, "payload", ""),
            type=read.text(data, "type", TEXT),
            direct=read.flag(data, "direct"),
        )


@dataclass(frozen=True, slots=True)
class StageRow:
    """One person of the event `stage`."""

    participant_uuid: str
    stage_index: int
    """0 = most recent speaker."""
    vad: int = 0
    """Voice activity 0..100; 0 = silent."""

    def to_json(self) -> dict[str, Any]:
        return {"participant_uuid": self.participant_uuid, "stage_index": self.stage_index, "vad": self.vad}


def parse_stage(value: Any) -> tuple[StageRow, ...]:
    """Read the event `stage`, in order of the index. Raises `WireError`."""
    rows = [
        StageRow(
            read.text(row, "participant_uuid"),
            int(read.number(row, "stage_index")),
            int(min(max(read.number(row, "vad"), 0), 100)),
        )
        for row in (read.as_object(item, "stage row") for item in read.as_list(value, "stage"))
    ]
    return tuple(sorted(rows, key=lambda row: row.stage_index))
