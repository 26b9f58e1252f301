"""What each media section carries, said in every description we make (RFC 4796), as the official client does."""

from __future__ import annotations

import re


def mark_contents(sdp: str, slides_mid: str) -> str:
    """The description with `a=content:main` in its first audio and video sections and `slides` in that of this mid."""
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
