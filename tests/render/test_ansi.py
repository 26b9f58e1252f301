"""Golden rows of tiny pictures, and a small terminal that reads every row back."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.render.ansi import rows_to_ansi
from tui_meet.render.capability import ColourDepth, TerminalCapability
from tui_meet.render.cells import Cells, picture_cells

RED, GREEN, BLUE, BLACK, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0), (255, 255, 255)

PICTURE = np.array([[RED, RED, GREEN], [BLUE, BLUE, GREEN], [BLACK, WHITE, WHITE], [BLACK, WHITE, WHITE]], np.uint8)
"""3 x 4 px, that is 3 x 2 cells."""


def rows(capability: TerminalCapability, picture: npt.NDArray[np.uint8] = PICTURE) -> list[str]:
    height, width = picture.shape[:2]
    return rows_to_ansi(picture_cells(picture, width, height // 2, capability, dither=False))


@pytest.mark.parametrize(
    ("depth", "unicode", "golden"),
    [
        (
            ColourDepth.TRUECOLOUR,
            True,
            [
                "\x1b[38;2;255;0;0;48;2;0;0;255m▀▀\x1b[48;2;0;255;0m \x1b[0m",
                "\x1b[48;2;0;0;0m \x1b[48;2;255;255;255m  \x1b[0m",
            ],
        ),
        (
            ColourDepth.ANSI256,
            True,
            ["\x1b[38;5;196;48;5;21m▀▀\x1b[48;5;46m \x1b[0m", "\x1b[48;5;16m \x1b[48;5;231m  \x1b[0m"],
        ),
        (ColourDepth.ANSI16, True, ["\x1b[91;44m▀▀\x1b[102m \x1b[0m", "\x1b[40m \x1b[107m  \x1b[0m"]),
        (ColourDepth.NONE, True, ["░░▒", " ██"]),
        (
            ColourDepth.TRUECOLOUR,
            False,
            [
                "\x1b[48;2;127;0;127m  \x1b[48;2;0;255;0m \x1b[0m",
                "\x1b[48;2;0;0;0m \x1b[48;2;255;255;255m  \x1b[0m",
            ],
        ),
        (ColourDepth.NONE, False, ["::f", " @@"]),
    ],
)
def test_golden_rows(depth: ColourDepth, unicode: bool, golden: list[str]) -> None:
    made = rows(TerminalCapability(depth, unicode))
    assert made == golden


def test_a_colour_is_only_named_when_it_changes() -> None:
    picture = np.array([[RED, RED, BLUE], [BLACK, WHITE, WHITE]], np.uint8)
    assert rows(TerminalCapability(ColourDepth.TRUECOLOUR, True), picture) == [
        "\x1b[38;2;255;0;0;48;2;0;0;0m▀\x1b[48;2;255;255;255m▀\x1b[38;2;0;0;255m▀\x1b[0m"
    ]


def test_a_foreground_is_carried_over_spaces_and_first_named_after_leading_ones() -> None:
    picture = np.array([[RED, RED, BLACK, RED], [RED, BLACK, BLACK, BLACK]], np.uint8)
    assert rows(TerminalCapability(ColourDepth.ANSI16, True), picture) == [
        "\x1b[101m \x1b[91;40m▀ ▀\x1b[0m",
    ]


def test_remote_terminals_get_longer_runs() -> None:
    picture = np.array([[BLACK, (1, 4, 3), (2, 5, 0), (3, 1, 4), WHITE]] * 2, np.uint8)
    assert rows(TerminalCapability(ColourDepth.TRUECOLOUR, True, remote=True), picture) == [
        "\x1b[48;2;0;0;0m  \x1b[48;2;2;5;0m  \x1b[48;2;255;255;255m \x1b[0m"
    ]


SGR = re.compile(r"\x1b\[([\d;]*)m|(.)")


def read_back(row: str) -> list[tuple[str, str, str]]:
    """(glyph, foreground parameters, background parameters) of every cell, as a terminal understands the row."""
    foreground = background = ""
    cells = []
    for parameters, glyph in SGR.findall(row):
        if glyph:
            cells.append((glyph, foreground, background))
            continue
        words = parameters.split(";")
        while words:
            length = (
                {"38": {"2": 5, "5": 3}, "48": {"2": 5, "5": 3}}.get(words[0], {}).get(words[1:2][0], 1)
                if words[1:]
                else 1
            )
            code, words = ";".join(words[:length]), words[length:]
            if code == "0":
                foreground = background = ""
            elif code.startswith("38") or code[0] in "39":
                foreground = code
            else:
                background = code
    return cells


def parameters(code: int, depth: ColourDepth, *, background: bool) -> str:
    plane = 48 if background else 38
    if depth is ColourDepth.TRUECOLOUR:
        return f"{plane};2;{code >> 16};{code >> 8 & 255};{code & 255}"
    if depth is ColourDepth.ANSI256:
        return f"{plane};5;{code}"
    return str(code + (plane - 8 if code < 8 else plane + 44))


PICTURES = st.tuples(st.integers(1, 12), st.integers(1, 4), st.integers(0, 2**32 - 1), st.integers(1, 4)).map(
    lambda made: (
        np.random.default_rng(made[2])
        .choice(np.random.default_rng(made[2]).integers(0, 256, (made[3], 3)), (2 * made[1], made[0]))
        .astype(np.uint8)
    )
)
"""Small pictures of few colours, so that runs, spaces and carried colours all come up."""


@given(PICTURES, st.sampled_from([ColourDepth.TRUECOLOUR, ColourDepth.ANSI256, ColourDepth.ANSI16]), st.booleans())
def test_a_terminal_reads_back_every_cell(picture: npt.NDArray[np.uint8], depth: ColourDepth, unicode: bool) -> None:
    height, width = picture.shape[:2]
    cells = picture_cells(picture, width, height // 2, TerminalCapability(depth, unicode))
    made = rows_to_ansi(cells)
    assert len(made) == cells.rows
    for y, row in enumerate(made):
        assert row.startswith("\x1b[")
        assert row.endswith("\x1b[0m")
        read = read_back(row)
        assert len(read) == cells.columns
        for x, (glyph, foreground, background) in enumerate(read):
            assert glyph == chr(cells.glyphs[y, x])
            assert background == parameters(int(cells.background[y, x]), depth, background=True)
            if glyph != " ":
                assert foreground == parameters(int(cells.foreground[y, x]), depth, background=False)


@given(st.integers(0, 9), st.integers(0, 9), st.sampled_from(ColourDepth), st.booleans())
def test_width_is_exact_for_every_size(columns: int, rows: int, depth: ColourDepth, unicode: bool) -> None:
    picture = np.full((3, 5, 3), 200, dtype=np.uint8)
    made = rows_to_ansi(picture_cells(picture, columns, rows, TerminalCapability(depth, unicode)))
    assert [len(read_back(row)) for row in made] == [columns] * rows


def test_glyphs_of_every_utf8_length() -> None:
    glyphs = np.array([[ord("A"), ord("é"), ord("▀")]], dtype=np.uint32)
    colours = np.zeros((1, 3), dtype=np.uint32)
    assert rows_to_ansi(Cells(glyphs, colours, colours, ColourDepth.ANSI16)) == ["\x1b[30;40mAé▀\x1b[0m"]
