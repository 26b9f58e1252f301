"""`tui-meet demo`: a server on loopback, synthetic people who talk and chat, and you as the moderator."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tui_meet.cli.options import add_joining

if TYPE_CHECKING:
    from tui_meet.core.state import MeetingState
    from tui_meet.runtime.driver import Driver

NAME = "demo"
HELP = "see it at once: a meeting with synthetic people, without devices or network"
DESCRIPTION = """\
Start a server on loopback and a meeting with synthetic people, with you as the moderator. They are real clients of a
real server: mute them, throw them out, admit those who knock. Needs no microphone, camera or network.
"""

NOTICE = (
    "This is the demo: you are the moderator, everybody else is synthetic. The meeting is locked: press a to admit."
)
LOCKS_AFTER = 4.0
"""Seconds in the meeting after which it is locked, also when not everybody has come yet."""


def configure(parser: argparse.ArgumentParser) -> None:
    add_joining(parser, without=("pin",))


def run(arguments: argparse.Namespace) -> int:
    from tui_meet.cli.children import Child
    from tui_meet.cli.meeting import load_app, run_app, terminal_needed
    from tui_meet.cli.options import configuration, meeting_link
    from tui_meet.cli.rooms import new_room
    from tui_meet.cli.server_child import starting_server

    terminal_needed()
    settings = configuration(arguments, mic="none", speaker=_speaker(), camera="pattern")
    room = new_room("demo", "Demo")
    with (
        tempfile.TemporaryDirectory(prefix="tui-meet-demo-") as folder,
        starting_server(room, bind="127.0.0.1:0") as server,
    ):
        people = Child(["demo-people"], what="The demo's people", journal=Path(folder) / "stderr.log")
        try:
            load_app()  # three processes load at the same time
            link = f"{server.read_line()}/{room.alias}"
            people.write_line(link)
            return run_app(
                settings.having(pin=room.host_pin), meeting_link(link), notice=NOTICE, begun=lock_when_all_are_here
            )
        finally:
            people.close()


def lock_when_all_are_here(driver: Driver) -> None:
    """Lock the meeting once the first of the cast are in, so that the next have to knock."""
    import asyncio

    from tui_meet.cli.demo_script import CAST
    from tui_meet.core.commands import RunLine
    from tui_meet.core.state import Phase

    first = {actor.name for actor in CAST if actor.comes is not None}
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle | None = None

    def lock() -> None:
        forget()
        if timer is not None:
            timer.cancel()
        driver.send(RunLine("lock"))

    def look(state: MeetingState) -> None:
        nonlocal timer
        if state.phase is not Phase.IN_MEETING or not state.is_moderator:
            return
        if timer is None:
            timer = loop.call_later(LOCKS_AFTER, lock)
        elif first <= {person.display_name for person in state.roster.people.values()}:
            lock()

    forget = driver.snapshots.subscribe(look)


def _speaker() -> str:
    """The system's speaker, or none where there is no sound: the demo must not begin with a problem."""
    from tui_meet.media.devices.probe import probe

    return "default" if probe().speakers else "none"
