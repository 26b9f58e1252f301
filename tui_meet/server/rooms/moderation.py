"""What people ask of the room and of each other. Each handler returns the changed room, or a refusal.

Handlers run after the table of `roles` has let the request through; so the asking person is in, and the target exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from tui_meet.server.rooms import events as on
from tui_meet.server.rooms import lobby, pace
from tui_meet.server.rooms.actions import action, done
from tui_meet.server.rooms.model import CHAIR, GUEST, Person, Room
from tui_meet.server.rooms.roles import NOBODY
from tui_meet.server.rooms.sight import sees
from tui_meet.server.rooms.text import clean_name, clean_text
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.infinity.messages import MAX_PAYLOAD_BYTES, MessageReceived
from tui_meet.wire.meet import MAX_SLOTS, MAX_VOLUME

NAME_EMPTY = "The new name has no visible character: give one, or an empty text to go back to the old name."
ONLY_MODERATOR = "This is the only moderator: make somebody else a moderator first."
ONLY_THEY = "The camera was switched off by its owner: only they can switch it on."
MUTED_BY_ROOM = "Only a moderator can unmute you: raise your hand to ask."
RAISE_OWN = "Nobody can raise another person's hand."
NOT_TO_YOURSELF = "A private message needs somebody else to go to."
NOT_IN_YET = "This person is still waiting: let them in first."
TOO_LONG = f"The message is too long: at most {MAX_PAYLOAD_BYTES // 1024} KiB fit."
MAX_MESSAGE_TEXT = 500
"""Characters."""
NO_LEVEL = "There is no such classification level here."


def leave(room: Room, request: on.Leave, now: float) -> on.Outcome:
    return on.Outcome(room.without(request.by), (on.DropPerson(request.by, ""),))


def set_locked(room: Room, request: on.SetLocked, now: float) -> on.Outcome:
    if room.locked == request.on:
        so = "locked" if request.on else "unlocked"
        return on.Outcome(room, refusal=on.Refusal(200, f"The meeting is {so} already.", codes.ALREADY_SO))
    return done(replace(room, locked=request.on), "lock" if request.on else "unlock", request.by)


def start_conference(room: Room, request: on.StartConference, now: float) -> on.Outcome:
    if room.started:
        return on.Outcome(room)
    return done(replace(room, started=True), "start", request.by)


def mute_guests(room: Room, request: on.MuteGuests, now: float) -> on.Outcome:
    if room.guests_muted == request.on and all(p.is_muted == request.on for p in room.present if p.role == GUEST):
        return on.Outcome(room)
    guests = {p.uuid: replace(p, is_muted=request.on) for p in room.people.values() if p.role == GUEST}
    changed = replace(room.with_people(guests), guests_muted=request.on)
    return done(changed, "mute-all" if request.on else "unmute-all", request.by)


def set_guests_can_unmute(room: Room, request: on.SetGuestsCanUnmute, now: float) -> on.Outcome:
    if room.guests_can_unmute == request.on:
        return on.Outcome(room)
    what = f"guests-unmute {'on' if request.on else 'off'}"
    return done(replace(room, guests_can_unmute=request.on), what, request.by)


def set_classification(room: Room, request: on.SetClassification, now: float) -> on.Outcome:
    if request.level not in room.settings.classification_levels:
        return on.Outcome(room, refusal=on.Refusal(403, NO_LEVEL))
    if request.level == room.classification:
        return on.Outcome(room)
    return done(replace(room, classification=request.level), "classification", request.by)


def set_message_text(room: Room, request: on.SetMessageText, now: float) -> on.Outcome:
    """A line that every client may show; empty takes it away."""
    return on.Outcome(replace(room, message_text=clean_text(request.text).strip()[:MAX_MESSAGE_TEXT]))


def clear_spotlights(room: Room, request: on.ClearSpotlights, now: float) -> on.Outcome:
    lit = {p.uuid: replace(p, spotlight=0.0) for p in room.people.values() if p.spotlight}
    return done(room.with_people(lit), "unspotlight all", request.by) if lit else on.Outcome(room)


def lower_all_hands(room: Room, request: on.LowerAllHands, now: float) -> on.Outcome:
    lowered = {p.uuid: replace(p, buzz_time=0.0) for p in room.present if p.buzz_time}
    if not lowered:
        return on.Outcome(room)
    return done(room.with_people(lowered), "hand lower all", request.by)


def drop_all(room: Room, request: on.DropAll, now: float) -> on.Outcome:
    told = action(room, "end", request.by)
    drops = tuple(on.DropPerson(uuid, codes.ENDED) for uuid in room.people)
    return on.Outcome(replace(room, people=MappingProxyType({})), (told, *drops))


def send_message(room: Room, request: on.SendMessage, now: float) -> on.Outcome:
    payload = clean_text(request.payload)
    if len(payload.encode()) > MAX_PAYLOAD_BYTES:
        return on.Outcome(room, refusal=on.Refusal(413, TOO_LONG))
    sender = room.people[request.by]
    if not request.to:
        to = tuple(person.uuid for person in room.listening if person.uuid != sender.uuid)
    elif request.to == sender.uuid:
        return on.Outcome(room, refusal=on.Refusal(403, NOT_TO_YOURSELF))
    else:
        target = room.people.get(request.to)
        if target is None or not (sees(sender, target) or target.away):
            return on.Outcome(room, refusal=on.Refusal(403, NOBODY))
        if target.waiting:
            return on.Outcome(room, refusal=on.Refusal(403, NOT_IN_YET))
        to = (target.uuid,)
    counted = pace.after_message(sender, now)
    if counted is None:
        return on.Outcome(room, refusal=on.Refusal(403, pace.TOO_FAST))
    room = room.with_person(counted)
    message = MessageReceived(sender.display_name, sender.uuid, payload, request.type, direct=bool(request.to))
    return on.Outcome(room, (on.Send(to, names.MESSAGE_RECEIVED, message.to_json(), lasting=True),) if to else ())


def set_muted(room: Room, request: on.SetMuted, now: float) -> on.Outcome:
    actor, target = _both(room, request)
    if not (request.on or actor.is_host or room.guests_can_unmute):
        return on.Outcome(room, refusal=on.Refusal(403, MUTED_BY_ROOM, codes.NOT_MODERATOR))
    return _change(room, request, replace(target, is_muted=request.on), "mute" if request.on else "unmute")


def set_client_muted(room: Room, request: on.SetClientMuted, now: float) -> on.Outcome:
    return _change(room, request, replace(room.people[request.target], is_client_muted=request.on), "")


def set_video_muted(room: Room, request: on.SetVideoMuted, now: float) -> on.Outcome:
    """Own camera, or another's at a host's word. Nobody but the owner can undo the owner's own switching off."""
    actor, target = _both(room, request)
    if actor.uuid == target.uuid:
        changed = replace(target, camera_off=request.on, camera_off_by_host=target.camera_off_by_host and request.on)
        return _change(room, request, changed, "")
    if not request.on and target.camera_off:
        return on.Outcome(room, refusal=on.Refusal(403, ONLY_THEY))
    changed = replace(target, camera_off_by_host=request.on)
    return _change(room, request, changed, "camera off" if request.on else "camera on")


