"""Names in a picture, as OpenCV's `putText` can write them.

OpenCV 5 brings a font with most scripts and writes names as they are. Before that its Hershey fonts know ASCII only,
and names are romanised where that is a matter of letters: accents are left out, Greek and Cyrillic go by table, kana
and Hangul by the names Unicode gives their syllables. What cannot be written that way (Han, Arabic, ...) gives an empty
text, and the card then shows a head instead of letters.
"""

import unicodedata
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

FONT = cv2.FONT_HERSHEY_SIMPLEX
KNOWS_SCRIPTS = int(cv2.__version__.partition(".")[0]) >= 5
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


def written(text: str) -> str:
    """The text as it can be drawn here: without control characters and pictographs, at most 40 characters."""
    if not KNOWS_SCRIPTS:
        return romanised(text)
    characters = (" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    kept = "".join(c for c in characters if unicodedata.category(c)[0] not in "C" and unicodedata.category(c) != "So")
    return _shortened(" ".join(kept.split()))


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 3].rstrip() + "..."


def romanised(text: str) -> str:
    """The text in ASCII, at most 40 characters; empty when less than half of its letters can be written so."""
    ascii_only, letters, lost = "", 0, 0
    for character in unicodedata.normalize("NFC", text):
        letters += character.isalnum()
        ascii_text = _ascii(character)
        lost += character.isalnum() and not ascii_text and character.lower() not in "ъь"
        ascii_only += ascii_text
    return "" if lost * 2 > letters else _shortened(" ".join(ascii_only.split()))


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
    words = [word for word in written(text).split() if word[0].isalnum()]
    chosen = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in chosen)


@lru_cache(maxsize=512)
def text_mask(text: str, height: int, max_width: int) -> NDArray[np.uint8]:
    """What `written` gave, as brightness 0..255, shape (rows, columns), both even; capitals are `height` px high.

    Text wider than `max_width` px is cut. Kept for the next picture: callers must not write into it.
    """
    scale = height / _CAP_HEIGHT
    thickness = max(1, round(height / 8))
    margin = thickness + 1
    while True:
        (width, above), below = cv2.getTextSize(text, FONT, scale, thickness)
        if width + 2 * margin <= max_width or len(text) <= 1:
            break
        text = text[:-1]
    above = max(above, height)
    columns, rows = min(width + 2 * margin, max(max_width, 2)), above + below + 2 * margin
    mask = np.zeros((rows + rows % 2, columns - columns % 2 or 2), np.uint8)
    cv2.putText(mask, text, (margin, above + margin), FONT, scale, 235, thickness, cv2.LINE_AA)
    mask.setflags(write=False)
    return mask
