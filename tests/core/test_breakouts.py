"""Breakout rooms: a moderator's rooms and media, a participant's way out and back (wire document 2.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.meeting import (
    ADA,
    ALL_PARTS,
    BOB,
    LINK,
    ME,
    MYSELF,
    PEOPLE,
    Meeting,
    accepted,
    in_meeting,
    of_type,
    payload,
    person,
    published,
    roster,
)  # fmt: skip
from tui_meet.core import effects as fx
from tui_meet.core import events as e
from tui_meet.core.commands import Join
from tui_meet.core.completion import complete
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, ParticipantId, RoomId
from tui_meet.core.model import ConferenceStatus, Role, SlotBinding, StageEntry
from tui_meet.core.selectors import everybody, room_name

B1, B2 = RoomId("b-1"), RoomId("b-2")
ME_1, ME_2 = ParticipantId("me-in-1"), ParticipantId("me-in-2")
EVE = ParticipantId("u-eve")
REFUSED: Any = object()


def with_rooms() -> Meeting:
    """Two breakouts: “One” with Eve in it, and “Two”."""
    meeting = in_meeting()
    meeting.feed(e.StatusChanged(MAIN_ROOM, ConferenceStatus(breakout_rooms=True)))
    for room, me, name in ((B1, ME_1, "One"), (B2, ME_2, "Two")):
        meeting.feed(
            e.BreakoutBegan(room, me),
            e.RosterSyncBegan(room),
            e.ParticipantCreated(room, person(me, "Mira", role=Role.MODERATOR)),
            *([e.ParticipantCreated(room, person(EVE, "Eve", 5.0))] if room == B1 else []),
            e.RosterSynced(room),
            e.StatusChanged(room, ConferenceStatus(breakout=True, breakout_name=name)),
        )
    meeting.out.clear()
    return meeting


def test_begin_is_told_once_and_again_only_as_somebody_else() -> None:
    meeting = in_meeting()
    out = meeting.feed(e.BreakoutBegan(B1, ME_1), e.BreakoutBegan(B1, ME_1))
    assert payload(out, "breakoutBegin") == {"breakout_uuid": "b-1", "participant_uuid": "me-in-1"}
    assert published(meeting.feed(e.BreakoutBegan(B1, ME_2))) == ["breakoutBegin"]


def test_rosters_statuses_and_chat_have_their_room() -> None:
    meeting = with_rooms()
    assert [p.display_name for p in meeting.state.rosters[B1].people.values()] == ["Mira", "Eve"]
    assert room_name(meeting.state, B1) == "One"
    assert "Breakout “One” is open." in meeting.texts()
    out = meeting.feed(e.MessageArrived("m", EVE, "Eve", "over here", False, B1))
    [told] = [x.event for x in of_type(out, fx.Publish)]
    assert (told.name, told.room, told.payload["displayName"]) == ("message", B1, "Eve")
    assert meeting.state.chat.unread == {B1: 1}
    out = meeting.feed(e.ParticipantUpdated(B1, person(EVE, "Eve", 5.0, hand_raised_at=3.0)))
    assert payload(out, "raiseHand")["id"] == B1
    out = meeting.feed(e.ParticipantUpdated(B1, person(ME_1, "Mira", is_muted=True, role=Role.MODERATOR)))
    assert payload(out, "me")["id"] == B1
    assert meeting.state.roster.people.keys() == {ME, ADA, BOB}


LINES: list[tuple[str, Any, str]] = [
    ('breakout open "Three four" ada eve',
     fx.OpenBreakout(NO_TICKET, "Three four", {MAIN_ROOM: (ADA,), B1: (EVE,)}), "Opened “Three four”."),
    ("breakout open Three", fx.OpenBreakout(NO_TICKET, "Three"), "Opened “Three”."),
    ("breakout open one", REFUSED, "There is a breakout room “one” already."),
    ("breakout move ada two", fx.MoveParticipants(NO_TICKET, (ADA,), B2), "Ada Lovelace is being moved to “Two”."),
    ("breakout move eve Two", fx.MoveParticipants(NO_TICKET, (EVE,), B2, B1), "Eve is being moved to “Two”."),
    ("breakout move eve main", fx.MoveParticipants(NO_TICKET, (EVE,), MAIN_ROOM, B1),
     "Eve is being moved to the main room."),
    ("breakout move @me one", fx.MoveParticipants(NO_TICKET, (ME,), B1), "You are being moved to “One”."),
    ("breakout move ada three", REFUSED, "There is no breakout room “three”; open are One, Two and main room."),
    ("breakout move ada main", REFUSED, "Ada Lovelace is in the main room already."),
    ("breakout back eve", fx.MoveParticipants(NO_TICKET, (EVE,), MAIN_ROOM, B1),
     "Eve is being moved to the main room."),
    ("breakout close one", fx.CloseBreakout(NO_TICKET, B1), "“One” is closing."),
    ("breakout close all", fx.CloseBreakouts(NO_TICKET), "All breakout rooms are closing."),
    ("breakout help", REFUSED, "You are not in a breakout room."),
    ("breakout leave", REFUSED, "You are not in a breakout room."),
    ("mute eve", fx.MuteParticipant(NO_TICKET, EVE, True, B1), "Muted Eve."),
    ("drop eve", fx.Drop(NO_TICKET, EVE, B1), "Took Eve out of the meeting."),
    ("dm eve hello", fx.SendMessage(NO_TICKET, "hello", EVE), "Sent to Eve."),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected", "message"), LINES, ids=[row[0] for row in LINES])
def test_lines(line: str, expected: Any, message: str) -> None:
    meeting = with_rooms()
    meeting.settle()
    if expected is REFUSED:
        [answer] = of_type(meeting.run(line), fx.Answer)
        assert (answer.ok, answer.message) == (False, message)
        return
    out = meeting.run(line)
    found: list[Any] = [x for x in out if getattr(x, "ticket", NO_TICKET) != NO_TICKET and not isinstance(x, fx.Answer)]
    [request] = found
    assert replace(request, ticket=NO_TICKET) == expected
    [answer] = of_type(meeting.feed(e.RequestDone(request.ticket, True)), fx.Answer)
    assert (answer.ok, answer.message) == (True, message)


def test_numbers_go_on_from_room_to_room() -> None:
    meeting = with_rooms()
    assert [(room, p.display_name) for room, p in everybody(meeting.state)] == [
        (MAIN_ROOM, "Mira"), (MAIN_ROOM, "Ada Lovelace"), (MAIN_ROOM, "Bob"), (B1, "Eve"),
    ]  # fmt: skip
    assert of_type(meeting.run("mute #4"), fx.MuteParticipant)[0].participant == EVE


def test_somebody_here_is_meant_before_a_namesake_elsewhere() -> None:
    meeting = with_rooms()
    bob_2 = ParticipantId("u-bob-2")
    meeting.feed(e.ParticipantCreated(B1, person(bob_2, "Bob", 6.0)))
    assert of_type(meeting.run("mute bob"), fx.MuteParticipant)[0].participant == BOB
    assert of_type(meeting.run(f"mute {bob_2}"), fx.MuteParticipant)[0].participant == bob_2
    meeting.feed(e.BreakoutReferred(B1))
    assert of_type(meeting.run("mute bob"), fx.MuteParticipant)[0].participant == bob_2


def test_media_moves_to_the_room_and_commands_follow() -> None:
    meeting = with_rooms()
    meeting.run("mute")
    out = meeting.feed(e.BreakoutReferred(B1, "One", ADA))
    assert payload(out, "breakoutRefer") == {"breakout_uuid": "b-1"}
    assert "Ada Lovelace moved you to “One”." in meeting.texts()
    orders = [x for x in out if not isinstance(x, fx.Publish)]
    assert orders[0] == fx.ReportClientMute(NO_TICKET, True, B1)
    assert orders[-2] == fx.DisconnectMedia()
    [connect] = of_type(out, fx.ConnectMedia)
    assert (connect.room, connect.microphone_on) == (B1, False)
    state = meeting.state
    assert (state.current_room, state.me, state.me_here) == (B1, ME, ME_1)
    assert state.myself is not None
    assert state.myself.id == ME_1
    assert {p.display_name for p in state.roster.people.values()} == {"Mira", "Eve"}
    assert published(meeting.feed(e.MediaConnected())) == ["connected"]
    assert of_type(meeting.run("hand up"), fx.RaiseHand)[0].room == B1
    [said] = of_type(meeting.run("say hello"), fx.SendMessage)
    assert (said.room, said.to) == (B1, None)
    assert of_type(meeting.run("lock"), fx.SetLock)[0].room == B1
    assert of_type(meeting.run("mute-all"), fx.SetGuestsMuted) != []
    out = meeting.feed(e.BreakoutReferred(MAIN_ROOM))
    assert of_type(out, fx.ConnectMedia)[0].room == MAIN_ROOM
    assert meeting.state.current_room == MAIN_ROOM


def test_stage_and_slots_of_other_rooms_are_not_ours() -> None:
    meeting = with_rooms()
    assert meeting.feed(e.StageChanged((StageEntry(EVE, 0, 50),), B1)) == []
    assert meeting.feed(e.SlotsBound((SlotBinding("1", EVE),), B1)) == []  # type: ignore[arg-type]
    meeting.feed(e.BreakoutReferred(B1), e.MediaConnected())
    out = meeting.feed(e.StageChanged((StageEntry(EVE, 0, 50),), B1))
    assert payload(out, "stage") == {"stage": [{"userId": EVE, "stageIndex": 0, "vad": 50}]}
    meeting.feed(e.SlotsBound((SlotBinding("1", EVE),), B1))  # type: ignore[arg-type]
    assert len(meeting.state.slots) == 1


def test_a_refer_that_comes_before_its_room_is_followed_when_the_room_comes() -> None:
    meeting = in_meeting()
    assert of_type(meeting.feed(e.BreakoutReferred(B1)), fx.ConnectMedia) == []
    assert of_type(meeting.feed(e.BreakoutBegan(B1, ME_1)), fx.ConnectMedia)[0].room == B1


def test_a_closed_room_sends_our_media_home() -> None:
    meeting = with_rooms()
    meeting.feed(e.BreakoutReferred(B1), e.MediaConnected())
    out = meeting.feed(e.BreakoutEnded(B1, ME_1))
    assert published(out) == ["breakoutEnd"]
    assert of_type(out, fx.ConnectMedia)[0].room == MAIN_ROOM
    state = meeting.state
    assert (state.current_room, set(state.breakouts), B1 in state.rosters, B1 in state.statuses) == (
        MAIN_ROOM, {B2}, False, False,
    )  # fmt: skip


def test_rooms_that_closed_during_an_outage_are_closed_in_time() -> None:
    meeting = with_rooms()
    meeting.feed(e.StreamLost("Gone."))
    meeting.later(0.1)
    assert meeting.feed(e.StreamOpened(), e.BreakoutBegan(B2, ME_2)) == []
    assert set(meeting.state.breakouts) == {B1, B2}
    out = meeting.later(6)
    assert payload(out, "breakoutEnd")["breakout_uuid"] == B1
    assert set(meeting.state.breakouts) == {B2}


def test_a_new_token_knows_no_rooms() -> None:
    meeting = with_rooms()
    meeting.feed(e.BreakoutReferred(B1), e.MediaConnected(), e.TokenLost())
    meeting.later(1)
    meeting.feed(accepted(), e.StreamOpened(), *roster(MYSELF, *PEOPLE))
    assert (meeting.state.current_room, meeting.state.breakouts) == (MAIN_ROOM, {})
    assert of_type(meeting.out, fx.ConnectMedia)[-1].room == MAIN_ROOM


def test_help_is_a_banner_until_it_is_cleared() -> None:
    meeting = with_rooms()
    asking = ConferenceStatus(breakout=True, breakout_name="One", help_asked_at=7.0)
    meeting.feed(*[e.StatusChanged(B1, asking)] * 2)
    notice = meeting.state.notices[-1]
    assert (notice.text, notice.banner, notice.sticky) == ("“One” asks for help.", True, True)
    meeting.settle()
    out = meeting.run("breakout clear one")
    assert of_type(out, fx.AskForHelp)[0].room == B1
    meeting.feed(e.StatusChanged(B1, replace(asking, help_asked_at=0.0)))
    assert not any(n.banner and n.topic == f"help-{B1}" for n in meeting.state.notices)


def test_completion_offers_the_rooms() -> None:
    state = with_rooms().state
    assert [c.text for c in complete("breakout close ", state)] == [
        "breakout close One", "breakout close Two", "breakout close all",
    ]  # fmt: skip
    assert [c.text for c in complete("breakout move Eve t", state)] == ["breakout move Eve Two"]
    assert next(c.label for c in complete("breakout ", state)).startswith("breakout open")


# A participant.


def guest() -> Meeting:
    meeting = Meeting()
    entry = e.JoinAccepted(ME, Role.PARTICIPANT, "Mira", "standup", "Daily standup", parts=ALL_PARTS)
    meeting.feed(Join(LINK, "Mira", "1357"), e.PinNeeded(True, True), entry, e.StreamOpened())
    meeting.feed(*roster(replace(MYSELF, role=Role.PARTICIPANT), *PEOPLE), e.MediaConnected())
    meeting.out.clear()
    return meeting


def go_out(meeting: Meeting) -> list[fx.Effect]:
    out = meeting.feed(e.Transferred("standup", "once", "breakout", "One"))
    inside = e.JoinAccepted(ParticipantId("me-2"), Role.PARTICIPANT, "Mira", "standup", "Daily standup")
    status = ConferenceStatus(breakout=True, breakout_name="One")
    meeting.feed(inside, e.StreamOpened(), e.StatusChanged(MAIN_ROOM, status))
    meeting.feed(*roster(person(ParticipantId("me-2"), "Mira")))
    return out


def test_a_participant_goes_out_with_the_token_and_comes_back() -> None:
    meeting = guest()
    meeting.run("mute")
    out = go_out(meeting)
    assert payload(out, "transfer") == {"alias": "standup"}
    assert of_type(out, fx.Leave) == [fx.Leave("Transfer")]
    [request] = of_type(out, fx.RequestToken)
    assert (request.link.alias, request.token, request.pin) == ("standup", "once", "")
    assert of_type(meeting.out, fx.ConnectMedia)[-1].microphone_on is False
    assert room_name(meeting.state, MAIN_ROOM) == "One"
    assert of_type(meeting.run("breakout help"), fx.AskForHelp) != []
    assert of_type(meeting.run("breakout leave"), fx.LeaveBreakout) != []
    assert meeting.state.link == LINK
    meeting.run("say too late")
    out = meeting.feed(e.Transferred("standup", "back", "main"))
    answers = [(answer.line, answer.ok) for answer in of_type(out, fx.Answer)]
    assert answers[-2:] == [("breakout leave", True), ("say too late", False)]
    [request] = of_type(out, fx.RequestToken)
    assert (request.token, request.pin) == ("back", "1357")
    assert "You are going back to the main room." in meeting.texts()


def test_losing_the_token_in_a_breakout_leads_to_the_main_room_with_the_pin() -> None:
    meeting = guest()
    go_out(meeting)
    [request] = of_type(meeting.feed(e.TokenLost()), fx.RequestToken)
    assert (request.link, request.token, request.pin) == (LINK, "", "1357")


def test_those_not_allowed_to_leave_are_told_so() -> None:
    meeting = guest()
    go_out(meeting)
    kept = ConferenceStatus(breakout=True, breakout_name="One", guests_allowed_to_leave=False)
    meeting.feed(e.StatusChanged(MAIN_ROOM, kept))
    [answer] = of_type(meeting.run("breakout leave"), fx.Answer)
    assert "Only a moderator" in answer.message
    [answer] = of_type(meeting.run("breakout open x"), fx.Answer)
    assert (answer.ok, answer.code) == (False, 4101)


def test_a_transfer_elsewhere_takes_nothing_along() -> None:
    meeting = guest()
    out = meeting.feed(e.Transferred("other", "once"))
    [request] = of_type(out, fx.RequestToken)
    assert (request.link.alias, request.token, request.pin) == ("other", "once", "")
    assert meeting.state.link is not None
    assert meeting.state.link.alias == "other"
    assert len(meeting.state.chat.lines) == 0
