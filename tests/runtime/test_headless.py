"""The headless client against the real server: lines in, JSON lines out, exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.patience import PATIENCE
from tests.runtime.parts import until
from tui_meet.backends.infinity.client import InfinityBackend
from tui_meet.core.commands import Join
from tui_meet.core.links import parse_link
from tui_meet.core.model import Ending
from tui_meet.core.session import Session
from tui_meet.runtime.driver import Driver
from tui_meet.runtime.headless import exit_code, run_headless
from tui_meet.runtime.pipes import MAX_LINE_BYTES
from tui_meet.server.main import RunningServer, running
from tui_meet.server.rooms.model import RoomSettings
from tui_meet.server.settings import ServerSettings

pytestmark = pytest.mark.may_block  # the server in the same process imports its media parts
ROOMS = {
    "open": RoomSettings("open", "Open room", host_pin="2468"),
    "closed": RoomSettings("closed", host_pin="2468", guest_pin="1357"),
    "knock": RoomSettings("knock", host_pin="2468", knock=True),
}


@pytest.fixture
async def server() -> AsyncIterator[RunningServer]:
    async with running(ServerSettings(ROOMS, port=0)) as server:
        yield server


class Client:
    """A headless client whose lines the test writes."""

    def __init__(
        self, url: str, name: str = "Ada", *, room: str = "open", pin: str = "", for_seconds: float | None = None
    ) -> None:
        self.out: list[dict[str, Any]] = []
        self.complaints: list[str] = []
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        driver = Driver(Session(lambda: 0.5), backend=InfinityBackend, media=None)
        join = Join(parse_link(f"{url}/{room}"), name, pin, with_media=False)
        self.task = asyncio.create_task(
            run_headless(
                driver, join, lines=self._read(), write=self._write, for_seconds=for_seconds,
                complain=self.complaints.append, devices=lambda: "camera 0: Front",
            )
        )  # fmt: skip

    def type(self, *lines: str | None) -> None:
        for line in lines:
            self._lines.put_nowait(line)

    async def _read(self) -> AsyncIterator[str]:
        while (line := await self._lines.get()) is not None:
            yield line

    def _write(self, text: str) -> None:
        assert "\n" not in text
        self.out.append(json.loads(text))

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.out if line.get("event") == name]

    @property
    def results(self) -> list[dict[str, Any]]:
        return [line for line in self.out if "result" in line]

    async def event(self, name: str) -> dict[str, Any]:
        await until(lambda: bool(self.events(name)))
        return self.events(name)[0]

    async def code(self, timeout: float = PATIENCE) -> int:
        return await asyncio.wait_for(self.task, timeout)


async def test_lines_are_answered_in_their_order_from_the_very_start(server: RunningServer) -> None:
    client = Client(server.url, pin="2468")
    lines = ["# a comment", "", "   ", "say hello", "hand up", "lock", "lock", "nonsense", "stats", "devices",
             "theme dark", "x" * (MAX_LINE_BYTES + 1), "unlock", "leave"]  # fmt: skip
    client.type(*lines)
    assert await client.code() == 0
    results = client.results
    assert [line["result"] for line in results] == [
        "say hello", "hand up", "lock", "lock", "nonsense", "stats", "devices", "theme dark", "x" * 60 + "…",
        "unlock", "leave",
    ]  # fmt: skip
    assert [line["ok"] for line in results] == [
        True, True, True, False, False, True, True, False, False, True, True,
    ]  # fmt: skip
    assert results[3]["code"] == 4121
    assert "sent_kbps" in json.loads(results[5]["message"])
    assert "camera 0" in results[6]["message"]
    assert set(results[0]) == {"result", "ok", "code", "message"}
    assert client.complaints == []


async def test_events_have_the_shape_of_the_contract(server: RunningServer) -> None:
    ada = Client(server.url, "Ada", pin="2468")
    await ada.event("me")
    grace = Client(server.url, "Grace")
    await ada.event("participantJoined")
    grace.type("say hi")
    message = await ada.event("message")
    assert message["message"] == "hi"
    assert message["room"] == "main"
    assert list(message)[:3] == ["event", "at", "room"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["at"]) for line in ada.out)
    names = [line["event"] for line in ada.out]
    assert names[0] == "authenticatedWithConference"
    grace.type("leave")
    assert await grace.code() == 0
    assert grace.out[-2]["event"] == "userInitiatedDisconnect"
    assert (await ada.event("participantLeft"))["participant"]["displayName"] == "Grace"
    ada.type("quit")
    assert await ada.code() == 0


async def test_the_end_of_input_stays_in_the_meeting(server: RunningServer) -> None:
    client = Client(server.url, pin="2468")
    client.type("say hello", None)
    await until(lambda: bool(client.results))
    await asyncio.sleep(0.1)
    assert not client.task.done()
    os.kill(os.getpid(), signal.SIGTERM)
    assert await client.code() == 0
    assert client.events("userInitiatedDisconnect")


async def test_an_interrupt_leaves_in_order(server: RunningServer) -> None:
    ada = Client(server.url, "Ada", pin="2468")
    await ada.event("me")
    grace = Client(server.url, "Grace")
    await ada.event("participantJoined")
    # The handler that was set last is Grace's.
    os.kill(os.getpid(), signal.SIGINT)
    assert await grace.code() == 130
    await ada.event("participantLeft")
    ada.type("leave")
    assert await ada.code() == 0


async def test_for_bounds_it(server: RunningServer) -> None:
    client = Client(server.url, pin="2468", for_seconds=0.4)
    assert await client.code() == 0
    assert client.events("userInitiatedDisconnect")


@pytest.mark.parametrize(
    ("room", "pin", "words"),
    [("closed", "", "--pin"), ("closed", "99", "PIN is wrong"), ("nowhere", "", "nowhere")],
)
async def test_refusals_are_one_sentence(server: RunningServer, room: str, pin: str, words: str) -> None:
    client = Client(server.url, room=room, pin=pin)
    client.type("say never said")
    assert await client.code() == 1
    assert len(client.complaints) == 1
    assert words in client.complaints[0]
    assert client.events("message") == []


async def test_nobody_listens() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        client = Client(f"http://127.0.0.1:{reserved.getsockname()[1]}")
        assert await client.code() == 1
    assert len(client.complaints) == 1
    assert "127.0.0.1" in client.complaints[0]


async def test_being_dropped_fails_and_the_end_for_all_does_not(server: RunningServer) -> None:
    ada = Client(server.url, "Ada", pin="2468")
    await ada.event("me")
    grace, alan = Client(server.url, "Grace"), Client(server.url, "Alan")
    await until(lambda: len(ada.events("participantJoined")) == 2)
    ada.type("drop Grace")
    assert await grace.code() == 1
    assert grace.events("disconnected")[0]["errorCode"] == "#pex124"
    assert len(grace.complaints) == 1
    ada.type("end")
    assert await alan.code() == 0
    assert alan.events("disconnected")[0]["errorCode"] == "#pex125"
    assert await ada.code() == 0


async def test_leaving_from_the_waiting_room(server: RunningServer) -> None:
    client = Client(server.url, "Grace", room="knock")
    client.type("say let me in", "leave")
    assert await client.code() == 0
    assert [line["ok"] for line in client.results] == [False, True]


async def test_a_server_that_goes_down_is_a_failure() -> None:
    async with running(ServerSettings(ROOMS, port=0)) as server:
        client = Client(server.url, pin="2468")
        await client.event("me")
    assert await client.code() == 1
    assert client.events("disconnected")[0]["errorCode"] == "#pex129"


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (Ending("x", by_user=True), 0),
        (Ending("x", "Conference terminated by another participant", "#pex125"), 0),
        (Ending("x", "Disconnected by another participant", "#pex124"), 1),
        (Ending("x", "Could not reconnect to the meeting", "#pex117"), 1),
        (Ending("x"), 1),
    ],
)
def test_exit_codes(ending: Ending, code: int) -> None:
    assert exit_code(ending) == code


def test_no_screen_is_loaded() -> None:
    code = (
        "import sys, tui_meet.runtime.headless, tui_meet.runtime.driver, tui_meet.backends.infinity.client;"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'textual', 'aiortc', 'cv2', 'av',"
        " 'sounddevice', 'starlette', 'uvicorn'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert done.stdout.strip() == "[]"


@contextmanager
def _process(url: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A headless client in a process of its own, with the real standard streams."""
    code = (
        "import asyncio, sys\n"
        "from tui_meet.backends.infinity.client import InfinityBackend\n"
        "from tui_meet.core.commands import Join\n"
        "from tui_meet.core.links import parse_link\n"
        "from tui_meet.core.session import Session\n"
        "from tui_meet.runtime.driver import Driver\n"
        "from tui_meet.runtime.headless import run_headless, standard_input, standard_output\n"
        "async def main():\n"
        "    driver = Driver(Session(lambda: 0.5), backend=InfinityBackend, media=None)\n"
        "    join = Join(parse_link(sys.argv[1]), 'Ada', '2468', with_media=False)\n"
        "    return await run_headless(driver, join, lines=standard_input(), write=standard_output, for_seconds=600)\n"
        "sys.exit(asyncio.run(main()))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", code, f"{url}/open", *options],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda process: process.stdin.write(b"leave\n"), 0),
        (lambda process: process.send_signal(signal.SIGTERM), 0),
        (lambda process: process.send_signal(signal.SIGINT), 130),
        (lambda process: process.stdout.close() or process.stdin.write(b"say x\n"), 1),
    ],
    ids=["leave", "SIGTERM", "SIGINT", "nobody reads"],
)
async def test_a_process_ends_in_order(
    server: RunningServer, end: Callable[[subprocess.Popen[bytes]], object], code: int
) -> None:
    with _process(server.url) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"say hello\n")

        def until_answered() -> None:
            assert process.stdout is not None
            while b'"result"' not in process.stdout.readline():
                pass

        await asyncio.wait_for(asyncio.to_thread(until_answered), PATIENCE)
        end(process)
        assert await asyncio.wait_for(asyncio.to_thread(process.wait), PATIENCE) == code
        assert process.stderr is not None
        complaint = process.stderr.read().decode()
        assert "Traceback" not in complaint
        assert ("Nobody reads" in complaint) is (code == 1)
