"""A meeting as a Python object."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from types import TracebackType

from tui_meet.api.events import MeetingEvents
from tui_meet.core.commands import GivePin, Join
from tui_meet.core.effects import FaceCommand
from tui_meet.core.errors import CommandError
from tui_meet.core.model import Ending, Participant
from tui_meet.core.selectors import sorted_people
from tui_meet.core.state import Layer, MeetingState, Phase
from tui_meet.runtime.driver import Driver

CALLBACK_SECONDS = 2.0
"""What callbacks that still run are given at the end."""


class MeetingError(Exception):
    """The meeting could not be joined, or is over; the text says why in one sentence."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.sentence)
        self.error = ending.error
        """The server's own words, empty when there are none."""
        self.code = ending.code
        """`#pex` code, empty when there is none."""


class Meeting:
    """One part in one meeting. `async with` joins and leaves; callbacks may be added before.

    Everything is used on the event loop on which it was entered.
    """

    def __init__(self, driver: Driver, order: Join) -> None:
        self._driver = driver
        self._order = order
        self._undo: list[Callable[[], None]] = []
        self._changed = asyncio.Event()
        self._entered = False
        self.events = MeetingEvents()
        """`meeting.events.<name>.add(callback)`."""

    # Coming and going.

    async def __aenter__(self) -> Meeting:
        """Join; returns when we are in, the roster is there and commands work. From a waiting room that takes as long
        as the moderators do. Raises `MeetingError`.
        """
        if self._entered:
            raise RuntimeError("a meeting is entered once: call join() again for another")
        self._entered = True
        driver = self._driver
        self._undo = [
            driver.on_publish(lambda event, _: self.events.tell(event)),
            driver.on_face_command(self._face_command),
            driver.snapshots.subscribe(lambda _: self._changed.set()),
        ]
        driver.start()
        driver.send(self._order)
        try:
            await self.until(self._is_ready)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    async def leave(self) -> None:
        """Leave; the end of `async with` does the same. Safe to call twice."""
        if self.state.phase not in (Phase.IDLE, Phase.ENDED):
            await self._driver.run_line("leave")

    async def ended(self) -> Ending:
        """Wait until the meeting is over for us, by whatever cause, and say which."""
        while (ending := self.state.ending) is None:
            self._changed.clear()
            await self._changed.wait()
        return ending

    # What there is.

    @property
    def state(self) -> MeetingState:
        """The newest picture of the meeting."""
        return self._driver.state

    @property
    def participants(self) -> tuple[Participant, ...]:
        """The people of the room in which we are, ourselves first."""
        return sorted_people(self.state)

    async def until(self, reached: Callable[[MeetingState], bool]) -> MeetingState:
        """Wait until the state is as wanted. Raises `MeetingError` when the meeting is over before."""
        while True:
            state = self.state
            if reached(state):
                return state
            if state.ending is not None:
                raise MeetingError(state.ending)
            self._changed.clear()
            await self._changed.wait()

    # What can be done.

    async def run(self, line: str) -> str:
        """Run a command of the registry, as on the app's `:` line; returns what it answers.

        Raises `CommandError` with the sentence why not; its `code` is a number of the seeds, or 0.
        """
        answer = await self._driver.run_line(line)
        if not answer.ok:
            raise CommandError(answer.message, answer.code)
        return answer.message

    async def say(self, text: str) -> None:
        """Say something to everybody in chat, on one line or several. Raises `CommandError`."""
        await self.run(f"say {text}")

    # Inside.

    def _is_ready(self, state: MeetingState) -> bool:
        if state.phase is Phase.PIN and state.pin_prompt is not None:
            prompt = state.pin_prompt
            if prompt.wrong or prompt.guest_needs_pin or self._order.pin:
                sentence = "The PIN is wrong." if self._order.pin else "This meeting asks for a PIN: join with pin=..."
                raise MeetingError(Ending(sentence, "Invalid PIN", "#pex101"))
            self._driver.send(GivePin(""))
        return (
            state.phase is Phase.IN_MEETING
            and state.connection.signalling is Layer.UP
            and state.myself is not None
            and not state.roster.syncing
        )

    def _face_command(self, effect: FaceCommand) -> str:
        if effect.name == "stats":
            return json.dumps(asdict(self._driver.statistics()))
        raise CommandError(f"“{effect.name}” needs a screen: a program has none.")

    async def _close(self) -> None:
        await self.leave()
        await self.events.aclose(CALLBACK_SECONDS)
        await self._driver.aclose()
        for undo in self._undo:
            undo()
