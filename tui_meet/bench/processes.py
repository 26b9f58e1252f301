"""Real processes to measure: a server, people who send, a program on a terminal of its own."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

COLUMNS, ROWS = 160, 45
"""Cells of the terminal."""
ALIAS = "bench"
_ROOM = f'[server]\nbind = "127.0.0.1:0"\n[rooms.{ALIAS}]\nname = "Bench"\n'
_START_SECONDS = 30.0


def environment() -> dict[str, str]:
    """That of a terminal with true colour, and none of the person's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUI_MEET_")}
    kept.pop("NO_COLOR", None)
    return {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


class Helper:
    """A child that says one line when it is ready, and ends when its standard input does."""

    def __init__(self, arguments: Sequence[str], journal: Path) -> None:
        """Raises `RuntimeError` when it does not get ready."""
        with journal.open("ab") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=environment(),
                start_new_session=True,
            )
        watchdog = threading.Timer(_START_SECONDS, self._process.kill)
        watchdog.start()
        assert self._process.stdout is not None
        self.first_line = self._process.stdout.readline().decode().strip()
        watchdog.cancel()
        if not self.first_line:
            self.close()
            said = journal.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise RuntimeError(f"{' '.join(arguments[1:3])} did not start: {said[-1] if said else 'it said nothing'}")

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        """End it; after five seconds by force."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def meeting(senders: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """A server on loopback and so many people who send picture and sound: the link, and the two processes' ids.

    Raises `RuntimeError` when one of them does not start.
    """
    with tempfile.TemporaryDirectory(prefix="tui-meet-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        settings = folder / "server.toml"
        settings.write_text(_ROOM, encoding="utf-8")
        arguments = ["-m", "tui_meet", "serve", "--until-input-ends", "--config", str(settings)]
        server = Helper(arguments, folder / "server.log")
        stack.callback(server.close)
        link = f"{server.first_line}/{ALIAS}"
        people = Helper(["-m", "tui_meet.bench.senders", link, str(senders)], folder / "senders.log")
        stack.callback(people.close)
        yield link, (server.pid, people.pid)


class ScreenProgram:
    """`python -m tui_meet ARGUMENTS` on a pseudo-terminal of 160x45 cells; a thread empties it."""

    def __init__(self, *arguments: str) -> None:
        self._terminal, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.started_at = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tui_meet", *arguments],
            stdin=end,
            stdout=end,
            stderr=end,
            env=environment(),
            start_new_session=True,
        )
        os.close(end)
        self._written = bytearray()
        self._dropped = 0
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._read, name="empty the terminal", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def position(self) -> int:
        """Bytes written to the terminal so far."""
        with self._changed:
            return self._dropped + len(self._written)

    def press(self, keys: bytes) -> None:
        os.write(self._terminal, keys)

    def wait_for(self, wanted: bytes, since: int, seconds: float) -> float:
        """The moment (`perf_counter`) at which `wanted` stood in what was written after `since` bytes.

        Raises `RuntimeError` when it does not come.
        """
        deadline = time.perf_counter() + seconds
        with self._changed:
            while True:
                if self._written.find(wanted, max(0, since - self._dropped)) >= 0:
                    return time.perf_counter()
                left = deadline - time.perf_counter()
                if left <= 0 or self._ended:
                    raise RuntimeError(f"{wanted.decode(errors='replace')!r} was not painted within {seconds:g} s.")
                self._changed.wait(left)

    def text(self, since: int) -> str:
        """What was written after `since` bytes, as text with its escape sequences."""
        with self._changed:
            return bytes(self._written[max(0, since - self._dropped) :]).decode(errors="replace")

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._terminal, selectors.EVENT_READ)
            while True:
                try:
                    selector.select()
                    chunk = os.read(self._terminal, 65536)
                except OSError:  # EIO: the program has closed its end
                    chunk = b""
                with self._changed:
                    self._written += chunk
                    if len(self._written) > 8_000_000:
                        self._dropped += 4_000_000
                        del self._written[:4_000_000]
                    self._ended = not chunk
                    self._changed.notify_all()
                if not chunk:
                    return

    def close(self) -> None:
        """End it in order, after three seconds by force."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._thread.join(2)
        os.close(self._terminal)


def processor_seconds(pid: int) -> float:
    """Processor time that a process has used, all threads (Linux; proc(5), fields 14 and 15 of stat).

    Raises `OSError` where that cannot be read.
    """
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
