"""What each person may see of the room, in the words of the wire, and what has to be told after a change.

Nothing is announced by hand: `consequences` compares the room before with the room after and tells everybody exactly
what changed for them. So whatever a rule does, every roster stays true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_meet.server.rooms import floor, pictures, stage
from tui_meet.server.rooms.events import Effect, Send, SetGains, SetPublishing, SetSlots
from tui_meet.server.rooms.model import Breakout, Person, Room
from tui_meet.server.rooms.sight import sees
from tui_meet.wire.infinity import names
from tui_meet.wire.infinity.conference import Classification, ConferenceStatus
from tui_meet.wire.infinity.participant import WireParticipant
from tui_meet.wire.meet import SLOTS_EVENT, SlotBinding, slots_to_json


def wire_participant(room: Room, person: Person) -> WireParticipant:
    """A roster row. `last_spoken_time` is left out: it alone must not cause updates."""
    call = person.call
    return WireParticipant(
        uuid=person.uuid,
        display_name=person.display_name,
        overlay_text=person.overlay_text,
        local_alias=room.settings.alias,
        call_tag=person.call_tag,
        role=person.role,
        service_type=names.SERVICE_WAITING if person.waiting else names.SERVICE_CONFERENCE,
        protocol="webrtc" if call is not None else "api",
        has_media=call is not None and call.connected,
        is_audio_only_call=call is not None and not call.sends_video,
        is_video_call=call is not None and call.sends_video,
        is_muted=person.is_muted,
        is_presenting=person.presenting,
        rx_presentation_policy="ALLOW" if person.receives_presentation else "DENY",
        needs_presentation_in_mix=person.presentation_in_mix,
        fecc_supported=call is not None and call.fecc_supported,
        can_receive_personal_mix=not person.waiting,
        mix_name=person.mix.name,
        mix_timestamp=person.mix.since,
        mix_layout=person.mix.layout,
        is_client_muted=person.is_client_muted,
        is_video_muted=person.is_video_muted,
        presentation_supported=call is not None,
        transfer_supported=False,
        supports_direct_chat=person.supports_direct_chat,
        buzz_time=person.buzz_time,
        spotlight=person.spotlight,
        start_time=person.joined_at,
    )


def status(room: Room, viewer: Person) -> ConferenceStatus:
    """The state of the conference as this person may know it: while waiting only whether it is locked and started."""
    if viewer.waiting:
        return ConferenceStatus(
            locked=room.locked, started=room.started, presentation_allowed=False, guests_can_present=False
        )
    return ConferenceStatus(
        locked=room.locked,
        guests_muted=room.guests_muted,
        started=room.started,
        guests_can_unmute=room.guests_can_unmute,
        live_captions_available=True,
        presentation_allowed=True,
        guests_can_present=room.guests_can_present,
        classification=_classification(room),
        breakout_rooms=room.settings.breakouts,
        extra={
            **(_breakout(room.breakout) if room.breakout is not None else {}),
            **({"message_text": room.message_text} if room.message_text else {}),
        },
    )


def _classification(room: Room) -> Classification | None:
    settings = room.settings
    if not settings.classification_levels:
        return None
    return Classification(settings.classification_levels, room.classification, settings.classification_colours)


def _breakout(breakout: Breakout) -> Mapping[str, Any]:
    """The fields of a breakout's status (wire document 3.4)."""
    return {
        "breakout": True,
        "breakout_name": breakout.name,
        "breakout_description": breakout.description,
        "end_time": breakout.end_time,
        "end_action": breakout.end_action,
        "breakout_guests_allowed_to_leave": breakout.guests_allowed_to_leave,
        "breakoutbuzz": {"time": breakout.help_since, "value": bool(breakout.help_since)},
    }


def visible_people(room: Room, viewer: Person) -> tuple[WireParticipant, ...]:
    """The roster as this person sees it."""
    return tuple(wire_participant(room, person) for person in room.people.values() if sees(viewer, person))


def full_sync(room: Room, uuid: str) -> tuple[Send, ...]:
    """Everything a new event stream begins with (wire document 3.6)."""
    viewer = room.people[uuid]
    to = (uuid,)
    sync = [Send(to, names.SYNC_BEGIN, None)]
    sync += [Send(to, names.PARTICIPANT_CREATE, row.to_json()) for row in visible_people(room, viewer)]
    sync += [Send(to, names.SYNC_END, None), Send(to, names.CONFERENCE_UPDATE, status(room, viewer).to_json())]
    if not viewer.waiting:
        sync += [pictures.sync(room, viewer), _stage_event(room, to), *floor.sync(room, viewer)]
        if viewer.call is not None and viewer.call.offers_slots:
            sync.append(_slots_event(viewer))
    # Inside the sync the official client does not learn who "me" is.
    sync.append(Send(to, names.PARTICIPANT_UPDATE, wire_participant(room, viewer).to_json()))
    return tuple(sync)


def consequences(before: Room, after: Room) -> tuple[Effect, ...]:
    """What has to be told and done so that everybody and the media agree with the room after."""
    admitted = [
        uuid for uuid, person in after.people.items() if not person.waiting and _was_waiting(before.people.get(uuid))
    ]
    effects: list[Effect] = []
    effects += _gains(before, after)
    effects += _publishing(before, after)
    effects += _roster(before, after, set(admitted))
    effects += _status(before, after, set(admitted))
    effects += _stage(before, after, set(admitted))
    effects += _slots(before, after)
    effects += floor.consequences(before, after, set(admitted))
    effects += pictures.consequences(before, after, set(admitted))
    for uuid in admitted:
        effects.append(Send((uuid,), names.PARTICIPANT_UPDATE, wire_participant(after, after.people[uuid]).to_json()))
        effects += full_sync(after, uuid)
    return tuple(effects)


