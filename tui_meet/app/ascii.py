"""For a terminal that does not write Unicode: whatever a widget draws becomes ASCII of the same width, in one place."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_TWINS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‘’‚‛′´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("…·∙", "."),
        **dict.fromkeys("•●◉", "*"),
        **dict.fromkeys("›→▶", ">"),
        **dict.fromkeys("‹←◀", "<"),
        **dict.fromkeys("↑▲", "^"),
        **dict.fromkeys("↓▼✓✔", "v"),
        **dict.fromkeys("×✗✘", "x"),
        **dict.fromkeys("─━═▁▔╌╍┄┅┈┉", "-"),
        **dict.fromkeys("│┃║▏▎▍▌▐▕╎╏┆┇┊┋", "|"),
        **{chr(code): "+" for code in range(0x250C, 0x2580) if chr(code) not in "═║╌╍╎╏"},
        **dict.fromkeys("▀▄█▆▇▅▃▂■▇▮", "#"),
    }
)
_LETTERS = str.maketrans(dict(zip("ØøŁłĐđı", "OoLlDdi", strict=True)))
UNKNOWN = "?"


@lru_cache(maxsize=4096)
def ascii_text(text: str) -> str:
    """`text` in ASCII, as many cells wide: quotes and lines by their twins, letters without accents, else `?`."""
    if text.isascii():
        return text
    return "".join(_folded(character) for character in text)


def _folded(character: str) -> str:
    if character.isascii():
        return character
    width = cell_len(character)
    apart = unicodedata.normalize("NFKD", character.translate(_LETTERS).translate(_TWINS))
    folded = "".join(part for part in apart if part.isascii() and part.isprintable())
    return folded if len(folded) == width else UNKNOWN * width


class AsciiOnly(LineFilter):
    """Folds the text of every strip that is painted."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, each as wide as before; those that steer the terminal stay as they are."""
        return [
            segment if segment.control or segment.text.isascii() else Segment(ascii_text(segment.text), segment.style)
            for segment in segments
        ]
