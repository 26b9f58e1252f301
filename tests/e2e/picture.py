"""`python -m tests.e2e.picture OUT.png [COMMAND ...]`: a true picture of the running program, for README and documents.

Runs it (`demo` by default) in tmux at 160x45, waits until it is lively, and draws the captured screen: every cell where
the terminal has it, half blocks as the two colours they are. Needs tmux and rsvg-convert.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from tests.e2e.terminal import Terminal

CELL_WIDTH, CELL_HEIGHT = 8, 16
"""px"""
_PARTS = re.compile(r"\x1b\[([\d;:]*)m|(.)", re.DOTALL)


@dataclass(frozen=True)
class Pen:
    """How a cell is drawn; colours as `#rrggbb`."""

    ink: str = "#d5d9e0"
    paper: str = "#12151b"
    bold: bool = False


def cells(line: str) -> Iterator[tuple[str, Pen]]:
    """Characters of a captured line with their colours."""
    pen = Pen()
    for found in _PARTS.finditer(line):
        if found.group(2) is not None:
            yield found.group(2), pen
            continue
        numbers = [int(word or 0) for word in re.split("[;:]", found.group(1))]
        while numbers:
            code = numbers.pop(0)
            if code in (38, 48) and numbers[:1] == [2]:
                colour = "#" + "".join(f"{part:02x}" for part in numbers[1:4])
                del numbers[:4]
                pen = replace(pen, ink=colour) if code == 38 else replace(pen, paper=colour)
            elif code == 0:
                pen = Pen()
            elif code == 1:
                pen = replace(pen, bold=True)
            elif code == 39:
                pen = replace(pen, ink=Pen.ink)
            elif code == 49:
                pen = replace(pen, paper=Pen.paper)


def svg(screen: str) -> str:
    """A captured screen as SVG."""
    lines = screen.split("\n")
    shapes: list[str] = []
    columns = 0
    for row, line in enumerate(lines):
        for column, (character, pen) in enumerate(cells(line)):
            columns = max(columns, column + 1)
            x, y = column * CELL_WIDTH, row * CELL_HEIGHT
            shapes.append(f'<rect x="{x}" y="{y}" width="{CELL_WIDTH}" height="{CELL_HEIGHT}" fill="{pen.paper}"/>')
            if character == "▀":
                half = CELL_HEIGHT // 2
                shapes.append(f'<rect x="{x}" y="{y}" width="{CELL_WIDTH}" height="{half}" fill="{pen.ink}"/>')
            elif character != " ":
                weight = ' font-weight="bold"' if pen.bold else ""
                shapes.append(f'<text x="{x}" y="{y + 12}" fill="{pen.ink}"{weight}>{escape(character)}</text>')
    width, height = columns * CELL_WIDTH, len(lines) * CELL_HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" shape-rendering="crispEdges"'
        f' font-family="DejaVu Sans Mono" font-size="13px"><rect width="100%" height="100%" fill="{Pen.paper}"/>'
        + "".join(shapes)
        + "</svg>"
    )


def main(out: Path, command: list[str]) -> None:
    """Run, wait, draw."""
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(Path(folder), *command)
        try:
            terminal.wait("talks", 30)
            time.sleep(25)
            drawing = Path(folder) / "screen.svg"
            drawing.write_text(svg(terminal.screen(colours=True).rstrip("\n")), encoding="utf-8")
            subprocess.run(["rsvg-convert", str(drawing), "-o", str(out)], check=True)
            terminal.keys("C-q")
            terminal.exit_status()
        finally:
            terminal.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ["demo", "--name", "You"])
