"""From the join form to why it ended, at every size of terminal."""

from __future__ import annotations

import numpy as np
import pytest
from textual.widgets import Button, Input

from tests.app.conftest import LINK, Running, feed, until
from tui_meet.app.base_screen import size_class
from tui_meet.app.widgets.stage import Stage
from tui_meet.app.widgets.tile import Tile
from tui_meet.backends.fake import scenes
from tui_meet.core import effects as order
from tui_meet.core.events import ActionReported, Disconnected, JoinRefused, SlotsBound, StreamLost
from tui_meet.core.ids import ParticipantId, StreamId
from tui_meet.core.model import SlotBinding
from tui_meet.core.state import Phase
from tui_meet.render.capability import ColourDepth


async def test_form_says_what_is_wrong_and_then_joins(running: Running) -> None:
    async with running(join=False, on="join") as (desk, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: "No link was given" in desk.lines("#join-problem"))
        desk.app.screen.query_one("#link", Input).value = LINK
        await pilot.press("enter")
        await until(pilot, lambda: "Say who you are" in desk.lines("#join-problem"))
        await pilot.press(*"Ann", "enter")
        await until(pilot, lambda: desk.state.phase is Phase.IN_MEETING)
        asked = next(done for done in desk.backend.performed if isinstance(done, order.RequestToken))
        assert (asked.link.alias, asked.display_name) == ("standup", "Ann")


async def test_wrong_pin_says_how_many_tries_are_left(running: Running) -> None:
    meeting = scenes.planning()
    meeting.host_pin, meeting.guest_pin = "1234", "99"
    async with running(meeting, on="pin") as (desk, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: "lets nobody in without a PIN" in desk.lines("#ask-problem"))
        await pilot.press(*"77", "enter")
        await until(pilot, lambda: "That PIN is wrong: 2 tries left." in desk.lines("#ask-problem"))
        assert "77" not in desk.text()
        await pilot.press(*"1234", "enter")
        await until(pilot, lambda: desk.state.phase is Phase.IN_MEETING)
        assert desk.state.is_moderator


async def test_three_wrong_pins_end_it_in_words(running: Running) -> None:
    meeting = scenes.planning()
    meeting.host_pin, meeting.guest_pin = "1234", "99"
    async with running(meeting, on="pin") as (desk, pilot):
        for tries in (2, 1, 0):
            await pilot.press("7", "enter")
            await until(
                pilot,
                lambda tries=tries: (
                    desk.state.pin_prompt is None  # type: ignore[misc]
                    or (desk.state.pin_prompt.wrong and desk.state.pin_prompt.tries_left == tries)
                ),
            )
        await until(pilot, lambda: desk.state.phase is Phase.ENDED)
        assert "PIN" in desk.lines("#ended-why")


async def test_waiting_room_until_let_in(running: Running) -> None:
    meeting = scenes.planning(moderator=False)
    meeting.knock = True
    async with running(meeting, on="waiting") as (desk, pilot):
        assert desk.lines("#wait-name") == "Weekly planning"
        assert "moderator" in desk.lines("#wait-what")
        await pilot.press("q")
        await until(pilot, lambda: "Leave the waiting room?" in desk.text())
        await pilot.press("escape")
        assert desk.state.phase is Phase.WAITING
        feed(desk, meeting.update(scenes.ME, service_type="conference"))
        await until(pilot, lambda: bool(desk.app.screen.query("#people")))


@pytest.mark.parametrize("room", ["waiting", "pin"])
async def test_one_can_leave_before_being_let_in(running: Running, room: str) -> None:
    meeting = scenes.planning(moderator=False)
    meeting.knock = room == "waiting"
    meeting.host_pin = meeting.guest_pin = "1234" if room == "pin" else ""
    async with running(meeting, on=room) as (desk, pilot):
        await pilot.press("escape")
        if room == "waiting":
            await pilot.press("y")
        await until(pilot, lambda: desk.state.phase in (Phase.ENDED, Phase.IDLE))
        await until(pilot, lambda: bool(desk.app.screen.query("#ended-why, #link")))


