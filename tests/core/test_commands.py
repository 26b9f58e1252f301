"""Command lines against a session: requests, local changes, and one answer for each line in their order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.meeting import (
    ADA,
    BOB,
    GRACE,
    LINK,
    ME,
    MYSELF,
    PEOPLE,
    Meeting,
    accepted,
    in_meeting,
    of_type,
    person,
)
from tui_meet.core import effects as e
from tui_meet.core.commands import Join, RunLine
from tui_meet.core.events import (
    DeviceChosen,
    Disconnected,
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    RequestDone,
    StatusChanged,
    StreamOpened,
)
from tui_meet.core.flow.running import ACTIONS
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, Ticket
from tui_meet.core.model import ConferenceStatus, LocalMedia, Role
from tui_meet.core.registry import COMMANDS

NO = NO_TICKET


def crowded(role: Role = Role.MODERATOR) -> Meeting:
    """A meeting with a raised hand (Bob) and somebody waiting (Grace)."""
    meeting = in_meeting(role)
    meeting.feed(
        ParticipantUpdated(MAIN_ROOM, replace(PEOPLE[1], hand_raised_at=9.0)),
        ParticipantCreated(MAIN_ROOM, person(GRACE, "Grace", 4.0, service_type="waiting_room")),
    )
    return meeting


REQUESTS: list[tuple[str, list[Any], str]] = [
    ("lock", [e.SetLock(NO, True)], "The meeting is locked."),
    ("mute bob", [e.MuteParticipant(NO, BOB, True)], "Muted Bob."),
    ("unmute #3", [e.MuteParticipant(NO, ADA, False)], "Unmuted Ada Lovelace."),
    ("hand up", [e.RaiseHand(NO, ME, True)], "Your hand is up."),
    ("hand lower Bob", [e.RaiseHand(NO, BOB, False)], "Lowered the hand of Bob."),
    ("hand lower all", [e.LowerAllHands(NO)], "All hands are down."),
    ("say  good   morning", [e.SendMessage(NO, "good   morning")], "Sent."),
    ("dm Ada Lovelace hi", [e.SendMessage(NO, "hi", ADA)], "Sent to Ada Lovelace."),
    ('send {"a": [1]}', [e.SendApplicationMessage(NO, {"a": [1]})], "Sent."),
    ('send bob {"a": 1}', [e.SendApplicationMessage(NO, {"a": 1}, BOB)], "Sent."),
    ("admit grace", [e.Admit(NO, GRACE)], "Let Grace in."),
    ("admit all", [e.Admit(NO, GRACE)], "Let Grace in."),
    ("deny g", [e.Drop(NO, GRACE)], "Turned Grace away."),
    ("mute-all", [e.SetGuestsMuted(NO, True)], "Everybody but moderators is muted."),
    ("guests-unmute off", [e.SetGuestsCanUnmute(NO, False)], "Only moderators can unmute participants."),
    ("drop ada bob", [e.Drop(NO, ADA), e.Drop(NO, BOB)], "Took Ada Lovelace and Bob out of the meeting."),
    (f"drop {BOB}", [e.Drop(NO, BOB)], "Took Bob out of the meeting."),
    (
        "drop all",
        [e.Drop(NO, ADA), e.Drop(NO, BOB), e.Drop(NO, GRACE)],
        "Took Ada Lovelace, Bob and Grace out of the meeting.",
    ),
    ('rename bob Robert "Bobby" Tables', [e.Rename(NO, BOB, 'Robert "Bobby" Tables')],
     'Bob is called Robert "Bobby" Tables now.'),
    ("role bob", [e.SetRole(NO, BOB, True)], "Bob is a moderator now."),
    ("role @me", [e.SetRole(NO, ME, False)], "You are a participant now."),
    ("transfer bob other", [e.TransferParticipant(NO, BOB, "other")], "Moved Bob to “other”."),
    ("transfer bob other 2468", [e.TransferParticipant(NO, BOB, "other", "2468")], "Moved Bob to “other”."),
    ("spotlight bob ada", [e.Spotlight(NO, BOB, True), e.Spotlight(NO, ADA, True)],
     "Put Bob and Ada Lovelace in the spotlight."),
    ("unspotlight bob", [e.Spotlight(NO, BOB, False)], "Took Bob out of the spotlight."),
    ("layout 1:7", [e.SetLayout(NO, "1:7")], "The layout is 1:7 now."),
    ("dial sip:x@example.org", [e.Dial(NO, "sip:x@example.org")], "Dialling sip:x@example.org."),
    ("volume bob 150%", [e.SetVolumes(NO, {BOB: 150})], "You hear Bob at 150 %."),
    ("ignore bob", [e.SetVolumes(NO, {BOB: 0})], "You do not hear Bob any more."),
    ("mic file:/tmp/a b.wav", [e.ChooseDevice(NO, "microphone", "file:/tmp/a b.wav")],
     "The microphone is “file:/tmp/a b.wav” now."),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected", "message"), REQUESTS, ids=[row[0] for row in REQUESTS])
def test_line_to_requests_to_answer(line: str, expected: list[Any], message: str) -> None:
    meeting = crowded()
    out = meeting.run(line)
    requests: list[Any] = [effect for effect in out if getattr(effect, "ticket", NO) != NO]
    assert [replace(request, ticket=NO) for request in requests] == expected
    tickets = [request.ticket for request in requests]
    assert len(set(tickets)) == len(tickets)
    assert of_type(out, e.Answer) == []
    [answer] = of_type(meeting.feed(*(RequestDone(ticket, True) for ticket in tickets)), e.Answer)
    assert (answer.ok, answer.message, answer.code) == (True, message, 0)
    assert answer.line == line.replace("2468", "***")


@pytest.mark.parametrize(
    ("line", "effect", "report", "local", "message"),
    [
        ("mute", e.SetMicrophone(False), e.ReportClientMute(NO, True), LocalMedia(False, True), "You are muted."),
        ("camera off", e.SetCamera(False), e.MuteVideo(NO, ME, True), LocalMedia(True, False), "Your camera is off."),
        ("deafen on", e.SetDeafened(True), None, LocalMedia(True, True, True), "You hear nobody now."),
    ],
)
def test_own_devices_answer_at_once(
    line: str, effect: e.Effect, report: e.Effect | None, local: LocalMedia, message: str
) -> None:
    meeting = in_meeting()
    out = meeting.run(line)
    assert out[:-1] == [effect, report] if report is not None else [effect]
    assert meeting.state.local == local
    [answer] = of_type(out, e.Answer)
    assert (answer.ok, answer.message) == (True, message)


def test_muted_and_unmuted_by_own_hand() -> None:
    meeting = in_meeting()
    meeting.run("mute")
    [again] = of_type(meeting.run("mute"), e.Answer)
    assert (again.ok, again.message) == (False, "Your microphone is muted already.")
    out = meeting.run("unmute")
    assert out[:2] == [e.SetMicrophone(True), e.ReportClientMute(NO, False)]
    assert of_type(out, e.MuteParticipant) == []


def test_unmute_lifts_the_rooms_mute_where_that_is_allowed() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(MYSELF, is_muted=True)))
    out = meeting.run("unmute")
    [request] = of_type(out, e.MuteParticipant)
    assert (request.participant, request.muted) == (ME, False)
    [answer] = of_type(meeting.feed(RequestDone(request.ticket, True)), e.Answer)
    assert answer.ok
    meeting.feed(StatusChanged(MAIN_ROOM, ConferenceStatus(guests_can_unmute=False)))
    [answer] = of_type(meeting.run("unmute"), e.Answer)
    assert "Only a moderator can unmute you" in answer.message


def test_muting_oneself_while_muted_by_the_room_holds_when_that_ends() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(MYSELF, is_muted=True)))
    out = meeting.run("mute")
    assert out[:2] == [e.SetMicrophone(False), e.ReportClientMute(NO, True)]
    meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(MYSELF, is_client_muted=True)))
    assert not meeting.state.local.microphone_on


def test_answers_come_in_the_order_of_the_lines() -> None:
    meeting = in_meeting()
    lines = ("lock", "mute", "say hi", "nonsense")
    out = meeting.feed(*(RunLine(line, Ticket(number)) for number, line in enumerate(lines, start=1)))
    assert of_type(out, e.Answer) == []
    [lock] = of_type(out, e.SetLock)
    [say] = of_type(out, e.SendMessage)
    assert of_type(meeting.feed(RequestDone(say.ticket, True)), e.Answer) == []
    answers = of_type(meeting.feed(RequestDone(lock.ticket, True)), e.Answer)
    assert [answer.ticket for answer in answers] == [1, 2, 3, 4]
    assert [answer.ok for answer in answers] == [True, True, True, False]


def test_silent_server_is_given_15_seconds() -> None:
    meeting = in_meeting()
    meeting.run("lock")
    meeting.now += 5
    meeting.run("say hi")
    assert of_type(meeting.later(9.9), e.Answer) == []
    [answer] = of_type(meeting.later(0.2), e.Answer)
    assert (answer.ok, answer.line, answer.message) == (False, "lock", "The server did not answer in 15 s.")
    [answer] = of_type(meeting.later(5), e.Answer)
    assert answer.line == "say hi"
    assert meeting.state.chat.lines == ()


def test_several_people_one_answer_that_counts() -> None:
    meeting = in_meeting()
    first, second = of_type(meeting.run("drop ada bob"), e.Drop)
    out = meeting.feed(RequestDone(first.ticket, True), RequestDone(second.ticket, False, 4101, "Not you.\x1b"))
    [answer] = of_type(out, e.Answer)
    assert (answer.ok, answer.code, answer.message) == (False, 4101, "1 of 2 done. Not you.\ufffd")


def test_end_of_the_meeting_answers_what_is_open() -> None:
    meeting = in_meeting()
    meeting.run("lock")
    [answer] = of_type(meeting.feed(Disconnected("Disconnected by an administrator", "#pex123")), e.Answer)
    assert (answer.ok, answer.message) == (False, "The meeting ended before the server answered.")


@pytest.mark.parametrize("line", [spec.name for spec in COMMANDS if spec.moderator and not spec.part])
def test_moderators_commands_are_refused_with_the_servers_number(line: str) -> None:
    meeting = crowded(Role.PARTICIPANT)
    [answer] = of_type(meeting.run(f"{line} bob"), e.Answer)
    assert (answer.ok, answer.code) == (False, 4101)
    assert answer.message == f"Only a moderator can use “{line}”."


def test_muting_others_is_for_moderators() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    [answer] = of_type(meeting.run("mute bob"), e.Answer)
    assert (answer.ok, answer.code) == (False, 4101)
    [answer] = of_type(meeting.run("mute @me"), e.Answer)
    assert answer.ok


def test_locked_already_has_its_number() -> None:
    meeting = in_meeting()
    meeting.feed(StatusChanged(MAIN_ROOM, ConferenceStatus(locked=True)))
    [answer] = of_type(meeting.run("lock"), e.Answer)
    assert (answer.ok, answer.code, answer.message) == (False, 4121, "The meeting is locked already.")


def test_picture_that_lags_behind_the_answers_refuses_nothing() -> None:
    meeting = in_meeting()
    assert meeting.ask("lock").ok  # the event that says so has not come yet
    assert len(of_type(meeting.run("unlock"), e.SetLock)) == 1
    meeting.settle()
    meeting.later(20)
    [answer] = of_type(meeting.run("unlock"), e.Answer)
    assert (answer.ok, answer.code) == (False, 4121)


def test_servers_no_is_the_answer() -> None:
    answer = in_meeting().ask("lock", ok=False, code=4121, message="The room is locked already.")
    assert (answer.ok, answer.code, answer.message) == (False, 4121, "The room is locked already.")
    assert in_meeting().ask("lock", ok=False).message == "The server said no."


def test_what_the_server_lacks_is_said() -> None:
    meeting = in_meeting(parts=frozenset())
    [answer] = of_type(meeting.run("volume bob 50"), e.Answer)
    assert (answer.ok, answer.code, answer.message) == (
        False, 0, "This server cannot change the volume of one person.",
    )  # fmt: skip
    [answer] = of_type(meeting.run("record start"), e.Answer)
    assert answer.message == "This server has no recording."


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_every_row_has_an_action_or_a_reason(spec: Any) -> None:
    meeting = crowded()
    if spec.name in ACTIONS:
        return
    [answer] = of_type(meeting.run(f"{spec.name} start x"), e.Answer)
    assert not answer.ok
    assert answer.message


def test_no_action_without_a_row() -> None:
    assert set(ACTIONS) <= {spec.name for spec in COMMANDS}


def test_outside_a_meeting() -> None:
    meeting = Meeting()
    for line, words in [("lock", "not in a meeting"), ("leave", "not in a meeting"), ("", "Type a command")]:
        [answer] = of_type(meeting.run(line), e.Answer)
        assert not answer.ok
        assert words in answer.message
    meeting.feed(Join(LINK, "Mira"), accepted(service_type="waiting_room"), StreamOpened())
    [answer] = of_type(meeting.run("lock"), e.Answer)
    assert answer.message == "You are still in the waiting room."


def test_faces_answer_their_own_commands_through_the_desk() -> None:
    meeting = Meeting()
    [face] = of_type(meeting.run("theme dark"), e.FaceCommand)
    assert (face.name, face.argument) == ("theme", "dark")
    [answer] = of_type(meeting.feed(RequestDone(face.ticket, True, message="The theme is dark.")), e.Answer)
    assert (answer.ok, answer.message) == (True, "The theme is dark.")


def test_device_that_cannot_be_used_keeps_the_old_one() -> None:
    meeting = in_meeting()
    [choice] = of_type(meeting.run("cam 7"), e.ChooseDevice)
    [answer] = of_type(meeting.feed(DeviceChosen(choice.ticket, "There is no camera 7.")), e.Answer)
    assert (answer.ok, answer.message) == (False, "There is no camera 7.")


def test_ignoring_goes_back_to_the_volume_before() -> None:
    meeting = in_meeting()
    meeting.ask("volume bob 60")
    meeting.ask("volume ada 120")
    meeting.ask("ignore bob")
    assert meeting.state.local.volumes == {BOB: 0, ADA: 120}
    meeting.ask("ignore bob")
    assert meeting.state.local.volumes == {BOB: 60, ADA: 120}
    assert meeting.state.local.ignored == {}
    [request] = of_type(meeting.out, e.SetVolumes)[-1:]
    assert request.volumes == {BOB: 60, ADA: 120}
    meeting.ask("volume bob 10", ok=False)
    assert meeting.state.local.volumes == {BOB: 60, ADA: 120}
    meeting.feed(ParticipantDeleted(MAIN_ROOM, BOB))
    assert meeting.state.local.volumes == {ADA: 120}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("drop @me", "use “leave”"),
        ("volume @me 50", "do not hear yourself"),
        ("dm @me hi", "to yourself"),
        ("dm grace hi", "still in the waiting room"),
        ("admit ada", "Nobody here is called “ada”"),
        ("drop nobody", "Nobody here is called “nobody”"),
    ],
)
def test_what_makes_no_sense_is_said(line: str, words: str) -> None:
    meeting = crowded()
    [answer] = of_type(meeting.run(line), e.Answer)
    assert not answer.ok
    assert words in answer.message


def test_secrets_are_taken_out_of_answers() -> None:
    [answer] = of_type(in_meeting().run("promote hunter2"), e.Answer)
    assert "hunter2" not in repr(answer)
    assert answer.line == "promote ***"


def test_own_devices_can_be_switched_in_the_waiting_room() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), accepted(Role.PARTICIPANT, service_type="waiting_room"), StreamOpened())
    assert meeting.run("mute")[0] == e.SetMicrophone(False)
    assert of_type(meeting.run("camera off"), e.MuteVideo) == []
    meeting.feed(ParticipantCreated(MAIN_ROOM, replace(MYSELF, service_type="waiting_room")))
    out = meeting.feed(ParticipantUpdated(MAIN_ROOM, MYSELF))
    assert of_type(out, e.ConnectMedia) == [e.ConnectMedia(9, (), False, False)]
    assert of_type(out, e.ReportClientMute) == [e.ReportClientMute(NO, True)]
    assert of_type(out, e.MuteVideo) == [e.MuteVideo(NO, ME, True)]
