"""A brain, a backend and a media plane that do what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, Literal

from tests.patience import PATIENCE
from tui_meet.backends.base import BackendEffect
from tui_meet.core.commands import Command
from tui_meet.core.effects import Effect
from tui_meet.core.events import Event
from tui_meet.core.ids import RoomId
from tui_meet.core.state import MeetingState
from tui_meet.media.slots import FrameBoard
from tui_meet.media.types import CallAnswer, CallOffer, CallSignalling, MediaEvent, MediaPlan, MediaPlane, MediaStats


class Clock:
    """Seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Brain:
    """Answers each input with the effects of a script; counts inputs in the state's `display_name`."""

    def __init__(self, script: Callable[[Any], tuple[Effect, ...]] = lambda item: ()) -> None:
        self.script = script
        self.inputs: list[Any] = []
        self.times: list[float] = []
        self.timer: float | None = None
        self._state = MeetingState()

    @property
    def state(self) -> MeetingState:
        return self._state

    def handle(self, item: Event | Command, now: float, wall: float) -> tuple[Effect, ...]:
        self.inputs.append(item)
        self.times.append(now)
        effects = self.script(item)
        self._state = replace(self._state, display_name=str(len(self.inputs)))
        return effects

    def next_timer(self) -> float | None:
        return self.timer

    def of(self, kind: type) -> list[Any]:
        return [item for item in self.inputs if isinstance(item, kind)]


class Calls:
    async def place(self, offer: CallOffer) -> CallAnswer:
        return CallAnswer("c", "v=0")

    async def acknowledge(self, call_id: str) -> None:
        return None

    async def update(self, call_id: str, sdp: str) -> str:
        return sdp

    async def hang_up(self, call_id: str) -> None:
        return None


class Backend:
    def __init__(self) -> None:
        self.orders: list[BackendEffect] = []
        self.performing: Callable[[BackendEffect], Any] = lambda effect: None
        self.facts: asyncio.Queue[Event | Exception | None] = asyncio.Queue()
        self.closed = 0
        self.answers: list[str] = []
        self.rooms: list[RoomId] = []
        """In which calls were to be placed."""

    @property
    def calls(self) -> CallSignalling | None:
        return Calls()

    def calls_in(self, room: RoomId) -> CallSignalling | None:
        self.rooms.append(room)
        return Calls()

    async def answer_offer(self, sdp: str) -> None:
        self.answers.append(sdp)

    @property
    def media(self) -> MediaPlane | None:
        return None

    async def perform(self, effect: BackendEffect) -> None:
        self.orders.append(effect)
        result = self.performing(effect)
        if asyncio.iscoroutine(result):
            await result

    async def events(self) -> AsyncIterator[Event]:
        while (fact := await self.facts.get()) is not None:
            if isinstance(fact, Exception):
                raise fact
            yield fact

    async def aclose(self) -> None:
        self.closed += 1
        self.facts.put_nowait(None)


class Media:
    """Writes down what is asked of it; `connecting` may hold a call up or refuse it."""

    def __init__(self) -> None:
        self.board = FrameBoard()
        self.log: list[str] = []
        self.plans: list[MediaPlan] = []
        self.connecting: Callable[[], Any] = lambda: None
        self.opening: Callable[[], Any] = lambda: None
        self.choosing: Callable[[str], None] = lambda spec: None
        self.presenting: Callable[[str | None], None] = lambda path: None
        self.tell: Callable[[MediaEvent], None] = lambda event: None

    async def open_devices(self) -> None:
        self.log.append("open")
        result = self.opening()
        if asyncio.iscoroutine(result):
            await result

    async def connect(self, signalling: CallSignalling, plan: MediaPlan) -> None:
        self.log.append("connect")
        self.plans.append(plan)
        try:
            result = self.connecting()
            if asyncio.iscoroutine(result):
                await result
        except asyncio.CancelledError:
            self.log.append("given up")
            raise

    async def disconnect(self) -> None:
        self.log.append("disconnect")

    def set_microphone(self, on: bool) -> None:
        self.log.append(f"mic {on}")

    def set_camera(self, on: bool) -> None:
        self.log.append(f"cam {on}")

    def set_deafened(self, on: bool) -> None:
        self.log.append(f"deaf {on}")

    async def choose(self, kind: Literal["microphone", "speaker", "camera"], spec: str) -> None:
        self.log.append(f"choose {kind} {spec}")
        self.choosing(spec)

    async def present(self, path: str | None) -> None:
        self.log.append(f"present {path}")
        self.presenting(path)

    async def receive_presentation(self, on: bool) -> None:
        self.log.append(f"receive presentation {on}")

    async def next_page(self) -> tuple[int, int]:
        self.log.append("next page")
        return 2, 3

    async def previous_page(self) -> tuple[int, int]:
        self.log.append("previous page")
        return 1, 3

    async def reoffer(self, sdp: str) -> str:
        self.log.append("reoffer")
        return f"answer to {sdp}"

    def statistics(self) -> MediaStats:
        return MediaStats(sent_kbps=12.0)

    def listen(self, listener: Callable[[MediaEvent], None]) -> None:
        self.tell = listener

    async def aclose(self) -> None:
        self.log.append("close")


async def turns(count: int = 20) -> None:
    """Let the loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)


async def until(reached: Callable[[], bool], timeout: float = PATIENCE) -> None:
    """Wait until something a thread or task does has happened."""
    async with asyncio.timeout(timeout):
        while not reached():  # noqa: ASYNC110 what is waited for tells nobody
            await asyncio.sleep(0.002)
