"""The client without a screen (design, section 2): command lines in, JSON lines out."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import json
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

from tui_meet.core.commands import GivePin, Join
from tui_meet.core.effects import Answer, FaceCommand
from tui_meet.core.errors import CommandError
from tui_meet.core.ids import NO_TICKET
from tui_meet.core.model import Ending, PublicEvent, Severity
from tui_meet.core.published import iso
from tui_meet.core.sanitise import safe_text
from tui_meet.core.state import Layer, MeetingState, Phase
from tui_meet.runtime.driver import Driver
from tui_meet.runtime.pipes import LineOutput, is_too_long, standard_input, standard_output

__all__ = ["exit_code", "run_headless", "standard_input", "standard_output"]

DONE, FAILED, INTERRUPTED = 0, 1, 130

READY_SECONDS = 10.0
"""Lines wait so long for the meeting (token, event stream, roster); then the core says why they cannot be run."""
_FLUSH_SECONDS = 2.0
_MEETING_ENDED = frozenset(
    {
        "Conference host ended the conference with a DTMF command",
        "API initiated conference termination",
        "Conference terminated by an administrator",
        "Conference terminated by another participant",
        "No participants can keep conference alive",
        "All conference hosts departed hosted conference",
        "Last remaining participant removed from conference after timeout",
        "Test call finished",
    }
)
"""Reasons (wire document, section 5) that end the meeting for everybody: nothing has failed."""


_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What JSON may hold as it is, but what steers or confuses a terminal that shows it."""


def as_line(fields: dict[str, object]) -> str:
    """One line of JSON in which other scripts stay readable and everything that steers a terminal is escaped."""
    text = json.dumps(fields, ensure_ascii=False, default=str)
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def exit_code(ending: Ending) -> int:
    """0 when the meeting was over or was left, 1 when this client was refused, thrown out or cut off."""
    return DONE if ending.by_user or ending.error in _MEETING_ENDED else FAILED


def write_error(sentence: str) -> None:
    """One line on stderr."""
    text = safe_text(" ".join(sentence.split()))
    if text and sys.stderr is not None:
        encoding = sys.stderr.encoding or "utf-8"
        sys.stderr.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stderr.flush()


async def run_headless(
    driver: Driver,
    join: Join,
    *,
    lines: AsyncIterator[str],
    write: Callable[[str], None],
    for_seconds: float | None,
    complain: Callable[[str], None] = write_error,
    devices: Callable[[], str | Awaitable[str]] | None = None,
) -> int:
    """Join, run the lines, write events and answers, and leave in order. Returns the exit code.

    `complain` gets sentences for stderr; `devices` lists the machine's devices for the command of that name.
    """
    return await _Headless(driver, join, write, complain, devices).run(lines, for_seconds)


