"""People who send a moving picture and a tone, in one process: `python -m tui_meet.bench.senders LINK COUNT`.

Says `ready` on stdout when the media of all is connected; ends when standard input does.
"""

from __future__ import annotations

import asyncio
import os
import sys

from tui_meet.bench.clients import make_client
from tui_meet.core.commands import Join, ShowSlots
from tui_meet.core.links import parse_link
from tui_meet.core.state import Layer, MeetingState
from tui_meet.runtime.driver import Driver

_CAMERAS = ("pattern:face-teal", "pattern:waves", "pattern:plasma", "pattern:face-amber", "pattern:orbit")
_CONNECT_SECONDS = 20.0


async def _send(link: str, count: int) -> None:
    people: list[Driver] = []
    try:
        for number in range(count):
            driver = make_client(microphone=f"tone:{220 + 55 * number}", camera=_CAMERAS[number % len(_CAMERAS)])
            people.append(driver)
            driver.start()
            driver.send(ShowSlots(()))
            driver.send(Join(parse_link(link), f"Sender {number + 1}", slots=1))
        await asyncio.gather(*(asyncio.wait_for(connected(driver), _CONNECT_SECONDS) for driver in people))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while await asyncio.to_thread(os.read, 0, 4096):
            continue
    finally:
        await asyncio.gather(*(driver.aclose() for driver in people))


async def connected(driver: Driver) -> None:
    """Wait until packets flow both ways. Raises `RuntimeError` when the meeting ends first."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def look(state: MeetingState) -> None:
        if done.done():
            return
        if state.ending is not None:
            done.set_exception(RuntimeError(state.ending.sentence))
        elif state.connection.media is Layer.UP:
            done.set_result(None)

    forget = driver.snapshots.subscribe(look)
    look(driver.state)
    try:
        await done
    finally:
        forget()


if __name__ == "__main__":
    asyncio.run(_send(sys.argv[1], int(sys.argv[2])))
