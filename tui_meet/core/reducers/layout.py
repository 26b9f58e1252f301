"""Layouts of the composed picture (wire document 2.2 and 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import Layout
from tui_meet.core.sanitise import safe_name

LAYOUTS = (
    "1:0", "1:7", "1:21", "2:21", "1:33", "4:0", "9:0", "16:0", "25:0", "5:7", "ac_presentation_in_mix",
    "ac_presentation_in_mix_group",
)  # fmt: skip
"""Names of the events seed. A server may have others: they are free text."""
_MAX_LAYOUTS = 100


def read_layout(payload: Mapping[str, Any], before: Layout) -> Layout:
    """What a `layout` event says; what it leaves out stays. Fields of odd types count as left out."""
    requested = payload.get("requested_layout")
    screen = requested.get("primary_screen") if isinstance(requested, Mapping) else None
    asked: Mapping[str, Any] = screen if isinstance(screen, Mapping) else {}
    people = payload.get("participants")
    listed = (people,) if isinstance(people, str) else people if isinstance(people, list | tuple) else None
    overlay = payload.get("overlay_text_enabled")
    return Layout(
        view=_name(payload.get("view"), before.view),
        host_layout=_name(asked.get("chair_layout"), before.host_layout),
        guest_layout=_name(asked.get("guest_layout"), before.guest_layout),
        participants=(
            before.participants
            if listed is None
            else tuple(ParticipantId(item) for item in listed if isinstance(item, str))
        ),
        overlay_text=overlay if isinstance(overlay, bool) else before.overlay_text,
    )


def known_layouts(names: Iterable[str]) -> tuple[str, ...]:
    """The server's names, each once, as they may be shown and typed."""
    safe = (safe_name(name, "") for name in names)
    return tuple(dict.fromkeys(name for name in safe if name and " " not in name))[:_MAX_LAYOUTS]


def _name(value: Any, before: str) -> str:
    return safe_name(value, before) if isinstance(value, str) else before
