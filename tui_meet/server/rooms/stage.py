"""Who talks, in which order, and who is shown to whom.

Speaking order: whoever begins to talk goes to the front; who is talking already keeps their place, so two people in
conversation do not swap at every word. Slots: spotlighted people, then by speaking order, then by time of joining;
somebody who stays among the chosen stays on the same line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from tui_meet.server.rooms.model import Person, Room, Speaking
from tui_meet.wire.infinity.messages import StageRow

HANGOVER_SECONDS = 1.2
"""Somebody is in the conversation until silent for this long; speaking again before then changes no order."""
TELL_SECONDS = 0.25
"""Least time between two `stage` events in which only the loudness changed."""
_VAD_STEP = 10


def hear(room: Room, activity: Mapping[str, float], now: float) -> Room:
    """Take the voice activity of now (0 silent .. 100, by uuid); an empty mapping only lets time pass."""
    old = room.speaking
    present = {person.uuid for person in room.present}
    audible = {person.uuid for person in room.present if person.publishes_audio}
    heard = {uuid: at for uuid, at in old.heard.items() if uuid in audible and now - at < HANGOVER_SECONDS}
    loud = {uuid: level for uuid, level in activity.items() if uuid in audible and level > 0}
    starters = sorted((uuid for uuid in loud if uuid not in heard), key=lambda uuid: loud[uuid], reverse=True)
    heard.update(dict.fromkeys(loud, now))
    order = (*starters, *(uuid for uuid in old.order if uuid in present and uuid not in starters))
    vad = {uuid: _vad(loud[uuid]) if uuid in loud else 0 for uuid in heard}
    if not activity:
        vad = {uuid: old.vad.get(uuid, 0) for uuid in heard}
    told_at = old.told_at
    began_or_ended = _talking(vad) != _talking(old.vad)
    if vad != old.vad and (began_or_ended or order != old.order or now - told_at >= TELL_SECONDS):
        told_at = now
    else:
        vad = dict(old.vad)
    return replace(
        room,
        speaking=Speaking(order=order, heard=MappingProxyType(heard), vad=MappingProxyType(vad), told_at=told_at),
    )


def _talking(vad: Mapping[str, int]) -> set[str]:
    return {uuid for uuid, level in vad.items() if level}


def next_silence(room: Room) -> float | None:
    """When the next talker is out of the conversation unless heard again."""
    return min((at + HANGOVER_SECONDS for at in room.speaking.heard.values()), default=None)


def rows(room: Room) -> tuple[StageRow, ...]:
    """The `stage` event: everybody who is in, the most recent speaker first, those who never spoke last."""
    present = {person.uuid for person in room.present}
    spoken = [uuid for uuid in room.speaking.order if uuid in present]
    silent = [uuid for uuid in present_order(room) if uuid not in spoken]
    return tuple(StageRow(uuid, index, room.speaking.vad.get(uuid, 0)) for index, uuid in enumerate((*spoken, *silent)))


def present_order(room: Room) -> tuple[str, ...]:
    """Those who are in, by time of joining."""
    return tuple(person.uuid for person in room.present)


def show_order(room: Room) -> tuple[str, ...]:
    """Everybody who can be shown, the first to be shown first."""
    visible = {person.uuid: person for person in room.present if person.publishes_video}
    spotlighted = sorted((p for p in visible.values() if p.spotlight), key=lambda p: p.spotlight)
    ranked = (*(p.uuid for p in spotlighted), *room.speaking.order, *visible)
    return tuple(uuid for uuid in dict.fromkeys(ranked) if uuid in visible)


def with_slots(room: Room) -> Room:
    """The room with everybody's slots assigned anew."""
    order = show_order(room)
    changed: dict[str, Person] = {}
    for person in room.people.values():
        slots = _slots_of(person, order, room.settings.max_active_talkers)
        if slots != person.slots:
            changed[person.uuid] = replace(person, slots=slots)
    return room.with_people(changed) if changed else room


def _slots_of(person: Person, order: tuple[str, ...], most: int) -> tuple[tuple[str, str], ...]:
    if person.call is None:
        return ()
    mids = person.call.slot_mids
    if person.waiting:
        return tuple((mid, "") for mid in mids)
    chosen = [uuid for uuid in order if uuid != person.uuid][: min(len(mids), most)]
    held = {mid: uuid for mid, uuid in person.slots if uuid in chosen and mid in mids}
    newcomers = iter([uuid for uuid in chosen if uuid not in held.values()])
    return tuple((mid, held.get(mid) or next(newcomers, "")) for mid in mids)


def _vad(level: float) -> int:
    """Activity in steps of ten, so that an even voice makes no stream of events."""
    return max(_VAD_STEP, round(min(level, 100.0) / _VAD_STEP) * _VAD_STEP)
