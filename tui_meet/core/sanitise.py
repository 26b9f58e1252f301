"""What others wrote, made safe to show: no control or direction characters, a bounded length.

A display name or a chat line is text from a stranger. Escape sequences would drive the terminal, direction marks would
turn a line round, a name of a million letters would freeze the screen.
"""

from __future__ import annotations

import re

MAX_NAME = 64
"""Characters of a display name."""
MAX_TEXT = 4000
"""Characters of a chat line or of a server's sentence."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_DIRECTION = "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_UNSAFE = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_DIRECTION}]")
_UNSAFE_NAME = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_DIRECTION}]|\\s\\s+")
_SPACES = re.compile(r"\s+")


def safe_name(name: str, fallback: str = "Somebody") -> str:
    """A display name on one line, at most `MAX_NAME` characters; `fallback` where nothing is left."""
    if name and len(name) <= MAX_NAME and name == name.strip() and _UNSAFE_NAME.search(name) is None:
        return name
    # cut first: the rest of a huge name is not worth looking at
    cleaned = _UNSAFE.sub(_replaced, _SPACES.sub(" ", name[: MAX_NAME * 4])).strip()
    return cleaned[:MAX_NAME].rstrip() or fallback


def safe_text(text: str) -> str:
    """Text whose only control characters are line feeds, at most `MAX_TEXT` characters."""
    cut = text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
    return cut if _UNSAFE.search(cut) is None else _UNSAFE.sub(_replaced, cut.replace("\r\n", "\n"))


def _replaced(match: re.Match[str]) -> str:
    return " " if match.group() in "\t\r\u2028\u2029" else REPLACEMENT