class _Headless:
    def __init__(
        self,
        driver: Driver,
        join: Join,
        write: Callable[[str], None],
        complain: Callable[[str], None],
        devices: Callable[[], str | Awaitable[str]] | None,
    ) -> None:
        self._driver = driver
        self._join = join
        self._write = write
        self._complain = complain
        self._devices = devices
        self._ready = asyncio.Event()
        self._over: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._noticed = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self, lines: AsyncIterator[str], for_seconds: float | None) -> int:
        driver = self._driver
        undo: list[Callable[[], object]] = [
            driver.on_publish(self._published),
            driver.on_face_command(self._face_command),
            driver.on_quit(lambda: self._end(DONE)),
            driver.snapshots.subscribe(self._changed),
            *self._catch_signals(),
        ]
        loop = asyncio.get_running_loop()
        if isinstance(self._write, LineOutput):
            self._write.on_broken(self._nobody_reads)
        running = asyncio.create_task(self._run_lines(lines), name="headless-lines")
        timer = loop.call_later(for_seconds, self._end, DONE) if for_seconds is not None else None
        try:
            driver.start()
            driver.send(self._join)
            code = await self._over
            # Whatever ended it, the line that did so still gets its answer; leaving answers all others.
            await self._line_answered(0.5)
            await driver.aclose()
            await self._line_answered(0.5)
            return code
        finally:
            if timer is not None:
                timer.cancel()
            running.cancel()
            await driver.aclose()
            for undo_one in undo:
                undo_one()
            if isinstance(self._write, LineOutput):
                await self._write.flush(_FLUSH_SECONDS)

    # Out.

    def _published(self, event: PublicEvent, wall: float) -> None:
        head = {"event": event.name, "at": iso(wall), "room": event.room}
        # A field of the payload that is called like one of the line's own (a message's `at`) says the same.
        self._emit({**head, **{name: value for name, value in event.payload.items() if name not in head}})

    def _answered(self, answer: Answer) -> None:
        self._emit({"result": answer.line, "ok": answer.ok, "code": answer.code, "message": answer.message})

    def _emit(self, line: dict[str, object]) -> None:
        self._write(as_line(line))

    # In.

    async def _run_lines(self, lines: AsyncIterator[str]) -> None:
        async for raw in lines:
            line = raw.strip()
            if not line or line.startswith("#"):
                continue
            if is_too_long(line):
                self._answered(Answer(NO_TICKET, line[:60] + "…", False, "A line may be 64 KiB long at most."))
                continue
            if not self._ready.is_set():
                await self._wait_ready()
            self._idle.clear()
            self._answered(await self._driver.run_line(line))
            self._idle.set()

    async def _line_answered(self, timeout: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._idle.wait()

    async def _wait_ready(self) -> None:
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._ready.wait()
        except TimeoutError:
            self._ready.set()

    def _face_command(self, effect: FaceCommand) -> str | Awaitable[str]:
        if effect.name == "stats":
            return json.dumps(dataclasses.asdict(self._driver.statistics()))
        if effect.name == "devices":
            if self._devices is None:
                raise CommandError("Devices are listed by “tui-meet devices”.")
            return self._devices()
        raise CommandError(f"“{effect.name}” needs a screen: headless has none.")

    # The end.

    def _changed(self, state: MeetingState) -> None:
        self._tell_notices(state)
        if state.phase is Phase.ENDED and state.ending is not None:
            code = exit_code(state.ending)
            if code != DONE and not self._over.done():
                self._complain(state.ending.sentence)
            self._end(code)
        elif state.phase is Phase.PIN and state.pin_prompt is not None:
            if state.pin_prompt.wrong:
                self._fail("The PIN is wrong.")
            elif not state.pin_prompt.guest_needs_pin and not self._join.pin:
                self._driver.send(GivePin(""))
            else:
                self._fail("This meeting asks for a PIN: give it with --pin.")
        elif _is_ready(state):
            self._ready.set()

    def _tell_notices(self, state: MeetingState) -> None:
        """Warnings go to stderr while the meeting lasts; why it ended is said once, at the end."""
        for notice in state.notices:
            if notice.number <= self._noticed:
                continue
            self._noticed = notice.number
            loud = notice.severity in (Severity.WARNING, Severity.ERROR)
            if loud and state.phase in (Phase.IN_MEETING, Phase.WAITING) and not self._over.done():
                self._complain(notice.text)

    def _fail(self, sentence: str) -> None:
        if not self._over.done():
            self._complain(sentence)
        self._end(FAILED)

    def _nobody_reads(self) -> None:
        self._fail("Nobody reads the output any more.")

    def _end(self, code: int) -> None:
        if not self._over.done():
            self._over.set_result(code)

    def _catch_signals(self) -> list[Callable[[], object]]:
        loop = asyncio.get_running_loop()
        undo: list[Callable[[], object]] = []
        for number, code in ((signal.SIGTERM, DONE), (signal.SIGINT, INTERRUPTED)):
            try:
                loop.add_signal_handler(number, self._end, code)
            except (NotImplementedError, RuntimeError, ValueError):
                # Not the main thread, or a system without them: then whoever runs us ends us.
                continue
            undo.append(functools.partial(loop.remove_signal_handler, number))
        return undo


def _is_ready(state: MeetingState) -> bool:
    """Commands can be judged: we are in (or waiting), and the roster is there."""
    return (
        state.phase in (Phase.IN_MEETING, Phase.WAITING)
        and state.connection.signalling is Layer.UP
        and state.myself is not None
        and not state.roster.syncing
    )
