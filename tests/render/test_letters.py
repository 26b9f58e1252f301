"""Initials and the big letter face."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.render.letters import big_text, dots, initials, plain_text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada Lovelace", "AL"),
        ("grace brewster murray hopper", "GH"),
        ("Cher", "C"),
        ("  (Ann)  O'Neil ", "AO"),
        ("李 雷", "李雷"),
        ("", ""),
        ("--- !", ""),
        ("Room 4", "R4"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


@pytest.mark.parametrize(
    ("text", "unicode", "expected"),
    [
        ("Zoë\x1b[2J\nB\u202e", True, "Zoë [2J B"),
        ("Zoë Ångström 李雷", False, "Zoe Angstrom ??"),
        ("Zoë 李雷", True, "Zoë 李雷"),
    ],
)
def test_names_cannot_drive_the_terminal(text: str, unicode: bool, expected: str) -> None:
    assert plain_text(text, unicode=unicode) == expected


def test_big_letters_in_half_blocks_and_in_ascii() -> None:
    assert big_text("L", 5, 3, unicode=True) == ["█    ", "█    ", "▀▀▀▀▀"]
    assert big_text("L", 10, 5, unicode=False) == ["##        "] * 4 + ["##########"]


def test_accents_are_left_out_and_unknown_scripts_have_no_face() -> None:
    accented, plain = dots("É"), dots("E")
    assert accented is not None
    assert plain is not None
    assert (accented == plain).all()
    assert big_text("李", 80, 24, unicode=True) is None


@given(st.integers(-3, 60), st.integers(-3, 30), st.booleans(), st.text("ABC123", max_size=2))
def test_big_letters_never_leave_their_room(columns: int, rows: int, unicode: bool, text: str) -> None:
    lines = big_text(text, columns, rows, unicode=unicode)
    if lines is not None:
        assert len(lines) <= rows
        assert {len(line) for line in lines} == {len(lines[0])}
        assert len(lines[0]) <= columns
