"""Chat: threads, own lines, bounds, what strangers write."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.meeting import ADA, BOB, ME, in_meeting, of_type, payload, published
from tui_meet.core.commands import ReadChat
from tui_meet.core.effects import Publish, SendMessage
from tui_meet.core.events import ApplicationMessageArrived, MessageArrived, RequestDone
from tui_meet.core.ids import MAIN_ROOM, ParticipantId
from tui_meet.core.reducers.chat import MAX_LINES
from tui_meet.core.sanitise import MAX_TEXT, safe_name, safe_text
from tui_meet.core.selectors import unread


def message(text: str, sender: ParticipantId = ADA, *, direct: bool = False, id_: str = "m1") -> MessageArrived:
    return MessageArrived(id_, sender, "Ada (origin)", text, direct, MAIN_ROOM)


def test_line_of_the_room_and_private_line() -> None:
    meeting = in_meeting()
    out = meeting.feed(message("hello"))
    body = payload(out, "message")
    assert body == {
        "at": "2023-11-14T22:15:00.000Z",
        "id": "m1",
        "message": "hello",
        "displayName": "Ada Lovelace",
        "userId": ADA,
        "direct": False,
    }
    out = meeting.feed(message("psst", direct=True))
    assert published(out) == ["directMessage"]
    assert payload(out, "directMessage")["direct"] is True
    assert [line.thread for line in meeting.state.chat.lines] == [None, ADA]
    assert meeting.state.chat.unread == {"": 1, ADA: 1}
    assert unread(meeting.state) == 2
    meeting.feed(ReadChat(ADA))
    assert meeting.state.chat.unread == {"": 1}
    meeting.feed(ReadChat())
    assert unread(meeting.state) == 0


def test_sender_not_in_the_roster_has_the_name_the_server_gave() -> None:
    meeting = in_meeting()
    assert payload(meeting.feed(message("x", ParticipantId("gone"))), "message")["displayName"] == "Ada (origin)"


@pytest.mark.parametrize("brought_back", ["never", "before the answer", "after the answer"])
@pytest.mark.parametrize("line", ["say hello", "dm bob hello"])
def test_own_line_is_shown_once(line: str, brought_back: str) -> None:
    meeting = in_meeting()
    [request] = of_type(meeting.run(line), SendMessage)
    echo = message("hello", ME, direct=line.startswith("dm"))
    done = RequestDone(request.ticket, True)
    orders: dict[str, list[Any]] = {
        "never": [done],
        "before the answer": [echo, done],
        "after the answer": [done, echo],
    }
    out = meeting.feed(*orders[brought_back])
    [shown] = meeting.state.chat.lines
    assert (shown.mine, shown.text, shown.sender, shown.sender_name) == (True, "hello", ME, "Mira")
    assert shown.thread == (BOB if line.startswith("dm") else None)
    assert of_type(out, Publish) == []
    assert meeting.state.chat.unread == {}


def test_same_words_twice_are_two_lines() -> None:
    meeting = in_meeting()
    meeting.ask("say yes")
    meeting.ask("say yes")
    meeting.feed(message("yes", ME), message("yes", ME))
    assert [line.text for line in meeting.state.chat.lines] == ["yes", "yes"]
    assert len({line.id for line in meeting.state.chat.lines}) == 2


def test_refused_line_is_not_shown() -> None:
    meeting = in_meeting()
    assert not meeting.ask("say hello", ok=False, message="Chat is switched off.").ok
    assert meeting.state.chat.lines == ()


def test_chat_is_bounded_and_counts_what_fell_off() -> None:
    meeting = in_meeting()
    for number in range(MAX_LINES + 7):
        meeting.feed(message(str(number)))
    assert len(meeting.state.chat.lines) == MAX_LINES
    assert meeting.state.chat.fallen_off == 7
    assert meeting.state.chat.lines[0].text == "7"


def test_application_message() -> None:
    meeting = in_meeting()
    event = ApplicationMessageArrived(ADA, "Ada", {"poll": [1, None]}, True, MAIN_ROOM)
    body = payload(meeting.feed(event), "applicationMessage")
    assert body["message"] == {"poll": [1, None]}
    assert body["direct"] is True
    assert meeting.texts()[-1] == "Application message from Ada Lovelace to you."


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain ünïcode 😀👩‍💻", "plain ünïcode 😀👩‍💻"),
        ("two\nlines\r\nthree", "two\nlines\nthree"),
        ("tab\there", "tab here"),
        ("\x1b[2J\x9b31m\x07", "\ufffd[2J\ufffd31m\ufffd"),
        ("\u202eevil\u2066", "\ufffdevil\ufffd"),
        ("\ud800", "\ufffd"),
        ("", ""),
        ("x" * 5000, "x" * (MAX_TEXT - 1) + "…"),
    ],
)
def test_text_of_strangers(raw: str, shown: str) -> None:
    assert safe_text(raw) == shown
    assert safe_text(shown) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("  Ada \n Lovelace\t", "Ada Lovelace"),
        ("", "Somebody"),
        ("\u200b", "\ufffd"),
        ("A\x00B", "A\ufffdB"),
        ("n" * 1000, "n" * 64),
    ],
)
def test_names_of_strangers(raw: str, shown: str) -> None:
    assert safe_name(raw) == shown
    assert safe_name(shown) == shown
