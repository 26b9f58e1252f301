"""Which request of the core is which call of the wire (wire document 2.2, 2.3, 2.5; `wire.meet`): one row per type.

What is about a breakout goes below `breakouts/<b>/`, but for what is always on the path of the main room.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from tui_meet.core import effects as fx
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId
from tui_meet.wire import meet
from tui_meet.wire.infinity import names
from tui_meet.wire.infinity.messages import MessageBody
from tui_meet.wire.infinity.presentation import Caption


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A call, relative to the base of the conference, or to the extension's."""

    path: str
    body: Mapping[str, Any] | None = None
    extension: bool = False
    read: bool = False
    """GET, not POST."""

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


def _in_main_room(effect: fx.SendMessage | fx.SendApplicationMessage) -> bool:
    """Private messages are on the main path wherever the other side is (wire document 2.5)."""
    return effect.to is not None


def _transfer(effect: fx.TransferParticipant, me: ParticipantId) -> WireRequest:
    body = {"role": "guest", "conference_alias": effect.alias}
    if effect.pin:
        body["pin"] = effect.pin
    return WireRequest(_of(effect.participant, "transfer"), body)


def _layout(effect: fx.SetLayout, me: ParticipantId) -> WireRequest:
    field = {"all": "layout", "host": "host_layout", "guest": "guest_layout"}[effect.whom]
    return WireRequest("transform_layout", {"transforms": {field: effect.layout}})


def _open_breakout(effect: fx.OpenBreakout, me: ParticipantId) -> WireRequest:
    body: dict[str, Any] = {"name": effect.name}
    if effect.participants:
        body["participants"] = {room: list(people) for room, people in effect.participants.items()}
    return WireRequest("breakouts", body)


def _move(effect: fx.MoveParticipants, me: ParticipantId) -> WireRequest:
    body = {"breakout_uuid": effect.target, "participants": list(effect.participants)}
    return WireRequest("participants/breakout", body)


def _breakout(room: RoomId) -> str:
    return f"breakouts/{quote(room, safe='')}"


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
    fx.TransferParticipant: _transfer,
    fx.Dial: lambda e, me: WireRequest("dial", {"role": "GUEST", "destination": e.address, "protocol": "auto"}),
    fx.SetLayout: _layout,
    fx.SetOverlayText: lambda e, me: WireRequest("transform_layout", {"transforms": {"enable_overlay_text": e.on}}),
    fx.ListLayouts: lambda e, me: WireRequest("available_layouts?annotate=false", read=True),
    fx.SetClassification: lambda e, me: WireRequest("set_classification_level", {"level": e.level}),
    fx.TakeFloor: lambda e, me: WireRequest(_of(me, "take_floor")),
    fx.ReleaseFloor: lambda e, me: WireRequest(_of(me, "release_floor")),
    fx.ShowCaptions: lambda e, me: WireRequest(_of(me, "show_live_captions" if e.on else "hide_live_captions")),
    fx.SendCaption: lambda e, me: WireRequest("captions", Caption(e.text, e.is_final).to_json(), extension=True),
    fx.OpenBreakout: _open_breakout,
    fx.MoveParticipants: _move,
    fx.CloseBreakout: lambda e, me: WireRequest(f"{_breakout(e.breakout)}/disconnect"),
    fx.CloseBreakouts: lambda e, me: WireRequest("breakouts/disconnect"),
    fx.AskForHelp: lambda e, me: WireRequest("breakoutbuzz" if e.wanted else "clearbreakoutbuzz"),
    fx.LeaveBreakout: lambda e, me: WireRequest("leavebreakout"),
    fx.SendMessage: _message,
    fx.SendApplicationMessage: _application_message,
    fx.SetVolumes: lambda e, me: WireRequest(_of(me, "volumes"), {"volumes": dict(e.volumes)}, extension=True),
    fx.RequestSlots: _slots,
}


def to_wire(effect: fx.Request, me: ParticipantId) -> WireRequest:
    """The call that carries out a request; `me` is one's own participant in the room that it is about."""
    wire = _ROWS[type(effect)](effect, me)
    room = room_of(effect)
    return wire if room == MAIN_ROOM else replace(wire, path=f"{_breakout(room)}/{wire.path}")


def room_of(effect: fx.Request) -> RoomId:
    """The room on whose path a request goes."""
    if isinstance(effect, fx.SendMessage | fx.SendApplicationMessage) and _in_main_room(effect):
        return MAIN_ROOM
    room: RoomId = getattr(effect, "room", MAIN_ROOM)
    return room


def known_types() -> frozenset[type]:
    """Every request type that has a row."""
    return frozenset(_ROWS)
