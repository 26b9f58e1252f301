"""Names in a picture, with the strokes of OpenCV's Hershey fonts, which know ASCII only.

Other scripts are romanised where that is a matter of letters: accents are left out, Greek and Cyrillic go by table,
kana and Hangul by the names Unicode gives their syllables. What cannot be written that way (Han, Arabic, ...) gives an
empty text, and the card then shows a head instead of letters.
"""

import unicodedata
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

FONT = cv2.FONT_HERSHEY_SIMPLEX
MAX_CHARACTERS = 40
_CAP_HEIGHT = 22.0
"""px of a capital at scale 1"""
_LETTERS = (
    "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts "
    "ч=ch ш=sh щ=shch ъ= ы=y ь= э=e ю=yu я=ya і=i ї=yi є=ye ґ=g ў=u ђ=dj ј=j љ=lj њ=nj ћ=c џ=dz "
    "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps "
    "ω=o "
    "ß=ss æ=ae ø=o œ=oe đ=d ð=d þ=th ł=l ı=i ’=' –=- "
)
_TABLE = dict(pair.split("=") for pair in _LETTERS.split())
_BY_NAME = ("HIRAGANA LETTER ", "KATAKANA LETTER ", "HANGUL SYLLABLE ")


def romanised(text: str) -> str:
    """The text in ASCII, at most 40 characters; empty when less than half of its letters can be written so."""
    written, letters, lost = "", 0, 0
    for character in unicodedata.normalize("NFC", text):
        letters += character.isalnum()
        ascii_text = _ascii(character)
        lost += character.isalnum() and not ascii_text and character.lower() not in "ъь"
        written += ascii_text
    written = " ".join(written.split())
    if lost * 2 > letters or not written:
        return ""
    return written if len(written) <= MAX_CHARACTERS else written[: MAX_CHARACTERS - 3].rstrip() + "..."


def _ascii(character: str) -> str:
    if character.isspace():
        return " "
    if " " <= character <= "~":
        return character
    lower = character.lower()
    if lower in _TABLE:
        return _TABLE[lower].capitalize() if character != lower else _TABLE[lower]
    name = unicodedata.name(character, "")
    for beginning in _BY_NAME:
        if name.startswith(beginning):
            syllable = name.removeprefix(beginning).removeprefix("SMALL ")
            return "" if " " in syllable else syllable.lower()
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    if plain != character and plain:
        return "".join(_ascii(part) for part in plain)
    return ""


def initials(text: str) -> str:
    """Up to two capitals of a name; empty where it cannot be written."""
    words = [word for word in romanised(text).split() if word[0].isalnum()]
    chosen = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in chosen)


@lru_cache(maxsize=512)
def text_mask(text: str, height: int, max_width: int) -> NDArray[np.uint8]:
    """ASCII text as brightness 0..255, shape (rows, columns), both even; capitals are `height` px high.

    Text wider than `max_width` px is cut. Kept for the next picture: callers must not write into it.
    """
    scale = height / _CAP_HEIGHT
    thickness = max(1, round(height / 8))
    margin = thickness + 1
    while True:
        (width, _), below = cv2.getTextSize(text, FONT, scale, thickness)
        if width + 2 * margin <= max_width or len(text) <= 1:
            break
        text = text[:-1]
    columns, rows = min(width + 2 * margin, max(max_width, 2)), height + below + 2 * margin
    mask = np.zeros((rows + rows % 2, columns - columns % 2 or 2), np.uint8)
    cv2.putText(mask, text, (margin, height + margin), FONT, scale, 235, thickness, cv2.LINE_AA)
    mask.setflags(write=False)
    return mask
