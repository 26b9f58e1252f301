"""The door: PINs, waiting, letting in, timing out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hmac import compare_digest
from types import MappingProxyType

from tui_meet.server.rooms.events import Join, Outcome, Refusal
from tui_meet.server.rooms.model import CHAIR, GUEST, TOKEN_SECONDS, Person, Role, Room, new_room
from tui_meet.server.rooms.text import clean_name, clean_text
from tui_meet.wire.infinity import codes
from tui_meet.wire.infinity.token import PinNeeded

FIRST_STREAM_SECONDS = 10.0
"""After joining, an event stream must open within this time."""
STREAM_GAP_SECONDS = 10.0
"""A lost event stream must be open again within this time."""
WAITING_SECONDS = 900.0
"""Longest time somebody waits to be let in."""
TOKEN_GRACE_SECONDS = 5.0
"""A token is given up this long after its end (the official client does the same)."""
PIN_FAILURES = 5
"""Wrong PINs from one network address within the window after which guests from there are held up."""
HOST_PIN_FAILURES = 30
"""After so many the host PIN is refused too. Until then it is taken: behind one address there may be many people, and
somebody who cannot type must not keep the moderator out. Guessing six digits at this pace takes weeks."""
PIN_WINDOW_SECONDS = 60.0
MAX_REMEMBERED_ADDRESSES = 1000
MAX_TAG_LENGTH = 256

NAME_NEEDED = "Give a name to join with: the one you sent has no visible character."


def join(room: Room, request: Join, now: float) -> Outcome:
    """Somebody at the door: in, waiting, or refused."""
    if not clean_name(request.display_name):
        return Outcome(room, refusal=Refusal(403, NAME_NEEDED))
    room, role, refusal = check_pin(room, request, now)
    if refusal is not None:
        return Outcome(room, refusal=refusal)
    return enter(room, request, role, role == CHAIR and bool(room.settings.host_pin), now)


def enter(room: Room, request: Join, role: Role, vouched: bool, now: float) -> Outcome:
    """Somebody whose role is settled: in, waiting, or refused because there is no place or no name."""
    name = clean_name(request.display_name)
    if not name:
        return Outcome(room, refusal=Refusal(403, NAME_NEEDED))
    waiting = must_wait(room, role, vouched)
    if len(room.waiting) >= room.settings.capacity if waiting else room.full:
        return Outcome(room, refusal=Refusal(403, codes.ROOM_FULL))
    person = Person(
        uuid=request.uuid,
        display_name=name,
        joined_name=name,
        role=role,
        waiting=waiting,
        vouched=vouched,
        joined_at=now,
        is_muted=room.guests_muted and role == GUEST,
        supports_direct_chat=request.supports_direct_chat,
        call_tag=clean_text(request.call_tag)[:MAX_TAG_LENGTH],
        token_expires=now + TOKEN_SECONDS,
        no_stream_after=now + FIRST_STREAM_SECONDS,
    )
    return Outcome(room.with_person(person))


def must_wait(room: Room, role: Role, vouched: bool) -> bool:
    """Whether somebody with this role has to be let in by somebody else.

    In a room without a host PIN everybody is a host, so there a lock and knocking hold every newcomer once
    somebody is in; the first one in opens the room.
    """
    if vouched:
        return False
    if not room.settings.host_pin and not room.present:
        return False
    if room.locked or room.settings.knock:
        return True
    return role == GUEST and not room.started


def settle(room: Room) -> Room:
    """What follows by itself after any change: an empty room starts anew, a host starts the meeting, doors open."""
    if not room.people and room.breakout is not None:
        return room
    if not room.people:
        fresh = new_room(room.settings)
        return replace(fresh, pin_failures=room.pin_failures, reserved=room.reserved)
    if not room.started and room.hosts:
        room = replace(room, started=True)
    for person in room.waiting:
        if room.full:
            break
        if not must_wait(room, person.role, person.vouched):
            room = let_in(room, person)
    if not room.started and room.hosts:
        return settle(room)
    return room


def let_in(room: Room, person: Person) -> Room:
    """The room with this waiting person in it; muted where all guests are."""
    muted = person.is_muted or (room.guests_muted and person.role == GUEST)
    return room.with_person(replace(person, waiting=False, is_muted=muted))


def overdue(room: Room, now: float) -> Mapping[str, str]:
    """Who has to go now: uuid to the reason string."""
    gone: dict[str, str] = {}
    for person in room.people.values():
        if person.seat_of:
            continue
        if person.token_expires + TOKEN_GRACE_SECONDS <= now:
            gone[person.uuid] = codes.TOKEN_EXPIRED
        elif person.no_stream_after is not None and person.no_stream_after <= now:
            gone[person.uuid] = codes.CALL_DISCONNECTED
        elif person.waiting and person.joined_at + WAITING_SECONDS <= now:
            gone[person.uuid] = codes.WAITED_TOO_LONG
    return gone


def next_overdue(room: Room) -> float | None:
    """When `overdue` has to be asked next."""
    times: list[float] = []
    for person in room.people.values():
        if person.seat_of:
            continue
        times.append(person.token_expires + TOKEN_GRACE_SECONDS)
        if person.no_stream_after is not None:
            times.append(person.no_stream_after)
        if person.waiting:
            times.append(person.joined_at + WAITING_SECONDS)
    return min(times, default=None)


def check_pin(room: Room, request: Join, now: float) -> tuple[Room, Role, Refusal | None]:
    """The role that the PIN gives, or why none; the room has the failure counted."""
    settings = room.settings
    if not settings.host_pin:
        return room, CHAIR, None
    if not request.pin:
        if settings.guest_pin or request.pin is None:
            ask = PinNeeded(host_pin=True, guest_pin=bool(settings.guest_pin))
            return room, GUEST, Refusal(403, "A PIN is needed.", pin=ask)
        return room, GUEST, None
    failures = tuple(at for at in room.pin_failures.get(request.address, ()) if at > now - PIN_WINDOW_SECONDS)
    if len(failures) >= HOST_PIN_FAILURES:
        return room, GUEST, Refusal(403, codes.PIN_RETRIES)
    for_hosts_alone = len(failures) >= PIN_FAILURES
    given = request.pin.encode("utf-8", "replace")
    # Both are compared always, so that the time of the answer tells nothing about either.
    is_host = compare_digest(given, settings.host_pin.encode())
    is_guest = compare_digest(given, settings.guest_pin.encode()) and bool(settings.guest_pin)
    if is_host or (is_guest and not for_hosts_alone):
        return room, CHAIR if is_host else GUEST, None
    if for_hosts_alone:
        # The same answer to a right guest PIN and to a wrong one: nobody learns by it which it was.
        after = room if is_guest else _count_failure(room, request.address, (*failures, now))
        return after, GUEST, Refusal(403, codes.PIN_RETRIES)
    return _count_failure(room, request.address, (*failures, now)), GUEST, Refusal(403, codes.INVALID_PIN)


def _count_failure(room: Room, address: str, failures: tuple[float, ...]) -> Room:
    newest = failures[-1]
    kept = {
        other: times
        for other, times in room.pin_failures.items()
        if other != address and times[-1] > newest - PIN_WINDOW_SECONDS
    }
    if len(kept) >= MAX_REMEMBERED_ADDRESSES:
        del kept[min(kept, key=lambda other: kept[other][-1])]
    kept[address] = failures
    return replace(room, pin_failures=MappingProxyType(kept))
