"""Notices clients that vanished without a word. Pure.

ICE consent (RFC 7675) takes half a minute to fail, but every client that has media also sends control packets: some
each second, a browser that only listens to sound each five seconds or so (RFC 3550 section 6.2).
"""

from typing import Literal

SILENCE_SECONDS = 10.0
POLL_SECONDS = 2.0


class SilenceWatch:
    """Fed with the number of packets received so far, says when a transport falls silent and when it is heard again."""

    def __init__(self) -> None:
        self._count = 0
        self._heard_at: float | None = None
        self._lost = False

    def update(self, packets_received: int, now: float) -> Literal["connected", "lost"] | None:
        """What changed. Nothing is ever lost that was never heard."""
        if packets_received != self._count:
            self._count = packets_received
            self._heard_at = now
            if self._lost:
                self._lost = False
                return "connected"
        elif self._heard_at is not None and not self._lost and now - self._heard_at > SILENCE_SECONDS:
            self._lost = True
            return "lost"
        return None
