"""Presentation: who holds the floor, who gets the slides, what everybody is told (wire document 4.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui_meet.server.rooms.actions import done
from tui_meet.server.rooms.events import (
    Effect,
    Outcome,
    PresentationFrame,
    Refusal,
    ReleaseFloor,
    Send,
    SetGuestsCanPresent,
    SetPresentation,
    SetPresentationInMix,
    SetReceivesPresentation,
    TakeFloor,
)
from tui_meet.server.rooms.model import GUEST, Person, Room
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.infinity.presentation import PresentationStart

GUESTS_CANNOT = "Only moderators can present in this meeting now: ask one to allow it."


def may_present(room: Room, person: Person) -> bool:
    """Whether this person may hold the floor."""
    return not person.waiting and (person.role != GUEST or room.guests_can_present)


def take_floor(room: Room, request: TakeFloor, now: float) -> Outcome:
    """The newest presenter wins; the one before learns it from the new one's `presentation_start`."""
    person = room.people[request.target]
    if person.presenting:
        return Outcome(room)
    if not may_present(room, person):
        return Outcome(room, refusal=Refusal(403, GUESTS_CANNOT, codes.NOT_MODERATOR))
    changed = {p.uuid: replace(p, presenting=False) for p in room.people.values() if p.presenting}
    return Outcome(room.with_people({**changed, person.uuid: replace(person, presenting=True)}))


def release_floor(room: Room, request: ReleaseFloor, now: float) -> Outcome:
    """A presenter whose floor was stolen releases late: that must not stop the new one (wire document 4.5)."""
    person = room.people[request.target]
    return Outcome(room.with_person(replace(person, presenting=False)) if person.presenting else room)


def set_guests_can_present(room: Room, request: SetGuestsCanPresent, now: float) -> Outcome:
    if room.guests_can_present == request.on:
        return Outcome(room)
    changed = replace(room, guests_can_present=request.on)
    return done(changed, f"guests-present {'on' if request.on else 'off'}", request.by)


def set_receives_presentation(room: Room, request: SetReceivesPresentation, now: float) -> Outcome:
    person = room.people[request.target]
    if person.receives_presentation == request.on:
        return Outcome(room)
    changed = room.with_person(replace(person, receives_presentation=request.on))
    return done(changed, f"slides {'allow' if request.on else 'deny'}", request.by, person.uuid)


def set_presentation_in_mix(room: Room, request: SetPresentationInMix, now: float) -> Outcome:
    person = room.people[request.target]
    return Outcome(room.with_person(replace(person, presentation_in_mix=request.on)))


def new_frame(room: Room, request: PresentationFrame, now: float) -> Outcome:
    to = tuple(person.uuid for person in room.listening if shown_presenter(room, person))
    # An empty object: `null` logs an error in the official client (wire document 3.2).
    return Outcome(room, (Send(to, names.PRESENTATION_FRAME, {}),) if to else ())


def settle(room: Room) -> Room:
    """The room without a presenter who may no longer present."""
    presenter = room.presenter
    if presenter is None or may_present(room, presenter):
        return room
    return room.with_person(replace(presenter, presenting=False))


def shown_presenter(room: Room, viewer: Person) -> str:
    """uuid of the one whose slides this person is shown; empty when there is none, and for the presenter."""
    presenter = room.presenter
    if presenter is None or presenter.uuid == viewer.uuid or viewer.waiting or not viewer.receives_presentation:
        return ""
    return presenter.uuid


def sync(room: Room, viewer: Person) -> tuple[Send, ...]:
    """For a new event stream: the presentation that is running."""
    if not shown_presenter(room, viewer):
        return ()
    return (Send((viewer.uuid,), names.PRESENTATION_START, _start(room)),)


def consequences(before: Room, after: Room, admitted: set[str]) -> list[Effect]:
    """What has to be told and done about the floor; the newly admitted get a sync instead."""
    if before.people is after.people:
        return []
    effects: list[Effect] = []
    was, now = _forwarding(before), _forwarding(after)
    if was != now:
        effects.append(now)
    starts: list[str] = []
    stops: list[str] = []
    for uuid, person in after.people.items():
        old = before.people.get(uuid)
        if old is None or uuid in admitted:
            continue
        saw, sees = shown_presenter(before, old), shown_presenter(after, person)
        if sees and sees != saw:
            starts.append(uuid)
        elif saw and not sees and not person.presenting:
            stops.append(uuid)
        elif old.presenting and not person.presenting and not sees and not may_present(after, person):
            # The wire's word for "your floor is taken away" (wire document 3.2).
            effects.append(Send((uuid,), names.PRESENTATION_START, PresentationStart().to_json()))
    if stops:
        effects.append(Send(tuple(stops), names.PRESENTATION_STOP, {}))
    if starts:
        effects.append(Send(tuple(starts), names.PRESENTATION_START, _start(after)))
    return effects


def _start(room: Room) -> dict[str, Any]:
    presenter = room.presenter
    assert presenter is not None
    return PresentationStart(presenter.uuid, presenter.display_name).to_json()


def _forwarding(room: Room) -> SetPresentation:
    presenter = room.presenter
    if presenter is None or presenter.call is None:
        return SetPresentation(None, ())
    receivers = tuple(p.uuid for p in room.present if p.call is not None and shown_presenter(room, p))
    return SetPresentation(presenter.uuid, receivers)
