"""A bounded ring of samples between one participant's packets and the mixer's tick. Pure."""

from collections import deque

import numpy as np

from tui_meet.media.types import BLOCK_SAMPLES, SAMPLE_RATE
from tui_meet.server.mixer.mix import Block

TARGET_MS = 40
"""What is gathered before a voice starts, against jitter."""
MAX_MS = 200
"""More than this is never kept: the oldest goes."""
TRIM_MS = 100
"""Above this fill, quiet blocks are left out: a sender whose clock runs fast is brought back without being heard."""


def _samples(milliseconds: int) -> int:
    return milliseconds * SAMPLE_RATE // 1000


class SampleRing:
    """Samples in, blocks of 20 ms out.

    Attributes:
        dropped_ms: thrown away because the ring was full.
        trimmed_ms: quiet sound left out to come back to the target.
        underruns: times the ring ran dry while playing.
    """

    def __init__(self) -> None:
        self._parts: deque[Block] = deque()
        self._length = 0
        self._playing = False
        self.dropped_ms = 0.0
        self.trimmed_ms = 0.0
        self.underruns = 0

    @property
    def fill_ms(self) -> float:
        return self._length * 1000 / SAMPLE_RATE

    def write(self, samples: Block) -> None:
        """Append any number of samples, shape (n,), int16."""
        self._parts.append(samples)
        self._length += samples.size
        if self._length > _samples(MAX_MS):
            excess = self._length - _samples(TARGET_MS)
            self._take(excess)
            self.dropped_ms += excess * 1000 / SAMPLE_RATE

    def read(self, *, quiet_peak: int = 150) -> Block | None:
        """The next block, or None while nothing is to be heard (empty, or gathering again after running dry).

        Args:
            quiet_peak: a block whose peak is not above this may be left out when the ring is too full.
        """
        if not self._playing:
            if self._length < _samples(TARGET_MS):
                return None
            self._playing = True
        if self._length < BLOCK_SAMPLES:
            self._playing = False
            self.underruns += 1
            return self._rest()
        block = self._take(BLOCK_SAMPLES)
        if self._length > _samples(TRIM_MS) and int(np.abs(block.astype(np.int32)).max()) <= quiet_peak:
            self.trimmed_ms += BLOCK_SAMPLES * 1000 / SAMPLE_RATE
            block = self._take(BLOCK_SAMPLES)
        return block

    def clear(self) -> None:
        """Forget everything; the next samples are gathered up to the target again."""
        self._parts.clear()
        self._length = 0
        self._playing = False

    def _rest(self) -> Block | None:
        if self._length == 0:
            return None
        rest = self._take(self._length)
        block = np.zeros(BLOCK_SAMPLES, np.int16)
        block[: rest.size] = rest
        return block

    def _take(self, count: int) -> Block:
        taken: list[Block] = []
        missing = count
        while missing:
            part = self._parts.popleft()
            if part.size > missing:
                self._parts.appendleft(part[missing:])
                part = part[:missing]
            taken.append(part)
            missing -= part.size
        self._length -= count
        return taken[0] if len(taken) == 1 else np.concatenate(taken)
