"""From joining to the first decoded picture, over loopback, against a real server and a real sender.

`join_to_picture_ms` begins when the wish to join is handed to a client whose modules are loaded, as in the app, which
loads them while the form is shown. `process_to_picture_ms` begins with the process: interpreter and modules included.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from typing import Any

from tui_meet.bench.clients import make_client
from tui_meet.bench.processes import environment, meeting
from tui_meet.core.commands import Join, ShowSlots
from tui_meet.core.links import parse_link
from tui_meet.core.state import MeetingState

RUNS = 5
_PICTURE_SECONDS = 20.0
_SIZE = (320, 180)
"""px, of the tile that is to be filled."""


def measure() -> dict[str, Any]:
    """Medians and worst of a few joins, each by a fresh process. Raises `RuntimeError` when no picture comes."""
    joins: list[float] = []
    processes: list[float] = []
    with meeting(1) as (link, _pids):
        for _run in range(RUNS):
            begin = time.time()
            done = subprocess.run(
                [sys.executable, "-m", "tui_meet.bench.join", link],
                capture_output=True,
                text=True,
                check=False,
                env=environment(),
                timeout=60,
            )
            if done.returncode != 0:
                said = done.stderr.strip().splitlines()
                raise RuntimeError(f"No picture came: {said[-1] if said else 'no reason was given'}")
            figures = json.loads(done.stdout)
            joins.append(figures["join_ms"])
            processes.append((figures["picture_at"] - begin) * 1000)
    return {
        "runs": RUNS,
        "join_to_picture_ms": {"median": round(statistics.median(joins), 1), "worst": round(max(joins), 1)},
        "process_to_picture_ms": {"median": round(statistics.median(processes), 1), "worst": round(max(processes), 1)},
    }


async def _join(link: str) -> dict[str, float]:
    driver = make_client()
    picture: asyncio.Future[float] = asyncio.get_running_loop().create_future()

    def look(state: MeetingState) -> None:
        if picture.done():
            return
        if state.ending is not None:
            picture.set_exception(RuntimeError(state.ending.sentence))
        elif state.pictures:
            picture.set_result(time.time())
        elif driver.board is not None:
            for binding in state.slots:
                driver.board.slot(binding.stream).want(_SIZE if binding.participant is not None else None)

    driver.snapshots.subscribe(look)
    driver.start()
    try:
        driver.send(ShowSlots((_SIZE,)))
        begin = time.time()
        driver.send(Join(parse_link(link), "Viewer"))
        at = await asyncio.wait_for(picture, _PICTURE_SECONDS)
        return {"join_ms": (at - begin) * 1000, "picture_at": at}
    finally:
        await driver.aclose()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_join(sys.argv[1]))))
