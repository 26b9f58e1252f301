"""The app on a scripted meeting: the real session and driver, a pretended server and pretended devices."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.patience import PATIENCE
from tui_meet.app.app import MeetApp
from tui_meet.app.face import DeviceRow
from tui_meet.app.themes import shipped_themes
from tui_meet.app.widgets.lines import Line, Rows
from tui_meet.backends.fake import scenes
from tui_meet.backends.fake.backend import FakeBackend
from tui_meet.backends.fake.media import FakeMedia
from tui_meet.backends.fake.meeting import FakeMeeting
from tui_meet.core.commands import Join
from tui_meet.core.effects import Request
from tui_meet.core.events import Event
from tui_meet.core.links import parse_link
from tui_meet.core.session import Session
from tui_meet.core.state import MeetingState
from tui_meet.media.slots import FrameBoard
from tui_meet.render.capability import ColourDepth, TerminalCapability
from tui_meet.runtime.driver import Driver

shipped_themes()  # reads files, which no test may do while its loop runs

LINK = "http://127.0.0.1:8080/standup"
WALL = scenes.EPOCH + 320.0

DEVICES = (
    DeviceRow("microphone", "default", "Built-in microphone", chosen=True),
    DeviceRow("microphone", "tone:440", "A tone of 440 Hz"),
    DeviceRow("speaker", "default", "Built-in speaker", chosen=True),
    DeviceRow("camera", "pattern", "Colour bars", chosen=True),
)


@dataclass
class Desk:
    """Everything a test touches."""

    app: MeetApp
    backend: FakeBackend
    media: FakeMedia
    driver: Driver

    @property
    def state(self) -> MeetingState:
        return self.driver.state

    @property
    def board(self) -> FrameBoard:
        return self.media.board

    @property
    def meeting(self) -> FakeMeeting:
        return self.backend.meeting

    def requests(self) -> list[Request]:
        """Requests of control performed so far, without those that nobody asked for: sizes, layouts."""
        return [order for order in self.backend.performed if isinstance(order, Request) and not _is_size(order)]

    def text(self) -> str:
        """What the topmost screen shows, row by row."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    def toasts(self) -> list[str]:
        """The notifications on show."""
        return [notification.message for notification in self.app._notifications]

    def lines(self, selector: str) -> str:
        """The rows of one pane, scrolled or not."""
        widget = self.app.screen.query_one(selector)
        if isinstance(widget, Rows):
            return "\n".join("".join(text for text, _ in row) for row in widget.rows)
        if isinstance(widget, Line):
            return "".join(text for text, _ in widget.make_row(widget.size.width))
        assert isinstance(widget, Static)
        return str(widget.content)


def _is_size(order: Request) -> bool:
    return type(order).__name__ in ("RequestSlots", "ListLayouts")


def make_desk(
    meeting: FakeMeeting | None = None,
    *,
    join: bool = True,
    depth: ColourDepth = ColourDepth.TRUECOLOUR,
    unicode: bool = True,
    frozen: bool = False,
    theme: str = "",
) -> Desk:
    """The app, not yet running; with `frozen` both clocks stand still."""
    media = FakeMedia()
    backend = FakeBackend(meeting or scenes.planning(), media)

    def wall() -> float:
        return WALL

    def still() -> float:
        return 1000.0

    clock = still if frozen else time.monotonic
    driver = Driver(Session(lambda: 0.5), backend=lambda: backend, media=None, clock=clock, wall=wall)
    app = MeetApp(
        driver,
        join=Join(parse_link(LINK), "Mira Okafor") if join else None,
        capability=TerminalCapability(depth, unicode),
        device_lister=lambda: DEVICES,
        theme=theme,
        clock=clock,
        wall=wall,
    )
    return Desk(app, backend, media, driver)


async def until(pilot: Pilot[int], condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for the condition; fails after `seconds`."""
    for _ in range(int(seconds / 0.02)):
        if condition():
            await pilot.pause()
            return
        await pilot.pause(0.02)
    assert condition(), "it did not come to that"


Running = Callable[..., AbstractAsyncContextManager[tuple[Desk, Pilot[int]]]]


@pytest.fixture
def running() -> Running:
    """`async with running(meeting, size=(160, 45)) as (desk, pilot)`."""

    @asynccontextmanager
    async def run(
        meeting: FakeMeeting | None = None, *, size: tuple[int, int] = (160, 45), on: str = "meeting", **options: object
    ) -> AsyncIterator[tuple[Desk, Pilot[int]]]:
        desk = make_desk(meeting, **options)  # type: ignore[arg-type]  # the options of make_desk
        async with desk.app.run_test(size=size) as pilot:
            await until(pilot, lambda: _screen_name(desk) == on)
            await pilot.pause(0.05)
            yield desk, pilot

    return run


def _screen_name(desk: Desk) -> str:
    return type(desk.app.screen).__name__.removesuffix("Screen").lower()


def feed(desk: Desk, events: Iterable[Event]) -> None:
    """Let these happen in the meeting."""
    desk.backend.feed(events)
