"""Which listeners hear the same mix. Pure.

A mix is named by what sets it apart: the listener's own voice where it is being heard (nobody hears themselves), and
personal volumes. It is not named by who is speaking, so a listener keeps its encoder while others come and go, and all
silent listeners without personal volumes share one.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

Gains = frozenset[tuple[str, float]]
"""(source id, factor 0..2) pairs that differ from 1."""
NO_GAINS: Gains = frozenset()

ENCODER_LINGER_TICKS = 100
"""An encoder out of use is kept for this many ticks (2 s): someone who says a word keeps both of their mixes warm."""
MAX_GAIN = 2.0


@dataclass(frozen=True, slots=True)
class MixKey:
    """What sets a mix apart."""

    without: str | None
    """The listener whose own voice is left out, None where no own voice is in the mix anyway."""
    gains: Gains
    """Personal volumes of the listeners of this mix."""


COMMON = MixKey(None, NO_GAINS)
"""The mix of everyone who is silent and changed no volume."""


def normalised_gains(listener: str, gains: Mapping[str, float]) -> Gains:
    """Only what matters: clamped to 0..2, without 1.0 and without the listener itself."""
    kept = ((source, min(MAX_GAIN, max(0.0, gain))) for source, gain in gains.items() if source != listener)
    return frozenset((source, gain) for source, gain in kept if gain != 1.0)


def mix_key(listener: str, gains: Gains, contributors: Set[str], sources: Set[str]) -> MixKey:
    """The mix `listener` hears.

    Args:
        listener: its participant id.
        gains: from `normalised_gains`.
        contributors: participants whose voice is in the mix now.
        sources: participants who may be heard at all, talking or not; volumes of others do not set a mix apart, so
            that all who wait outside, for whom everyone has volume 0, share one mix.
    """
    kept = gains if not gains else frozenset((source, gain) for source, gain in gains if source in sources)
    return MixKey(listener if listener in contributors else None, kept)
