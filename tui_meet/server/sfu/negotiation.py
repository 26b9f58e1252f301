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

Role = Literal["audio", "camera", "main", "slot", "idle", "rejected"]
"""What a line is for: `audio` both ways; `camera` from the client only; `slot` to the client only; `main` both ways
(a browser's single line); `idle` accepted and silent (slides); `rejected` port 0 in the answer."""
Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]

MAX_SDP_CHARACTERS = 200_000
MAX_SECTIONS = 48
KEPT_EXTENSIONS = frozenset(
    {
        "urn:ietf:params:rtp-hdrext:sdes:mid",
        "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    }
)
DIRECTIONS: Mapping[str, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "sendonly",
    "recvonly": "recvonly",
    "inactive": "inactive",
}
OUR_DIRECTION: Mapping[Role, Direction] = {
    "audio": "sendrecv",
    "camera": "recvonly",
    "main": "sendrecv",
    "slot": "sendonly",
    "idle": "inactive",
}
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+./:=?@^_`{|}~-]{1,64}")
_MEDIA = re.compile(r"m=(audio|video|application|text|message) (\d{1,5})(?:/\d+)? (\S+) (\S.*)")
_ICE_WORD = re.compile(r"[A-Za-z0-9+/=_-]{4,256}")
_FINGERPRINT = re.compile(r"[A-Za-z0-9-]{3,16} [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){15,63}")
_H264_BASELINE = re.compile(r"42[0-9a-f]0[0-9a-f]{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Codec:
    """The one codec kept on a line."""

    name: str
    """`opus`, `VP8` or `H264`."""
    attributes: tuple[str, ...]
    """rtpmap, fmtp and rtcp-fb lines without `a=`, of the codec and its retransmission format."""
    payload_types: tuple[int, ...]


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

    @property
    def accepted(self) -> tuple[Line, ...]:
        """The lines aiortc gets to see, in order."""
        return tuple(line for line in self.lines if line.role != "rejected")

    @property
    def receive_mids(self) -> tuple[str, ...]:
        """The lines on which video can be sent to the client now."""
        return tuple(line.mid for line in self.lines if line.kind == "video" and line.sends and not line.closed)


class _Section:
    """The lines of one media section, and what is read from them."""

    def __init__(self, media_line: str, session: "_Attributes") -> None:
        match = _MEDIA.fullmatch(media_line)
        if match is None:
            raise SdpRefused("The offer contains a media line that cannot be read.")
        self.media_line = media_line
        self.kind = match[1]
        self.port = int(match[2])
        self.profile = match[3]
        self.formats = match[4].split()
        self.attributes = _Attributes(session)


class _Attributes:
    """`a=` lines of a section, falling back to those of the session."""

    def __init__(self, session: "_Attributes | None" = None) -> None:
        self._session = session
        self._values: dict[str, list[str]] = {}

    def add(self, text: str) -> None:
        name, _, value = text.partition(":")
        self._values.setdefault(name.strip(), []).append(value.strip())

    def all(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def get(self, name: str) -> str | None:
        if values := self._values.get(name):
            return values[0]
        return self._session.get(name) if self._session else None

    def inherited(self, name: str) -> list[str]:
        return self.all(name) or (self._session.all(name) if self._session else [])

    @property
    def direction(self) -> Direction:
        for name in self._values:
            if name in DIRECTIONS:
                return DIRECTIONS[name]
        return self._session.direction if self._session else "sendrecv"


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
    session, sections = _split(sdp)
    known = previous.lines if previous else ()
    if len(sections) < len(known):
        raise SdpRefused("The new offer has fewer media lines than the call.")
    mids = _mids(sections)
    for mid in slot_mids:
        if mid not in mids or sections[mids.index(mid)].kind != "video":
            raise SdpRefused(f"The offer has no video line {_shown(mid)} to be used as a slot.")
    lines: list[Line] = []
    for index, (mid, section) in enumerate(zip(mids, sections, strict=True)):
        if index < len(known):
            lines.append(_known_line(known[index], mid, section))
        else:
            lines.append(_new_line(mid, section, _role(mid, section, lines, slot_mids, renegotiated=bool(known))))
    open_mids = [line.mid for line in lines if line.role != "rejected" and not line.closed]
    if not open_mids:
        raise SdpRefused("The offer has no audio or video that this server can use: Opus, VP8 or H.264 is needed.")
    _check_bundle(session, open_mids)
    by_mid = dict(zip(mids, sections, strict=True))
    return Plan(tuple(lines), _transport([by_mid[mid] for mid in open_mids]))


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


def _shown(text: str) -> str:
    return repr(text[:32])


def _split(sdp: str) -> tuple[_Attributes, list[_Section]]:
    if len(sdp) > MAX_SDP_CHARACTERS:
        raise SdpRefused("The offer is too long.")
    lines = [line.rstrip() for line in re.split(r"\r\n|\n|\r", sdp) if line.strip()]
    if not lines or lines[0] != "v=0":
        raise SdpRefused("The offer is not a session description: it does not begin with v=0.")
    session = _Attributes()
    sections: list[_Section] = []
    for line in lines:
        if line.startswith("m="):
            sections.append(_Section(line, session))
        elif line.startswith("a="):
            (sections[-1].attributes if sections else session).add(line[2:])
    if not sections:
        raise SdpRefused("The offer contains no media.")
    if len(sections) > MAX_SECTIONS:
        raise SdpRefused(f"The offer has {len(sections)} media lines; at most {MAX_SECTIONS} are possible.")
    return session, sections


def _mids(sections: Sequence[_Section]) -> list[str]:
    mids: list[str] = []
    for section in sections:
        mid = section.attributes.get("mid") or ""
        if not _TOKEN.fullmatch(mid):
            raise SdpRefused("A media line of the offer has no usable a=mid.")
        if mid in mids:
            raise SdpRefused(f"The offer has two media lines named {_shown(mid)}.")
        mids.append(mid)
    return mids


def _is_off(section: _Section) -> bool:
    return section.port == 0 and "bundle-only" not in section.attributes


def _role(mid: str, section: _Section, before: Collection[Line], slot_mids: Sequence[str], renegotiated: bool) -> Role:
    if _is_off(section) or section.kind not in ("audio", "video"):
        return "rejected"
    if section.kind == "audio":
        return "rejected" if any(line.role == "audio" for line in before) else "audio"
    if mid in slot_mids:
        return "slot"
    if section.attributes.get("content") == "slides":
        return "idle"
    if not any(line.role in ("camera", "main") for line in before) and not (
        renegotiated and section.attributes.direction == "recvonly"
    ):
        return "camera" if slot_mids else "main"
    return "slot" if renegotiated and section.attributes.direction == "recvonly" else "idle"


def _new_line(mid: str, section: _Section, role: Role) -> Line:
    codec = None if role == "rejected" else _choose_codec(section)
    return Line(
        kind=section.kind,
        mid=mid,
        role=role if codec is not None else "rejected",
        offered=section.attributes.direction,
        codec=codec,
        closed=False,
        slides=section.attributes.get("content") == "slides",
        media_line=section.media_line,
        sources=_sources(section),
        extensions=_extensions(section),
    )


def _known_line(line: Line, mid: str, section: _Section) -> Line:
    if (mid, section.kind) != (line.mid, line.kind):
        raise SdpRefused("The media lines of the new offer are not those of the call in the same order.")
    if line.role == "rejected":
        return replace(line, media_line=section.media_line)
    if _is_off(section) or line.closed:
        return replace(line, closed=True, media_line=section.media_line)
    codec = _choose_codec(section)
    if codec is None or line.codec is None or codec.name != line.codec.name:
        raise SdpRefused(f"The codec of media line {_shown(mid)} cannot be changed during the call.")
    return replace(
        line,
        offered=section.attributes.direction,
        codec=codec,
        media_line=section.media_line,
        sources=_sources(section),
        extensions=_extensions(section),
    )


def _choose_codec(section: _Section) -> Codec | None:
    """The codec to keep: Opus, VP8 before H.264 (baseline, packetization mode 1), None when there is none of these."""
    numbers = [int(text) for text in section.formats if text.isascii() and text.isdigit() and len(text) <= 3]
    # Only dynamic payload types: the fixed ones are other codecs, and aiortc would answer with a number of its own.
    maps = {number: name for number, name in _numbered(section, "rtpmap") if number in numbers and 96 <= number <= 127}
    parameters = dict(_numbered(section, "fmtp"))
    wanted = ("opus/48000/2",) if section.kind == "audio" else ("vp8/90000", "h264/90000")
    for name in wanted:
        for number in numbers:
            if maps.get(number, "").lower() != name or (name[0] == "h" and not _is_usable_h264(parameters.get(number))):
                continue
            retransmission = [
                other
                for other, mapped in maps.items()
                if mapped.lower() == "rtx/90000" and (parameters.get(other) or "").strip() == f"apt={number}"
            ][:1]
            attributes = [f"rtpmap:{number} {maps[number]}"]
            attributes += [f"fmtp:{number} {parameters[number]}"] if name[0] == "h" else []
            attributes += [f"rtcp-fb:{number} {feedback}" for feedback in _feedback(section, number)]
            for other in retransmission:
                attributes += [f"rtpmap:{other} {maps[other]}", f"fmtp:{other} apt={number}"]
            known_as = "opus" if name[0] == "o" else name.partition("/")[0].upper()
            return Codec(known_as, tuple(attributes), (number, *retransmission))
    return None


def _numbered(section: _Section, attribute: str) -> list[tuple[int, str]]:
    found = []
    for value in section.attributes.all(attribute):
        number, _, rest = value.partition(" ")
        if number.isascii() and number.isdigit() and len(number) <= 3:
            found.append((int(number), rest.strip()))
    return found


def _is_usable_h264(parameters: str | None) -> bool:
    values = dict(pair.strip().lower().partition("=")[::2] for pair in (parameters or "").split(";"))
    profile = values.get("profile-level-id", "42e01f")
    return values.get("packetization-mode") == "1" and _H264_BASELINE.fullmatch(profile) is not None


def _feedback(section: _Section, number: int) -> list[str]:
    known = ("nack", "nack pli", "ccm fir", "goog-remb")
    values = [value.partition(" ") for value in section.attributes.all("rtcp-fb")]
    offered = {rest.strip() for target, _, rest in values if target in ("*", str(number))}
    return [feedback for feedback in known if feedback in offered]


def _sources(section: _Section) -> tuple[str, ...]:
    """The sender's SSRC and that of its retransmissions; aiortc pairs them by their order."""
    numbers: list[int] = []
    for value in section.attributes.all("ssrc-group"):
        semantics, *members = value.split()
        if semantics == "FID" and len(members) == 2:
            numbers = [int(text) for text in members if text.isascii() and text.isdigit()]
            break
    if not numbers:
        first = [value.split()[0] for value in section.attributes.all("ssrc") if value.split()][:1]
        numbers = [int(text) for text in first if text.isascii() and text.isdigit()]
    if any(not 0 < number < 1 << 32 for number in numbers):
        raise SdpRefused("The offer contains an SSRC that is no 32-bit number.")
    return tuple(f"ssrc:{number} cname:client" for number in numbers)


def _extensions(section: _Section) -> tuple[str, ...]:
    kept = []
    for value in section.attributes.inherited("extmap"):
        match = re.fullmatch(r"(\d{1,2})(?:/\w+)? (\S+)(?: .*)?", value, re.ASCII)
        if match and 1 <= int(match[1]) <= 14 and match[2] in KEPT_EXTENSIONS:
            kept.append(f"extmap:{match[1]} {match[2]}")
    return tuple(kept)


def _check_bundle(session: _Attributes, mids: Sequence[str]) -> None:
    if len(mids) == 1:
        return
    groups = [value.split() for value in session.all("group")]
    bundled = {mid for group in groups if group[:1] == ["BUNDLE"] for mid in group[1:]}
    if not bundled.issuperset(mids):
        raise SdpRefused("The offer must bundle all its media on one transport (a=group:BUNDLE).")


def _transport(sections: Sequence[_Section]) -> Transport:
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
