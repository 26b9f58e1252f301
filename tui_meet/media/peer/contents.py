"""The media sections of a description: which they are (RFC 5888) and what each carries (RFC 4796)."""

from __future__ import annotations

import re


def section_mids(sdp: str) -> list[str]:
    """The mid of every media section, in their order; empty text for one without."""
    sections = re.split(r"(?m)^(?=m=)", sdp)[1:]
    found = (re.search(r"(?m)^a=mid:([^\r\n]*)", section) for section in sections)
    return [match[1].strip() if match is not None else "" for match in found]


def mark_contents(sdp: str, slides_mid: str) -> str:
    """The description with `a=content:main` in its first audio and video sections and `slides` in that of this mid.

    The official client marks every description it makes so (wire document 4.3).
    """
    unmarked = {"audio", "video"}
    marked: list[str] = []
    for section in re.split(r"(?m)^(?=m=)", sdp):
        kind = section.removeprefix("m=").split(" ", 1)[0]
        if not section.startswith("m="):
            content = ""
        elif re.search(rf"(?m)^a=mid:{re.escape(slides_mid)}\r?$", section):
            content = "slides"
        elif kind in unmarked:
            unmarked.discard(kind)
            content = "main"
        else:
            content = ""
        marked.append(section + (f"a=content:{content}\r\n" if content else ""))
    return "".join(marked)
