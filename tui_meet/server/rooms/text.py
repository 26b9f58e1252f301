"""Names and texts of people, made safe to show."""

from __future__ import annotations

import unicodedata

MAX_NAME_LENGTH = 64
"""Characters."""
_JOINERS = "\u200c\u200d"
"""Format characters that words and emoji need; every other one (bidi controls above all) can lie about a name."""
_REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(text: str) -> str:
    """A name without control, bidi or unassigned characters, spaces joined, at most 64 characters; empty if none is
    left.

    The text is brought to NFC first, so that one name has one spelling.
    """
    # Far more than the limit is never looked at: combining characters may shrink in NFC, but not without end.
    normal = unicodedata.normalize("NFC", clean_text(text[: MAX_NAME_LENGTH * 8]))
    spaced = "".join(" " if character.isspace() else character for character in normal)
    kept = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c) not in _REFUSED)
    name = " ".join(kept.split())[:MAX_NAME_LENGTH].strip()
    return name if any(unicodedata.category(c)[0] in "LNPS" for c in name) else ""


def clean_text(text: str) -> str:
    """The text with lone surrogates (JSON can carry them, UTF-8 cannot) replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
