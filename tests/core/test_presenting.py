"""Presenting: floor, media, stealing, receiving, and the public event at every change (wire document 4.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.meeting import ADA, BOB, ME, MYSELF, PEOPLE, Meeting, in_meeting, of_type, payload, published, roster
from tui_meet.core import effects as fx
from tui_meet.core import events as e
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, RoomId
from tui_meet.core.model import ConferenceStatus, Presenter, Role
from tui_meet.core.state import Layer

CHANGE = "presentationConnectionStateChange"


def presenting(meeting: Meeting, file: str = "slides.pdf") -> None:
    """We present: the floor is ours and the media plane sends."""
    [floor] = of_type(meeting.run(f"present {file}"), fx.TakeFloor)
    [present] = of_type(meeting.feed(e.RequestDone(floor.ticket, True)), fx.Present)
    assert present.path == file
    meeting.feed(e.PresentationChanged("connecting", "new"), e.PresentationChanged("connected", "new"))
    [answer] = of_type(meeting.feed(e.RequestDone(present.ticket, True)), fx.Answer)
    assert (answer.ok, answer.message) == (True, f"You present {file}.")


def states(meeting: Meeting) -> list[tuple[str, str]]:
    """(send, recv) of every public event so far."""
    told = [x.event.payload for x in of_type(meeting.out, fx.Publish) if x.event.name == CHANGE]
    return [(item["send"], item["recv"]) for item in told]


def test_the_floor_comes_before_the_file_and_every_change_is_told_once() -> None:
    meeting = in_meeting()
    presenting(meeting)
    assert states(meeting) == [("connecting", "new"), ("connected", "new")]
    assert meeting.state.presentation.file == "slides.pdf"
    out = meeting.run("present stop")
    release, stop = of_type(out, fx.ReleaseFloor), of_type(out, fx.Present)
    assert [x.path for x in stop] == [None]
    assert out.index(release[0]) < out.index(stop[0])
    meeting.feed(e.PresentationChanged("disconnected", "new"))
    out = meeting.feed(e.RequestDone(release[0].ticket, True), e.RequestDone(stop[0].ticket, True))
    assert of_type(out, fx.Answer)[0].message == "You present no more."
    assert states(meeting)[2:] == [("disconnected", "new")]
    assert meeting.state.presentation.file == ""


def test_a_refused_floor_is_a_failed_send() -> None:
    meeting = in_meeting()
    [floor] = of_type(meeting.run("present a.png"), fx.TakeFloor)
    out = meeting.feed(e.RequestDone(floor.ticket, False, 4101, "Only a moderator can present."))
    assert payload(out, CHANGE) == {"send": "failed", "recv": "new"}
    [answer] = of_type(out, fx.Answer)
    assert (answer.ok, answer.code, answer.message) == (False, 4101, "Only a moderator can present.")
    assert of_type(out, fx.Present) == []


def test_a_file_that_cannot_be_used_gives_the_floor_back() -> None:
    meeting = in_meeting()
    [floor] = of_type(meeting.run("present no.pdf"), fx.TakeFloor)
    [present] = of_type(meeting.feed(e.RequestDone(floor.ticket, True)), fx.Present)
    out = meeting.feed(e.RequestDone(present.ticket, False, message="There is no file no.pdf."))
    assert of_type(out, fx.ReleaseFloor) == [fx.ReleaseFloor(NO_TICKET)]
    assert of_type(out, fx.Answer)[0].message == "There is no file no.pdf."
    assert states(meeting) == [("connecting", "new"), ("failed", "new")]


def test_another_file_takes_no_second_floor_and_a_bad_one_keeps_the_first() -> None:
    meeting = in_meeting()
    presenting(meeting)
    out = meeting.run("present other.pdf")
    assert of_type(out, fx.TakeFloor) == []
    [present] = of_type(out, fx.Present)
    out = meeting.feed(e.RequestDone(present.ticket, False, message="No."))
    assert of_type(out, fx.ReleaseFloor) == []
    assert meeting.state.presentation.file == "slides.pdf"


def test_a_floor_that_comes_too_late_is_given_back() -> None:
    meeting = in_meeting()
    [floor] = of_type(meeting.run("present a.png"), fx.TakeFloor)
    meeting.later(16)
    out = meeting.feed(e.RequestDone(floor.ticket, True))
    assert [type(effect) for effect in out] == [fx.ReleaseFloor]


def test_stolen_stops_ours_releases_late_and_receives_theirs() -> None:
    meeting = in_meeting()
    presenting(meeting)
    meeting.out.clear()
    out = meeting.feed(e.PresentationStarted(MAIN_ROOM, ADA, "Ada Lovelace"))
    orders = [effect for effect in out if not isinstance(effect, fx.Publish)]
    assert orders == [fx.Present(NO_TICKET, None), fx.ReleaseFloor(NO_TICKET), fx.ReceivePresentation(True)]
    assert "Ada Lovelace presents now instead of you." in meeting.texts()
    assert meeting.state.presenter == Presenter(ADA, "Ada Lovelace")
    meeting.feed(e.PresentationChanged("disconnected", "connected"))
    assert states(meeting) == [("disconnected", "new"), ("disconnected", "connected")]


def test_three_empty_fields_revoke_our_floor_without_release() -> None:
    meeting = in_meeting()
    presenting(meeting)
    out = meeting.feed(e.PresentationStarted(MAIN_ROOM, type(ADA)(""), ""))
    assert of_type(out, fx.Present) == [fx.Present(NO_TICKET, None)]
    assert of_type(out, fx.ReleaseFloor) == []
    assert meeting.state.presenter is None


def test_taking_over_from_somebody_ends_receiving() -> None:
    meeting = in_meeting()
    meeting.feed(e.PresentationStarted(MAIN_ROOM, ADA, "Ada"))
    [floor] = of_type(meeting.run("present a.png"), fx.TakeFloor)
    out = meeting.feed(e.RequestDone(floor.ticket, True))
    assert of_type(out, fx.ReceivePresentation) == [fx.ReceivePresentation(False)]
    assert meeting.state.presenter is None


def test_receiving_begins_once_and_ends() -> None:
    meeting = in_meeting()
    out = meeting.feed(*[e.PresentationStarted(MAIN_ROOM, ADA, "Ada")] * 2)
    assert of_type(out, fx.ReceivePresentation) == [fx.ReceivePresentation(True)]
    out = meeting.feed(e.PresentationStopped(MAIN_ROOM), e.PresentationStopped(MAIN_ROOM))
    assert of_type(out, fx.ReceivePresentation) == [fx.ReceivePresentation(False)]


def test_who_comes_while_somebody_presents_receives_when_the_call_is_up() -> None:
    meeting = in_meeting()
    meeting.feed(e.MediaLost("Gone."))
    out = meeting.feed(e.PresentationStarted(MAIN_ROOM, ADA, "Ada"))
    assert of_type(out, fx.ReceivePresentation) == []
    assert of_type(meeting.feed(e.MediaConnected()), fx.ReceivePresentation) == [fx.ReceivePresentation(True)]


def test_a_lost_call_tells_both_directions_and_a_new_one_takes_them_up() -> None:
    meeting = in_meeting()
    presenting(meeting)
    out = meeting.feed(e.MediaLost("Gone."))
    assert payload(out, CHANGE) == {"send": "disconnected", "recv": "new"}
    assert of_type(out, fx.ReleaseFloor) == []
    assert of_type(meeting.feed(e.MediaConnected()), fx.Present) == [fx.Present(NO_TICKET, "slides.pdf")]


def test_a_lost_token_ends_the_presentation() -> None:
    meeting = in_meeting()
    presenting(meeting)
    out = meeting.feed(e.TokenLost())
    assert of_type(out, fx.ReleaseFloor) == []
    assert meeting.state.presentation.file == ""
    assert "Your presentation has stopped." in meeting.texts()


def test_a_presentation_that_ended_while_we_were_away_is_noticed() -> None:
    meeting = in_meeting()
    meeting.feed(e.PresentationStarted(MAIN_ROOM, ADA, "Ada"), e.StreamLost("Gone."))
    meeting.later(1)
    meeting.feed(e.StreamOpened(), *roster(MYSELF, replace(PEOPLE[0], is_presenting=True), PEOPLE[1]))
    assert meeting.state.presenter is not None
    out = meeting.feed(*roster(MYSELF, *PEOPLE))
    assert of_type(out, fx.ReceivePresentation) == [fx.ReceivePresentation(False)]


def test_a_presenter_who_leaves_presents_no_more() -> None:
    meeting = in_meeting()
    meeting.feed(e.PresentationStarted(MAIN_ROOM, BOB, "Bob"), e.ParticipantDeleted(MAIN_ROOM, BOB))
    assert meeting.state.presenters == {}


def test_a_presentation_that_comes_to_its_end_gives_the_floor_back() -> None:
    meeting = in_meeting()
    presenting(meeting)
    out = meeting.feed(e.PresentationChanged("closed", "new"))
    assert of_type(out, fx.ReleaseFloor) == [fx.ReleaseFloor(NO_TICKET)]
    assert "Your presentation is over." in meeting.texts()


def test_pages_are_turned_while_we_present() -> None:
    meeting = in_meeting()
    assert of_type(meeting.run("page next"), fx.Answer)[0].message == "You are not presenting."
    presenting(meeting)
    [turn] = of_type(meeting.run("page back"), fx.TurnPage)
    assert turn.forward is False
    [answer] = of_type(meeting.feed(e.RequestDone(turn.ticket, True, message="Page 1 of 3.")), fx.Answer)
    assert answer.message == "Page 1 of 3."


def test_the_servers_own_offer_is_for_a_call_alone() -> None:
    meeting = in_meeting()
    assert meeting.feed(e.OfferArrived("v=0")) == [fx.AnswerOffer("v=0")]
    assert of_type(meeting.run("leave"), fx.DisconnectMedia) != []
    assert meeting.feed(e.OfferArrived("v=0")) == []


def test_words_that_are_none_and_our_own_start_change_nothing() -> None:
    meeting = in_meeting()
    before = meeting.state
    assert meeting.feed(e.PresentationChanged("fine", "new")) == []
    assert meeting.feed(e.PresentationStarted(MAIN_ROOM, ME, "Mira")) == []
    assert meeting.state is before
    assert meeting.feed(e.PresentationStarted(RoomId("b-1"), ADA, "Ada")) == []


@pytest.mark.parametrize(
    ("role", "status", "up", "sentence"),
    [
        (Role.PARTICIPANT, {"presentation_allowed": False}, True, "not allowed"),
        (Role.PARTICIPANT, {"guests_can_present": False}, True, "Only a moderator"),
        (Role.MODERATOR, {}, False, "not connected"),
    ],
)
def test_why_not(role: Role, status: dict[str, Any], up: bool, sentence: str) -> None:
    meeting = in_meeting(role)
    meeting.feed(e.StatusChanged(MAIN_ROOM, ConferenceStatus(**status)))
    if not up:
        meeting.feed(e.MediaLost("Gone."))
        assert meeting.state.connection.media is Layer.LOST
    [answer] = of_type(meeting.run("present a.png"), fx.Answer)
    assert not answer.ok
    assert sentence in answer.message
    assert of_type(meeting.run("present stop"), fx.Answer)[0].ok is False


def test_leaving_tells_that_it_is_over() -> None:
    meeting = in_meeting()
    presenting(meeting)
    out = meeting.run("leave")
    assert payload(out, CHANGE)["send"] == "disconnected"
    assert published(out)[-1] != ""
