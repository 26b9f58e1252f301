"""Live captions: lines of text, of which only the last can still change."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.core.model import CaptionLine, Captions

MAX_LINES = 50
"""Lines kept; older ones fall off."""


def add_caption(captions: Captions, line: CaptionLine) -> Captions:
    """The captions with newer words: they take the place of an unfinished line."""
    kept = captions.lines[:-1] if captions.lines and not captions.lines[-1].is_final else captions.lines
    if not line.text:
        return captions if kept is captions.lines else replace(captions, lines=kept)
    return replace(captions, lines=(*kept[-(MAX_LINES - 1) :], line))
