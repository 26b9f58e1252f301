"""Session descriptions as text (RFC 8866): their media sections, and of each the one codec that is kept. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tui_meet.server.sfu.errors import SdpRefused

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
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+./:=?@^_`{|}~-]{1,64}")
_MEDIA = re.compile(r"m=(audio|video|application|text|message) (\d{1,5})(?:/\d+)? ([A-Za-z/]+) ([!-~][ -~]*)", re.ASCII)
_H264_BASELINE = re.compile(r"42[0-9a-f]0[0-9a-f]{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Codec:
    """The one codec kept on a line."""

    name: str
    """`opus`, `VP8` or `H264`."""
    attributes: tuple[str, ...]
    """rtpmap, fmtp and rtcp-fb lines without `a=`, of the codec and its retransmission format."""
    payload_types: tuple[int, ...]


class Section:
    """The lines of one media section, and what is read from them."""

    def __init__(self, media_line: str, session: "Attributes") -> None:
        match = _MEDIA.fullmatch(media_line)
        if match is None:
            raise SdpRefused("The offer contains a media line that cannot be read.")
        self.media_line = media_line
        self.kind = match[1]
        self.port = int(match[2])
        self.profile = match[3]
        self.formats = match[4].split()
        self.attributes = Attributes(session)

    @property
    def is_off(self) -> bool:
        """Refused or stopped by the client. Port 0 with `bundle-only` is not (RFC 8843 section 6)."""
        return self.port == 0 and "bundle-only" not in self.attributes


class Attributes:
    """`a=` lines of a section; `get`, `inherited` and `direction` fall back to those of the session."""

    def __init__(self, session: "Attributes | None" = None) -> None:
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


def split_offer(sdp: str) -> tuple[Attributes, list[Section]]:
    """Session attributes and media sections. Raises SdpRefused where there is nothing to read."""
    if len(sdp) > MAX_SDP_CHARACTERS:
        raise SdpRefused("The offer is too long.")
    lines = [line.rstrip() for line in re.split(r"\r\n|\n|\r", sdp) if line.strip()]
    if not lines or lines[0] != "v=0":
        raise SdpRefused("The offer is not a session description: it does not begin with v=0.")
    session = Attributes()
    sections: list[Section] = []
    for line in lines:
        if line.startswith("m="):
            sections.append(Section(line, session))
        elif line.startswith("a="):
            (sections[-1].attributes if sections else session).add(line[2:])
    if not sections:
        raise SdpRefused("The offer contains no media.")
    if len(sections) > MAX_SECTIONS:
        raise SdpRefused(f"The offer has {len(sections)} media lines; at most {MAX_SECTIONS} are possible.")
    return session, sections


def read_mids(sections: Sequence[Section]) -> list[str]:
    """The names of the sections, all different. Raises SdpRefused."""
    mids: list[str] = []
    for section in sections:
        mid = section.attributes.get("mid") or ""
        if not _TOKEN.fullmatch(mid):
            raise SdpRefused("A media line of the offer has no usable a=mid.")
        if mid in mids:
            raise SdpRefused(f"The offer has two media lines named {shown(mid)}.")
        mids.append(mid)
    return mids


def choose_codec(section: Section, retransmission: bool = True) -> Codec | None:
    """The codec to keep: Opus, VP8 before H.264 (baseline, packetization mode 1), None when there is none of these.

    With `retransmission` its retransmission format (RFC 4588) is kept too, where there is one.
    """
    numbers = [int(text) for text in section.formats if text.isascii() and text.isdigit() and len(text) <= 3]
    # Only dynamic payload types: the fixed ones are other codecs, and aiortc would answer with a number of its own.
    maps = {number: name for number, name in _numbered(section, "rtpmap") if number in numbers and 96 <= number <= 127}
    parameters = dict(_numbered(section, "fmtp"))
    wanted = ("opus/48000/2",) if section.kind == "audio" else ("vp8/90000", "h264/90000")
    for name in wanted:
        for number in numbers:
            if maps.get(number, "").lower() != name or (name[0] == "h" and not _is_usable_h264(parameters.get(number))):
                continue
            again = [
                other
                for other, mapped in maps.items()
                if mapped.lower() == "rtx/90000" and (parameters.get(other) or "").strip() == f"apt={number}"
            ][: int(retransmission)]
            attributes = [f"rtpmap:{number} {maps[number]}"]
            if name[0] == "h":
                attributes.append(f"fmtp:{number} {_h264_parameters(parameters.get(number))}")
            attributes += [f"rtcp-fb:{number} {feedback}" for feedback in _feedback(section, number)]
            for other in again:
                attributes += [f"rtpmap:{other} {maps[other]}", f"fmtp:{other} apt={number}"]
            known_as = "opus" if name[0] == "o" else name.partition("/")[0].upper()
            return Codec(known_as, tuple(attributes), (number, *again))
    return None


def _numbered(section: Section, attribute: str) -> list[tuple[int, str]]:
    found = []
    for value in section.attributes.all(attribute):
        number, _, rest = value.partition(" ")
        if number.isascii() and number.isdigit() and len(number) <= 3:
            found.append((int(number), rest.strip()))
    return found


def _h264_values(parameters: str | None) -> dict[str, str]:
    return dict(pair.strip().lower().partition("=")[::2] for pair in (parameters or "").split(";"))


def _is_usable_h264(parameters: str | None) -> bool:
    values = _h264_values(parameters)
    profile = values.get("profile-level-id", "42e01f")
    return values.get("packetization-mode") == "1" and _H264_BASELINE.fullmatch(profile) is not None


def _h264_parameters(parameters: str | None) -> str:
    profile = _h264_values(parameters).get("profile-level-id", "42e01f")
    return f"level-asymmetry-allowed=1;packetization-mode=1;profile-level-id={profile}"


def _number(text: str) -> int:
    """A plain decimal number, -1 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else -1


def _feedback(section: Section, number: int) -> list[str]:
    known = ("nack", "nack pli", "ccm fir", "goog-remb")
    values = [value.partition(" ") for value in section.attributes.all("rtcp-fb")]
    offered = {rest.strip() for target, _, rest in values if target in ("*", str(number))}
    return [feedback for feedback in known if feedback in offered]


def kept_sources(section: Section) -> tuple[str, ...]:
    """The sender's SSRC and that of its retransmissions; aiortc pairs them by their order."""
    numbers: list[int] = []
    for value in section.attributes.all("ssrc-group"):
        words = value.split()
        if len(words) == 3 and words[0] == "FID":
            numbers = [_number(text) for text in words[1:]]
            break
    if not numbers:
        numbers = [_number(value.partition(" ")[0]) for value in section.attributes.all("ssrc")][:1]
    if any(not 0 < number < 1 << 32 for number in numbers):
        raise SdpRefused("The offer contains an SSRC that is no 32-bit number.")
    return tuple(f"ssrc:{number} cname:client" for number in numbers)


def kept_extensions(section: Section) -> tuple[str, ...]:
    """Header extensions (RFC 8285) that aiortc makes use of, as attributes."""
    kept = []
    for value in section.attributes.inherited("extmap"):
        match = re.fullmatch(r"(\d{1,2})(?:/\w+)? (\S+)(?: .*)?", value, re.ASCII)
        if match and 1 <= int(match[1]) <= 14 and match[2] in KEPT_EXTENSIONS:
            kept.append(f"extmap:{match[1]} {match[2]}")
    return tuple(kept)


def shown(text: str) -> str:
    """A client's text as it may stand in a sentence: quoted, without control characters, short."""
    return repr(text[:32])
