"""Sums over the many reports of a call. Pure: the reports come in as a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aiortc.stats import (
    RTCInboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStats,
    RTCTransportStats,
)

from tui_meet.media.types import SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class CallCounters:
    """Totals of a call up to one moment."""

    at: float = 0.0
    """Monotonic seconds."""
    bytes_sent: int = 0
    bytes_received: int = 0
    transport_packets_received: int = 0
    """Media and reports together: what shows that the other side still lives."""
    media_packets_received: int = 0
    packets_lost: int = 0
    """Of what is sent to us."""
    packets_acknowledged: int = 0
    """Of ours, by the other side's receiver reports (RFC 3550)."""
    jitter_ms: float = 0.0
    """Of the sound."""
    round_trip_ms: float = 0.0
    pictures: int = 0
    """Decoded."""


def count(reports: Iterable[RTCStats], *, at: float, pictures: int) -> CallCounters:
    """Add up what `RTCPeerConnection.getStats` gives."""
    sent = received = transport_packets = media = lost = acknowledged = 0
    jitter = round_trip = 0.0
    for report in reports:
        if isinstance(report, RTCTransportStats):
            sent += report.bytesSent
            received += report.bytesReceived
            transport_packets += report.packetsReceived
        elif isinstance(report, RTCInboundRtpStreamStats):
            media += report.packetsReceived
            lost += max(0, report.packetsLost)
            if report.kind == "audio":
                jitter = max(jitter, report.jitter * 1000 / SAMPLE_RATE)
        elif isinstance(report, RTCRemoteInboundRtpStreamStats):
            acknowledged += max(0, report.packetsReceived)
            round_trip = max(round_trip, 1000 * (report.roundTripTime or 0.0))
    return CallCounters(at, sent, received, transport_packets, media, lost, acknowledged, jitter, round_trip, pictures)


def rate_kbps(earlier_bytes: int, later_bytes: int, seconds: float) -> float:
    """kbit/s between two totals; 0 where no time has passed or a new call began."""
    if seconds <= 0 or later_bytes < earlier_bytes:
        return 0.0
    return (later_bytes - earlier_bytes) * 8 / 1000 / seconds
