"""What the terminal can show, told from its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class ColourDepth(Enum):
    """How many colours the terminal shows; ordered from none to all."""

    NONE = "none"
    ANSI16 = "16"
    ANSI256 = "256"
    TRUECOLOUR = "truecolour"


@dataclass(frozen=True, slots=True)
class TerminalCapability:
    """What can be drawn on this terminal."""

    depth: ColourDepth
    unicode: bool
    """Block elements and Braille can be written: the locale's character set is UTF-8."""
    remote: bool = False
    """The terminal is at the other end of an SSH connection, so bytes are dear."""


_TRUECOLOUR_WORDS = frozenset({"truecolor", "24bit"})
_TRUECOLOUR_TERMINALS = ("-direct", "kitty", "alacritty", "ghostty", "wezterm", "foot", "contour")
_TRUECOLOUR_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "ghostty", "vscode", "mintty"})
_COLOURLESS_TERMINALS = frozenset({"dumb", "unknown", "vt52", "vt100", "vt102", "vt220"})


def terminal_capability(environment: Mapping[str, str]) -> TerminalCapability:
    """What the terminal with these environment variables can show.

    NO_COLOR wins when it is not empty (no-color.org), then COLORTERM, then TERM. The character set is that of the first
    non-empty one of LC_ALL, LC_CTYPE and LANG (POSIX, "Internationalization Variables"); with none of them, or with the
    locales "C" and "POSIX", it is taken for ASCII, except where Windows Terminal says it is there.
    """
    return TerminalCapability(
        depth=_colour_depth(environment),
        unicode=_speaks_utf8(environment),
        remote=bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY")),
    )


def _colour_depth(environment: Mapping[str, str]) -> ColourDepth:
    terminal = environment.get("TERM", "").lower()
    if environment.get("NO_COLOR") or terminal in _COLOURLESS_TERMINALS:
        return ColourDepth.NONE
    if (
        environment.get("COLORTERM", "").lower() in _TRUECOLOUR_WORDS
        or environment.get("TERM_PROGRAM", "") in _TRUECOLOUR_PROGRAMS
        or environment.get("WT_SESSION")
        or any(word in terminal for word in _TRUECOLOUR_TERMINALS)
    ):
        return ColourDepth.TRUECOLOUR
    if "256" in terminal:
        return ColourDepth.ANSI256
    return ColourDepth.ANSI16 if terminal else ColourDepth.NONE


def _speaks_utf8(environment: Mapping[str, str]) -> bool:
    if environment.get("WT_SESSION"):
        return True
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if locale := environment.get(name):
            charset = locale.partition("@")[0].rpartition(".")[2]
            return charset.upper().replace("-", "") == "UTF8"
    return False
