"""Real processes of the package under test: a server and headless clients, driven by their pipes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

COMMAND = (sys.executable, "-m", "tui_meet")
Json = Mapping[str, Any]


class LineReader:
    """Collects the lines of a pipe in a thread; waits for one that fits."""

    def __init__(self, stream: Any) -> None:
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def _read(self, stream: Any) -> None:
        for raw in stream:
            with self._changed:
                self.lines.append(raw.decode("utf-8", "replace").rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait(self, fits: Callable[[str], bool], timeout: float, start: int = 0) -> tuple[int, str]:
        """(index, line) of the first line from `start` on that fits. Fails the test when none comes in time."""
        deadline = time.monotonic() + timeout
        index = start
        with self._changed:
            while True:
                while index < len(self.lines):
                    if fits(self.lines[index]):
                        return index, self.lines[index]
                    index += 1
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    shown = "\n".join(line[:160] for line in self.lines[-40:])
                    why = "the process has ended" if self._ended else f"nothing fitting in {timeout} s"
                    raise AssertionError(f"{why}; the last lines were:\n{shown}")
                self._changed.wait(left)

    def join(self, timeout: float = PATIENCE) -> None:
        self._thread.join(timeout)


class Program:
    """One process of `tui-meet`, its three pipes, and a tidy end."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
        self.out = LineReader(self.process.stdout)
        self.err = LineReader(self.process.stderr)

    def write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def wait(self, timeout: float = PATIENCE) -> int:
        """Exit code."""
        code = self.process.wait(timeout)
        self.out.join()
        self.err.join()
        return code

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def cpu_seconds(self) -> float:
        """Processor time used so far (Linux)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Headless(Program):
    """A headless client."""

    def __init__(self, link: str, name: str, *options: str, environment: Mapping[str, str] | None = None) -> None:
        super().__init__("headless", link, "--name", name, *options, environment=environment)
        self._answered = 0

    def event(self, name: str, fits: Callable[[Json], bool] = lambda _: True, timeout: float = PATIENCE) -> Json:
        """The first event of that name that fits, among all that came and will come."""

        def line_fits(line: str) -> bool:
            data = json.loads(line)
            return data.get("event") == name and fits(data)

        return _object(self.out.wait(line_fits, timeout)[1])

    def events(self, name: str) -> list[Json]:
        return [data for data in map(_object, list(self.out.lines)) if data.get("event") == name]

    def run(self, line: str, timeout: float = PATIENCE) -> Json:
        """Run a command; its answer."""
        start = self._answered
        self.write(line)
        index, text = self.out.wait(lambda text: "result" in json.loads(text), timeout, start)
        self._answered = index + 1
        return _object(text)

    def ok(self, line: str) -> Json:
        answer = self.run(line)
        assert answer["ok"], answer
        return answer

    def refused(self, line: str, code: int | None = None) -> Json:
        answer = self.run(line)
        assert not answer["ok"], answer
        assert answer["message"].strip(), answer
        if code is not None:
            assert answer["code"] == code, answer
        return answer

    def names(self) -> set[str]:
        """Display names of the newest `participants` event."""
        newest = self.events("participants")[-1]
        return {person["displayName"] for person in newest["participants"]}

    def wait_names(self, names: set[str], timeout: float = PATIENCE) -> None:
        """Wait until the newest roster is exactly these people."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.events("participants") and self.names() == names:
                return
            time.sleep(0.05)
        raise AssertionError(f"the roster is {self.names()}, not {names}")


def _object(line: str) -> Json:
    value = json.loads(line)
    assert isinstance(value, dict), line
    return value


ROOMS = """
[server]
bind = "127.0.0.1:0"

[rooms.open]
name = "Open room"
host_pin = "2468"

[rooms.closed]
name = "Closed room"
host_pin = "2468"
guest_pin = "1357"

[rooms.small]
name = "Small room"
host_pin = "2468"
capacity = 2

[rooms.knock]
name = "Knock room"
host_pin = "2468"
knock = true

[rooms.late]
name = "Waits for a moderator"
host_pin = "2468"
wait_for_moderator = true
"""


class Server(Program):
    """`serve` with a few rooms on a free port of loopback."""

    def __init__(self, folder: Path, rooms: str = ROOMS, *options: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "server.toml"
        config.write_text(rooms)
        super().__init__("serve", "--config", str(config), "--data", str(folder / "data"), *options)
        _, line = self.out.wait(lambda text: "http://" in text, PATIENCE)
        found = re.search(r"http://[\w.\[\]:]+", line)
        assert found is not None, line
        self.url = found.group().rstrip("/")

    def link(self, alias: str) -> str:
        return f"{self.url}/{alias}"


@contextlib.contextmanager
def running(*programs: Program) -> Iterator[None]:
    """Close the programs at the end, newest first."""
    try:
        yield
    finally:
        for program in reversed(programs):
            program.close()
