"""Captions, classification, layouts, and what the room says of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.core.meeting import ADA, ALL_PARTS, Meeting, in_meeting, of_type, payload, published
from tui_meet.core import effects as fx
from tui_meet.core import events as e
from tui_meet.core.completion import complete
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, ParticipantId, RoomId
from tui_meet.core.model import Captions, ConferenceStatus, Layout, Role
from tui_meet.core.reducers.captions import MAX_LINES
from tui_meet.core.reducers.layout import LAYOUTS
from tui_meet.core.selectors import Classification, classification, classification_levels

LEVELS = {0: "Open", 1: "Internal", 2: "Secret"}


def caption(text: str, final: bool, *speakers: ParticipantId, room: RoomId = MAIN_ROOM) -> e.CaptionArrived:
    return e.CaptionArrived(room, text, final, speakers)


def with_captions() -> Meeting:
    meeting = in_meeting(parts=ALL_PARTS | {"captions"})
    meeting.feed(e.StatusChanged(MAIN_ROOM, ConferenceStatus(live_captions_available=True)))
    return meeting


def test_unfinished_words_are_replaced_and_finished_ones_stay() -> None:
    meeting = with_captions()
    out = meeting.feed(caption("good mor", False, ADA))
    assert payload(out, "liveCaptions") == {"data": "good mor", "isFinal": False, "speakers": ["Ada Lovelace"]}
    meeting.feed(caption("good\nmorning", True, ADA), caption("and", False), caption("and then", False))
    assert [(line.text, line.is_final) for line in meeting.state.captions.lines] == [
        ("good morning", True), ("and then", False),
    ]  # fmt: skip
    meeting.feed(caption("", True))
    assert len(meeting.state.captions.lines) == 1
    meeting.feed(caption("elsewhere", True, room=RoomId("b-1")))
    assert len(meeting.state.captions.lines) == 1
    meeting.feed(*[caption("\x1b[2Jlots", True)] * (MAX_LINES + 5))
    assert len(meeting.state.captions.lines) == MAX_LINES
    assert "\x1b" not in meeting.state.captions.lines[-1].text


def test_captions_are_on_when_the_server_says_so() -> None:
    meeting = with_captions()
    assert not meeting.ask("captions on", ok=False, message="No.").ok
    assert meeting.state.captions == Captions(on=False)
    assert meeting.ask("captions on").message == "Live captions are on."
    assert meeting.state.captions == Captions(on=True)
    assert of_type(meeting.run("captions on"), fx.Answer)[0].message == "Live captions are on already."
    assert of_type(meeting.run("captions off"), fx.ShowCaptions)[0].on is False


def test_captioning_needs_the_part() -> None:
    meeting = with_captions()
    [request] = of_type(meeting.run("caption  so be   it"), fx.SendCaption)
    assert (request.text, request.is_final) == ("so be it", True)
    [answer] = of_type(in_meeting().run("caption x"), fx.Answer)
    assert answer.message == "This server takes no captions from people."
    [answer] = of_type(in_meeting().run("captions on"), fx.Answer)
    assert answer.message == "This meeting has no live captions."


@pytest.mark.parametrize(
    ("line", "level"),
    [("2", 2), ("Secret", 2), ("sec", 2), ("INTERNAL", 1), ("7", None), ("x", None)],
)
def test_classification_by_number_or_name(line: str, level: int | None) -> None:
    meeting = in_meeting()
    meeting.feed(e.StatusChanged(MAIN_ROOM, ConferenceStatus(classification_levels=LEVELS, classification_current=0)))
    out = meeting.run(f"classification {line}")
    if level is None:
        assert of_type(out, fx.Answer)[0].message == "The levels of this meeting are: 0 Open, 1 Internal, 2 Secret."
        return
    assert [request.level for request in of_type(out, fx.SetClassification)] == [level]


def test_levels_have_names_and_colours() -> None:
    meeting = in_meeting()
    assert classification(meeting.state) is None
    assert not of_type(meeting.run("classification 1"), fx.Answer)[0].ok
    colours = {2: "#123456", 1: "javascript:"}
    status = ConferenceStatus(classification_levels=LEVELS, classification_current=2, classification_colours=colours)
    meeting.feed(e.StatusChanged(MAIN_ROOM, status))
    assert classification(meeting.state) == Classification(2, "Secret", "#123456")
    found = classification_levels(meeting.state)
    assert [level.name for level in found] == ["Open", "Internal", "Secret"]
    assert len({level.colour for level in found}) == 3
    assert all(len(level.colour) == 7 for level in found)
    assert [c.text for c in complete("classification s", meeting.state)] == ["classification Secret"]


def test_layout_is_told_raw_and_kept_readable() -> None:
    meeting = in_meeting()
    raw = {
        "view": "1:7", "participants": [ADA, 5], "overlay_text_enabled": True, "pres_slot_coords": None,
        "requested_layout": {"primary_screen": {"chair_layout": "1:7", "guest_layout": "1:0"}},
    }  # fmt: skip
    assert payload(meeting.feed(e.LayoutChanged(raw)), "layoutUpdate") == raw
    assert meeting.state.layout == Layout("1:7", "1:7", "1:0", (ADA,), True)
    meeting.feed(e.LayoutChanged({"view": "4:0", "participants": "u-bob", "requested_layout": None}))
    assert meeting.state.layout == Layout("4:0", "1:7", "1:0", (ParticipantId("u-bob"),), True)
    assert published(meeting.feed(e.LayoutChanged({"view": 5}, RoomId("b-1")))) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("layout 1:7", fx.SetLayout(NO_TICKET, "1:7")),
        ("layout teams host", fx.SetLayout(NO_TICKET, "teams", "host")),
        ("layout 4:0 guest", fx.SetLayout(NO_TICKET, "4:0", "guest")),
        ("overlay on", fx.SetOverlayText(NO_TICKET, True)),
        ("overlay off", fx.SetOverlayText(NO_TICKET, False)),
    ],
)
def test_layout_lines(line: str, expected: Any) -> None:
    [request] = [x for x in in_meeting().run(line) if isinstance(x, fx.SetLayout | fx.SetOverlayText)]
    assert request.ticket != NO_TICKET
    assert replace(request, ticket=NO_TICKET) == expected


def test_layouts_are_asked_for_once_by_moderators_and_completed() -> None:
    meeting = in_meeting(Role.PARTICIPANT)
    out = meeting.feed(*[e.RoleChanged(role) for role in (Role.MODERATOR, Role.PARTICIPANT, Role.MODERATOR)])
    assert len(of_type(out, fx.ListLayouts)) == 1
    assert [c.text for c in complete("layout ", meeting.state)] == [f"layout {name}" for name in LAYOUTS]
    meeting.feed(e.LayoutsListed(("teams", "1:7", "teams", "two words", "")))
    assert [c.text for c in complete("layout ", meeting.state)] == ["layout 1:7", "layout teams"]
    alone = Meeting()
    alone.feed(e.LayoutsListed(("1:7",)))
    assert alone.state.layouts == ()


def test_the_room_describes_itself() -> None:
    meeting = in_meeting()
    status = ConferenceStatus(locked=True, classification_levels=LEVELS, classification_current=1)
    meeting.feed(e.StatusChanged(MAIN_ROOM, status))
    text = of_type(meeting.run("room"), fx.Answer)[0].message.splitlines()
    assert text == [
        "Meeting: Daily standup", "Alias: standup", "Link: http://127.0.0.1:8080/standup", "People: 3",
        "You are: moderator", "State: locked, Internal",
    ]  # fmt: skip


def test_a_server_without_the_extension_leaves_all_else_working() -> None:
    meeting = in_meeting(parts=frozenset())
    for line, sentence in (
        ("volume bob 50", "This server cannot change the volume of one person."),
        ("caption x", "This server takes no captions from people."),
        ("pin bob", "This server cannot pin people."),
    ):
        [answer] = of_type(meeting.run(line), fx.Answer)
        assert (answer.ok, answer.message) == (False, sentence)
    assert of_type(meeting.run("present a.png"), fx.TakeFloor) != []
