"""People of a room: events to roster. A roster that is sent anew replaces the old one only when it is complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui_meet.core.events import (
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    RosterSyncBegan,
    RosterSynced,
)
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import Participant
from tui_meet.core.sanitise import safe_name, safe_text
from tui_meet.core.state import Roster

RosterEvent = RosterSyncBegan | RosterSynced | ParticipantCreated | ParticipantUpdated | ParticipantDeleted

MAX_PEOPLE = 2000
"""A roster larger than this is no meeting; further people are left out."""


def reduce_roster(roster: Roster, event: RosterEvent) -> Roster:
    """The roster after an event. An update of somebody unknown changes nothing (wire document 3.2).

    Between the marks of a sync everything is about the roster that arrives.
    """
    match event:
        case RosterSyncBegan():
            return Roster(roster.people, syncing=True)
        case RosterSynced():
            return Roster(roster.arriving) if roster.syncing else roster
        case ParticipantCreated(participant=person):
            person = safe(person)
            if roster.syncing:
                return replace(roster, arriving=_with(roster.arriving, person))
            return replace(roster, people=_with(roster.people, person))
        case ParticipantUpdated(participant=person):
            person = safe(person)
            known = roster.arriving if roster.syncing else roster.people
            if person.id not in known or known[person.id] == person:
                return roster
            changed = _with(known, person)
            return replace(roster, arriving=changed) if roster.syncing else replace(roster, people=changed)
        case ParticipantDeleted(participant=gone):
            known = roster.arriving if roster.syncing else roster.people
            if gone not in known:
                return roster
            changed = {key: person for key, person in known.items() if key != gone}
            return replace(roster, arriving=changed) if roster.syncing else replace(roster, people=changed)


def stop_sync(roster: Roster) -> Roster:
    """The stream broke in the middle of a sync: what came of the new roster is worth nothing."""
    return Roster(roster.people) if roster.syncing else roster


def safe(person: Participant) -> Participant:
    """The person with texts that may be shown."""
    name = safe_name(person.display_name, safe_name(person.uri.removeprefix("sip:")))
    uri = person.uri if not person.uri else safe_name(person.uri)
    changes = {"display_name": name, "uri": uri}
    for field in ("service_type", "protocol", "vendor", "call_type"):
        changes[field] = safe_text(getattr(person, field)).replace("\n", " ")
    if all(getattr(person, field) == text for field, text in changes.items()):
        return person
    return replace(person, **changes)  # type: ignore[arg-type]  # all of them are text


def _with(people: Mapping[ParticipantId, Participant], person: Participant) -> Mapping[ParticipantId, Participant]:
    if person.id not in people and len(people) >= MAX_PEOPLE:
        return people
    return {**people, person.id: person}
