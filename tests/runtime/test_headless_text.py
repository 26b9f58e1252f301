"""What strangers wrote does not steer the terminal that shows the headless client's lines."""

from __future__ import annotations

import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_meet.runtime.headless import as_line, write_error

_STEERS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_line_steers_nothing_and_reads_back(text: str) -> None:
    line = as_line({"event": "message", "text": text})
    assert _STEERS.search(line) is None
    assert json.loads(line)["text"] == text


def test_other_scripts_stay_readable() -> None:
    assert as_line({"name": "Zoë 日本"}) == '{"name": "Zoë 日本"}'
    assert as_line({"text": "a\x9b2J\u202eb"}) == '{"text": "a\\u009b2J\\u202eb"}'


def test_sentences_on_stderr_steer_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    write_error("Gone:\x1b[2J \x9b1m bad\nnews.")
    assert sys.stderr is not None
    shown = capsys.readouterr().err
    assert _STEERS.search(shown.rstrip("\n")) is None
    assert shown.endswith("bad news.\n")