def set_hand(room: Room, request: on.SetHand, now: float) -> on.Outcome:
    target = room.people[request.target]
    if request.up and request.by != request.target:
        return on.Outcome(room, refusal=on.Refusal(403, RAISE_OWN))
    if request.up == bool(target.buzz_time):
        return on.Outcome(room)
    return _change(room, request, replace(target, buzz_time=now if request.up else 0.0), "hand lower")


def set_spotlight(room: Room, request: on.SetSpotlight, now: float) -> on.Outcome:
    target = room.people[request.target]
    if target.waiting:
        return on.Outcome(room, refusal=on.Refusal(403, NOT_IN_YET))
    if request.on == bool(target.spotlight):
        return on.Outcome(room)
    changed = replace(target, spotlight=now if request.on else 0.0)
    return done(room.with_person(changed), "spotlight" if request.on else "unspotlight", request.by, target.uuid)


def admit(room: Room, request: on.Admit, now: float) -> on.Outcome:
    target = room.people[request.target]
    if not target.waiting:
        sentence = f"{target.display_name} is in already."
        return on.Outcome(room, refusal=on.Refusal(200, sentence, codes.ALREADY_SO))
    if room.full:
        return on.Outcome(room, refusal=on.Refusal(403, codes.ROOM_FULL))
    return done(lobby.let_in(room, target), "admit", request.by, target.uuid)


