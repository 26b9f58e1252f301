"""The jitter ring between the network and the speaker: bounded, in order, made of numpy arrays.

The network pushes blocks when they arrive, the sound card pulls when it needs them. Playing starts once `target`
samples wait. When the ring runs dry it plays silence and waits for `target` again. When more waits than is good for a
conversation, 5 ms at a time are taken out with a cross-fade, so that nobody hears it; only when `capacity` is
exceeded are the oldest samples dropped at once.
"""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
import numpy.typing as npt

from tui_meet.media.types import SAMPLE_RATE

TRIM_SAMPLES = SAMPLE_RATE * 5 // 1000
"""How much a single trim takes out: 5 ms."""
TRIM_PAUSE_SAMPLES = SAMPLE_RATE // 10
"""Played between two trims: the sound runs at most 5 % faster."""
WATCH_SAMPLES = SAMPLE_RATE // 2
"""How long the ring must have stayed too full before it is trimmed: 0.5 s."""

Samples = npt.NDArray[np.int16]


class JitterRing:
    """Mono int16 samples, first in first out. One thread pushes, another pulls."""

    def __init__(self, *, target: int = SAMPLE_RATE * 50 // 1000, capacity: int = SAMPLE_RATE // 5) -> None:
        """`target` and `capacity` in samples; 50 ms and 200 ms unless told."""
        if not 0 < target < capacity:
            raise ValueError("the target must be above 0 and below the capacity")
        self.target = target
        self.capacity = capacity
        self._lock = threading.Lock()
        self._blocks: deque[Samples] = deque()
        self._fill = 0
        self._playing = False
        self._lowest = capacity
        self._watched = 0
        self._excess = 0
        self._since_trim = TRIM_PAUSE_SAMPLES
        self.underruns = 0
        """How often the ring ran dry while playing."""
        self.silence = 0
        """Samples of silence put in where sound was missing while playing."""
        self.overflowed = 0
        """Samples dropped because the ring was full."""
        self.trimmed = 0
        """Samples taken out smoothly because too much waited."""

    @property
    def fill(self) -> int:
        """Samples that wait; never more than `capacity`."""
        return self._fill

    def push(self, samples: Samples) -> None:
        """Append samples, shape (n,); what exceeds `capacity` is dropped, oldest first."""
        with self._lock:
            if samples.size > self.capacity:
                self.overflowed += samples.size - self.capacity
                samples = samples[samples.size - self.capacity :]
            surplus = self._fill + samples.size - self.capacity
            if surplus > 0:
                self._take(surplus)
                self.overflowed += surplus
            if samples.size:
                self._blocks.append(samples)
                self._fill += samples.size

    def pull(self, count: int) -> Samples:
        """Exactly `count` samples, a new array; silence where there are none."""
        with self._lock:
            if not self._playing:
                if self._fill < self.target:
                    return np.zeros(count, np.int16)
                self._playing = True
                self._watch_anew()
            if self._fill < count:
                self.underruns += 1
                self.silence += count - self._fill
                self._playing = False
                out = np.zeros(count, np.int16)
                there = self._take(self._fill)
                out[: there.size] = there
                return out
            if self._excess > 0 and self._since_trim >= TRIM_PAUSE_SAMPLES and self._can_trim(count):
                out = self._trim(count)
            else:
                out = self._take(count)
                self._since_trim += count
            self._watch(count)
            return out

    def clear(self) -> None:
        """Forget what waits and start anew; the counters stay."""
        with self._lock:
            self._blocks.clear()
            self._fill = 0
            self._playing = False

    def _can_trim(self, count: int) -> bool:
        return count >= TRIM_SAMPLES and self._fill >= count + TRIM_SAMPLES + self.target

    def _trim(self, count: int) -> Samples:
        """`count` samples made of `count + TRIM_SAMPLES`: the first 5 ms fade over into those 5 ms later."""
        taken = self._take(count + TRIM_SAMPLES)
        late = taken[TRIM_SAMPLES:].copy()
        fade = np.arange(TRIM_SAMPLES, dtype=np.float32) / TRIM_SAMPLES
        mixed = taken[:TRIM_SAMPLES] * (1 - fade) + late[:TRIM_SAMPLES] * fade
        late[:TRIM_SAMPLES] = np.rint(mixed).astype(np.int16)
        self.trimmed += TRIM_SAMPLES
        self._excess -= TRIM_SAMPLES
        self._since_trim = 0
        return late

    def _watch(self, played: int) -> None:
        self._lowest = min(self._lowest, self._fill)
        self._watched += played
        if self._watched >= WATCH_SAMPLES:
            # One block of play is let be: the fill swings by a block between a push and a pull.
            self._excess = max(0, self._lowest - self.target)
            self._watch_anew()

    def _watch_anew(self) -> None:
        self._lowest = self.capacity
        self._watched = 0

    def _take(self, count: int) -> Samples:
        """The oldest `count` samples, which must be there."""
        self._fill -= count
        parts: list[Samples] = []
        while count > 0:
            block = self._blocks.popleft()
            if block.size > count:
                self._blocks.appendleft(block[count:])
                block = block[:count]
            parts.append(block)
            count -= block.size
        if len(parts) == 1:
            return parts[0].copy()
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)
