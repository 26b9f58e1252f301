"""ICE candidates as text (RFC 8839 section 5.1). Pure."""

import ipaddress
import re
from dataclasses import dataclass

from tui_meet.server.sfu.errors import SdpRefused

MAX_CANDIDATES = 64
"""Per call; each one is paired with each of ours and checked, so they cost something."""
MAX_CHARACTERS = 512
_CANDIDATE = re.compile(
    r"(?P<foundation>[A-Za-z0-9+/]{1,32}) (?P<component>\d{1,3}) (?P<protocol>[A-Za-z]{3,4}) (?P<priority>\d{1,10}) "
    r"(?P<host>\S{1,255}) (?P<port>\d{1,5}) typ (?P<type>host|srflx|prflx|relay)(?: .*)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate that can be tried."""

    text: str
    """Without the leading `candidate:`, and without what follows its type."""


def read_candidate(text: str) -> Candidate | None:
    """The candidate in `text`, with or without a leading `a=` and `candidate:`.

    Returns None for those that are right but of no use here: TCP ones (we have none to pair them with), those of a
    second component (RTCP is multiplexed), and mDNS names (draft-ietf-mmusic-mdns-ice-candidates): the client behind
    one is found anyway as soon as its first check arrives.

    Raises:
        SdpRefused: it cannot be read.
    """
    stripped = text.strip()
    for prefix in ("a=", "candidate:"):
        stripped = stripped.removeprefix(prefix)
    match = _CANDIDATE.fullmatch(stripped) if len(stripped) <= MAX_CHARACTERS else None
    if match is None or int(match["priority"]) >= 1 << 32 or int(match["port"]) > 65_535:
        raise SdpRefused("An ICE candidate cannot be read.")
    if match["host"].lower().endswith(".local"):
        return None
    try:
        host = ipaddress.ip_address(match["host"])
    except ValueError:
        raise SdpRefused("An ICE candidate has an address that is no IP address.") from None
    port = int(match["port"])
    if match["protocol"].lower() != "udp" or match["component"] != "1" or port == 0 or host.is_unspecified:
        return None
    return Candidate(f"{match['foundation']} 1 udp {match['priority']} {host} {port} typ {match['type']}")