async def test_the_tile_with_the_cursor_is_whom_keys_act_on(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("1", "right")
        await until(pilot, lambda: "Boris Petrov" in desk.lines("#moderation"))
        await pilot.press("u")
        await until(pilot, lambda: desk.meeting.people[scenes.BORIS].is_muted)


async def test_the_end_says_why_and_rejoins(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("S", "question_mark")
        feed(desk, [Disconnected("Conference terminated by a Host participant", "#pex84")])
        await until(pilot, lambda: desk.state.phase is Phase.ENDED and bool(desk.app.screen.query("#ended-why")))
        assert desk.lines("#ended-why")
        assert "#pex84" in desk.lines("#ended-code")
        assert desk.app.screen.query_one("#rejoin", Button).disabled is not desk.state.ending.can_rejoin  # type: ignore[union-attr]
        await pilot.press("b")
        await until(pilot, lambda: bool(desk.app.screen.query("#link")))
        assert desk.app.screen.query_one("#link", Input).value == LINK


async def test_rejoin_key_joins_the_same_meeting_again(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("q", "y")
        await until(pilot, lambda: bool(desk.app.screen.query("#rejoin")))
        await pilot.press("r")
        await until(pilot, lambda: desk.state.phase is Phase.IN_MEETING and bool(desk.app.screen.query("#people")))


async def test_a_refused_join_is_said(running: Running) -> None:
    async with running(join=False, on="join") as (desk, pilot):
        desk.backend.refusal = JoinRefused("Participant limit reached", "#pex101")
        desk.app.screen.query_one("#link", Input).value = LINK
        desk.app.screen.query_one("#name", Input).value = "Ann"
        await pilot.press("enter")
        await until(pilot, lambda: desk.state.phase is Phase.ENDED and bool(desk.app.screen.query("#ended-why")))
        assert desk.lines("#ended-why")


async def test_a_lost_server_is_said_in_the_header(running: Running) -> None:
    async with running() as (desk, pilot):
        desk.backend.stream_answers = False
        feed(desk, [StreamLost("The server does not answer.")])
        await until(pilot, lambda: "server" in desk.lines("Header"))


async def test_being_muted_is_a_banner_that_esc_dismisses(running: Running) -> None:
    async with running(scenes.planning(moderator=False)) as (desk, pilot):
        feed(desk, desk.meeting.update(scenes.ME, is_muted=True))
        feed(desk, [ActionReported("mute", scenes.ALICE, scenes.ME)])
        await until(pilot, lambda: "Alice Lindqvist" in desk.text().splitlines()[1])
        assert "muted" in desk.lines("Header")
        await pilot.press("escape")
        await until(pilot, lambda: "Esc dismisses" not in desk.text())


@pytest.mark.parametrize(
    ("size", "name"),
    [((160, 45), "-wide"), ((110, 28), "-wide"), ((109, 45), "-medium"), ((80, 24), "-medium"), ((63, 24), "-small"),
     ((40, 10), "-small"), ((39, 10), "-tiny"), ((200, 9), "-tiny")],
)  # fmt: skip
def test_size_classes(size: tuple[int, int], name: str) -> None:
    assert size_class(*size) == name


@pytest.mark.parametrize("unicode", [True, False], ids=["unicode", "ascii"])
async def test_resizing_down_and_up_keeps_everything(running: Running, unicode: bool) -> None:
    async with running(unicode=unicode, depth=ColourDepth.TRUECOLOUR if unicode else ColourDepth.NONE) as (desk, pilot):
        for width, height in ((160, 45), (80, 24), (40, 10), (30, 8), (1, 1), (40, 10), (80, 24), (160, 45)):
            await pilot.resize_terminal(width, height)
            await pilot.pause(0.05)
            shown = desk.text()
            if (width, height) == (30, 8):
                assert "Make the terminal at least" in shown
                assert "Boris" not in shown
            elif (width, height) == (40, 10):
                assert "Boris" in shown
                assert "panes" in shown.splitlines()[-1]
            elif width >= 80:
                assert "Make the terminal" not in shown
                assert "Boris Petrov" in shown
            if not unicode and width > 1:
                ours = shown.replace("›", "")
                assert all(ord(sign) < 0x2500 for sign in ours), [sign for sign in ours if ord(sign) >= 0x2500]


async def test_panes_by_number_at_80x24(running: Running) -> None:
    async with running(size=(80, 24)) as (desk, pilot):
        await pilot.press("3")
        await until(pilot, lambda: "Message to everybody" in desk.text())
        await pilot.press("4")
        await until(pilot, lambda: "mute-all" in desk.text())
        await pilot.press("p")
        await until(pilot, lambda: "mute-all" not in desk.text().replace(desk.text().splitlines()[-1], ""))
        await pilot.press("2")
        await until(pilot, lambda: "In the meeting" in desk.text())


async def test_stage_shows_pictures_of_those_who_have_them_and_asks_for_their_sizes(running: Running) -> None:
    async with running() as (desk, pilot):
        stage = desk.app.screen.query_one(Stage)
        await until(pilot, lambda: any(isinstance(done, order.RequestSlots) for done in desk.backend.performed))
        asked = [done for done in desk.backend.performed if isinstance(done, order.RequestSlots)][-1].sizes
        sizes = {stream: (width, height) for stream, width, height in asked}
        bound = {slot.participant: slot.stream for slot in desk.state.slots if slot.participant is not None}
        assert min(sizes[bound[scenes.BORIS]]) > 0
        desk.media.put(bound[scenes.BORIS], np.full((40, 60, 3), 200, np.uint8), 0.0)
        before = stage.pictures_shown
        await until(pilot, lambda: stage.pictures_shown > before)
        await pilot.press("1", "z")
        await until(pilot, lambda: len(stage.query(Tile)) == 1)
        await pilot.press("escape")
        await until(pilot, lambda: len(stage.query(Tile)) == 5)


async def test_who_speaks_comes_first_and_oneself_last(running: Running) -> None:
    async with running() as (desk, pilot):
        stage = desk.app.screen.query_one(Stage)

        def order_of_tiles() -> list[str]:
            return [tile.person for tile in sorted(stage.query(Tile), key=lambda tile: tile.place)]

        assert order_of_tiles()[0] == scenes.CHIARA
        assert order_of_tiles()[-1] == scenes.ME
        desk.meeting.stage = ((scenes.ALICE, 80), (scenes.CHIARA, 0))
        feed(desk, desk.meeting.stage_events())
        await until(pilot, lambda: order_of_tiles()[0] == scenes.ALICE)
        assert order_of_tiles()[-1] == scenes.ME


async def test_in_a_large_meeting_those_with_pictures_have_the_tiles(running: Running) -> None:
    meeting = scenes.planning()
    for number in range(40):
        somebody = scenes.person(ParticipantId(f"p{number:02}"), f"Person {number}", 10.0 + number, camera_off=True)
        meeting.people[somebody.id] = somebody
    last = scenes.person(ParticipantId("last"), "Zoe Last", 200.0)
    meeting.people[last.id] = last
    async with running(meeting) as (desk, pilot):
        stage = desk.app.screen.query_one(Stage)
        await until(pilot, lambda: len(stage.query(Tile)) == 12)
        assert last.id not in {tile.person for tile in stage.query(Tile)}
        feed(desk, [SlotsBound((SlotBinding(StreamId("0"), last.id), SlotBinding(StreamId("1"), scenes.CHIARA)))])
        await until(pilot, lambda: last.id in {tile.person for tile in stage.query(Tile)})
        assert {scenes.ME, scenes.CHIARA} <= {tile.person for tile in stage.query(Tile)}
        assert any(tile.text.note == "and 34 more" for tile in stage.query(Tile))
