"""What an offer says a client will send (RFC 8866, RFC 8843); everything else of SDP is the business of the media."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sending:
    """Kinds of media the offering side sends."""

    audio: bool
    video: bool


def sending(offer: str) -> Sending:
    """Read an offer. A section without a direction is `sendrecv`; port 0 is a refused section; slides do not count."""
    audio = video = False
    session, *sections = offer.replace("\r\n", "\n").split("\nm=")
    default = _direction(session, "sendrecv")
    for section in sections:
        first = section.partition("\n")[0].split()
        if len(first) < 2 or first[1] == "0" or _direction(section, default) not in ("sendrecv", "sendonly"):
            continue
        if "\na=content:slides" in section:
            continue
        audio = audio or first[0] == "audio"
        video = video or first[0] == "video"
    return Sending(audio, video)


def _direction(lines: str, default: str) -> str:
    for name in ("sendrecv", "sendonly", "recvonly", "inactive"):
        if f"\na={name}\n" in f"{lines}\n":
            return name
    return default