def gains(room: Room, listener: Person) -> Mapping[str, float]:
    """How loud this person hears each of the others: factor; all silent while waiting."""
    return {
        uuid: 0.0 if listener.waiting else listener.volumes.get(uuid, 100) / 100
        for uuid in room.people
        if uuid != listener.uuid
    }


def _was_waiting(person: Person | None) -> bool:
    return person is not None and person.waiting


def _roster(before: Room, after: Room, admitted: set[str]) -> list[Effect]:
    """Creates, updates and deletes, for each viewer what changed for them; the newly admitted get a sync instead."""
    if before.people is after.people:
        return []
    creates: dict[str, list[str]] = {}
    updates: dict[str, list[str]] = {}
    deletes: dict[str, list[str]] = {}
    subjects = (*after.people, *(uuid for uuid in before.people if uuid not in after.people))
    touched = {uuid for uuid in subjects if before.people.get(uuid) is not after.people.get(uuid)}
    now_rows = {uuid: wire_participant(after, after.people[uuid]) for uuid in touched if uuid in after.people}
    changed = {
        uuid
        for uuid in touched
        if uuid not in before.people
        or uuid not in after.people
        or wire_participant(before, before.people[uuid]) != now_rows[uuid]
    }
    for viewer in after.people.values():
        was = before.people.get(viewer.uuid)
        if was is None or viewer.uuid in admitted:
            continue
        sees_others_now = was.role != viewer.role or was.waiting != viewer.waiting
        for uuid in subjects if sees_others_now else changed:
            old, new = before.people.get(uuid), after.people.get(uuid)
            saw = old is not None and sees(was, old)
            if new is not None and sees(viewer, new):
                if not saw:
                    creates.setdefault(uuid, []).append(viewer.uuid)
                elif uuid in changed:
                    updates.setdefault(uuid, []).append(viewer.uuid)
            elif saw:
                deletes.setdefault(uuid, []).append(viewer.uuid)
    effects: list[Effect] = [
        Send(tuple(deletes[uuid]), names.PARTICIPANT_DELETE, {"uuid": uuid}) for uuid in subjects if uuid in deletes
    ]
    for name, rows in ((names.PARTICIPANT_CREATE, creates), (names.PARTICIPANT_UPDATE, updates)):
        effects += [
            Send(tuple(rows[uuid]), name, wire_participant(after, after.people[uuid]).to_json())
            for uuid in subjects
            if uuid in rows
        ]
    return effects


def _status(before: Room, after: Room, admitted: set[str]) -> list[Effect]:
    groups: dict[bool, list[Person]] = {}
    for person in after.people.values():
        if person.uuid in before.people and person.uuid not in admitted:
            groups.setdefault(person.waiting, []).append(person)
    effects: list[Effect] = []
    for people in groups.values():
        now = status(after, people[0])
        if now != status(before, people[0]):
            effects.append(Send(tuple(person.uuid for person in people), names.CONFERENCE_UPDATE, now.to_json()))
    return effects


def _stage(before: Room, after: Room, admitted: set[str]) -> list[Effect]:
    if before.people is after.people and before.speaking is after.speaking:
        return []
    if stage.rows(before) == stage.rows(after):
        return []
    to = tuple(p.uuid for p in after.present if p.uuid not in admitted and p.uuid in before.people)
    return [_stage_event(after, to)] if to else []


def _stage_event(room: Room, to: tuple[str, ...]) -> Send:
    return Send(to, names.STAGE, [row.to_json() for row in stage.rows(room)])


def _publishing(before: Room, after: Room) -> list[Effect]:
    effects: list[Effect] = []
    for person, was in _with_calls(before, after):
        now = (person.publishes_audio, person.publishes_video)
        if was is None or now != (was.publishes_audio, was.publishes_video):
            effects.append(SetPublishing(person.uuid, *now))
    return effects


def _gains(before: Room, after: Room) -> list[Effect]:
    effects: list[Effect] = []
    for person, was in _with_calls(before, after):
        now = gains(after, person)
        if was is None or _unusual(now) != _unusual(gains(before, was)):
            effects.append(SetGains(person.uuid, now))
    return effects


def _unusual(factors: Mapping[str, float]) -> Mapping[str, float]:
    """Only what differs from the factor 1 that media starts with."""
    return {uuid: factor for uuid, factor in factors.items() if factor != 1.0}


def _with_calls(before: Room, after: Room) -> list[tuple[Person, Person | None]]:
    """Changed people who have a call, with what they were in the same call; None when the call is new."""
    pairs: list[tuple[Person, Person | None]] = []
    others_changed = before.people.keys() != after.people.keys()
    for uuid, person in after.people.items():
        was = before.people.get(uuid)
        if person.call is None or (was is person and not others_changed):
            continue
        same_call = was is not None and was.call is not None and was.call.uuid == person.call.uuid
        pairs.append((person, was if same_call else None))
    return pairs


def _slots(before: Room, after: Room) -> list[Effect]:
    effects: list[Effect] = []
    for person, was in _with_calls(before, after):
        sources = _sources(person)
        if was is None or sources != _sources(was):
            effects.append(SetSlots(person.uuid, sources))
        # Those just let in get it with their sync.
        told = was is not None and (was.waiting or was.slots == person.slots)
        if person.call is not None and person.call.offers_slots and not person.waiting and not told:
            effects.append(_slots_event(person))
    return effects


def _sources(person: Person) -> Mapping[str, str | None]:
    return {mid: None if person.wishes.get(mid) == (0, 0) else uuid or None for mid, uuid in person.slots}


def _slots_event(person: Person) -> Send:
    data = slots_to_json([SlotBinding(mid, uuid) for mid, uuid in person.slots])
    return Send((person.uuid,), SLOTS_EVENT, data)
