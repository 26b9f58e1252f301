"""What reaches the terminal: no steering characters, no Unicode where it is not read, and what is so."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.app.conftest import Running, feed, until
from tui_meet.app.ascii import ascii_text
from tui_meet.app.panes import header_text
from tui_meet.app.view import meeting_name
from tui_meet.backends.fake import scenes
from tui_meet.core.events import MessageArrived
from tui_meet.core.ids import MAIN_ROOM, ParticipantId
from tui_meet.core.model import LocalMedia, MeetingLink, Participant
from tui_meet.core.state import MeetingState, Roster
from tui_meet.render.capability import ColourDepth

ME = ParticipantId("me")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“mute-all” isn’t in force…", '"mute-all" isn\'t in force.'),
        ("Zoë Łukasiewicz – Søren", "Zoe Lukasiewicz - Soren"),
        ("日本 🎤", "???? ??"),
        ("╭─┐│▌█", "+-+||#"),
        ("plain", "plain"),
    ],
)
def test_ascii_twins(text: str, shown: str) -> None:
    assert ascii_text(text) == shown


@given(st.text())
def test_ascii_is_as_wide_as_the_text(text: str) -> None:
    shown = ascii_text(text)
    assert shown.isascii()
    if all(unicodedata.category(character)[0] not in "CM" for character in text):
        assert cell_len(shown) == sum(map(cell_len, text))


@pytest.mark.parametrize("depth", [ColourDepth.TRUECOLOUR, ColourDepth.NONE])
@pytest.mark.parametrize("keys", [(), ("question_mark",), ("ctrl+p",), ("colon", "h", "a", "tab")])
async def test_without_unicode_only_ascii_is_painted(
    running: Running, depth: ColourDepth, keys: tuple[str, ...]
) -> None:
    meeting = scenes.planning(moderator=False)
    meeting.people[scenes.BORIS] = replace(meeting.people[scenes.BORIS], display_name="Борис “Bö” 日本")
    async with running(meeting, size=(160, 45), unicode=False, depth=depth) as (desk, pilot):
        feed(desk, [MessageArrived("m1", scenes.ALICE, "Alice", "“quoted” – naïve 🎤 │", False, MAIN_ROOM)])
        await until(pilot, lambda: "quoted" in desk.text())
        await pilot.press(*keys)
        await pilot.pause(0.1)
        shown = desk.text()
        assert {sign for sign in shown if not sign.isascii()} == set()
        assert {len(line) for line in shown.splitlines()} == {160}


def _state(camera_on: bool, hidden: bool) -> MeetingState:
    me = Participant(ME, "Mira", is_camera_muted=hidden)
    return replace(
        MeetingState(), me=ME, local=LocalMedia(True, camera_on), rosters={MAIN_ROOM: Roster({ME: me})}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("camera_on", "hidden", "words", "live"),
    [
        (True, False, "camera on", True),
        (True, True, "camera off by the room", False),
        (False, True, "camera off", False),
        (False, False, "camera off", False),
    ],
)
def test_the_header_says_what_becomes_of_the_camera(camera_on: bool, hidden: bool, words: str, live: bool) -> None:
    text = header_text(_state(camera_on, hidden), 1.0, scenes.EPOCH)
    assert (text.camera, text.camera_live) == (words, live)


def test_the_name_in_the_link_is_shown_without_what_steers_a_terminal() -> None:
    state = replace(MeetingState(), link=MeetingLink("http://x", "a\x1b]0;owned\x07\u202eb"))
    assert meeting_name(state, "Meeting") == "a]0;ownedb"
    assert header_text(state, 1.0, scenes.EPOCH).name == "a]0;ownedb"
    assert meeting_name(replace(state, link=MeetingLink("http://x", "\x1b")), "Meeting") == "Meeting"
