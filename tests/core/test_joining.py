"""From the link to the meeting and out again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.meeting import LINK, ME, MYSELF, Meeting, accepted, in_meeting, of_type, payload, published, roster
from tui_meet.core.commands import GivePin, Join
from tui_meet.core.effects import (
    Answer,
    ConnectMedia,
    DisconnectMedia,
    Leave,
    MuteVideo,
    OpenStream,
    Quit,
    ReportClientMute,
    RequestToken,
)
from tui_meet.core.events import (
    Disconnected,
    JoinRefused,
    ParticipantUpdated,
    PinNeeded,
    RequestDone,
    ServerUnreachable,
    StreamOpened,
    Transferred,
)
from tui_meet.core.ids import MAIN_ROOM
from tui_meet.core.machines import join as machine
from tui_meet.core.machines.table import IllegalMove
from tui_meet.core.model import Role
from tui_meet.core.state import Layer, Phase

WRONG = JoinRefused("Invalid PIN", "#pex101")


def test_open_meeting_connects_stream_then_media_then_says_connected() -> None:
    meeting = Meeting()
    out = meeting.feed(Join(LINK, "Mira", slots=4))
    assert out == [RequestToken(LINK, "Mira")]
    assert meeting.is_in(Phase.JOINING)
    assert meeting.feed(accepted()) == [OpenStream()]
    assert meeting.is_in(Phase.IN_MEETING)
    out = meeting.feed(StreamOpened())
    assert payload(out, "authenticatedWithConference") == {
        "conferenceAlias": "standup",
        "conferenceName": "Daily standup",
    }
    assert of_type(out, ConnectMedia) == [ConnectMedia(4, (), True, True)]
    assert meeting.state.connection.signalling is Layer.UP
    assert meeting.state.connection.media is Layer.CONNECTING


@pytest.mark.parametrize(
    ("parts", "call_type", "expected"),
    [
        (frozenset({"slots"}), "video", ConnectMedia(9, (), True, True)),
        (frozenset(), "video", ConnectMedia(0, (), True, True)),
        (frozenset({"slots"}), "audio", ConnectMedia(0, (), True, False)),
        (frozenset({"slots"}), "video-only", ConnectMedia(9, (), False, True)),
    ],
)
def test_call_offers_what_the_conference_takes(parts: frozenset[str], call_type: str, expected: ConnectMedia) -> None:
    meeting = Meeting()
    out = meeting.feed(Join(LINK, "Mira", slots=50), accepted(parts=parts, call_type=call_type), StreamOpened())
    assert of_type(out, ConnectMedia) == [expected]


def test_devices_that_are_off_are_reported_on_entering() -> None:
    meeting = Meeting()
    out = meeting.feed(Join(LINK, "Mira", microphone_on=False, camera_on=False), accepted(), StreamOpened())
    assert of_type(out, ReportClientMute) == [ReportClientMute(0, True)]  # type: ignore[arg-type]
    assert of_type(out, MuteVideo) == [MuteVideo(0, ME, True)]  # type: ignore[arg-type]
    assert of_type(out, ConnectMedia) == [ConnectMedia(9, (), False, False)]


def test_control_only_places_no_call() -> None:
    meeting = in_meeting(with_media=False)
    assert meeting.state.connection.media is Layer.OFF
    assert meeting.is_in(Phase.IN_MEETING)


def test_an_invitation_travels_as_token() -> None:
    link = replace(LINK, invite="one-time")
    [request] = of_type(Meeting().feed(Join(link, "Mira")), RequestToken)
    assert request.token == "one-time"


def test_only_moderators_have_a_pin_and_none_given_joins_at_once() -> None:
    meeting = Meeting()
    out = meeting.feed(Join(LINK, "Mira"), PinNeeded(host=True, guest=False))
    assert [request.pin for request in of_type(out, RequestToken)] == ["", "none"]
    assert meeting.is_in(Phase.JOINING)
    meeting.feed(accepted(Role.PARTICIPANT))
    assert not meeting.state.is_moderator


def test_pin_of_the_form_is_tried_when_asked_for() -> None:
    meeting = Meeting()
    out = meeting.feed(Join(LINK, "Mira", pin="4711"), PinNeeded(host=True, guest=False))
    assert [request.pin for request in of_type(out, RequestToken)] == ["", "4711"]


def test_guest_pin_is_asked_for_and_three_wrong_ones_end_it() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), PinNeeded(host=True, guest=True))
    prompt = meeting.state.pin_prompt
    assert meeting.is_in(Phase.PIN)
    assert prompt is not None
    assert (prompt.guest_needs_pin, prompt.wrong, prompt.tries_left) == (True, False, 3)
    assert meeting.feed(GivePin("  ")) == []  # nothing was given, no try is lost
    seen = []
    for _ in range(2):
        [request] = of_type(meeting.feed(GivePin("0000")), RequestToken)
        assert request.pin == "0000"
        meeting.feed(WRONG)
        prompt = meeting.state.pin_prompt
        assert prompt is not None
        seen.append((prompt.wrong, prompt.tries_left))
    assert seen == [(True, 2), (True, 1)]
    meeting.feed(GivePin("0000"))
    out = meeting.feed(WRONG)
    assert meeting.is_in(Phase.ENDED)
    ending = meeting.state.ending
    assert ending is not None
    assert ending.sentence.startswith("The PIN was wrong three times")
    assert ending.can_rejoin
    assert payload(out, "disconnected") == {"error": "Invalid PIN", "errorCode": "#pex101"}


def test_wrong_moderator_pin_may_be_given_up_for_none() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira", pin="0000"), PinNeeded(host=True, guest=False), WRONG)
    prompt = meeting.state.pin_prompt
    assert prompt is not None
    assert (prompt.guest_needs_pin, prompt.wrong) == (False, True)
    [request] = of_type(meeting.feed(GivePin("")), RequestToken)
    assert request.pin == "none"


def test_server_that_denies_joining_without_pin_asks_for_one() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), PinNeeded(host=True, guest=False), WRONG)
    prompt = meeting.state.pin_prompt
    assert prompt is not None
    assert (prompt.guest_needs_pin, prompt.wrong, prompt.tries_left) == (True, False, 3)


@pytest.mark.parametrize(
    ("event", "words", "can_rejoin"),
    [
        (JoinRefused("Participant limit reached", "#pex194"), "full; try again later", True),
        (JoinRefused("Neither conference nor gateway found", "#pex154"), "no meeting “standup” on this server", False),
        (JoinRefused("Participant exceeded PIN entry retries", "#pex192"), "Too many wrong PINs", True),
        (JoinRefused("Very odd\x1b[31m", "#pex117"), "Very odd\ufffd[31m", True),
        (ServerUnreachable("Nothing answers at 127.0.0.1:8080; is the server running?"), "Nothing answers", True),
        (ServerUnreachable("The server's certificate has changed.", retryable=False), "certificate", False),
    ],
)
def test_refusals_are_said_in_words(event: JoinRefused | ServerUnreachable, words: str, can_rejoin: bool) -> None:
    meeting = Meeting()
    out = meeting.feed(Join(LINK, "Mira"), event)
    ending = meeting.state.ending
    assert meeting.is_in(Phase.ENDED)
    assert ending is not None
    assert words in ending.sentence
    assert ending.can_rejoin is can_rejoin
    assert "disconnected" in published(out)


def test_waiting_room_then_admission_starts_media() -> None:
    meeting = Meeting()
    out = meeting.feed(Join(LINK, "Mira"), accepted(Role.PARTICIPANT, service_type="waiting_room"), StreamOpened())
    assert meeting.is_in(Phase.WAITING)
    assert of_type(out, ConnectMedia) == []
    assert "authenticatedWithConference" in published(out)
    waits = replace(MYSELF, service_type="waiting_room")
    meeting.feed(*roster(waits))
    assert meeting.is_in(Phase.WAITING)
    out = meeting.feed(ParticipantUpdated(MAIN_ROOM, MYSELF))
    assert meeting.is_in(Phase.IN_MEETING)
    assert of_type(out, ConnectMedia) == [ConnectMedia(9, (), True, True)]
    assert payload(out, "me")["participant"]["isWaiting"] is False
    assert meeting.state.started_at == meeting.now
    assert "You were let in." in meeting.texts()


def test_admission_during_an_outage_is_seen_in_the_sync() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), accepted(Role.PARTICIPANT, service_type="waiting_room"), StreamOpened())
    out = meeting.feed(*roster(MYSELF))
    assert meeting.is_in(Phase.IN_MEETING)
    assert len(of_type(out, ConnectMedia)) == 1


def test_put_back_into_the_waiting_room_hangs_up() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    out = meeting.feed(ParticipantUpdated(MAIN_ROOM, replace(MYSELF, service_type="waiting_room")))
    assert meeting.is_in(Phase.WAITING)
    assert DisconnectMedia() in out


@pytest.mark.parametrize("service_type", ["conference", "waiting_room"])
def test_leaving_is_in_order_and_by_the_user_alone(service_type: str) -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), accepted(service_type=service_type), StreamOpened())
    out = meeting.run("leave")
    assert published(out) == ["userInitiatedDisconnect"]
    assert of_type(out, Leave) == [Leave("User initiated disconnect")]
    [answer] = of_type(out, Answer)
    assert (answer.ok, answer.message) == (True, "You left the meeting.")
    ending = meeting.state.ending
    assert ending is not None
    assert ending.by_user
    assert meeting.state.roster.people == {}


def test_leaving_while_joining_leaves_no_ghost() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"))
    assert of_type(meeting.run("leave"), Leave)
    assert meeting.feed(accepted()) == [Leave("User initiated disconnect")]
    assert meeting.is_in(Phase.ENDED)


def test_quit_leaves_first() -> None:
    out = in_meeting().run("quit")
    assert published(out) == ["userInitiatedDisconnect"]
    assert [type(effect) for effect in out[-3:]] == [Leave, Answer, Quit]


@pytest.mark.parametrize(
    ("error", "waiting", "words", "can_rejoin"),
    [
        ("Disconnected by another participant", False, "took you out", True),
        ("Disconnected by another participant", True, "did not let you in", True),
        ("Call rejected", True, "did not let you in", True),
        ("Conference terminated by another participant", False, "ended the meeting for everybody", True),
        ("Signaling node disconnected", False, "server went down", True),
        ("Disabled", False, "switched off", False),
    ],
)
def test_being_disconnected_is_said_in_words(error: str, waiting: bool, words: str, can_rejoin: bool) -> None:
    meeting = Meeting()
    service_type = "waiting_room" if waiting else "conference"
    meeting.feed(Join(LINK, "Mira"), accepted(service_type=service_type), StreamOpened())
    out = meeting.feed(Disconnected(error, "#pex1"))
    ending = meeting.state.ending
    assert ending is not None
    assert words in ending.sentence
    assert (ending.error, ending.code, ending.can_rejoin, ending.by_user) == (error, "#pex1", can_rejoin, False)
    assert payload(out, "disconnected") == {"error": error, "errorCode": "#pex1"}
    assert "userInitiatedDisconnect" not in published(out)
    assert of_type(out, Leave) == [Leave(error)]


@pytest.mark.parametrize("reply_first", [True, False])
def test_ending_for_all_is_ones_own_doing(reply_first: bool) -> None:
    meeting = in_meeting()
    [request] = [effect for effect in meeting.run("end") if hasattr(effect, "ticket")]
    done = RequestDone(request.ticket, True)
    over = Disconnected("Conference terminated by another participant", "#pex125")
    out = meeting.feed(*((done, over) if reply_first else (over, done)))
    [answer] = of_type(out, Answer)
    assert (answer.ok, answer.message) == (True, "You ended the meeting for everybody.")
    ending = meeting.state.ending
    assert ending is not None
    assert ending.by_user
    assert len(of_type(out, Leave)) == 1


def test_rejoining_the_same_meeting_keeps_the_chat() -> None:
    meeting = in_meeting()
    meeting.ask("say hello")
    meeting.run("leave")
    meeting.feed(Join(LINK, "Mira"))
    assert [line.text for line in meeting.state.chat.lines] == ["hello"]
    meeting.run("leave")
    meeting.feed(Join(replace(LINK, alias="other"), "Mira"))
    assert meeting.state.chat.lines == ()


def test_rejoining_the_same_meeting_needs_no_pin_again() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), PinNeeded(True, True), GivePin("4711"), accepted(), StreamOpened())
    meeting.run("leave")
    out = meeting.feed(Join(LINK, "Mira"), PinNeeded(True, True))
    assert [request.pin for request in of_type(out, RequestToken)] == ["", "4711"]
    meeting.run("leave")
    out = meeting.feed(Join(replace(LINK, alias="other"), "Mira"), PinNeeded(True, True))
    assert [request.pin for request in of_type(out, RequestToken)] == [""]
    assert meeting.is_in(Phase.PIN)


def test_transfer_leaves_and_joins_with_the_token_but_not_the_pin() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira", pin="4711"), PinNeeded(True, True), accepted(), StreamOpened())
    out = meeting.feed(Transferred("other", token="t-1"))
    assert payload(out, "transfer") == {"alias": "other"}
    assert [type(effect) for effect in out[-2:]] == [Leave, RequestToken]
    assert out[-2] == Leave("Transfer")
    [request] = of_type(out, RequestToken)
    assert (request.link.alias, request.token, request.pin) == ("other", "t-1", "")
    assert meeting.state.link is not None
    assert meeting.state.link.alias == "other"
    out = meeting.feed(accepted(Role.PARTICIPANT), StreamOpened())
    assert "authenticatedWithConference" in published(out)
    assert len(of_type(out, ConnectMedia)) == 1


@pytest.mark.parametrize("target", ["conference", "breakout"])
@pytest.mark.parametrize("alias", ["x\x1b]0;owned\x07", "a\u202eb", "a/b", "", "..", "a\n"])
def test_a_transfer_to_a_name_that_is_none_changes_nothing(alias: str, target: Any) -> None:
    meeting = in_meeting()
    before = meeting.state
    assert meeting.feed(Transferred(alias, token="t-1", target=target)) == []
    assert meeting.state == replace(before, notices=meeting.state.notices)
    assert "you stay here" in meeting.texts()[-1]


def test_a_meeting_without_a_name_is_called_by_its_cleaned_alias() -> None:
    meeting = Meeting()
    meeting.feed(Join(LINK, "Mira"), replace(accepted(), conference_name="", alias="x\x1b[2J"))
    assert "\x1b" not in meeting.state.conference_name


def test_joining_twice_is_ignored() -> None:
    meeting = in_meeting()
    assert meeting.feed(Join(replace(LINK, alias="other"), "Mira")) == []


def test_the_table_refuses_what_it_does_not_have() -> None:
    rows = list(machine.PHASES.rows())
    assert (Phase.PIN, machine.Move.GIVE_PIN, Phase.JOINING) in rows
    with pytest.raises(IllegalMove, match="no move ENTER in state ENDED"):
        machine.PHASES.after(Phase.ENDED, machine.Move.ENTER)
    reachable = {Phase.IDLE} | {following for _, _, following in rows}
    assert reachable == set(Phase)
