"""`request_token` and `refresh_token` (wire document 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity.names import NOT_GIVEN

HOST = "HOST"
GUEST = "GUEST"
_SERVICE_TYPES = ("conference", "gateway", "test_call", "waiting_room", "ivr", "lecture", "media_playback")


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """The body of `request_token`; the PIN travels in a header."""

    display_name: str
    supports_direct_chat: bool = True
    direct_media: bool = False
    call_tag: str = ""
    client_id: str = ""
    conference_extension: str = ""
    chosen_idp: str = ""
    sso_token: str = field(default="", repr=False)
    node: str = ""
    token: str = field(default="", repr=False)
    """One-time token of a `refer` or `incoming` event."""

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {
            "display_name": self.display_name,
            "supports_direct_chat": self.supports_direct_chat,
            "direct_media": self.direct_media,
        }
        for name in ("call_tag", "client_id", "conference_extension", "chosen_idp", "sso_token", "node", "token"):
            value = getattr(self, name)
            if value:
                data[name] = value
        return data

    @classmethod
    def from_json(cls, value: Any) -> TokenRequest:
        """Read the body. Raises `WireError`. The word `none` counts as not given where the document says so."""
        data = read.as_object(value, "body")
        return cls(
            display_name=read.text(data, "display_name"),
            supports_direct_chat=read.flag(data, "supports_direct_chat"),
            direct_media=read.flag(data, "direct_media"),
            call_tag=read.text(data, "call_tag", ""),
            client_id=read.text(data, "client_id", ""),
            conference_extension=read.text(data, "conference_extension", ""),
            chosen_idp=_given(read.text(data, "chosen_idp", "")),
            sso_token=_given(read.text(data, "sso_token", "")),
            node=read.text(data, "node", ""),
            token=read.text(data, "token", ""),
        )


def _given(value: str) -> str:
    return "" if value == NOT_GIVEN else value


@dataclass(frozen=True, slots=True)
class TokenReply:
    """The result of a `request_token` that let somebody in."""

    token: str = field(repr=False)
    participant_uuid: str
    display_name: str
    role: str = GUEST
    """`HOST` or `GUEST`."""
    expires: float = 120.0
    """s; a decimal string on the wire."""
    current_service_type: str = "conference"
    """`waiting_room` while waiting."""
    conference_name: str = ""
    call_type: str = "video"
    chat_enabled: bool = True
    direct_media: bool = False
    call_tag: str = ""
    stun: tuple[str, ...] = ()
    """URLs."""
    turn: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """`{urls, username?, credential?}` as they came."""
    statistics_interval: float = 0.0
    """ms; 0 = do not post statistics."""
    breakout_rooms: bool = False
    """Hosts may open breakout rooms."""
    parent_participant_uuid: str = ""
    """In a breakout: the uuid one had in the main room."""
    version_id: str = ""
    guests_can_present: bool = True
    meet: Mapping[str, Any] | None = None
    """What the server announces of the extension; see `tui_meet.wire.meet.parse_parts`."""

    def to_json(self) -> dict[str, Any]:
        """Required fields all there; empty optional ones absent, never null (wire document 1.3)."""
        data: dict[str, Any] = {
            "token": self.token,
            "expires": f"{self.expires:.0f}",
            "participant_uuid": self.participant_uuid,
            "version": {"version_id": self.version_id} if self.version_id else {},
            "role": self.role,
            "display_name": self.display_name,
            "current_service_type": self.current_service_type,
            "service_type": "conference",
            "call_type": self.call_type,
            "chat_enabled": self.chat_enabled,
            "direct_media": self.direct_media,
            "guests_can_present": self.guests_can_present,
        }
        if self.breakout_rooms:
            data["breakout_rooms"] = True
        if self.parent_participant_uuid:
            data["parent_participant_uuid"] = self.parent_participant_uuid
        if self.conference_name:
            data["conference_name"] = self.conference_name
        if self.call_tag:
            data["call_tag"] = self.call_tag
        if self.stun:
            data["stun"] = [{"url": url} for url in self.stun]
        if self.turn:
            data["turn"] = [dict(server) for server in self.turn]
        if self.statistics_interval:
            data["client_stats_update_interval"] = self.statistics_interval
        if self.meet is not None:
            data["meet"] = dict(self.meet)
        return data

    @classmethod
    def from_json(cls, value: Any) -> TokenReply:
        """Read the result. Raises `WireError` when a required field is missing or a type is wrong."""
        data = read.as_object(value, "result")
        role = read.text(data, "role")
        if role not in (HOST, GUEST):
            raise WireError("role must be HOST or GUEST")
        service = read.text(data, "current_service_type")
        if service not in _SERVICE_TYPES:
            raise WireError("current_service_type is unknown")
        stun = read.as_list(data.get("stun") or [], "stun")
        turn = read.as_list(data.get("turn") or [], "turn")
        version = data.get("version")
        meet = data.get("meet")
        return cls(
            token=_filled(data, "token"),
            participant_uuid=_filled(data, "participant_uuid"),
            display_name=read.text(data, "display_name"),
            role=role,
            expires=parse_expires(data),
            current_service_type=service,
            conference_name=read.text(data, "conference_name", ""),
            call_type=read.text(data, "call_type", "video"),
            chat_enabled=read.flag(data, "chat_enabled"),
            direct_media=read.flag(data, "direct_media"),
            call_tag=read.text(data, "call_tag", ""),
            stun=tuple(read.text(read.as_object(item, "stun"), "url") for item in stun),
            turn=tuple(read.as_object(item, "turn") for item in turn),
            statistics_interval=read.number(data, "client_stats_update_interval"),
            breakout_rooms=read.flag(data, "breakout_rooms"),
            parent_participant_uuid=read.text(data, "parent_participant_uuid", ""),
            version_id=read.text(version, "version_id", "") if isinstance(version, dict) else "",
            guests_can_present=read.flag(data, "guests_can_present"),
            meet=meet if isinstance(meet, dict) else None,
        )


@dataclass(frozen=True, slots=True)
class PinNeeded:
    """The 403 of `request_token` that asks for a PIN."""

    host_pin: bool
    """There is one for hosts."""
    guest_pin: bool
    """Guests need one too; where not, a guest sends the PIN `none`."""

    def to_json(self) -> dict[str, Any]:
        return {
            "pin": "required" if self.host_pin else "none",
            "guest_pin": "required" if self.guest_pin else "none",
            "version": {},
        }

    @classmethod
    def from_json(cls, value: Any) -> PinNeeded | None:
        """None when the result is another of the 403 shapes."""
        if not isinstance(value, dict) or "pin" not in value:
            return None
        return cls(value["pin"] == "required", value.get("guest_pin") == "required")


@dataclass(frozen=True, slots=True)
class RefreshReply:
    """The result of `refresh_token`."""

    token: str = field(repr=False)
    expires: float = 120.0
    """s"""
    role: str = ""
    """`HOST`, `GUEST`, or empty when not told."""

    def to_json(self) -> dict[str, Any]:
        data = {"token": self.token, "expires": f"{self.expires:.0f}"}
        if self.role:
            data["role"] = self.role
        return data

    @classmethod
    def from_json(cls, value: Any) -> RefreshReply:
        """Read the result. Raises `WireError`."""
        data = read.as_object(value, "result")
        return cls(_filled(data, "token"), parse_expires(data), read.text(data, "role", ""))


def parse_expires(data: Mapping[str, Any]) -> float:
    """`expires`, s: a decimal string; a number is tolerated. Raises `WireError` unless positive and finite."""
    value = data.get("expires")
    try:
        seconds = float(value) if isinstance(value, str) else read.number(data, "expires")
    except ValueError:
        raise WireError("expires must be a number of seconds") from None
    if not 0 < seconds < float("inf"):
        raise WireError("expires must be a positive number of seconds")
    return seconds


def _filled(data: Mapping[str, Any], name: str) -> str:
    value = read.text(data, name)
    if not value.strip():
        raise WireError(f"{name} must not be blank")
    return value
