"""The roster as it changes: public events, notices, and what concerns ourselves."""

from __future__ import annotations

from collections.abc import Mapping

from tui_meet.core import published
from tui_meet.core.events import (
    ParticipantCreated,
    ParticipantDeleted,
    ParticipantUpdated,
    RoleChanged,
    RosterSyncBegan,
    RosterSynced,
)
from tui_meet.core.flow import presenting
from tui_meet.core.flow.connecting import ask_for_layouts, repeat_reports
from tui_meet.core.flow.entering import follow_service_type
from tui_meet.core.ids import MAIN_ROOM, ParticipantId, RoomId
from tui_meet.core.model import Participant, Role, Severity
from tui_meet.core.reducers import local_media
from tui_meet.core.reducers.roster import RosterEvent, reduce_roster
from tui_meet.core.reducers.stage import keep_known
from tui_meet.core.selectors import room_name, waiting
from tui_meet.core.state import Phase, Roster
from tui_meet.core.turn import Turn

_GONE_NAMES = 200


def on_roster(turn: Turn, event: RosterEvent) -> None:
    """Anything about the people of a room."""
    if turn.state.phase not in (Phase.WAITING, Phase.IN_MEETING):
        return
    room = event.room
    before = turn.state.rosters.get(room, _NOBODY)
    after = reduce_roster(before, event)
    if after is before:
        mine = isinstance(event, ParticipantUpdated) and event.participant.id == turn.state.me_in(room)
        if mine and not before.syncing:
            # nothing new, but after a sync this is how the server says who we are (wire document 3.6)
            known = before.people.get(turn.state.me_in(room) or ParticipantId(""))
            if known is not None:
                turn.publish("me", published.one(room, known), room)
        return
    turn.set(rosters={**turn.state.rosters, room: after})
    if after.people is before.people and not isinstance(event, RosterSynced):
        return
    match event:
        case RosterSynced():
            _synced(turn, room, before.people, after.people)
        case ParticipantCreated(participant=person):
            known = before.people.get(person.id)
            if known is None:
                _joined(turn, room, after.people[person.id])
            else:
                _updated(turn, room, known, after.people[person.id])
        case ParticipantUpdated(participant=person):
            _updated(turn, room, before.people[person.id], after.people[person.id])
        case ParticipantDeleted(participant=gone):
            _left(turn, room, before.people[gone])
        case RosterSyncBegan():
            return
    turn.publish("participants", published.several(room, after.people.values()), room)
    if room == MAIN_ROOM:
        _tell_who_waits(turn)


def on_role_changed(turn: Turn, event: RoleChanged) -> None:
    """The server says what we may do."""
    if turn.state.phase not in (Phase.WAITING, Phase.IN_MEETING):
        return
    _follow_role(turn, event.role)
    _tell_who_waits(turn)


def _synced(
    turn: Turn,
    room: RoomId,
    before: Mapping[ParticipantId, Participant],
    after: Mapping[ParticipantId, Participant],
) -> None:
    """A roster is complete. What changed while we were away goes to the log, not to `participantJoined`."""
    presenting.check_presenter(turn, room)
    if room == turn.state.current_room:
        _keep_stage(turn)
    if room != MAIN_ROOM:
        return
    me = turn.state.me
    if before:
        for gone in before.values():
            if gone.id not in after and gone.id != me and gone.id not in turn.memory.former_ids:
                _remember_gone(turn, gone)
                turn.note(f"{gone.display_name} left while the connection was lost.")
        for person in after.values():
            if person.id not in before and person.id != me and person.id not in turn.memory.former_ids:
                turn.note(f"{person.display_name} came while the connection was lost.")
    myself = after.get(me) if me is not None else None
    if myself is not None:
        _follow_role(turn, myself.role)
        follow_service_type(turn, myself.service_type)
        if before:
            repeat_reports(turn, myself)


def _joined(turn: Turn, room: RoomId, person: Participant) -> None:
    if person.id == turn.state.me_in(room):
        turn.publish("me", published.one(room, person), room)
        if room == MAIN_ROOM:
            _follow_role(turn, person.role)
            follow_service_type(turn, person.service_type)
        return
    turn.publish("participantJoined", published.one(room, person), room)
    if not person.is_waiting:
        turn.note(f"{person.display_name} joined{_where(turn, room)}.")


