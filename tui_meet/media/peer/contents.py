"""The media sections of a description: which they are (RFC 5888) and what each carries (RFC 4796)."""

from __future__ import annotations

import re

_TRANSPORT = ("ice-ufrag:", "ice-pwd:", "fingerprint:", "setup:")
_KEPT_OF_OFFER = ("m=", "c=", "a=mid:", "a=rtpmap:", "a=fmtp:", "a=rtcp-fb:", "a=rtcp-mux")


def _split(sdp: str) -> list[str]:
    """The session's part and the media sections."""
    return re.split(r"(?m)^(?=m=)", sdp)


def section_mids(sdp: str) -> list[str]:
    """The mid of every media section, in their order; empty text for one without."""
    found = (re.search(r"(?m)^a=mid:([^\r\n]*)", section) for section in _split(sdp)[1:])
    return [match[1].strip() if match is not None else "" for match in found]


def keep_rejected(answer: str, offer: str) -> str:
    """The answer with every rejected section (port 0, RFC 3264 section 6) as an inactive one.

    A rejected section may leave out nearly everything, which aiortc takes for a broken answer; to us a line that is
    not there and a line on which nothing flows are the same.
    """
    session, *sections = _split(answer)
    offered = _split(offer)[1:]
    rejected = [re.match(r"m=\S+ 0 ", section) is not None for section in sections]
    if len(sections) != len(offered) or not any(rejected) or all(rejected):
        return answer
    live = sections[rejected.index(False)]
    transport = [line for line in (session + live).splitlines() if line.startswith(tuple("a=" + t for t in _TRANSPORT))]
    for number, section in enumerate(offered):
        if rejected[number]:
            lines = [line for line in section.splitlines() if line.startswith(_KEPT_OF_OFFER)]
            sections[number] = "\r\n".join([*lines, "a=inactive", *transport, ""])
    return session + "".join(sections)


def mark_contents(sdp: str, slides_mid: str) -> str:
    """The description with `a=content:main` in its first audio and video sections and `slides` in that of this mid.

    The official client marks every description it makes so (wire document 4.3).
    """
    unmarked = {"audio", "video"}
    marked: list[str] = []
    for section in _split(sdp):
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
