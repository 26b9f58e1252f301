"""Layouts asked for by hosts, and personal mixes (wire document 2.2)."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.server.rooms.actions import done
from tui_meet.server.rooms.events import ConfigureMix, CreateMix, DeleteMix, Outcome, Refusal, TransformLayout
from tui_meet.server.rooms.layout_geometry import LAYOUTS
from tui_meet.server.rooms.model import Mix, Room
from tui_meet.server.rooms.text import clean_name
from tui_meet.wire.infinity.layout import ILLEGAL_VALUE, MAIN_MIX

MAX_TEXTS = 40
NO_MIX = "You have no picture mix of this name: create it first."
BAD_NAME = "A picture mix needs a name of its own."


def transform_layout(room: Room, request: TransformLayout, now: float) -> Outcome:
    asked, old = request.transforms, room.layouts
    wanted = [name for name in (asked.layout, asked.host_layout, asked.guest_layout) if name is not None]
    if any(name not in LAYOUTS for name in wanted):
        return Outcome(room, refusal=Refusal(400, ILLEGAL_VALUE))
    changed = replace(
        old,
        host=asked.host_layout or asked.layout or old.host,
        guest=asked.guest_layout or asked.layout or old.guest,
        overlay_text=old.overlay_text if asked.enable_overlay_text is None else asked.enable_overlay_text,
        mark_talkers=(
            old.mark_talkers
            if asked.enable_active_speaker_indication is None
            else asked.enable_active_speaker_indication
        ),
    )
    if asked.free_form_overlay_text is not None:
        changed = replace(changed, texts=tuple(clean_name(text) for text in asked.free_form_overlay_text[:MAX_TEXTS]))
    if changed == old:
        return Outcome(room)
    return done(replace(room, layouts=changed), "layout", request.by)


def create_mix(room: Room, request: CreateMix, now: float) -> Outcome:
    """From the person's own mix on, `configure` chooses its layout; until then it shows what the main one does."""
    person = room.people[request.by]
    name = clean_name(request.name)
    if not name or name == MAIN_MIX:
        return Outcome(room, refusal=Refusal(400, BAD_NAME))
    if person.mix.name == name:
        return Outcome(room)
    return Outcome(room.with_person(replace(person, mix=Mix(name, now))))


def configure_mix(room: Room, request: ConfigureMix, now: float) -> Outcome:
    person = room.people[request.by]
    if request.name == MAIN_MIX or person.mix.name != request.name:
        return Outcome(room, refusal=Refusal(404, NO_MIX))
    if request.layout and request.layout not in LAYOUTS:
        return Outcome(room, refusal=Refusal(400, ILLEGAL_VALUE))
    return Outcome(room.with_person(replace(person, mix=replace(person.mix, layout=request.layout, since=now))))


def delete_mix(room: Room, request: DeleteMix, now: float) -> Outcome:
    person = room.people[request.by]
    if request.name == MAIN_MIX or person.mix.name != request.name:
        return Outcome(room, refusal=Refusal(404, NO_MIX))
    return Outcome(room.with_person(replace(person, mix=Mix(since=now))))
