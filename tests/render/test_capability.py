"""The terminal's capability from its environment."""

from __future__ import annotations

import pytest

from tui_meet.render.capability import ColourDepth, TerminalCapability, terminal_capability


@pytest.mark.parametrize(
    ("environment", "depth"),
    [
        ({}, ColourDepth.NONE),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, ColourDepth.NONE),
        ({"TERM": "vt100"}, ColourDepth.NONE),
        ({"TERM": "xterm"}, ColourDepth.ANSI16),
        ({"TERM": "linux"}, ColourDepth.ANSI16),
        ({"TERM": "screen-256color"}, ColourDepth.ANSI256),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ColourDepth.TRUECOLOUR),
        ({"TERM": "xterm-256color", "COLORTERM": "24bit"}, ColourDepth.TRUECOLOUR),
        ({"TERM": "xterm-256color", "COLORTERM": "yes"}, ColourDepth.ANSI256),
        ({"TERM": "xterm-kitty"}, ColourDepth.TRUECOLOUR),
        ({"TERM": "xterm-direct"}, ColourDepth.TRUECOLOUR),
        ({"WT_SESSION": "1"}, ColourDepth.TRUECOLOUR),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, ColourDepth.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, ColourDepth.ANSI256),
    ],
)
def test_colour_depth(environment: dict[str, str], depth: ColourDepth) -> None:
    assert terminal_capability(environment).depth is depth


@pytest.mark.parametrize(
    ("environment", "unicode"),
    [
        ({}, False),
        ({"LANG": "C"}, False),
        ({"LANG": "POSIX"}, False),
        ({"LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "C.utf8"}, True),
        ({"LANG": "de_DE.ISO-8859-1@euro"}, False),
        ({"LANG": "de_DE.UTF-8@euro"}, True),
        ({"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, False),
        ({"LC_ALL": "", "LC_CTYPE": "UTF-8", "LANG": "C"}, True),
        ({"LC_CTYPE": "en_GB", "LANG": "en_GB.UTF-8"}, False),
    ],
)
def test_character_set(environment: dict[str, str], unicode: bool) -> None:
    assert terminal_capability(environment).unicode is unicode


def test_ssh_is_remote() -> None:
    assert terminal_capability({"TERM": "xterm", "SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}) == TerminalCapability(
        ColourDepth.ANSI16, unicode=False, remote=True
    )
