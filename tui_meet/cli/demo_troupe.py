"""The demo's people as real clients of the server: the troupe that plays `demo_play`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui_meet.cli import demo_play as play
from tui_meet.cli import demo_script as script

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from tui_meet.core.model import MeetingLink
    from tui_meet.core.state import MeetingState
    from tui_meet.runtime.driver import Driver


async def perform(folder: Path) -> None:
    """Play until standard input ends; its first line is the link. `folder` takes the voices' files."""
    from tui_meet.cli.lifeline import watch_input
    from tui_meet.core.links import parse_link

    link: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    ended = asyncio.Event()

    def on_line(line: bytes) -> None:
        if not link.done():
            link.set_result(line.decode())

    def on_end() -> None:
        ended.set()
        link.cancel()

    watch_input(on_line, on_end)
    await asyncio.to_thread(_load)
    try:
        troupe = Troupe(parse_link(await link), folder)
    except asyncio.CancelledError:
        return
    troupe.begin()
    await ended.wait()
    await troupe.aclose()


def _load() -> None:
    """Import what every client needs while the server is still starting."""
    import tui_meet.backends.infinity.client
    import tui_meet.cli.demo_voices
    import tui_meet.core.session
    import tui_meet.media.peer.plane
    import tui_meet.runtime.driver  # noqa: F401  # loaded once, here, for all of them


def facts(who: str, before: MeetingState, after: MeetingState) -> Iterator[play.Fact]:
    """What a person notices between two states of the own client, but for lines of chat."""
    from tui_meet.core.state import Phase

    if after.phase is not before.phase:
        if after.phase is Phase.IN_MEETING:
            yield play.Entered(who)
        elif after.phase is Phase.WAITING:
            yield play.Knocking(who)
        elif after.phase is Phase.ENDED:
            yield play.Gone(who)
    me, was = after.myself, before.myself
    if me is None or after.phase is not Phase.IN_MEETING:
        return
    if me.is_muted is not (was is not None and was.is_muted):
        yield play.Silenced(who, me.is_muted)
    if was is None:
        return
    if was.hand_raised and not me.hand_raised:
        yield play.HandLowered(who)
    if me.is_spotlighted and not was.is_spotlighted:
        yield play.Spotlit(who)
    if after.is_moderator and not before.is_moderator:
        yield play.Promoted(who)


class Person:
    """One of the cast: a client that is made anew for each visit."""

    def __init__(self, actor: script.Actor, notice: Callable[[Person, MeetingState, MeetingState], None]) -> None:
        self.actor = actor
        self._notice = notice
        self._voice: npt.NDArray[np.int16] | None = None
        self._driver: Driver | None = None
        self._seen: MeetingState | None = None
        self._turn = asyncio.Lock()

    @property
    def state(self) -> MeetingState | None:
        """The own client's newest state; None while away."""
        return self._driver.state if self._driver is not None else None

    async def come(self, link: MeetingLink, folder: Path, began: float) -> None:
        """Join the meeting, with the voice at the place where the round of talk is now."""
        from tui_meet.cli.wiring import make_driver
        from tui_meet.core.commands import Join, ShowSlots

        async with self._turn:
            await self._close()
            sound = folder / f"{self.actor.name}.wav"
            await asyncio.to_thread(self._write_voice, sound, began)
            driver = make_driver({"microphone": f"file:{sound}?loop", "speaker": "none", "camera": self.actor.camera})
            self._driver, self._seen = driver, driver.state
            driver.snapshots.subscribe(self._look)
            driver.start()
            driver.send(ShowSlots(()))
            driver.send(Join(link, self.actor.name, slots=1))

    async def go(self) -> None:
        """Leave the meeting."""
        if self._driver is not None:
            await self._driver.run_line("leave")

    async def run(self, line: str) -> None:
        """Run a command line; a refusal is the moderator's good right and changes nothing."""
        if self._driver is not None:
            await self._driver.run_line(line)

    async def aclose(self) -> None:
        async with self._turn:
            await self._close()

    async def _close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            await driver.aclose()

    def _write_voice(self, path: Path, began: float) -> None:
        from tui_meet.cli import demo_voices

        if self._voice is None:
            self._voice = demo_voices.voice(self.actor)
        demo_voices.write_from(path, self._voice, time.monotonic() - began)

    def _look(self, state: MeetingState) -> None:
        before = self._seen
        self._seen = state
        if before is not None and self._driver is not None:
            self._notice(self, before, state)


class Troupe:
    """The whole cast: tells the play what each notices and carries out its acts."""

    def __init__(self, link: MeetingLink, folder: Path) -> None:
        self._link = link
        self._folder = folder
        self._people = {actor.name: Person(actor, self._noticed) for actor in script.CAST}
        self._own_ids: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._began = time.monotonic()
        self._play = play.Play(self._began)

    def begin(self) -> None:
        """Start the play; call inside a running loop."""
        self._tell(play.Due())

    async def aclose(self) -> None:
        """Everybody leaves."""
        if self._timer is not None:
            self._timer.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*(person.aclose() for person in self._people.values()), return_exceptions=True)

    def _noticed(self, person: Person, before: MeetingState, after: MeetingState) -> None:
        if after.me is not None:
            self._own_ids.add(after.me)
        for fact in facts(person.actor.name, before, after):
            self._tell(fact)
        arrived = len(after.chat.lines) + after.chat.fallen_off - len(before.chat.lines) - before.chat.fallen_off
        for line in after.chat.lines[-arrived:] if arrived > 0 else ():
            if line.mine or line.sender in self._own_ids:
                continue
            if line.direct:
                self._tell(play.PrivateLine(person.actor.name, line.sender, line.text))
            elif person is self._first_present():
                self._tell(play.PublicLine(line.text))

    def _first_present(self) -> Person | None:
        """The one who reads the room's chat for all, so that a line is answered once."""
        from tui_meet.core.state import Phase

        return next(
            (p for p in self._people.values() if p.state is not None and p.state.phase is Phase.IN_MEETING), None
        )

    def _tell(self, fact: play.Fact) -> None:
        for act in self._play.handle(fact, time.monotonic()):
            task = asyncio.create_task(self._do(act))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        if self._timer is not None:
            self._timer.cancel()
        delay = max(0.01, self._play.next_timer() - time.monotonic())
        self._timer = asyncio.get_running_loop().call_later(delay, self._tell, play.Due())

    def _done(self, task: asyncio.Task[None]) -> None:
        import logging

        self._tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            logging.getLogger(__name__).error("A person of the demo stumbled", exc_info=fault)

    async def _do(self, act: play.Act) -> None:
        person = self._people[act.who]
        match act:
            case play.Come():
                await person.come(self._link, self._folder, self._began)
            case play.Go():
                await person.go()
            case play.Run():
                await person.run(act.line)
