"""Processes that `host`, `demo` and `bench` start: each ends with its parent, however that ends."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tui_meet.cli.refusal import Refusal

_READY_SECONDS = 20.0
_CLOSE_SECONDS = 4.0


class Child:
    """`python -m tui_meet ARGUMENTS` with a pipe at its standard input, whose end tells it to end.

    What it writes to stdout is read as lines; stderr goes into `journal`, from which the reason is taken when it fails.
    """

    def __init__(
        self, arguments: Sequence[str], *, what: str, journal: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """`what` names it in sentences: "The server". Raises `Refusal` when it cannot be started."""
        self._what = what
        self._journal = journal
        self._lines: queue.Queue[str] = queue.Queue()
        try:
            with journal.open("ab") as stderr:
                # A session of its own: Ctrl+C on the terminal is for the app, which then ends this child in order.
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tui_meet", *arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    env={**os.environ, **(environment or {})},
                    start_new_session=True,
                )
        except OSError as error:
            raise Refusal(f"{what} could not be started: {error.strerror}.") from error
        assert self._process.stdout is not None
        self._reader = threading.Thread(
            target=self._read, args=(self._process.stdout,), name=f"read {what}", daemon=True
        )
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def _read(self, stdout: IO[bytes]) -> None:
        """Read until the end, so that the child never stops on a full pipe. An empty line marks the end."""
        with stdout:
            for line in stdout:
                self._lines.put(line.decode(errors="replace").rstrip("\n"))
        self._lines.put("")

    def read_line(self, seconds: float = _READY_SECONDS) -> str:
        """The next line of its stdout. Raises `Refusal` when it ends or says nothing for so long."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            raise Refusal(f"{self._what} did not start within {seconds:.0f} s.{self._reason()}") from None
        if not line:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)
            raise Refusal(f"{self._what} could not run.{self._reason()}")
        return line

    def write_line(self, line: str) -> None:
        """Write to its standard input; a child that has ended is passed over."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def close(self, seconds: float = _CLOSE_SECONDS) -> None:
        """Let it end in order; after `seconds` end it without. Safe to call twice."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        for end in (self._process.terminate, self._process.kill):
            try:
                self._process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                end()
        self._process.wait()
        self._reader.join(1.0)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._process.kill()
        self._process.wait()
        self.close()

    def _reason(self) -> str:
        """Its last words, where it left any."""
        with contextlib.suppress(OSError):
            lines = self._journal.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            if lines:
                return f" It said: {lines[-1].removeprefix('tui-meet: ').strip()}"
        return ""
