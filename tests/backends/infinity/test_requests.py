"""Every request of the core has its call on the wire (wire document 2.2, 2.3 and the extension)."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from tui_meet.backends.infinity.requests import known_types, to_wire
from tui_meet.core import effects as fx
from tui_meet.core.ids import ParticipantId, StreamId, Ticket

T = Ticket(1)
ME = ParticipantId("me-1")
P = ParticipantId("p 2/x")
ROOM = "/api/client/v2/conferences/a%40b%2Fc"
THEM = f"{ROOM}/participants/p%202%2Fx"
MINE = f"{ROOM}/participants/me-1"
MEET_MINE = "/api/meet/v1/conferences/a%40b%2Fc/participants/me-1"

TABLE: list[tuple[fx.Request, str, Any]] = [
    (fx.SetLock(T, True), f"{ROOM}/lock", None),
    (fx.SetLock(T, False), f"{ROOM}/unlock", None),
    (fx.SetGuestsMuted(T, True), f"{ROOM}/muteguests", None),
    (fx.SetGuestsMuted(T, False), f"{ROOM}/unmuteguests", None),
    (fx.SetGuestsCanUnmute(T, False), f"{ROOM}/set_guests_can_unmute", {"setting": False}),
    (fx.MuteParticipant(T, P, True), f"{THEM}/mute", None),
    (fx.MuteParticipant(T, P, False), f"{THEM}/unmute", None),
    (fx.ReportClientMute(T, True), f"{MINE}/client_mute", None),
    (fx.ReportClientMute(T, False), f"{MINE}/client_unmute", None),
    (fx.MuteVideo(T, P, True), f"{THEM}/video_muted", None),
    (fx.MuteVideo(T, P, False), f"{THEM}/video_unmuted", None),
    (fx.RaiseHand(T, ME, True), f"{MINE}/buzz", None),
    (fx.RaiseHand(T, P, False), f"{THEM}/clearbuzz", None),
    (fx.LowerAllHands(T), f"{ROOM}/clearallbuzz", None),
    (fx.Spotlight(T, P, True), f"{THEM}/spotlighton", None),
    (fx.Spotlight(T, P, False), f"{THEM}/spotlightoff", None),
    (fx.Admit(T, P), f"{THEM}/unlock", None),
    (fx.Drop(T, P), f"{THEM}/disconnect", None),
    (fx.EndMeeting(T), f"{ROOM}/disconnect", None),
    (fx.Rename(T, P, "Grace"), f"{THEM}/overlaytext", {"text": "Grace"}),
    (fx.SetRole(T, P, True), f"{THEM}/role", {"role": "chair"}),
    (fx.SetRole(T, P, False), f"{THEM}/role", {"role": "guest"}),
    (fx.StartConference(T), f"{ROOM}/start_conference", None),
    (fx.TransferParticipant(T, P, "b"), f"{THEM}/transfer", {"role": "guest", "conference_alias": "b"}),
    (fx.Dial(T, "sip:x@y"), f"{ROOM}/dial", {"role": "GUEST", "destination": "sip:x@y", "protocol": "auto"}),
    (fx.SetLayout(T, "1:7"), f"{ROOM}/transform_layout", {"transforms": {"layout": "1:7"}}),
    (fx.SendMessage(T, "hi"), f"{ROOM}/message", {"type": "text/plain", "payload": "hi"}),
    (fx.SendMessage(T, "hi", P), f"{THEM}/message", {"type": "text/plain", "payload": "hi"}),
    (fx.SendApplicationMessage(T, {"a": 1}), f"{ROOM}/message", {"type": "application/json", "payload": '{"a": 1}'}),
    (fx.SendApplicationMessage(T, {}, P), f"{THEM}/message", {"type": "application/json", "payload": "{}"}),
    (fx.SetVolumes(T, {P: 50}), f"{MEET_MINE}/volumes", {"volumes": {P: 50}}),
    (fx.RequestSlots(T, ((StreamId("2"), 320, 180), (StreamId("3"), 0, 0))), f"{MEET_MINE}/slots",
     {"slots": [{"mid": "2", "width": 320, "height": 180}, {"mid": "3", "width": 0, "height": 0}]}),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "address", "body"), TABLE, ids=lambda value: type(value).__name__)
def test_requests_become_calls(effect: fx.Request, address: str, body: Any) -> None:
    wire = to_wire(effect, ME)
    assert wire.address("a@b/c") == address
    assert wire.body == body


def test_no_request_is_forgotten() -> None:
    assert known_types() == set(typing.get_args(fx.Request))
    assert {type(effect) for effect, _, _ in TABLE} == set(typing.get_args(fx.Request))
