"""What the screens look like, as SVG; both clocks stand still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

import pytest
from textual.pilot import Pilot

from tests.app.conftest import make_desk, until
from tui_meet.app.app import MeetApp
from tui_meet.backends.fake import scenes
from tui_meet.backends.fake.meeting import FakeMeeting
from tui_meet.core.events import (
    BreakoutBegan,
    CaptionArrived,
    Disconnected,
    MediaConnected,
    PresentationStarted,
    StatusChanged,
)
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId
from tui_meet.core.model import ConferenceStatus
from tui_meet.render.capability import ColourDepth

Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times of day are shown in UTC, whatever the zone of the machine."""
    monkeypatch.setattr("tui_meet.app.view.ZONE", UTC)


def _compare(
    snap_compare: Compare, size: tuple[int, int], shown: str, meeting: FakeMeeting | None = None, *,
    keys: tuple[str, ...] = (), events: Callable[[FakeMeeting], list[object]] | None = None, **options: object,
) -> bool:  # fmt: skip
    desk = make_desk(meeting, frozen=True, **options)  # type: ignore[arg-type]  # the options of make_desk

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: bool(desk.app.screen.query(shown)))
        if events is not None:
            await until(pilot, lambda: bool(desk.state.roster.people))
            desk.backend.feed(events(desk.meeting))  # type: ignore[arg-type]  # events of the core
            await pilot.pause(0.2)
        await pilot.press(*keys)
        await pilot.pause(0.3)

    app: MeetApp = desk.app
    return snap_compare(app, terminal_size=size, run_before=before)


def _talk(meeting: FakeMeeting) -> list[object]:
    return [
        *meeting.say(scenes.ALICE, "Good morning! Shall we begin with the [red]release[/red] notes?"),
        *meeting.say(scenes.CHIARA, "Yes. The list is in the shared folder; the keyboard map is the one open point."),
        *meeting.say(scenes.BORIS, "May I go first?", direct=True),
    ]


def test_meeting_wide(snap_compare: Compare) -> None:
    assert _compare(snap_compare, (160, 45), "#people", keys=("2", "j", "j", "j"), events=_talk)


def test_meeting_80x24(snap_compare: Compare) -> None:
    assert _compare(snap_compare, (80, 24), "#people", events=_talk)


def test_meeting_40x10(snap_compare: Compare) -> None:
    assert _compare(snap_compare, (40, 10), "#people")


def test_meeting_without_colours_and_unicode(snap_compare: Compare) -> None:
    assert _compare(snap_compare, (120, 36), "#people", depth=ColourDepth.NONE, unicode=False)


def test_completions(snap_compare: Compare) -> None:
    assert _compare(snap_compare, (120, 36), "#people", keys=("colon", *"ha", "tab"))


@pytest.mark.parametrize("size", [(160, 45), (80, 24)], ids=["wide", "80x24"])
def test_slides_rooms_captions_and_level(snap_compare: Compare, size: tuple[int, int]) -> None:
    meeting = scenes.planning()
    meeting.status = replace(
        meeting.status, live_captions_available=True, breakout_rooms=True,
        classification_levels={1: "Public", 2: "Internal", 3: "Secret"}, classification_current=2,
    )  # fmt: skip
    blue = RoomId("blue")

    def happen(_meeting: FakeMeeting) -> list[object]:
        return [
            MediaConnected(),
            BreakoutBegan(blue, ParticipantId("me-in-blue")),
            StatusChanged(blue, ConferenceStatus(breakout=True, breakout_name="Blue", end_time=scenes.EPOCH + 570)),
            PresentationStarted(MAIN_ROOM, scenes.ALICE, "Alice Lindqvist"),
            CaptionArrived(MAIN_ROOM, "The first page shows where we are", False, (scenes.CHIARA,)),
        ]

    keys = ("colon", *"captions on", "enter")
    assert _compare(snap_compare, size, "#people", meeting, keys=keys, events=happen)


def test_waiting(snap_compare: Compare) -> None:
    meeting = scenes.planning(moderator=False)
    meeting.knock = True
    assert _compare(snap_compare, (80, 24), "#wait-name", meeting)


def test_ended(snap_compare: Compare) -> None:
    def end(_meeting: FakeMeeting) -> list[object]:
        return [Disconnected("Conference terminated by a Host participant", "#pex84")]

    assert _compare(snap_compare, (80, 24), "#people", events=end)


def test_help(snap_compare: Compare) -> None:
    assert _compare(snap_compare, (120, 36), "#people", keys=("question_mark",))


def test_join_form(snap_compare: Compare) -> None:
    assert _compare(snap_compare, (80, 24), "#link", join=False)
