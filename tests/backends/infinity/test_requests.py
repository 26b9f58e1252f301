"""Every request of the core has its call on the wire (wire document 2.2, 2.3 and the extension)."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from tui_meet.backends.infinity.requests import known_types, to_wire
from tui_meet.core import effects as fx
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId, StreamId, Ticket

T = Ticket(1)
ME = ParticipantId("me-1")
P = ParticipantId("p 2/x")
ROOM = "/api/client/v2/conferences/a%40b%2Fc"
THEM = f"{ROOM}/participants/p%202%2Fx"
MINE = f"{ROOM}/participants/me-1"
BREAKOUT = f"{ROOM}/breakouts/b%201"
B = RoomId("b 1")
MEET = "/api/meet/v1/conferences/a%40b%2Fc"
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
    (fx.TransferParticipant(T, P, "b", "1357"), f"{THEM}/transfer",
     {"role": "guest", "conference_alias": "b", "pin": "1357"}),
    (fx.Dial(T, "sip:x@y"), f"{ROOM}/dial", {"role": "GUEST", "destination": "sip:x@y", "protocol": "auto"}),
    (fx.SetLayout(T, "1:7"), f"{ROOM}/transform_layout", {"transforms": {"layout": "1:7"}}),
    (fx.SetLayout(T, "4:0", "host"), f"{ROOM}/transform_layout", {"transforms": {"host_layout": "4:0"}}),
    (fx.SetLayout(T, "4:0", "guest", B), f"{BREAKOUT}/transform_layout", {"transforms": {"guest_layout": "4:0"}}),
    (fx.SetOverlayText(T, True), f"{ROOM}/transform_layout", {"transforms": {"enable_overlay_text": True}}),
    (fx.ListLayouts(T), f"{ROOM}/available_layouts?annotate=false", None),
    (fx.SetClassification(T, 2), f"{ROOM}/set_classification_level", {"level": 2}),
    (fx.TakeFloor(T), f"{MINE}/take_floor", None),
    (fx.ReleaseFloor(T, B), f"{BREAKOUT}/participants/me-1/release_floor", None),
    (fx.ShowCaptions(T, True), f"{MINE}/show_live_captions", None),
    (fx.ShowCaptions(T, False, B), f"{BREAKOUT}/participants/me-1/hide_live_captions", None),
    (fx.SendCaption(T, "so"), f"{MEET}/captions", {"data": "so", "is_final": True}),
    (fx.OpenBreakout(T, "One"), f"{ROOM}/breakouts", {"name": "One"}),
    (fx.OpenBreakout(T, "One", {MAIN_ROOM: (P,)}), f"{ROOM}/breakouts", {"name": "One", "participants": {"main": [P]}}),
    (fx.MoveParticipants(T, (P,), B), f"{ROOM}/participants/breakout", {"breakout_uuid": B, "participants": [P]}),
    (fx.MoveParticipants(T, (P,), MAIN_ROOM, B), f"{BREAKOUT}/participants/breakout",
     {"breakout_uuid": "main", "participants": [P]}),
    (fx.CloseBreakout(T, B), f"{BREAKOUT}/disconnect", None),
    (fx.CloseBreakouts(T), f"{ROOM}/breakouts/disconnect", None),
    (fx.AskForHelp(T, True), f"{ROOM}/breakoutbuzz", None),
    (fx.AskForHelp(T, False, B), f"{BREAKOUT}/clearbreakoutbuzz", None),
    (fx.LeaveBreakout(T), f"{ROOM}/leavebreakout", None),
    (fx.SetLock(T, True, B), f"{BREAKOUT}/lock", None),
    (fx.MuteParticipant(T, P, True, B), f"{BREAKOUT}/participants/p%202%2Fx/mute", None),
    (fx.SendMessage(T, "hi", room=B), f"{BREAKOUT}/message", {"type": "text/plain", "payload": "hi"}),
    (fx.SendMessage(T, "hi", P, B), f"{THEM}/message", {"type": "text/plain", "payload": "hi"}),
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
