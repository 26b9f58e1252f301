"""Calls (wire document 2.4), with the `slot_mids` of the extension."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError
from tui_meet.wire.meet import MAX_SLOTS


@dataclass(frozen=True, slots=True)
class CallRequest:
    """The body of `calls`."""

    sdp: str
    slot_mids: tuple[str, ...] | None = None
    """Receive-only video lines in the order of the stage; None from a client without the extension."""
    media_type: str = "video"
    fecc_supported: bool = False
    """The client's camera can be moved from afar."""

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"call_type": "WEBRTC", "sdp": self.sdp, "media_type": self.media_type}
        if self.slot_mids is not None:
            data["slot_mids"] = list(self.slot_mids)
        if self.fecc_supported:
            data["fecc_supported"] = True
        return data

    @classmethod
    def from_json(cls, value: Any) -> CallRequest:
        """Read the body. Raises `WireError`: another call type, no SDP, too many or repeated mids."""
        data = read.as_object(value, "body")
        if read.text(data, "call_type").upper() != "WEBRTC":
            raise WireError("call_type must be WEBRTC")
        mids = read.texts(data, "slot_mids") if "slot_mids" in data else None
        if mids is not None and (len(mids) > MAX_SLOTS or len(set(mids)) != len(mids)):
            raise WireError(f"slot_mids must be at most {MAX_SLOTS} different mids")
        return cls(
            sdp=read.text(data, "sdp"),
            slot_mids=mids,
            media_type=read.text(data, "media_type", "video"),
            fecc_supported=read.flag(data, "fecc_supported"),
        )


@dataclass(frozen=True, slots=True)
class CallReply:
    """The result of `calls`, and one of the two shapes of the result of `update`."""

    call_uuid: str
    sdp: str

    def to_json(self) -> dict[str, Any]:
        return {"call_uuid": self.call_uuid, "sdp": self.sdp}

    @classmethod
    def from_json(cls, value: Any) -> CallReply:
        """Read the result. Raises `WireError`. A bare string (from `update`) is an answer without a call uuid."""
        if isinstance(value, str):
            return cls("", value)
        data = read.as_object(value, "result")
        return cls(read.text(data, "call_uuid"), read.text(data, "sdp"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """The body of `new_candidate`, and the event of that name."""

    candidate: str
    """Empty = no more."""
    mid: str = "0"
    ufrag: str = ""

    def to_json(self) -> dict[str, Any]:
        data = {"candidate": self.candidate, "mid": self.mid}
        if self.ufrag:
            data["ufrag"] = self.ufrag
        return data

    @classmethod
    def from_json(cls, value: Any) -> Candidate:
        """Read it. Raises `WireError`."""
        data = read.as_object(value, "candidate")
        return cls(read.text(data, "candidate"), read.text(data, "mid"), read.text(data, "ufrag", ""))
