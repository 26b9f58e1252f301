"""Offers and answers as text. Pure: what of an offer is used for what, a clean offer for aiortc, the whole answer.

aiortc refuses an offer as a whole when one line has no codec it knows. So it never sees the client's text: `read_offer`
checks everything, keeps one codec per line (VP8 wherever it is offered, Opus), rejects single lines, and writes a
small, clean offer of the rest. `complete_answer` puts the rejected lines back in their places (RFC 8829 section 5.3.1).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tui_meet.server.sfu.candidates import MAX_CANDIDATES, read_candidate
from tui_meet.server.sfu.errors import SdpRefused
from tui_meet.server.sfu.sections import (
    Attributes,
    Codec,
    Direction,
    Section,
    choose_codec,
    kept_extensions,
    kept_sources,
    read_mids,
    shown,
    split_offer,
)

Role = Literal["audio", "camera", "main", "slot", "slides", "idle", "rejected"]
"""What a line is for: `audio` both ways; `camera` from the client only; `slot` to the client only; `main` both ways
(a browser's single line); `slides` either way, as the client turns it (wire document 4.5); `idle` accepted and silent;
`rejected` port 0 in the answer."""

OUR_DIRECTION: Mapping[Role, Direction] = {
    "audio": "sendrecv",
    "camera": "recvonly",
    "main": "sendrecv",
    "slot": "sendonly",
    "slides": "sendrecv",
    "idle": "inactive",
}
_ICE_WORD = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
_FINGERPRINT = re.compile(r"[A-Za-z0-9-]{3,16} [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){15,63}")


@dataclass(frozen=True, slots=True)
class Line:
    """One media section of the offer."""

    kind: str
    mid: str
    role: Role
    offered: Direction
    """The client's point of view."""
    codec: Codec | None
    """None on rejected lines only."""
    closed: bool
    """Accepted once, then stopped by the client: port 0 in offer and answer, inactive inside."""
    slides: bool
    media_line: str
    """`m=` line as offered."""
    sources: tuple[str, ...]
    """ssrc, ssrc-group and msid attributes that are kept."""
    extensions: tuple[str, ...]
    """extmap attributes that are kept."""

    @property
    def sends(self) -> bool:
        """Whether the server may send on this line now."""
        return self.role in ("audio", "main", "slot") and self.offered in ("sendrecv", "recvonly")


@dataclass(frozen=True, slots=True)
class Transport:
    """ICE and DTLS of the bundle."""

    ufrag: str
    attributes: tuple[str, ...]
    """ice-ufrag, ice-pwd, fingerprint and setup, and the candidates."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an offer leads to."""

    lines: tuple[Line, ...]
    transport: Transport
    retransmission: bool
    """Whether lost packets are sent again in streams of their own (RFC 4588)."""

    @property
    def accepted(self) -> tuple[Line, ...]:
        """The lines aiortc gets to see, in order."""
        return tuple(line for line in self.lines if line.role != "rejected")

    @property
    def receive_mids(self) -> tuple[str, ...]:
        """The lines on which video can be sent to the client now."""
        return tuple(line.mid for line in self.lines if line.kind == "video" and line.sends and not line.closed)

    @property
    def takes_slides(self) -> bool:
        """Whether slides can be sent to the client now."""
        return any(line.offered in ("sendrecv", "recvonly") for line in self._slides)

    @property
    def gives_slides(self) -> bool:
        """Whether the client may send slides now."""
        return any(line.offered in ("sendrecv", "sendonly") for line in self._slides)

    @property
    def _slides(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.role == "slides" and not line.closed)


def read_offer(sdp: str, slot_mids: Sequence[str] = (), previous: Plan | None = None) -> Plan:
    """Decide what each line of an offer is for.

    Args:
        sdp: the offer, as it came.
        slot_mids: video lines on which the client wants to be sent people; empty for clients with a single line.
        previous: the plan of the call so far, when this is a renegotiation; its lines keep their roles, and new
            receive-only video lines become slots.

    Raises:
        SdpRefused: the offer cannot be used.
    """
    session, sections = split_offer(sdp)
    known = previous.lines if previous else ()
    # Clients with slots are built on aiortc, which cannot tell to which of several lines a retransmission belongs.
    # Without the extra streams lost packets come again as they were, under the SSRC that it knows.
    retransmission = previous.retransmission if previous else not slot_mids
    if len(sections) < len(known):
        raise SdpRefused("The new offer has fewer media lines than the call.")
    mids = read_mids(sections)
    for mid in slot_mids:
        if mid not in mids or sections[mids.index(mid)].kind != "video":
            raise SdpRefused(f"The offer has no video line {shown(mid)} to be used as a slot.")
    lines: list[Line] = []
    for index, (mid, section) in enumerate(zip(mids, sections, strict=True)):
        if index < len(known):
            lines.append(_known_line(known[index], mid, section, retransmission))
        else:
            role = _role(mid, section, lines, slot_mids, renegotiated=bool(known))
            lines.append(_new_line(mid, section, role, retransmission))
    open_mids = [line.mid for line in lines if line.role != "rejected" and not line.closed]
    if not open_mids:
        raise SdpRefused("The offer has no audio or video that this server can use: Opus, VP8 or H.264 is needed.")
    _check_bundle(session, open_mids)
    by_mid = dict(zip(mids, sections, strict=True))
    return Plan(tuple(lines), _transport([by_mid[mid] for mid in open_mids]), retransmission)


def offer_for_aiortc(plan: Plan) -> str:
    """The clean offer of the accepted lines."""
    mids = " ".join(line.mid for line in plan.accepted)
    text = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {mids}", "a=msid-semantic: WMS *"]
    for line in plan.accepted:
        assert line.codec is not None
        formats = " ".join(str(number) for number in line.codec.payload_types)
        text += [f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {formats}", "c=IN IP4 0.0.0.0", f"a=mid:{line.mid}"]
        text += [f"a={'inactive' if line.closed else line.offered}", "a=rtcp-mux"]
        for group in (line.codec.attributes, line.extensions, line.sources, plan.transport.attributes):
            text += [f"a={attribute}" for attribute in group]
    return "\r\n".join(text) + "\r\n"


def complete_answer(plan: Plan, answer: str) -> str:
    """The answer for the client: aiortc's, with the rejected and closed lines where the client has them."""
    session, *sections = re.split(r"(?m)^(?=m=)", answer)
    given = iter(sections)
    text: list[str] = []
    for line in plan.lines:
        section = next(given) if line.role != "rejected" else ""
        if line.role == "rejected" or line.closed:
            kind, _, rest = line.media_line.partition(" ")
            section = f"{kind} 0 {rest.partition(' ')[2]}\r\nc=IN IP4 0.0.0.0\r\na=mid:{line.mid}\r\na=inactive\r\n"
        elif line.slides:
            section += "a=content:slides\r\n"
        text.append(section)
    bundled = " ".join(line.mid for line in plan.accepted if not line.closed)
    return re.sub(r"(?m)^a=group:BUNDLE [^\r\n]*", f"a=group:BUNDLE {bundled}", session) + "".join(text)


def _role(mid: str, section: Section, before: Collection[Line], slot_mids: Sequence[str], renegotiated: bool) -> Role:
    if section.is_off or section.kind not in ("audio", "video"):
        return "rejected"
    if section.kind == "audio":
        return "rejected" if any(line.role == "audio" for line in before) else "audio"
    if mid in slot_mids:
        return "slot"
    if section.attributes.get("content") == "slides":
        return "idle" if any(line.role == "slides" for line in before) else "slides"
    if not any(line.role in ("camera", "main") for line in before) and not (
        renegotiated and section.attributes.direction == "recvonly"
    ):
        return "camera" if slot_mids else "main"
    return "slot" if renegotiated and section.attributes.direction == "recvonly" else "idle"


def _new_line(mid: str, section: Section, role: Role, retransmission: bool) -> Line:
    codec = None if role == "rejected" else choose_codec(section, retransmission)
    return Line(
        kind=section.kind,
        mid=mid,
        role=role if codec is not None else "rejected",
        offered=section.attributes.direction,
        codec=codec,
        closed=False,
        slides=section.attributes.get("content") == "slides",
        media_line=section.media_line,
        sources=kept_sources(section),
        extensions=kept_extensions(section),
    )


def _known_line(line: Line, mid: str, section: Section, retransmission: bool) -> Line:
    if (mid, section.kind) != (line.mid, line.kind):
        raise SdpRefused("The media lines of the new offer are not those of the call in the same order.")
    if line.role == "rejected":
        return replace(line, media_line=section.media_line)
    if section.is_off or line.closed:
        return replace(line, closed=True, media_line=section.media_line)
    codec = choose_codec(section, retransmission)
    if codec is None or line.codec is None or codec.name != line.codec.name:
        raise SdpRefused(f"The codec of media line {shown(mid)} cannot be changed during the call.")
    return replace(
        line,
        offered=section.attributes.direction,
        codec=codec,
        media_line=section.media_line,
        sources=kept_sources(section),
        extensions=kept_extensions(section),
    )


def _check_bundle(session: Attributes, mids: Sequence[str]) -> None:
    if len(mids) == 1:
        return
    groups = [value.split() for value in session.all("group")]
    bundled = {mid for group in groups if group[:1] == ["BUNDLE"] for mid in group[1:]}
    if not bundled.issuperset(mids):
        raise SdpRefused("The offer must bundle all its media on one transport (a=group:BUNDLE).")


def _transport(sections: Sequence[Section]) -> Transport:
    """ICE and DTLS of the bundle; sections after the first may leave out what they share (RFC 8843 section 9)."""

    def first(name: str) -> str:
        return next((value for section in sections if (value := section.attributes.get(name))), "")

    ufrag, password, setup = first("ice-ufrag"), first("ice-pwd"), first("setup")
    fingerprints = next((found for s in sections if (found := s.attributes.inherited("fingerprint"))), [])
    if not _ICE_WORD.fullmatch(ufrag) or not _ICE_WORD.fullmatch(password):
        raise SdpRefused("The offer has no usable ICE user name and password.")
    if not fingerprints or any(not _FINGERPRINT.fullmatch(text) for text in fingerprints):
        raise SdpRefused("The offer has no usable DTLS fingerprint.")
    if setup not in ("actpass", "active", "passive"):
        raise SdpRefused("The offer has no usable DTLS role (a=setup).")
    if not any("rtcp-mux" in section.attributes for section in sections):
        raise SdpRefused("The offer must multiplex RTP and RTCP (a=rtcp-mux).")
    candidates = [text for section in sections for text in section.attributes.all("candidate")]
    if len(candidates) > MAX_CANDIDATES:
        raise SdpRefused(f"The offer has more than {MAX_CANDIDATES} candidates.")
    attributes = [f"ice-ufrag:{ufrag}", f"ice-pwd:{password}", f"setup:{setup}"]
    attributes += [f"fingerprint:{text}" for text in fingerprints]
    usable = [candidate.text for text in dict.fromkeys(candidates) if (candidate := read_candidate(text)) is not None]
    attributes += [f"candidate:{text}" for text in usable]
    if any("end-of-candidates" in section.attributes for section in sections[:1]):
        attributes.append("end-of-candidates")
    return Transport(ufrag, tuple(attributes))
