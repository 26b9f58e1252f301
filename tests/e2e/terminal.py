"""A terminal of its own for one program: tmux on a private socket; keys in, screen out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.e2e.processes import COMMAND
from tests.patience import PATIENCE

_SGR = re.compile(r"\x1b\[([\d;:]*)m")
Colour = tuple[int, int, int]


class Terminal:
    """One tmux window that runs `tui-meet ARGUMENTS`."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        columns: int = 160,
        lines: int = 45,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        tmux = shutil.which("tmux")
        assert tmux is not None, "tmux is missing"
        self._base = [tmux, "-S", str(folder / "tmux.sock"), "-f", os.devnull]
        self._status = folder / "status"
        settings = {"TERM": "tmux-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **(environment or {})}
        exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
        program = " ".join(shlex.quote(word) for word in (*COMMAND, *arguments))
        shell = f"env -u COLUMNS -u LINES {exports} {program}; echo $? > {shlex.quote(str(self._status))}; sleep 600"
        self._run("new-session", "-d", "-x", str(columns), "-y", str(lines), "sh", "-c", shell)

    def _run(self, *words: str) -> str:
        done = subprocess.run([*self._base, *words], check=True, capture_output=True, timeout=PATIENCE)
        return done.stdout.decode("utf-8", "replace")

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names (`Enter`, `Escape`, `C-q`, `a`)."""
        self._run("send-keys", *keys)
        if keys[-1] == "Escape":
            # What follows at once would make one key of two: a terminal sends Alt+h as Escape and h.
            time.sleep(0.3)

    def type(self, text: str) -> None:
        """Type text as it stands."""
        self._run("send-keys", "-l", text)

    def screen(self, colours: bool = False) -> str:
        return self._run("capture-pane", "-p", *(["-e"] if colours else []))

    def resize(self, columns: int, lines: int) -> None:
        self._run("resize-window", "-x", str(columns), "-y", str(lines))

    def wait(self, fits: str | Callable[[str], bool], timeout: float = PATIENCE) -> str:
        """The first screen that contains the text, or fits. Fails the test with the last screen otherwise."""
        deadline = time.monotonic() + timeout
        while True:
            screen = self.screen()
            if fits in screen if isinstance(fits, str) else fits(screen):
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"{fits!r} did not show in {timeout} s:\n{screen}")
            time.sleep(0.1)

    def exit_status(self, timeout: float = PATIENCE) -> int:
        """Wait for the program to end; its exit code."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self._status.exists() and self._status.read_text().strip():
                return int(self._status.read_text())
            time.sleep(0.05)
        raise AssertionError(f"the program still runs:\n{self.screen()}")

    def backgrounds_and_foregrounds(self) -> Counter[Colour]:
        """How many cells show each true colour, as foreground or background, on the present screen."""
        counts: Counter[Colour] = Counter()
        foreground: Colour | None = None
        background: Colour | None = None
        for line in self.screen(colours=True).splitlines():
            place = 0
            for found in (*_SGR.finditer(line), None):
                cells = len(_SGR.sub("", line[place : found.start() if found else len(line)]))
                for colour in (foreground, background):
                    if colour is not None:
                        counts[colour] += cells
                if found is None:
                    break
                foreground, background = _apply(found.group(1), foreground, background)
                place = found.end()
        return counts

    def process_id(self) -> int:
        """Of the program (Linux)."""
        shell = self._run("display-message", "-p", "#{pane_pid}").strip()
        children = Path(f"/proc/{shell}/task/{shell}/children").read_text().split()
        return int(children[0])

    def close(self) -> None:
        subprocess.run([*self._base, "kill-server"], check=False, capture_output=True, timeout=PATIENCE)


def _apply(codes: str, foreground: Colour | None, background: Colour | None) -> tuple[Colour | None, Colour | None]:
    numbers = [int(code or 0) for code in re.split("[;:]", codes)]
    index = 0
    while index < len(numbers):
        code = numbers[index]
        if code in (38, 48) and numbers[index + 1 : index + 2] == [2]:
            red, green, blue = numbers[index + 2 : index + 5]
            if code == 38:
                foreground = (red, green, blue)
            else:
                background = (red, green, blue)
            index += 5
            continue
        if code in (38, 48):
            index += 3
            continue
        if code == 0:
            foreground = background = None
        elif code == 39 or 30 <= code <= 37 or 90 <= code <= 97:
            foreground = None
        elif code == 49 or 40 <= code <= 47 or 100 <= code <= 107:
            background = None
        index += 1
    return foreground, background
