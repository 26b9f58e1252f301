"""The asyncio shell around the core: feed, drain, act, re-arm one timer. It wires; it decides nothing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from tui_meet.backends.base import Backend
from tui_meet.core.commands import Command, Join, RunLine
from tui_meet.core.effects import Answer, Effect, Publish
from tui_meet.core.events import Event, Tick
from tui_meet.core.ids import NO_TICKET
from tui_meet.core.state import MeetingState, Phase
from tui_meet.media.slots import FrameBoard
from tui_meet.media.types import Levels, MediaPlane, MediaStats
from tui_meet.runtime.answers import Answers, first_word
from tui_meet.runtime.backend_lane import BackendLane
from tui_meet.runtime.faces import FaceCommands, FaceListener, Listeners, PublishListener, QuitListener
from tui_meet.runtime.media_lane import MediaLane
from tui_meet.runtime.performers import performers
from tui_meet.runtime.snapshots import Snapshots

_log = logging.getLogger(__name__)

_FAULT = "Something went wrong inside this program; the log file has the details."
_LEAVE_SECONDS = 1.5
"""What `aclose` gives the meeting system and the media plane together to leave in order."""
_SHORTEST_TIMER = 0.001
"""s. A core that asks for a time already past must not keep the loop from everything else."""


class Brain(Protocol):
    """What the driver needs of `core.session.Session`."""

    @property
    def state(self) -> MeetingState: ...

    def handle(self, item: Event | Command, now: float, wall: float) -> tuple[Effect, ...]: ...

    def next_timer(self) -> float | None: ...


class Driver:
    """One meeting client without a face. All methods are called on the running loop's thread."""

    def __init__(
        self,
        session: Brain,
        *,
        backend: Callable[[], Backend],
        media: Callable[[], MediaPlane] | None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        witness: Callable[[Event | Command, float, float], None] | None = None,
    ) -> None:
        """`backend` and `media` import heavy modules: they are called in a worker thread when first needed.

        `clock` is monotonic, `wall` Unix seconds. `witness` sees every input before the core does (see `capture`).
        """
        self._session = session
        self._clock = clock
        self._wall = wall
        self._witness = witness
        self._inbox: deque[Event | Command] = deque()
        self._handling = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: float | None = None
        self._closing: asyncio.Task[None] | None = None
        self._closed = False
        self._answers = Answers()
        self._publish: Listeners[PublishListener] = Listeners()
        self._quit: Listeners[QuitListener] = Listeners()
        self._faces = FaceCommands(self._feed)
        self._backend = BackendLane(backend, self._feed)
        self._media = MediaLane(media, self._backend.backend, self._feed)
        self._performers = performers(
            self._backend,
            self._media,
            publish=self._tell_published,
            answer=self._answers.settle,
            quit_program=lambda _: self._quit.tell(),
            face_command=self._faces.perform,
        )
        self.snapshots = Snapshots(session.state)

    # What faces read.

    @property
    def state(self) -> MeetingState:
        """The newest state."""
        return self.snapshots.state

    @property
    def board(self) -> FrameBoard | None:
        """The pictures, once the media plane is there."""
        return self._media.board

    @property
    def levels(self) -> Levels | None:
        """The latest loudness; None before the first."""
        return self._media.levels

    def statistics(self) -> MediaStats:
        """Figures of the running call; all zero without one."""
        return self._media.statistics()

    @property
    def now(self) -> float:
        """The clock of the state's monotonic times, s."""
        return self._clock()

    # What faces do.

    def start(self) -> None:
        """Begin; call inside a running loop. A second call does nothing."""
        self._arm()

    def warm_up(self) -> None:
        """Begin to load what a meeting needs, in worker threads, before anybody joins."""
        self._backend.warm_up()
        self._media.warm_up()

    def send(self, command: Command) -> None:
        """Hand a wish to the core; what follows from it has been started when this returns."""
        can_join = self._session.state.phase in (Phase.IDLE, Phase.ENDED)  # else the core ignores it
        if isinstance(command, Join) and command.with_media and can_join:
            # Devices take longer to open than a server to answer: begin now, not when the call is placed.
            self._media.prepare(microphone_on=command.microphone_on, camera_on=command.camera_on)
        self._feed(command)

    async def run_line(self, line: str) -> Answer:
        """Run a command line and wait for its answer. Answers come in the order of the lines."""
        if self._closed or self._closing is not None:
            return Answer(NO_TICKET, first_word(line), ok=False, message="The program is ending.")
        if self._answers.is_full:
            return Answer(NO_TICKET, first_word(line), ok=False, message="Too many commands are waiting.")
        ticket, answer = self._answers.expect(line)
        self._feed(RunLine(line, ticket))
        return await answer

    def on_publish(self, listener: PublishListener) -> Callable[[], None]:
        """Hear public events. Returns what ends that."""
        return self._publish.add(listener)

    def on_face_command(self, listener: FaceListener) -> Callable[[], None]:
        """Carry out `stats`, `devices` and `theme`; the newest listener is asked. Returns what ends that."""
        return self._faces.listeners.add(listener)

    def on_quit(self, listener: QuitListener) -> Callable[[], None]:
        """Hear that the program is to end. Returns what ends that."""
        return self._quit.add(listener)

    async def aclose(self) -> None:
        """Leave the meeting in order and close backend and media, within about three seconds. Safe to call twice."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name="driver-close")
        await asyncio.shield(self._closing)

    # Feed, drain, act, re-arm.

    def _feed(self, item: Event | Command) -> None:
        if self._closed:
            return
        self._inbox.append(item)
        if self._handling:
            # A performer or listener told us something while we act: it is taken up after, never nested.
            return
        self._handling = True
        try:
            while self._inbox:
                self._handle(self._inbox.popleft())
        finally:
            self._handling = False
        self._arm()

    def _handle(self, item: Event | Command) -> None:
        now, wall = self._clock(), self._wall()
        if self._witness is not None:
            self._witness(item, now, wall)
        try:
            effects = self._session.handle(item, now, wall)
        except Exception:
            _log.exception("The core failed on %s", type(item).__name__)
            if isinstance(item, RunLine):
                self._answers.settle(Answer(item.ticket, first_word(item.line), ok=False, message=_FAULT))
            effects = ()
        self.snapshots.put(self._session.state)
        for effect in effects:
            try:
                self._performers[type(effect)](effect)
            except Exception:
                _log.exception("The effect %s could not be carried out", type(effect).__name__)

    def _arm(self) -> None:
        wanted = None if self._closed else self._session.next_timer()
        if wanted == self._timer_at and (wanted is None or self._timer is not None):
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_at = wanted
        if wanted is not None:
            delay = max(wanted - self._clock(), _SHORTEST_TIMER)
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self._timer_at = None
        self._feed(Tick())

    def _tell_published(self, effect: Publish) -> None:
        self._publish.tell(effect.event, self._wall())

    async def _close(self) -> None:
        if self.state.phase not in (Phase.IDLE, Phase.ENDED):
            self._feed(RunLine("quit"))
        started = time.monotonic()
        # Both lanes are at it already; this only waits for them.
        await self._media.drained(_LEAVE_SECONDS / 2)
        await self._backend.drained(max(0.1, _LEAVE_SECONDS - (time.monotonic() - started)))
        self._closed = True
        self._arm()
        await self._faces.aclose()
        await self._media.aclose(0.8)
        await self._backend.aclose(0.8)
        self._answers.settle_all("The program is ending.")
        self.snapshots.flush()
