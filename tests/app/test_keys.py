"""Every key of the registry does what it says, or says why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.conftest import Running, feed, until
from tui_meet.app.actions import BY_KEY, BY_PERSON_KEY, Refuse, Run, press
from tui_meet.app.screens.confirm import ConfirmScreen
from tui_meet.backends.fake import scenes
from tui_meet.core import effects as order
from tui_meet.core.ids import MAIN_ROOM
from tui_meet.core.model import ConferenceStatus, LocalMedia, Participant
from tui_meet.core.registry import COMMANDS
from tui_meet.core.state import MeetingState, Phase, Roster

BORIS, EVE, ME = scenes.BORIS, scenes.EVE, scenes.ME

SELECT_BORIS = ("2", "j", "j", "j")
"""The rows are Eve, who waits, then Mira, Boris, ..."""


def _kinds(requests: list[order.Request]) -> list[tuple[object, ...]]:
    """Requests without their tickets; all are about the main room."""
    assert all(getattr(request, "room", MAIN_ROOM) == MAIN_ROOM for request in requests)
    return [
        (
            type(request),
            *(getattr(request, name) for name in request.__dataclass_fields__ if name not in ("ticket", "room")),
        )
        for request in requests
    ]


MODERATOR_KEYS: tuple[tuple[tuple[str, ...], tuple[object, ...]], ...] = (
    (("m",), (order.ReportClientMute, True)),
    (("m",), (order.ReportClientMute, False)),
    (("v",), (order.MuteVideo, ME, True)),
    (("v",), (order.MuteVideo, ME, False)),
    (("h",), (order.RaiseHand, ME, True)),
    (("h",), (order.RaiseHand, ME, False)),
    (("L",), (order.SetLock, True)),
    (("L",), (order.SetLock, False)),
    (("M",), (order.SetGuestsMuted, True)),
    (("M",), (order.SetGuestsMuted, False)),
    (("2", *"gjj", "u"), (order.MuteParticipant, BORIS, True)),
    (("u",), (order.MuteParticipant, BORIS, False)),
    (("H",), (order.RaiseHand, BORIS, False)),
    (("s",), (order.Spotlight, BORIS, True)),
    (("s",), (order.Spotlight, BORIS, False)),
    (("i",), (order.SetVolumes, {BORIS: 0})),
    (("plus",), (order.SetVolumes, {BORIS: 10})),
    (("minus",), (order.SetVolumes, {BORIS: 0})),
    (("n", "B", "o", "enter"), (order.Rename, BORIS, "Bo")),
    (("R", "y"), (order.SetRole, BORIS, True)),
    (("a",), (order.Admit, EVE)),
    (("D", "y"), (order.Drop, BORIS)),
    (("E", "enter"), (order.EndMeeting,)),
)
"""What a moderator presses, one after the other, and the request that each press is to make."""


async def test_every_moderator_key_reaches_the_server(running: Running) -> None:
    async with running() as (desk, pilot):
        for count, (keys, expected) in enumerate(MODERATOR_KEYS, start=1):
            await pilot.press(*keys)
            await until(pilot, lambda count=count: len(desk.requests()) >= count)  # type: ignore[misc]
            assert _kinds(desk.requests())[count - 1 :] == [expected], keys
            await pilot.pause(0.02)


async def test_deny_and_admit_all_keys(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("x", "y")
        await until(pilot, lambda: _kinds(desk.requests()) == [(order.Drop, EVE)])
        feed(desk, desk.meeting.join(scenes.person(EVE, "Eve", 9.0, waiting=True)))
        await until(pilot, lambda: EVE in desk.state.roster.people)
        await pilot.press("A")
        await until(pilot, lambda: _kinds(desk.requests())[1:] == [(order.Admit, EVE)])


async def test_every_key_of_the_registry_is_tried() -> None:
    tried = {"m", "v", "h", "L", "M", "a", "x", "E", "H", "s", "D", "R", "i", "n", "d", "S", "q", "ctrl+q"}
    assert set(BY_KEY) == tried
    assert set(BY_PERSON_KEY) == {"u"}
    assert {spec.key for spec in COMMANDS if spec.key} == tried


async def test_deafen_key_silences_the_speaker_and_back(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("d")
        await until(pilot, lambda: ("set_deafened", True) in desk.media.told)
        await pilot.press("d")
        await until(pilot, lambda: desk.media.told[-1] == ("set_deafened", False))


async def test_a_participant_is_told_who_may(running: Running) -> None:
    async with running(scenes.planning(moderator=False)) as (desk, pilot):
        for count, key in enumerate("LMEax", start=1):
            await pilot.press(key)
            await until(pilot, lambda count=count: len(desk.toasts()) == count)  # type: ignore[misc]
        assert all("Only a moderator" in toast for toast in desk.toasts())
        assert not desk.requests()


async def test_a_key_about_a_person_asks_for_one(running: Running) -> None:
    async with running() as (desk, pilot):
        for count, key in enumerate(["D", "R", "s", "n", "u", "i", "plus"], start=1):
            await pilot.press(key)
            await until(pilot, lambda count=count: len(desk.toasts()) == count)  # type: ignore[misc]
        assert all("Select a person first" in toast for toast in desk.toasts())
        assert not desk.requests()


async def test_what_the_server_lacks_is_said(running: Running) -> None:
    meeting = scenes.planning()
    meeting.parts = frozenset({"slots"})
    async with running(meeting) as (desk, pilot):
        await pilot.press(*SELECT_BORIS, "i")
        await until(pilot, lambda: "This server cannot silence one person for you alone." in desk.toasts())


async def test_a_dangerous_key_asks_once_and_esc_keeps_everything(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press(*SELECT_BORIS, "D")
        await until(pilot, lambda: isinstance(desk.app.screen, ConfirmScreen))
        assert "Throw Boris Petrov out of the meeting?" in desk.text()
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(desk.app.screen, ConfirmScreen))
        assert not desk.requests()


async def test_a_typed_dangerous_command_runs_at_once(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("colon", *"drop Boris", "enter")
        await until(pilot, lambda: (order.Drop, BORIS) in _kinds(desk.requests()))


async def test_leave_key_ends_on_the_screen_that_says_so(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("q", "y")
        await until(pilot, lambda: desk.state.phase is Phase.ENDED)
        assert any(isinstance(done, order.Leave) for done in desk.backend.performed)


async def test_ctrl_c_only_says_how_to_quit(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("ctrl+c")
        await until(pilot, lambda: any("ctrl+q" in toast for toast in desk.toasts()))
        assert desk.state.phase is Phase.IN_MEETING


async def test_ctrl_q_leaves_in_order_and_ends(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("ctrl+q")
        await until(pilot, lambda: desk.app._exit)
    assert any(isinstance(done, order.Leave) for done in desk.backend.performed)


async def test_figures_come_and_go(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("S")
        await until(pilot, lambda: "round trip" in desk.text())
        await pilot.press("S")
        await until(pilot, lambda: "round trip" not in desk.text())


async def test_letters_go_to_the_line_that_has_the_focus(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("c", *"mL")
        await pilot.pause(0.1)
        assert not desk.requests()
        assert "mL" in desk.text()
        await pilot.press("escape", "L")
        await until(pilot, lambda: (order.SetLock, True) in _kinds(desk.requests()))


@pytest.mark.parametrize(
    ("microphone_on", "may_unmute", "means"),
    [
        (True, True, Run("unmute")),
        (False, True, Run("unmute")),
        (True, False, Run("mute")),
        (False, False, Refuse("Only a moderator can unmute you: raise your hand to ask.")),
    ],
)
def test_m_while_muted_by_the_room(microphone_on: bool, may_unmute: bool, means: Run | Refuse) -> None:
    me = Participant(ME, "Mira", is_muted=True)
    state = replace(
        MeetingState(),
        phase=Phase.IN_MEETING,
        me=ME,
        local=LocalMedia(microphone_on, True),
        rosters={MAIN_ROOM: Roster({ME: me})},
        statuses={MAIN_ROOM: ConferenceStatus(guests_can_unmute=may_unmute)},
    )
    assert press("m", state, None) == means
