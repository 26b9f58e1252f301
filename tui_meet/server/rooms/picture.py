"""The composed picture as a value: what a client with a single video line is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Picture:
    """One composed picture, as a client with a single video line gets it. Equal ones are composed and encoded once."""

    layout: str
    """A name of `rooms.layout_geometry.LAYOUTS`."""
    people: tuple[str, ...]
    """In display order, the first on the biggest place; those beyond the layout's capacity are not drawn."""
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Text shown on people's places; nothing for those who are not named."""
    presentation: bool = False
    """Whether the slides are in the picture while somebody presents."""
    mark_talkers: bool = True
    """Whether the one who is talking is framed."""
    initials: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Names for the cards of those without a picture, where `names` says nothing (overlay text off)."""