def _updated(turn: Turn, room: RoomId, old: Participant, new: Participant) -> None:
    state = turn.state
    mine = new.id == state.me_in(room)
    if mine:
        turn.publish("me", published.one(room, new), room)
    elif old.hand_raised_at != new.hand_raised_at and old.hand_raised is not new.hand_raised:
        turn.publish("raiseHand", published.one(room, new), room)
    if not new.is_muted and new.id in state.muted_by:
        turn.set(muted_by={who: by for who, by in state.muted_by.items() if who != new.id})
    if room != MAIN_ROOM:
        if mine and room == state.current_room:
            _mute_news(turn, old, new)
        return
    if old.display_name != new.display_name:
        turn.note(f"{old.display_name} is called {new.display_name} now.", banner=mine)
    if mine:
        _about_me(turn, old, new)
        return
    if old.is_waiting and not new.is_waiting:
        turn.note(f"{new.display_name} was let in.")
    if old.hand_raised is not new.hand_raised:
        turn.note(f"{new.display_name} raised a hand." if new.hand_raised else f"{new.display_name}'s hand is down.")
    if old.role is not new.role:
        turn.note(f"{new.display_name} is a {'moderator' if new.is_moderator else 'participant'} now.")


def _about_me(turn: Turn, old: Participant, new: Participant) -> None:
    _follow_role(turn, new.role)
    follow_service_type(turn, new.service_type)
    if turn.state.current_room == MAIN_ROOM:
        _mute_news(turn, old, new)
    if old.is_spotlighted is not new.is_spotlighted:
        turn.note("You are in the spotlight." if new.is_spotlighted else "You are no longer in the spotlight.")


def _mute_news(turn: Turn, old: Participant, new: Participant) -> None:
    """The room mutes us or no more; a server with actors says who did it, right after."""
    if old.is_muted is new.is_muted or "actors" in turn.state.parts:
        return
    if new.is_muted:
        turn.note("You were muted.", Severity.WARNING, banner=True, topic="muted")
    else:
        turn.note("You are no longer muted by the room.", Severity.GOOD, banner=True, topic="muted")


def _left(turn: Turn, room: RoomId, person: Participant) -> None:
    turn.publish("participantLeft", published.one(room, person), room)
    presenting.presenter_gone(turn, room, person.id)
    _remember_gone(turn, person)
    if room == turn.state.current_room:
        _keep_stage(turn)
    state = turn.state
    if person.id in state.muted_by:
        turn.set(muted_by={who: by for who, by in state.muted_by.items() if who != person.id})
    turn.set(local=local_media.forget(state.local, person.id))
    if person.id != state.me_in(room):
        turn.note(f"{person.display_name} {'stopped waiting' if person.is_waiting else 'left'}{_where(turn, room)}.")


def _follow_role(turn: Turn, role: Role) -> None:
    if role is turn.state.role:
        return
    turn.set(role=role)
    if role is Role.MODERATOR:
        turn.note("You are a moderator now.", Severity.GOOD, banner=True, topic="role")
        ask_for_layouts(turn)
    else:
        turn.note("You are a participant now.", Severity.WARNING, banner=True, topic="role")


def _tell_who_waits(turn: Turn) -> None:
    """Moderators see a banner as long as somebody waits, also those who came late or became moderators."""
    state = turn.state
    people = waiting(state) if state.is_moderator and state.phase is Phase.IN_MEETING else ()
    shown = next((notice.text for notice in reversed(state.notices) if notice.topic == "waiting" and notice.banner), "")
    if not people:
        turn.settle("waiting")
        return
    names = [person.display_name for person in people if person.id != state.me]
    if not names:
        return
    if len(names) == 1:
        text = f"{names[0]} is waiting: admit or deny (a / x)."
    elif len(names) <= 3:
        text = f"{', '.join(names[:-1])} and {names[-1]} are waiting: admit or deny (a / x)."
    else:
        text = f"{', '.join(names[:2])} and {len(names) - 2} others are waiting: admit or deny (a / x)."
    if text != shown:
        turn.note(text, Severity.WARNING, banner=True, sticky=True, topic="waiting")


def _where(turn: Turn, room: RoomId) -> str:
    return "" if room == MAIN_ROOM else f" (“{room_name(turn.state, room)}”)"


def _keep_stage(turn: Turn) -> None:
    stage = keep_known(turn.state.stage, turn.state.roster.people)
    if stage is not turn.state.stage:
        turn.set(stage=stage)


def _remember_gone(turn: Turn, person: Participant) -> None:
    gone = turn.memory.gone
    gone[person.id] = person.display_name
    while len(gone) > _GONE_NAMES:
        del gone[next(iter(gone))]


_NOBODY = Roster()
