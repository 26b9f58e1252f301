"""What one picture on the stage costs: processor time and bytes to the terminal.

The figure inside the app is taken in a child process that runs a real Textual app on a pseudo-terminal, which this
process empties: conversion, message handling, compositing, encoding and writing are all in it, on every thread.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

import numpy as np
import numpy.typing as npt
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from tui_meet.app.widgets.video_tile import VideoTile
from tui_meet.media.slots import FrameSlot
from tui_meet.media.types import VideoFrame
from tui_meet.render.ansi import rows_to_ansi
from tui_meet.render.capability import ColourDepth, TerminalCapability
from tui_meet.render.cells import picture_cells

COLUMNS, ROWS = 160, 45
"""Cells of the measured picture; 160x90 px."""

PICTURES = 150
"""Pictures per measurement; of the slow widget, which costs tens of milliseconds each, a tenth."""

_CHILD_LIMIT_S = 60.0
_SETTLE_S = 0.15
"""Pause in which everything written so far reaches the other end."""

_CAPABILITY = TerminalCapability(ColourDepth.TRUECOLOUR, unicode=True)
_REMOTE = TerminalCapability(ColourDepth.TRUECOLOUR, unicode=True, remote=True)

Picture = npt.NDArray[np.uint8]


def photo_like(count: int) -> list[Picture]:
    """`count` pictures (90, 160, 3): soft shades and a head-like shape, all moving; nearly no two neighbours are equal.

    A camera's picture scaled down to this size is like that: smooth, yet seldom flat.
    """
    y, x = np.mgrid[0 : 2 * ROWS, 0:COLUMNS].astype(np.float32)
    pictures = []
    for step in range(count):
        t = step / 8
        red = 110 + 60 * np.sin(x / 37 + t) + 20 * np.sin(y / 13)
        green = 105 + 50 * np.cos(y / 29 - t) + 25 * np.sin(x / 21)
        blue = 120 + 55 * np.sin((x + y) / 45 + t / 2)
        shade = np.stack([red, green, blue], axis=-1)
        distance = np.hypot((x - 80 - 12 * np.sin(t)) / 26, (y - 45) / 34)[..., None]
        head = np.stack([225 - x / 3, 175 - x / 4, 140 - y / 3], axis=-1)
        edge = np.clip((1 - distance) * 12, 0, 1)
        pictures.append(np.clip(shade * (1 - edge) + head * edge, 0, 255).astype(np.uint8))
    return pictures


def colour_bars(count: int) -> list[Picture]:
    """`count` pictures (90, 160, 3): the eight 75 % colour bars, moving by one px a picture."""
    levels = np.array([[r, g, b] for g in (191, 0) for r in (191, 0) for b in (191, 0)], dtype=np.uint8)
    bars = levels[np.arange(COLUMNS) * 8 // COLUMNS]
    return [np.broadcast_to(np.roll(bars, step, axis=0), (2 * ROWS, COLUMNS, 3)).copy() for step in range(count)]


class CellByCell(Widget):
    """The plain way for comparison: a Segment and a Style for every cell, made in `render_line`."""

    picture: Picture | None = None

    def render_line(self, y: int) -> Strip:
        if self.picture is None:
            return Strip.blank(self.size.width)
        top, bottom = self.picture[2 * y].tolist(), self.picture[2 * y + 1].tolist()
        segments = [
            Segment("▀", Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower)))
            for upper, lower in zip(top, bottom, strict=True)
        ]
        return Strip(segments, len(segments))


class _Stage(App[None]):
    """Paints every picture, one after the other, and tells `report_fd` what that took."""

    def __init__(self, kind: str, count: int, report_fd: int) -> None:
        super().__init__()
        self._kind = kind
        self._count = count
        self._report_fd = report_fd
        self._painted = asyncio.Event()
        self._slot = FrameSlot()
        self._tile = VideoTile(_CAPABILITY)
        self._naive = CellByCell()

    def compose(self) -> ComposeResult:
        yield self._naive if self._kind == "cell-by-cell" else self._tile

    def on_mount(self) -> None:
        self._tile.show(self._slot)
        self.run_worker(self._play())

    def post_display_hook(self) -> None:
        self._painted.set()

    async def _play(self) -> None:
        pictures = colour_bars(30) if self._kind == "bars" else photo_like(30)
        await asyncio.sleep(_SETTLE_S)
        await self._paint(pictures[-1])
        await asyncio.sleep(_SETTLE_S)
        os.write(self._report_fd, b"start\n")
        await asyncio.sleep(_SETTLE_S)
        begin = time.process_time()
        for index in range(self._count):
            await self._paint(pictures[index % len(pictures)])
        await asyncio.sleep(_SETTLE_S)
        spent = time.process_time() - begin
        report = {"pictures": self._count, "cpu_ms": 1000 * spent}
        os.write(self._report_fd, json.dumps(report).encode() + b"\n")
        self.exit()

    async def _paint(self, picture: Picture) -> None:
        self._painted.clear()
        if self._kind == "cell-by-cell":
            self._naive.picture = picture
            self._naive.refresh()
        else:
            self._slot.put(VideoFrame(picture, COLUMNS, 2 * ROWS, 0.0))
            self._tile.tick()
        await self._painted.wait()


def measure(pictures: int = PICTURES) -> dict[str, float]:
    """Cost of a 160x45-cell true-colour picture, the mean of `pictures`; every figure is from this run.

    `ratio_to_cell_by_cell` is our cost divided by that of a widget with a Segment per cell, both inside the app. Raises
    `RuntimeError` when the measured app ends without an answer.
    """
    inside = _inside_app("photo", pictures)
    bars = _inside_app("bars", pictures)
    naive = _inside_app("cell-by-cell", max(1, pictures // 10))
    conversion_ms, _ = _conversion(_CAPABILITY, pictures)
    remote_ms, remote_bytes = _conversion(_REMOTE, pictures)
    return {
        "columns": COLUMNS,
        "rows": ROWS,
        "conversion_cpu_ms_per_picture": conversion_ms,
        "cpu_ms_per_picture": inside["cpu_ms_per_picture"],
        "bytes_per_picture": inside["bytes_per_picture"],
        "remote_conversion_cpu_ms_per_picture": remote_ms,
        "remote_bytes_per_picture": remote_bytes,
        "colour_bars_cpu_ms_per_picture": bars["cpu_ms_per_picture"],
        "colour_bars_bytes_per_picture": bars["bytes_per_picture"],
        "cell_by_cell_cpu_ms_per_picture": naive["cpu_ms_per_picture"],
        "cell_by_cell_bytes_per_picture": naive["bytes_per_picture"],
        "ratio_to_cell_by_cell": inside["cpu_ms_per_picture"] / naive["cpu_ms_per_picture"],
    }


def _conversion(capability: TerminalCapability, count: int) -> tuple[float, float]:
    """(processor ms, bytes) per picture from RGB to rows, nothing painted; the bytes are those of the last one."""
    pictures = photo_like(30)
    rows_to_ansi(picture_cells(pictures[0], COLUMNS, ROWS, capability))
    begin = time.process_time()
    for index in range(count):
        rows = rows_to_ansi(picture_cells(pictures[index % len(pictures)], COLUMNS, ROWS, capability))
    spent = time.process_time() - begin
    return 1000 * spent / count, float(sum(len(row.encode()) for row in rows))


def _inside_app(kind: str, count: int) -> dict[str, float]:
    """Run the app of this `kind` for `count` pictures on a pseudo-terminal of its own."""
    terminal, terminal_end = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    report, report_end = os.pipe()
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    environment.pop("NO_COLOR", None)
    child = subprocess.Popen(
        [sys.executable, "-m", "tui_meet.bench.picture", kind, str(count), str(report_end)],
        stdin=terminal_end,
        stdout=terminal_end,
        stderr=terminal_end,
        pass_fds=(report_end,),
        env=environment,
        start_new_session=True,
    )
    os.close(terminal_end)
    os.close(report_end)
    try:
        return _read_report(terminal, report)
    finally:
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        os.close(terminal)
        os.close(report)


def _read_report(terminal: int, report: int) -> dict[str, float]:
    """Empty the terminal and count, until the child has told its figures."""
    deadline = time.monotonic() + _CHILD_LIMIT_S
    written = at_start = 0
    told = b""
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal, report], [], [], 1.0)
        if terminal in ready:
            try:
                written += len(os.read(terminal, 65536))
            except OSError:  # EIO: the child has closed its end
                break
        if report in ready:
            chunk = os.read(report, 4096)
            if not chunk:
                break
            if chunk.startswith(b"start"):
                at_start = written
            told += chunk
            if told.count(b"\n") == 2:
                figures = json.loads(told.splitlines()[1])
                pictures = figures["pictures"]
                return {
                    "cpu_ms_per_picture": figures["cpu_ms"] / pictures,
                    "bytes_per_picture": (written - at_start) / pictures,
                }
    raise RuntimeError("The measured app ended without an answer; run it in a terminal to see why.")


if __name__ == "__main__":
    _Stage(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])).run()
