"""The join form begins with what the settings say, and joins as it is filled in."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Checkbox, Input

from tests.app.conftest import LINK, Desk, feed, make_desk, until
from tui_meet.app.app import MeetApp
from tui_meet.core.commands import Join
from tui_meet.core.events import StreamLost
from tui_meet.core.model import MeetingLink
from tui_meet.core.state import Phase


def _desk(*, microphone_on: bool, camera_on: bool) -> Desk:
    """The form, with these settings."""
    desk = make_desk(join=False)
    face = desk.app._face

    def order(link: MeetingLink) -> Join:
        return Join(link, "", microphone_on=microphone_on, camera_on=camera_on, try_resume=False)

    desk.app = MeetApp(
        desk.driver, capability=face.capability, name="Ann", link=LINK, order=order, clock=face.clock, wall=face.wall
    )
    return desk


def _switch(pilot: Pilot[int], name: str) -> Checkbox:
    return pilot.app.screen.query_one(f"#{name}", Checkbox)


@pytest.mark.parametrize(("microphone_on", "camera_on"), [(False, True), (True, False), (True, True)])
async def test_switches_begin_as_the_settings_say(microphone_on: bool, camera_on: bool) -> None:
    desk = _desk(microphone_on=microphone_on, camera_on=camera_on)
    async with desk.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(desk.app.screen.query("#link")))
        assert (_switch(pilot, "microphone").value, _switch(pilot, "camera").value) == (microphone_on, camera_on)
        desk.app.screen.query_one("#name", Input).focus()
        await pilot.press("enter")
        await until(pilot, lambda: desk.state.phase is Phase.IN_MEETING)
        assert (desk.state.local.microphone_on, desk.state.local.camera_on) == (microphone_on, camera_on)


async def test_a_switch_can_be_turned_on_against_the_settings() -> None:
    desk = _desk(microphone_on=False, camera_on=False)
    async with desk.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(desk.app.screen.query("#link")))
        _switch(pilot, "camera").toggle()
        desk.app.screen.query_one("#name", Input).focus()
        await pilot.press("enter")
        await until(pilot, lambda: desk.state.phase is Phase.IN_MEETING)
        assert (desk.state.local.microphone_on, desk.state.local.camera_on) == (False, True)


async def test_rejoining_keeps_to_the_settings_too() -> None:
    desk = _desk(microphone_on=False, camera_on=True)
    async with desk.app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(desk.app.screen.query("#link")))
        desk.app.screen.query_one("#name", Input).focus()
        await pilot.press("enter")
        await until(pilot, lambda: desk.state.phase is Phase.IN_MEETING)
        await pilot.press("q", "y")
        await until(pilot, lambda: bool(desk.app.screen.query("#rejoin")))
        await pilot.press("r")
        await until(pilot, lambda: desk.state.phase is Phase.IN_MEETING)
        feed(desk, [StreamLost("The server is gone.")])
        await until(pilot, lambda: desk.state.phase is Phase.ENDED)
