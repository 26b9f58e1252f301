"""Which request of the core is which call of the wire (wire document 2.2, 2.3; `wire.meet`): one row per type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tui_meet.core import effects as fx
from tui_meet.core.ids import ParticipantId
from tui_meet.wire import meet
from tui_meet.wire.infinity import names
from tui_meet.wire.infinity.messages import MessageBody


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A POST, relative to the base of the conference, or to the extension's."""

    path: str
    body: Mapping[str, Any] | None = None
    extension: bool = False

    def address(self, alias: str) -> str:
        """The whole path on the server."""
        base = meet.conference_path(alias) if self.extension else names.conference_path(alias)
        return f"{base}/{self.path}"


_Row = Callable[[Any, ParticipantId], WireRequest]


def _of(participant: ParticipantId, action: str) -> str:
    return f"participants/{quote(participant, safe='')}/{action}"


def _message(effect: fx.SendMessage, me: ParticipantId) -> WireRequest:
    path = "message" if effect.to is None else _of(effect.to, "message")
    return WireRequest(path, MessageBody(effect.text).to_json())


def _application_message(effect: fx.SendApplicationMessage, me: ParticipantId) -> WireRequest:
    path = "message" if effect.to is None else _of(effect.to, "message")
    return WireRequest(path, MessageBody(json.dumps(dict(effect.message)), names.JSON).to_json())


def _slots(effect: fx.RequestSlots, me: ParticipantId) -> WireRequest:
    wishes = [meet.SlotWish(mid, width, height).to_json() for mid, width, height in effect.sizes]
    return WireRequest(_of(me, "slots"), {"slots": wishes}, extension=True)


_ROWS: dict[type, _Row] = {
    fx.SetLock: lambda e, me: WireRequest("lock" if e.locked else "unlock"),
    fx.SetGuestsMuted: lambda e, me: WireRequest("muteguests" if e.muted else "unmuteguests"),
    fx.SetGuestsCanUnmute: lambda e, me: WireRequest("set_guests_can_unmute", {"setting": e.allowed}),
    fx.MuteParticipant: lambda e, me: WireRequest(_of(e.participant, "mute" if e.muted else "unmute")),
    fx.ReportClientMute: lambda e, me: WireRequest(_of(me, "client_mute" if e.muted else "client_unmute")),
    fx.MuteVideo: lambda e, me: WireRequest(_of(e.participant, "video_muted" if e.muted else "video_unmuted")),
    fx.RaiseHand: lambda e, me: WireRequest(_of(e.participant, "buzz" if e.raised else "clearbuzz")),
    fx.LowerAllHands: lambda e, me: WireRequest("clearallbuzz"),
    fx.Spotlight: lambda e, me: WireRequest(_of(e.participant, "spotlighton" if e.on else "spotlightoff")),
    fx.Admit: lambda e, me: WireRequest(_of(e.participant, "unlock")),
    fx.Drop: lambda e, me: WireRequest(_of(e.participant, "disconnect")),
    fx.EndMeeting: lambda e, me: WireRequest("disconnect"),
    fx.Rename: lambda e, me: WireRequest(_of(e.participant, "overlaytext"), {"text": e.name}),
    fx.SetRole: lambda e, me: WireRequest(_of(e.participant, "role"), {"role": "chair" if e.moderator else "guest"}),
    fx.StartConference: lambda e, me: WireRequest("start_conference"),
    fx.TransferParticipant: lambda e, me: WireRequest(
        _of(e.participant, "transfer"), {"role": "guest", "conference_alias": e.alias}
    ),
    fx.Dial: lambda e, me: WireRequest("dial", {"role": "GUEST", "destination": e.address, "protocol": "auto"}),
    fx.SetLayout: lambda e, me: WireRequest("transform_layout", {"transforms": {"layout": e.layout}}),
    fx.SendMessage: _message,
    fx.SendApplicationMessage: _application_message,
    fx.SetVolumes: lambda e, me: WireRequest(_of(me, "volumes"), {"volumes": dict(e.volumes)}, extension=True),
    fx.RequestSlots: _slots,
}


def to_wire(effect: fx.Request, me: ParticipantId) -> WireRequest:
    """The call that carries out a request; `me` is one's own participant."""
    return _ROWS[type(effect)](effect, me)


def known_types() -> frozenset[type]:
    """Every request type that has a row."""
    return frozenset(_ROWS)
