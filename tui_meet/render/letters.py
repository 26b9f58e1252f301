"""A 5x5 letter face for initials that are seen from across the room."""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

LETTER_SIZE = 5
"""Dots of a letter, both ways."""

_ROWS = {
    "A": ".###. #...# ##### #...# #...#", "B": "####. #...# ####. #...# ####.",
    "C": ".#### #.... #.... #.... .####", "D": "####. #...# #...# #...# ####.",
    "E": "##### #.... ####. #.... #####", "F": "##### #.... ####. #.... #....",
    "G": ".#### #.... #..## #...# .####", "H": "#...# #...# ##### #...# #...#",
    "I": ".###. ..#.. ..#.. ..#.. .###.", "J": "..### ...#. ...#. #..#. .##..",
    "K": "#...# #..#. ###.. #..#. #...#", "L": "#.... #.... #.... #.... #####",
    "M": "#...# ##.## #.#.# #...# #...#", "N": "#...# ##..# #.#.# #..## #...#",
    "O": ".###. #...# #...# #...# .###.", "P": "####. #...# ####. #.... #....",
    "Q": ".###. #...# #.#.# #..#. .##.#", "R": "####. #...# ####. #..#. #...#",
    "S": ".#### #.... .###. ....# ####.", "T": "##### ..#.. ..#.. ..#.. ..#..",
    "U": "#...# #...# #...# #...# .###.", "V": "#...# #...# #...# .#.#. ..#..",
    "W": "#...# #...# #.#.# ##.## #...#", "X": "#...# .#.#. ..#.. .#.#. #...#",
    "Y": "#...# .#.#. ..#.. ..#.. ..#..", "Z": "##### ...#. ..#.. .#... #####",
    "0": ".###. #..## #.#.# ##..# .###.", "1": "..#.. .##.. ..#.. ..#.. .###.",
    "2": "####. ....# .###. #.... #####", "3": "####. ....# ..##. ....# ####.",
    "4": "#..#. #..#. ##### ...#. ...#.", "5": "##### #.... ####. ....# ####.",
    "6": ".###. #.... ####. #...# .###.", "7": "##### ....# ...#. ..#.. ..#..",
    "8": ".###. #...# .###. #...# .###.", "9": ".###. #...# .#### ....# .###.",
}  # fmt: skip


def initials(name: str) -> str:
    """Up to two letters or digits for a name: of its first and last word, upper case; "" when it has none."""
    words = ["".join(filter(str.isalnum, word)) for word in name.split()]
    words = [word for word in words if word]
    if not words:
        return ""
    firsts = words[0][0] if len(words) == 1 else words[0][0] + words[-1][0]
    return firsts.upper()


def plain_text(text: str, *, unicode: bool) -> str:
    """`text` on one line as this terminal can show it.

    Names come from other people: control characters, which could drive the terminal, become spaces. Without `unicode`
    accents are left out and other scripts become "?".
    """
    printable = "".join(character if character.isprintable() else " " for character in text).strip()
    if unicode:
        return printable
    apart = unicodedata.normalize("NFKD", printable)
    return (
        "".join(character for character in apart if not unicodedata.combining(character))
        .encode("ascii", "replace")
        .decode()
    )


def dots(text: str) -> npt.NDArray[np.bool_] | None:
    """(5, 6 * len - 1) which dots of `text` are lit, or None when it has a character without a face here.

    Accents are left out: É is drawn as E.
    """
    plain = [unicodedata.normalize("NFD", character)[0] for character in text.upper()]
    if not plain or any(character not in _ROWS for character in plain):
        return None
    picture = np.zeros((LETTER_SIZE, (LETTER_SIZE + 1) * len(plain) - 1), dtype=np.bool_)
    for index, character in enumerate(plain):
        left = index * (LETTER_SIZE + 1)
        face = [[dot == "#" for dot in row] for row in _ROWS[character].split()]
        picture[:, left : left + LETTER_SIZE] = face
    return picture


def big_text(text: str, columns: int, rows: int, *, unicode: bool) -> list[str] | None:
    """`text` in big letters as lines of equal width that fit into `columns` x `rows` cells, as large as goes.

    With `unicode` a dot is half a cell high (square), else it is two cells wide and one high and drawn as "#". None
    when it does not fit or has a character without a face.
    """
    lit = dots(text)
    if lit is None:
        return None
    height, width = lit.shape
    if not unicode:
        scale = min(columns // (2 * width), rows // height, 2)
        if scale < 1:
            return None
        large = np.kron(lit, np.ones((scale, 2 * scale), dtype=np.bool_))
        return ["".join("#" if dot else " " for dot in line) for line in large]
    scale = min(columns // width, 2 * rows // (height + 1), 4)
    if scale < 1:
        return None
    large = np.kron(lit, np.ones((scale, scale), dtype=np.bool_))
    large = np.pad(large, ((0, large.shape[0] % 2), (0, 0)))
    pairs = large[0::2] * 2 + large[1::2]
    return ["".join(" ▄▀█"[pair] for pair in line) for line in pairs]
