"""The signs next to a name. Each has a plain ASCII twin and a word, so nothing is told by a sign or a colour alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """One set of signs; every sign is one or two cells wide."""

    moderator: str
    muted: str
    camera_off: str
    talking: str
    hand: str
    spotlight: str
    presenting: str
    waiting: str
    cursor: str
    locked: str
    level_full: str
    level_empty: str
    dot: str
    ellipsis: str
    ok: str
    problem: str
    careful: str
    line: str
    voice: str
    """Four signs of how much somebody speaks, from little to much."""
    frame: str
    """Eight characters of an idle tile's frame: corners from top left clockwise, then top, right, bottom, left."""
    loud_frame: str
    """The same of somebody who talks."""
    chosen_frame: str
    """The same of the tile with the cursor."""


UNICODE_MARKS = Marks(
    moderator="◆", muted="⊘", camera_off="▢", talking="◉", hand="⚑", spotlight="★", presenting="▣", waiting="◷",
    cursor="›", locked="▣", level_full="▮", level_empty="▯", dot="·", ellipsis="…", ok="✓", problem="✗", careful="!",
    line="─", voice="▂▄▆█", frame="╭╮╯╰─│─│", loud_frame="┏┓┛┗━┃━┃", chosen_frame="╔╗╝╚═║═║",
)  # fmt: skip

ASCII_MARKS = Marks(
    moderator="M", muted="x", camera_off="c", talking="*", hand="H", spotlight="^", presenting="P", waiting="w",
    cursor=">", locked="L", level_full="#", level_empty=".", dot="-", ellipsis="...", ok="ok", problem="X", careful="!",
    line="-", voice="1234", frame="++++-|-|", loud_frame="####=#=#", chosen_frame=">><<-|-|",
)  # fmt: skip


def marks_for(unicode: bool) -> Marks:
    """The set for a terminal that writes Unicode, or does not."""
    return UNICODE_MARKS if unicode else ASCII_MARKS


MARK_WORDS: tuple[tuple[str, str], ...] = (
    ("talking", "talks now; the bar after it is the voice"),
    ("hand", "hand is up; the number is the place in the queue"),
    ("moderator", "moderator"),
    ("spotlight", "in the spotlight"),
    ("presenting", "presents"),
    ("muted", "nobody hears this person"),
    ("camera_off", "camera is off"),
    ("waiting", "in the waiting room"),
)
"""Field of `Marks` and what it means, for help."""
