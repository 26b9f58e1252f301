"""Who is shown where in the composed pictures, and the event `layout` that tells it.

Everybody with the same layout shares one picture, themself included, so that it is composed and encoded once. Only
where people would look at themselves on the biggest place, or where there are but two, they get one of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tui_meet.server.rooms import stage
from tui_meet.server.rooms.events import Effect, Send, SetComposition
from tui_meet.server.rooms.floor import shown_presenter
from tui_meet.server.rooms.layout_geometry import BIG_PLACES, arrange, capacity
from tui_meet.server.rooms.model import CHAIR, Person, Room
from tui_meet.server.rooms.picture import Picture
from tui_meet.wire.infinity import names
from tui_meet.wire.infinity.layout import LayoutEvent


def layout_of(room: Room, viewer: Person) -> str:
    """The layout that this person is shown: their own mix's, or that of their role."""
    return viewer.mix.layout or (room.layouts.host if viewer.role == CHAIR else room.layouts.guest)


class Gallery:
    """All pictures of a room as it is now; what they have in common is worked out once."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._order = _order(room)
        self._joined = {uuid: index for index, uuid in enumerate(room.people)}

    def picture(self, viewer: Person) -> Picture | None:
        """What this person is shown on a single video line; None without one, and while waiting."""
        if viewer.waiting or viewer.call is None or viewer.call.offers_slots:
            return None
        return self._composed(viewer)

    def view(self, viewer: Person) -> LayoutEvent:
        """The event `layout` for this person."""
        layouts = self._room.layouts
        composed = self._composed(viewer)
        people, corners = composed.people, None
        if viewer.call is not None and viewer.call.offers_slots:
            shown = {uuid for _, uuid in viewer.slots if uuid}
            people = tuple(uuid for uuid in self._order if uuid in shown)
        elif composed.presentation:
            place = arrange(composed.layout, len(people), presentation=True).presentation
            corners = place.corners if place is not None else None
        return LayoutEvent(composed.layout, people, layouts.host, layouts.guest, layouts.overlay_text, corners)

    def _composed(self, viewer: Person) -> Picture:
        layouts = self._room.layouts
        layout = layout_of(self._room, viewer)
        slides = viewer.presentation_in_mix and bool(shown_presenter(self._room, viewer))
        people = self._people(viewer.uuid, layout, slides)
        written = {uuid: self._room.people[uuid].display_name for uuid in people}
        if not layouts.overlay_text:
            return Picture(layout, people, presentation=slides, mark_talkers=layouts.mark_talkers, initials=written)
        written.update({uuid: text for uuid, text in zip(people, layouts.texts, strict=False) if text})
        return Picture(layout, people, written, slides, layouts.mark_talkers)

    def _people(self, viewer: str, layout: str, slides: bool) -> tuple[str, ...]:
        order, most = self._order, capacity(layout, slides)
        big = max(BIG_PLACES.get(layout, 0) - slides, 0)
        chosen = order[:most]
        if viewer in order and len(order) <= 2:
            chosen = tuple(uuid for uuid in order if uuid != viewer)[:most]
        elif viewer in chosen[:big]:
            others = tuple(uuid for uuid in order if uuid != viewer)
            chosen = (*others[: most - 1], viewer) if most > 1 else others[:1]
        # The small places keep an order of their own, so that they do not move at every word that is said.
        return (*chosen[:big], *sorted(chosen[big:], key=self._joined.__getitem__))


def sync(room: Room, viewer: Person) -> Send:
    """For a new event stream: the layout as it is."""
    return Send((viewer.uuid,), names.LAYOUT, Gallery(room).view(viewer).to_json())


def consequences(before: Room, after: Room, admitted: set[str]) -> list[Effect]:
    """What has to be composed and told after a change; the newly admitted get a sync instead of the event."""
    if not _may_differ(before, after):
        return []
    was, now = Gallery(before), Gallery(after)
    effects: list[Effect] = []
    for uuid, person in after.people.items():
        old = before.people.get(uuid)
        picture, former = now.picture(person), was.picture(old) if old is not None else None
        # A new call knows nothing of what was composed for the one before.
        if picture != former or (picture is not None and (old is None or not _same_call(old, person))):
            effects.append(SetComposition(uuid, picture))
    events: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for old, person in _listeners(before, after, admitted):
        view = now.view(person)
        if view != was.view(old):
            data = view.to_json()
            events.setdefault(json.dumps(data), (data, []))[1].append(person.uuid)
    effects += [Send(tuple(to), names.LAYOUT, data) for data, to in events.values()]
    return effects


def _may_differ(before: Room, after: Room) -> bool:
    return (
        before.people is not after.people
        or before.layouts != after.layouts
        or before.speaking.order != after.speaking.order
    )


def _listeners(before: Room, after: Room, admitted: set[str]) -> Iterator[tuple[Person, Person]]:
    for person in after.listening:
        old = before.people.get(person.uuid)
        if old is not None and not old.waiting and person.uuid not in admitted:
            yield old, person


def _same_call(old: Person, new: Person) -> bool:
    return old.call is not None and new.call is not None and old.call.uuid == new.call.uuid


def _order(room: Room) -> tuple[str, ...]:
    """Everybody with media: first those whose picture there is, in the order of the stage, then the others."""
    in_call: Mapping[str, Person] = {person.uuid: person for person in room.present if person.call is not None}
    ranked = (*stage.show_order(room), *room.speaking.order, *in_call)
    return tuple(uuid for uuid in dict.fromkeys(ranked) if uuid in in_call)
