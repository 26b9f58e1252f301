"""Speaking order, voice activity and who is on which received stream."""

from __future__ import annotations

from collections.abc import Container

from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import SlotBinding, StageEntry

Stage = tuple[StageEntry, ...]


def reduce_stage(entries: Stage, people: Container[ParticipantId]) -> Stage:
    """The speaking order, most recent first, of people who are in the roster, each once."""
    seen: set[ParticipantId] = set()
    kept: list[StageEntry] = []
    for entry in sorted(entries, key=lambda entry: entry.index):
        if entry.participant in people and entry.participant not in seen:
            seen.add(entry.participant)
            kept.append(entry)
    return tuple(kept)


def keep_known(stage: Stage, people: Container[ParticipantId]) -> Stage:
    """The stage without people who are gone; the same object when nobody is."""
    if all(entry.participant in people for entry in stage):
        return stage
    return tuple(entry for entry in stage if entry.participant in people)


def reduce_slots(bindings: tuple[SlotBinding, ...]) -> tuple[SlotBinding, ...]:
    """Bindings in the server's order, each stream once."""
    by_stream = {binding.stream: binding for binding in bindings}
    return tuple(by_stream.values())
