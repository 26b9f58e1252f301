"""A smallest meeting for tests: it answers every call and joins the two who are in it."""

from __future__ import annotations

import asyncio

from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpTransceiver,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaRelay
from aiortc.sdp import SessionDescription

from tui_meet.media.types import CallAnswer, CallOffer, CallRefused


def slides_mid(sdp: str) -> str:
    """The mid of the section marked as slides."""
    section = next(section for section in sdp.split("m=") if "a=content:slides" in section)
    return section.partition("a=mid:")[2].split()[0]


class Line:
    """One client's call, at the meeting's end. Implements `CallSignalling`."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.offer: CallOffer | None = None
        self.acknowledged: list[str] = []
        self.hung_up: list[str] = []
        # With another policy aiortc leaves the second and later video lines of an answer without transport.
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.received: dict[str, MediaStreamTrack] = {}
        self.slides_mid = ""
        self.updates: list[str] = []
        """The directions of the slides in every update, as the client has offered them."""
        self.refusal = ""
        """A sentence with which updates are refused."""

    async def place(self, offer: CallOffer) -> CallAnswer:
        self.offer = offer
        await self.pc.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        self.slides_mid = slides_mid(offer.sdp)
        for line in self.pc.getTransceivers():
            if line.mid == self.slides_mid:
                line.direction = "inactive"
                continue
            line.direction = "sendrecv" if line.kind == "audio" or not offer.slot_mids else "sendonly"
            if line.receiver.track is not None:
                self.received[line.kind] = line.receiver.track
                if offer.slot_mids and line.kind == "video":
                    line.direction = "recvonly"
        call_id = self.exchange.join(self)
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return CallAnswer(call_id, self.pc.localDescription.sdp)

    def lines_to_client(self, kind: str) -> list[RTCRtpTransceiver]:
        lines = [line for line in self.pc.getTransceivers() if line.mid != self.slides_mid]
        return [line for line in lines if line.kind == kind and "send" in line.direction]

    @property
    def slides(self) -> RTCRtpTransceiver:
        """The line for slides."""
        return next(line for line in self.pc.getTransceivers() if line.mid == self.slides_mid)

    async def acknowledge(self, call_id: str) -> None:
        self.acknowledged.append(call_id)

    async def update(self, call_id: str, sdp: str) -> str:
        offered = next(part for part in SessionDescription.parse(sdp).media if part.rtp.muxId == self.slides_mid)
        direction = offered.direction or ""
        self.updates.append(direction)
        assert slides_mid(sdp) == self.slides_mid
        if self.refusal:
            raise CallRefused(self.refusal)
        await self.pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        self.slides.direction = {"sendonly": "recvonly", "recvonly": "sendonly"}.get(direction, "inactive")
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        return self.pc.localDescription.sdp

    async def hang_up(self, call_id: str) -> None:
        self.hung_up.append(call_id)
        self.exchange.leave(self)

    async def sent_by_client(self, kind: str) -> int:
        """Packets of a kind that the client has sent so far."""
        reports = (await self.pc.getStats()).values()
        return sum(r.packetsReceived for r in reports if r.type == "inbound-rtp" and r.kind == kind)


class Exchange:
    """Joins the calls of its lines; alone, one hears and sees oneself."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.ever: list[Line] = []
        self.relay = MediaRelay()
        self.echo = True
        """Who is alone hears and sees oneself. A sender that waits for such a track cannot be given another."""

    def line(self) -> Line:
        return Line(self)

    def leave(self, line: Line) -> None:
        if line in self.lines:
            self.lines.remove(line)

    def join(self, newcomer: Line) -> str:
        others = self.lines or ([newcomer] if self.echo else [])
        for other in others:
            self._send(other, newcomer)
            if other is not newcomer:
                self._send(newcomer, other)
        self.lines.append(newcomer)
        self.ever.append(newcomer)
        return f"call-{len(self.ever)}"

    def _send(self, source: Line, sink: Line) -> None:
        for kind, track in source.received.items():
            for line in sink.lines_to_client(kind):
                line.sender.replaceTrack(self.relay.subscribe(track, buffered=kind == "audio"))

    async def close(self) -> None:
        await asyncio.gather(*(line.pc.close() for line in self.ever))
