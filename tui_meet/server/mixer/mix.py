"""Sums of voices. Pure numpy; blocks are mono int16 arrays of shape (960,), 20 ms at 48 kHz."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tui_meet.media.types import BLOCK_SAMPLES

Block = NDArray[np.int16]
"""One voice or one mix for 20 ms: shape (960,), int16."""
Sum = NDArray[np.float32]
"""Several voices added up, not limited yet: shape (960,), float32, same scale as int16."""

FULL_SCALE = 32_767.0
KNEE = 0.75 * FULL_SCALE
"""Below this peak a mix passes unchanged; above it the rest is bent so that no sum reaches full scale abruptly."""
SILENCE: Block = np.zeros(BLOCK_SAMPLES, np.int16)
SILENCE.setflags(write=False)


def add_up(blocks: Iterable[tuple[Block, float]]) -> Sum:
    """The sum of (block, gain) pairs, without limiting; no pairs give silence."""
    total = np.zeros(BLOCK_SAMPLES, np.float32)
    for block, gain in blocks:
        if gain == 1.0:
            total += block
        elif gain > 0.0:
            total += block * np.float32(gain)
    return total


def without(total: Sum, own: Block) -> Sum:
    """The sum of all voices but `own`, which must be part of `total` with gain 1."""
    return total - own


def limited(total: Sum) -> Block:
    """`total` as int16: unchanged up to 75 % of full scale, bent smoothly below full scale above that.

    A soft knee distorts loud passages far less than cutting them off, and unlike a gain it needs no memory, so that
    two mixes of the same voices are the same.
    """
    magnitude = np.abs(total)
    if float(magnitude.max(initial=0.0)) <= KNEE:
        return np.rint(total).astype(np.int16)
    room = FULL_SCALE - KNEE
    bent = np.where(magnitude > KNEE, KNEE + room * np.tanh((magnitude - KNEE) / room), magnitude)
    return np.rint(np.copysign(bent, total)).astype(np.int16)
