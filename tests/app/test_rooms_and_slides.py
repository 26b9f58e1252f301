"""Presentations, composed pictures, breakout rooms, captions and levels as the meeting screen shows them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.app.conftest import WALL, Desk, Running, feed, until
from tui_meet.app.stage_plan import plan_stage
from tui_meet.app.widgets.figures import figure_rows
from tui_meet.app.widgets.stage import Stage
from tui_meet.app.widgets.tile import Tile
from tui_meet.backends.fake import scenes
from tui_meet.core import effects as order
from tui_meet.core.events import (
    BreakoutBegan,
    BreakoutReferred,
    CaptionArrived,
    Event,
    MediaConnected,
    ParticipantCreated,
    PresentationStarted,
    PresentationStopped,
    RosterSyncBegan,
    RosterSynced,
    StatusChanged,
)
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId
from tui_meet.core.model import ConferenceStatus
from tui_meet.core.state import Layer
from tui_meet.render.capability import ColourDepth

BLUE = RoomId("00000000-0000-4000-9000-0000000000b1")
ME_IN_BLUE = ParticipantId("00000000-0000-4000-8000-0000000000b1")
FELIX = ParticipantId("00000000-0000-4000-8000-00000000000f")


def tiles(desk: Desk) -> dict[str, Tile]:
    return {tile.person: tile for tile in desk.app.screen.query_one(Stage).query(Tile)}


def header(desk: Desk) -> str:
    return desk.lines("Header")


async def with_media(desk: Desk, pilot: Pilot[int]) -> None:
    feed(desk, [MediaConnected()])
    await until(pilot, lambda: desk.state.connection.media is Layer.UP)


def open_blue(*, help_asked_at: float = 0.0) -> list[Event]:
    status = ConferenceStatus(
        breakout=True, breakout_name="Blue", end_time=WALL + 250, help_asked_at=help_asked_at, breakout_rooms=True
    )
    people = (scenes.person(ME_IN_BLUE, "Mira Okafor", 9.0, moderator=True), scenes.person(FELIX, "Felix Aumann", 8.0))
    return [
        StatusChanged(MAIN_ROOM, ConferenceStatus(breakout_rooms=True)),
        BreakoutBegan(BLUE, ME_IN_BLUE),
        StatusChanged(BLUE, status),
        RosterSyncBegan(BLUE),
        *(ParticipantCreated(BLUE, person) for person in people),
        RosterSynced(BLUE),
    ]


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
async def test_a_presentation_gets_most_of_the_stage(running: Running, size: tuple[int, int]) -> None:
    async with running(size=size) as (desk, pilot):
        await with_media(desk, pilot)
        feed(desk, [PresentationStarted(MAIN_ROOM, scenes.ALICE, "Alice Lindqvist")])
        await until(pilot, lambda: "slides" in tiles(desk) and tiles(desk)["slides"].size.width > 0)
        slides, others = tiles(desk)["slides"], [tile for id, tile in tiles(desk).items() if id != "slides"]
        assert "Alice Lindqvist presents" in desk.text()
        assert others
        assert all(slides.size.area > 2 * tile.size.area for tile in others)
        await until(pilot, lambda: desk.board.slot("slides").wanted is not None)
        shown = desk.app.screen.query_one(Stage).pictures_shown
        desk.media.put("slides", np.full((90, 160, 3), 240, np.uint8), 0.0)
        await until(pilot, lambda: desk.app.screen.query_one(Stage).pictures_shown > shown)
        feed(desk, [PresentationStopped(MAIN_ROOM)])
        await until(pilot, lambda: "slides" not in tiles(desk))
        assert desk.board.slot("slides").wanted is None


async def test_what_one_presents_is_in_the_header_with_its_page(running: Running) -> None:
    async with running() as (desk, pilot):
        await with_media(desk, pilot)
        await pilot.press("colon", *"present plan.pdf", "enter")
        await until(pilot, lambda: "presenting plan.pdf · page 1/3" in header(desk))
        figures = {row[0][0].strip(): row[1][0] for row in figure_rows(desk.app._face) if len(row) == 2}
        assert (figures["yours"], figures["of others"], figures["page"]) == ("being sent", "none received", "1 of 3")
        await pilot.press("colon", *"page next", "enter")
        await until(pilot, lambda: "page 2/3" in header(desk))
        await pilot.press("colon", *"present stop", "enter")
        await until(pilot, lambda: "presenting" not in header(desk))


async def test_a_server_without_slots_shows_its_one_picture_and_oneself(running: Running) -> None:
    meeting = scenes.planning()
    meeting.parts = frozenset()
    async with running(meeting) as (desk, pilot):
        await with_media(desk, pilot)
        await until(pilot, lambda: set(tiles(desk)) == {"main", scenes.ME})
        await until(pilot, lambda: desk.board.slot("main").wanted is not None)
        assert tiles(desk)["main"].size.area > 2 * tiles(desk)[scenes.ME].size.area
        assert "Boris Petrov" in desk.lines("#people")
        shown = desk.app.screen.query_one(Stage).pictures_shown
        desk.media.put("main", np.full((90, 160, 3), 90, np.uint8), 0.0)
        await until(pilot, lambda: desk.app.screen.query_one(Stage).pictures_shown > shown)
        feed(desk, [PresentationStarted(MAIN_ROOM, scenes.ALICE, "Alice Lindqvist")])
        await until(pilot, lambda: set(tiles(desk)) == {"slides", "main", scenes.ME})
        assert tiles(desk)["slides"].large
        assert not tiles(desk)["main"].large


async def test_moderators_see_rooms_and_go_there_by_enter(running: Running) -> None:
    async with running() as (desk, pilot):
        feed(desk, open_blue(help_asked_at=WALL - 3))
        await until(pilot, lambda: "Blue: 2 people, asks for help, 4:10 left" in desk.lines("#moderation"))
        assert "Main room: 5 people, you are here" in desk.lines("#moderation")
        assert "“Blue” asks for help." in desk.text()
        assert "open a breakout room" in desk.lines("#moderation")
        await pilot.press("4", "j", "j", "enter")
        await until(pilot, lambda: any(isinstance(done, order.MoveParticipants) for done in desk.backend.performed))
        moved = next(done for done in desk.backend.performed if isinstance(done, order.MoveParticipants))
        assert moved.participants == (scenes.ME,)


async def test_in_a_breakout_one_sees_its_people_and_where_one_is(running: Running) -> None:
    async with running() as (desk, pilot):
        feed(desk, [*open_blue(), BreakoutReferred(BLUE, "Blue", scenes.ALICE)])
        await until(pilot, lambda: "breakout Blue · 4:10 left" in header(desk))
        assert "Alice Lindqvist moved you to “Blue”." in desk.text()
        assert "Felix Aumann" in desk.lines("#people")
        assert "Boris" not in desk.lines("#people")
        assert "Mira Okafor (you)" in desk.lines("#people")
        assert ME_IN_BLUE in tiles(desk)
        assert tiles(desk)[ME_IN_BLUE].text.name == "You"
        feed(desk, [BreakoutReferred(MAIN_ROOM)])
        await until(pilot, lambda: "breakout" not in header(desk))
        assert "You are in the main room now." in desk.text()
        assert "Boris Petrov" in desk.lines("#people")


async def test_choosing_the_move_row_asks_only_for_the_room_of_the_selected_person(running: Running) -> None:
    async with running() as (desk, pilot):
        feed(desk, open_blue())
        await until(pilot, lambda: BLUE in desk.state.breakouts)
        await pilot.press("2", "j", "j", "j", "4")
        pane = desk.app.screen.query_one("#moderation")
        pane.move_to("room:breakout move")  # type: ignore[attr-defined]  # a ModerationPane
        await pilot.press("enter")
        await until(pilot, lambda: "Room for Boris Petrov:" in desk.text())
        await pilot.press(*"Blue", "enter")
        await until(pilot, lambda: any(isinstance(done, order.MoveParticipants) for done in desk.backend.performed))
        moved = next(done for done in desk.backend.performed if isinstance(done, order.MoveParticipants))
        assert moved.participants == (scenes.BORIS,)


@pytest.mark.parametrize("depth", [ColourDepth.TRUECOLOUR, ColourDepth.NONE])
async def test_captions_name_the_speaker_and_take_room_only_while_on(running: Running, depth: ColourDepth) -> None:
    meeting = scenes.planning()
    meeting.status = replace(meeting.status, live_captions_available=True)
    async with running(meeting, size=(80, 24), depth=depth, unicode=depth is not ColourDepth.NONE) as (desk, pilot):
        assert not desk.app.screen.query_one("#captions").display
        await pilot.press("colon", *"captions on", "enter")
        await until(pilot, lambda: "Captions: nothing was said yet" in desk.text())
        feed(desk, [CaptionArrived(MAIN_ROOM, "Let us begin", False, (scenes.CHIARA,))])
        await until(pilot, lambda: "Chiara Rossi: Let us begin" in desk.text().splitlines()[-2])
        long = "and so " * 30 + "we end here."
        feed(desk, [CaptionArrived(MAIN_ROOM, long, True, (scenes.CHIARA,))])
        await until(pilot, lambda: desk.text().splitlines()[-2].rstrip().endswith("we end here."))
        assert desk.text().splitlines()[-2].startswith(" Chiara Rossi: ")
        await pilot.press("colon", *"captions off", "enter")
        await until(pilot, lambda: not desk.app.screen.query_one("#captions").display)


async def test_the_level_of_the_meeting_is_said_in_words_on_its_colour(running: Running) -> None:
    meeting = scenes.planning()
    meeting.status = replace(
        meeting.status, classification_levels={1: "Public", 2: "Secret"}, classification_current=2,
        classification_colours={2: "#aa0000"},
    )  # fmt: skip
    async with running(meeting) as (desk, pilot):
        await until(pilot, lambda: "classification: Secret" in header(desk))
        strip = desk.app.screen.query_one("Header").render_line(0)
        chip = next(segment for segment in strip if "Secret" in segment.text)
        assert chip.style is not None
        assert chip.style.bgcolor is not None
        assert chip.style.bgcolor.get_truecolor() == (0xAA, 0, 0)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Secret" in header(desk))


def test_a_large_tile_leaves_a_strip_where_there_is_room_for_one() -> None:
    wide, tall = plan_stage(4, 112, 30, large=True), plan_stage(4, 60, 40, large=True)
    assert wide.regions[1].x >= wide.regions[0].right
    assert tall.regions[1].y >= tall.regions[0].bottom
    assert plan_stage(3, 20, 6, large=True).hidden == 2