def drop(room: Room, request: on.Drop, now: float) -> on.Outcome:
    _, target = _both(room, request)
    after = room.without(target.uuid)
    if request.by == target.uuid:
        return on.Outcome(after, (on.DropPerson(target.uuid, codes.DROPPED),))
    if target.waiting:
        told: on.Effect = action(room, "deny", request.by, target.uuid)
        return on.Outcome(after, (told, on.DropPerson(target.uuid, codes.REJECTED)))
    # Told with the room before, so that the one removed learns by whom.
    told = action(room, "drop", request.by, target.uuid)
    return on.Outcome(after, (told, on.DropPerson(target.uuid, codes.DROPPED)))


def set_role(room: Room, request: on.SetRole, now: float) -> on.Outcome:
    target = room.people[request.target]
    if request.role not in (CHAIR, GUEST):
        return on.Outcome(room, refusal=on.Refusal(403, codes.INVALID_ROLE))
    if target.waiting:
        return on.Outcome(room, refusal=on.Refusal(403, NOT_IN_YET))
    if target.role == request.role:
        return on.Outcome(room)
    if request.role == GUEST and len(room.hosts) == 1:
        return on.Outcome(room, refusal=on.Refusal(403, ONLY_MODERATOR))
    changed = replace(target, role=CHAIR if request.role == CHAIR else GUEST)
    return done(room.with_person(changed), "role", request.by, target.uuid)


def rename(room: Room, request: on.Rename, now: float) -> on.Outcome:
    """`overlaytext`: Infinity shows another name through `overlay_text`; our clients show `display_name`: it follows.

    An empty text goes back to the name given at the door.
    """
    target = room.people[request.target]
    name = clean_name(request.text)
    if request.text.strip() and not name:
        return on.Outcome(room, refusal=on.Refusal(403, NAME_EMPTY))
    changed = replace(target, overlay_text=name, display_name=name or target.joined_name)
    return _change(room, request, changed, "rename")


def set_wishes(room: Room, request: on.SetWishes, now: float) -> on.Outcome:
    target = room.people[request.target]
    mids = target.call.slot_mids if target.call is not None else ()
    wishes = {mid: size for mid, size in {**target.wishes, **request.wishes}.items() if mid in mids}
    return on.Outcome(room.with_person(replace(target, wishes=MappingProxyType(dict([*wishes.items()][:MAX_SLOTS])))))


def set_volumes(room: Room, request: on.SetVolumes, now: float) -> on.Outcome:
    target = room.people[request.target]
    asked: Mapping[str, int] = {**target.volumes, **request.volumes}
    volumes = {
        uuid: min(max(volume, 0), MAX_VOLUME)
        for uuid, volume in asked.items()
        if uuid in room.people and uuid != target.uuid and volume != 100
    }
    return on.Outcome(room.with_person(replace(target, volumes=MappingProxyType(volumes))))


def _both(room: Room, request: on.ByPersonAbout) -> tuple[Person, Person]:
    return room.people[request.by], room.people[request.target]


def _change(room: Room, request: on.ByPersonAbout, changed: Person, what: str) -> on.Outcome:
    """The room with the target changed; told as an action when somebody else did it."""
    if changed == room.people[request.target]:
        return on.Outcome(room)
    after = room.with_person(changed)
    if request.by == request.target or not what:
        return on.Outcome(after)
    return done(after, what, request.by, request.target)
