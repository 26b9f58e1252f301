"""The one place that bends aiortc (1.16): every use of its private names is here, guarded by tests that use real peers.

What is bent, always on single objects and never on a class, since client code may run in the same process:

- a receiver's jitter buffer is replaced by a tap that hands each packet on, so nothing is buffered or decoded there;
- its decoder queue is replaced by one that ends the decoder thread at once (and `stop`, which joins that thread on the
  event loop, returns at once);
- a sender's "make a keyframe" is replaced by a callback: our senders have no encoder to tell;
- receivers are told of all SSRCs in an offer: aiortc leaves out those of retransmissions, and further offers;
- a picture loss indication is sent through a receiver;
- ICE credentials and packet counters are read.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, RTCRtpTransceiver
from aiortc.rtcrtpreceiver import NackGenerator
from aiortc.rtp import RtpPacket


@dataclass(frozen=True, slots=True)
class IncomingPacket:
    """One RTP packet, decrypted, retransmissions unwrapped."""

    ssrc: int
    sequence: int
    """16 bits"""
    timestamp: int
    """32 bits, in the codec's clock"""
    marker: bool
    payload: bytes
    """without the codec's payload header; H.264 with start codes; empty for padding"""


OnPacket = Callable[[IncomingPacket], None]


class _PacketTap:
    """Stands where aiortc has a JitterBuffer."""

    def __init__(self, on_packet: OnPacket) -> None:
        self._on_packet = on_packet

    def add(self, packet: RtpPacket) -> tuple[bool, None]:
        self._on_packet(
            IncomingPacket(
                packet.ssrc,
                packet.sequence_number,
                packet.timestamp,
                bool(packet.marker),
                packet._data,  # type: ignore[attr-defined]
            )
        )
        return False, None


class _NoWork:
    """Stands where aiortc has the queue of its decoder thread: there is never anything to decode."""

    def put(self, item: object) -> None:
        """Nothing is kept: only the end marker ever comes."""

    def get(self) -> None:
        """The end marker, at once."""
        return


def tap_receiver(receiver: RTCRtpReceiver, on_packet: OnPacket) -> None:
    """Hand every packet of `receiver` to `on_packet`, on the event loop. To be called before the transport connects."""
    receiver._RTCRtpReceiver__jitter_buffer = _PacketTap(on_packet)  # type: ignore[attr-defined]
    receiver._RTCRtpReceiver__decoder_queue = _NoWork()  # type: ignore[attr-defined]


def on_keyframe_wanted(sender: RTCRtpSender, callback: Callable[[], None]) -> None:
    """Call `callback` when the far end reports picture loss or asks for a full picture (RFC 4585, RFC 5104)."""
    sender._send_keyframe = callback  # type: ignore[method-assign]


async def ask_for_keyframe(receiver: RTCRtpReceiver, ssrc: int) -> None:
    """Send a picture loss indication for the stream `ssrc`; quietly nothing where the transport is gone."""
    await receiver._send_rtcp_pli(ssrc)


def follow_sources(connection: RTCPeerConnection) -> None:
    """Let receivers take up the SSRCs of the newest offer, those of retransmissions too.

    A browser begins with new ones whenever it sends again on a line that was silent. Packets with one that is not
    known are dropped as soon as two lines share a payload type, as camera and slides do.
    """
    for transceiver in connection.getTransceivers():
        receiver = transceiver.receiver
        parameters = connection._RTCPeerConnection__remoteRtp(transceiver)  # type: ignore[attr-defined]
        routes = receiver.transport._rtp_router.ssrc_table
        is_new = any(routes.get(encoding.ssrc) is not receiver for encoding in parameters.encodings)
        for encoding in parameters.encodings:
            if encoding.rtx is not None:
                routes[encoding.rtx.ssrc] = receiver
                receiver._RTCRtpReceiver__rtx_ssrc[encoding.rtx.ssrc] = encoding.ssrc  # type: ignore[attr-defined]
        if is_new and receiver._RTCRtpReceiver__started:  # type: ignore[attr-defined]
            if receiver._RTCRtpReceiver__nack_generator is not None:  # type: ignore[attr-defined]
                # What is missing of the old stream is none of the new one's numbers.
                receiver._RTCRtpReceiver__nack_generator = NackGenerator()  # type: ignore[attr-defined]
            receiver.transport._register_rtp_receiver(receiver, parameters)


def negotiated_codec(transceiver: RTCRtpTransceiver) -> str | None:
    """`VP8`, `H264`, `opus`, ... once both descriptions are set, None where nothing was agreed on."""
    return transceiver._codecs[0].name if transceiver._codecs else None


def packets_received(connection: RTCPeerConnection) -> int:
    """Media and control packets received on all transports of `connection`; connectivity checks do not count."""
    transports = {transceiver.receiver.transport for transceiver in connection.getTransceivers()}
    return sum(transport._RTCDtlsTransport__rx_packets for transport in transports)  # type: ignore[attr-defined]
