"""RTP payloads -> whole encoded pictures. Pure: packets and time come in, pictures and a wish for a keyframe go out.

Differs from the usual jitter buffer in two ways. A picture is handed on with its last packet (marker bit, RFC 3550
section 5.1) and not only when the next one begins, which saves a whole picture interval (67 ms at 15 pictures a second)
on each hop. And a packet that never comes is given up after a moment: everything up to the next keyframe is skipped.
"""

from dataclasses import dataclass

PATIENCE_SECONDS = 0.3
"""How long to wait for a missing packet; a retransmission takes one round trip."""
MAX_HELD = 1_024
"""Packets held while waiting, about 1 MB."""
RESTART_DISTANCE = 3_000
"""A sequence number this far off is a new stream."""


@dataclass(frozen=True, slots=True)
class EncodedFrame:
    """One whole encoded picture."""

    codec: str
    """`VP8` or `H264`."""
    data: bytes
    """Bare VP8 frame, or H.264 access unit with start codes (Annex B)."""
    timestamp: int
    """90 kHz, unwrapped: rises beyond 32 bits."""
    keyframe: bool
    """Decodable without any earlier picture."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a packet led to."""

    frames: tuple[EncodedFrame, ...] = ()
    """Whole pictures, in order."""
    needs_keyframe: bool = False
    """Something is lost for good: ask the sender for a keyframe."""


@dataclass(frozen=True, slots=True)
class _Packet:
    timestamp: int
    marker: bool
    payload: bytes


NOTHING = Assembled()


def is_keyframe(codec: str, data: bytes) -> bool:
    """Whether an encoded picture starts anew: VP8 by its header (RFC 6386 section 9.1), H.264 by an IDR slice."""
    if codec == "VP8":
        return len(data) >= 6 and not data[0] & 1 and data[3:6] == b"\x9d\x01\x2a"
    if codec == "H264":
        position = data.find(b"\x00\x00\x01")
        while position >= 0 and position + 3 < len(data):
            if data[position + 3] & 0x1F == 5:
                return True
            position = data.find(b"\x00\x00\x01", position + 3)
    return False


class FrameAssembler:
    """The pictures of one incoming stream.

    Attributes:
        codec: `VP8` or `H264`.
        frames: whole pictures handed on.
        packets: packets taken in.
        late: packets that came after they were given up, or twice.
        skipped_packets: packets of pictures that were given up.
    """

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self._held: dict[int, _Packet] = {}
        self._next: int | None = None
        self._highest_timestamp = 0
        self._blocked_since: float | None = None
        self._broken = True
        self.frames = 0
        self.packets = 0
        self.late = 0
        self.skipped_packets = 0

    def add(self, sequence: int, timestamp: int, marker: bool, payload: bytes, now: float) -> Assembled:
        """Take one packet.

        Args:
            sequence: 16-bit RTP sequence number.
            timestamp: 32-bit RTP timestamp, 90 kHz.
            marker: last packet of its picture.
            payload: without the codec's payload header; empty for padding.
            now: seconds of any steady clock.
        """
        self.packets += 1
        needs_keyframe = False
        if self._next is None:
            self._next = sequence
            self._highest_timestamp = timestamp
        number = self._next + self._signed(sequence - self._next, 16)
        if abs(number - self._next) > RESTART_DISTANCE:
            self._restart(sequence)
            number = sequence
            needs_keyframe = True
        if number < self._next or number in self._held:
            self.late += 1
            return NOTHING
        whole = self._highest_timestamp + self._signed(timestamp - self._highest_timestamp, 32)
        self._highest_timestamp = max(self._highest_timestamp, whole)
        self._held[number] = _Packet(whole, marker, payload)
        given_up = self.skipped_packets
        frames = self._complete()
        if self._gave_up(now, bool(frames)):
            frames += self._complete()
        if self.skipped_packets > given_up:
            needs_keyframe = True
        self.frames += len(frames)
        return Assembled(tuple(frames), needs_keyframe)

    @staticmethod
    def _signed(difference: int, bits: int) -> int:
        half = 1 << (bits - 1)
        return (difference + half) % (1 << bits) - half

    def _restart(self, sequence: int) -> None:
        self.skipped_packets += len(self._held)
        self._held.clear()
        self._next = sequence
        self._blocked_since = None
        self._broken = True

    def _complete(self) -> list[EncodedFrame]:
        """Take all whole pictures that stand at the front."""
        frames: list[EncodedFrame] = []
        while (end := self._end_of_first()) is not None:
            assert self._next is not None
            packets = [self._held.pop(number) for number in range(self._next, end)]
            self._next = end
            data = b"".join(packet.payload for packet in packets)
            if not data:
                continue
            keyframe = is_keyframe(self.codec, data)
            if self._broken and not keyframe:
                self.skipped_packets += len(packets)
                continue
            self._broken = False
            frames.append(EncodedFrame(self.codec, data, packets[0].timestamp, keyframe))
        return frames

    def _end_of_first(self) -> int | None:
        """The number after the last packet of the first picture, None while that is not whole."""
        if self._next is None or (packet := self._held.get(self._next)) is None:
            return None
        timestamp, number = packet.timestamp, self._next
        while packet is not None and packet.timestamp == timestamp:
            number += 1
            if packet.marker:
                return number
            packet = self._held.get(number)
        return None if packet is None else number

    def _gave_up(self, now: float, moved: bool) -> bool:
        """Watch a hole at the front; once it has been there too long, jump over it. True after a jump."""
        assert self._next is not None
        if not self._held or not self._has_hole():
            self._blocked_since = None
            return False
        if moved or self._blocked_since is None:
            self._blocked_since = now
            return False
        if now - self._blocked_since < PATIENCE_SECONDS and len(self._held) <= MAX_HELD:
            return False
        self._jump()
        self._blocked_since = None
        self._broken = True
        return True

    def _has_hole(self) -> bool:
        assert self._next is not None
        return max(self._held) - self._next + 1 != len(self._held)

    def _jump(self) -> None:
        """Go on at the first picture after the hole whose beginning is here."""
        assert self._next is not None
        numbers = sorted(self._held)
        hole_end = next(n for i, n in enumerate(numbers) if n != self._next + i)
        start = None
        for number in numbers:
            before = self._held.get(number - 1)
            begins = before is not None and (before.marker or before.timestamp != self._held[number].timestamp)
            if number > hole_end and begins:
                start = number
                break
        if start is None:
            # The packet that opens the next picture has not come yet: it follows the newest one.
            start = numbers[-1] + 1
        for number in [n for n in self._held if n < start]:
            del self._held[number]
            self.skipped_packets += 1
        self._next = start
