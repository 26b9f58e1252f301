"""Entry, mutes, people, stage and mode: what moderators do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui_meet.core.actions.plan import Action, Plan, Scene, Then
from tui_meet.core.effects import (
    Admit,
    Dial,
    Drop,
    EndMeeting,
    LowerAllHands,
    RaiseHand,
    Rename,
    Request,
    SetGuestsCanUnmute,
    SetGuestsMuted,
    SetLock,
    SetRole,
    Spotlight,
    StartConference,
    TransferParticipant,
)
from tui_meet.core.errors import CommandError
from tui_meet.core.ids import NO_TICKET, ParticipantId, RoomId
from tui_meet.core.parsing import Everybody, Invocation
from tui_meet.core.sanitise import safe_name
from tui_meet.core.selectors import name_of, person_of, room_of, waiting
from tui_meet.core.state import MeetingState


def _fixed(request: Request, message: str, then: Then = Then.NOTHING) -> Action:
    """About the whole meeting, whichever room we are in."""
    return lambda _invocation, _scene: Plan(message, requests=(request,), then=then)


def _here(make: Callable[[RoomId], Request], message: str) -> Action:
    """About the room in which we are."""
    return lambda _invocation, scene: Plan(message, requests=(make(scene.state.current_room),))


def _each(
    make: Callable[[ParticipantId, RoomId], Request],
    sentence: str,
    everybody: Callable[[MeetingState], Iterable[ParticipantId]] | None = None,
    nobody: str = "",
) -> Action:
    """One request for each person; `all` is whom `everybody` names."""

    def act(invocation: Invocation, scene: Scene) -> Plan:
        who = invocation.values["who"]
        state = scene.state
        if who is Everybody.ALL:
            people = tuple(everybody(state)) if everybody is not None else ()
        else:
            people = who if isinstance(who, tuple) else (who,)
        if not people:
            raise CommandError(nobody)
        requests = tuple(make(person, room_of(state, person)) for person in people)
        return Plan(sentence.format(_names(state, people)), requests=requests)

    return act


def _names(state: MeetingState, people: tuple[ParticipantId, ...]) -> str:
    names = [name_of(state, who) if who != state.me_here else "yourself" for who in people]
    if len(names) > 4:
        return f"{len(names)} people"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _waiting_ids(state: MeetingState) -> tuple[ParticipantId, ...]:
    return tuple(person.id for person in waiting(state))


def _others(state: MeetingState) -> tuple[ParticipantId, ...]:
    return tuple(who for who in state.roster.people if who != state.me_here)


def lower(invocation: Invocation, scene: Scene) -> Plan:
    """Lower somebody's hand, or all."""
    who = invocation.values["who"]
    if who is Everybody.ALL:
        return Plan("All hands are down.", requests=(LowerAllHands(NO_TICKET, scene.state.current_room),))
    name = name_of(scene.state, who)
    return Plan(f"Lowered the hand of {name}.", requests=(RaiseHand(NO_TICKET, who, False, room_of(scene.state, who)),))


def guests_unmute(invocation: Invocation, _scene: Scene) -> Plan:
    """Whether participants may unmute themselves."""
    allowed = invocation.values["state"] == "on"
    message = "Participants may unmute themselves." if allowed else "Only moderators can unmute participants."
    return Plan(message, requests=(SetGuestsCanUnmute(NO_TICKET, allowed),))


def drop(invocation: Invocation, scene: Scene) -> Plan:
    """Throw people out; never oneself by `all`."""
    plan = _drop(invocation, scene)
    if scene.state.me_here in {request.participant for request in plan.requests if isinstance(request, Drop)}:
        raise CommandError("To go yourself, use “leave”.")
    return plan


_drop = _each(
    lambda who, room: Drop(NO_TICKET, who, room), "Took {} out of the meeting.", _others, "Nobody else is here."
)


def rename(invocation: Invocation, scene: Scene) -> Plan:
    """Give somebody another name."""
    who = invocation.values["who"]
    new = safe_name(invocation.values["name"], "")
    if not new:
        raise CommandError("The new name is empty.")
    return Plan(f"{name_of(scene.state, who)} is called {new} now.", requests=(Rename(NO_TICKET, who, new),))


def role(invocation: Invocation, scene: Scene) -> Plan:
    """Make somebody a moderator, or a moderator a participant."""
    state, who = scene.state, invocation.values["who"]
    person = person_of(state, who)
    if person is None:
        raise CommandError("Nobody here has that id.")
    moderator = not person.is_moderator
    name = "You are" if who == state.me_here else f"{person.display_name} is"
    word = "moderator" if moderator else "participant"
    return Plan(f"{name} a {word} now.", requests=(SetRole(NO_TICKET, who, moderator),))


def transfer(invocation: Invocation, scene: Scene) -> Plan:
    """Move somebody to another meeting."""
    who, alias = invocation.values["who"], invocation.values["alias"]
    pin = invocation.values.get("pin", "")
    message = f"Moved {name_of(scene.state, who)} to “{alias}”."
    request = TransferParticipant(NO_TICKET, who, alias, pin, room_of(scene.state, who))
    return Plan(message, requests=(request,), secret=pin)


def dial(invocation: Invocation, _scene: Scene) -> Plan:
    """Dial an address into the meeting."""
    address = invocation.values["address"]
    return Plan(f"Dialling {address}.", requests=(Dial(NO_TICKET, address),))


def _leave(_invocation: Invocation, _scene: Scene) -> Plan:
    return Plan("You left the meeting.", then=Then.LEAVE)


def _quit(_invocation: Invocation, _scene: Scene) -> Plan:
    return Plan("Goodbye.", then=Then.QUIT)


ACTIONS: dict[str, Action] = {
    "hand lower": lower,
    "lock": _here(lambda room: SetLock(NO_TICKET, True, room), "The meeting is locked."),
    "unlock": _here(lambda room: SetLock(NO_TICKET, False, room), "The meeting is unlocked."),
    "admit": _each(lambda who, room: Admit(NO_TICKET, who, room), "Let {} in.", _waiting_ids, "Nobody is waiting."),
    "deny": _each(lambda who, room: Drop(NO_TICKET, who, room), "Turned {} away.", _waiting_ids, "Nobody is waiting."),
    "mute-all": _fixed(SetGuestsMuted(NO_TICKET, True), "Everybody but moderators is muted."),
    "unmute-all": _fixed(SetGuestsMuted(NO_TICKET, False), "“mute-all” is over."),
    "guests-unmute": guests_unmute,
    "drop": drop,
    "end": _fixed(EndMeeting(NO_TICKET), "You ended the meeting for everybody.", Then.END),
    "rename": rename,
    "role": role,
    "transfer": transfer,
    "spotlight": _each(lambda who, room: Spotlight(NO_TICKET, who, True, room), "Put {} in the spotlight."),
    "unspotlight": _each(lambda who, room: Spotlight(NO_TICKET, who, False, room), "Took {} out of the spotlight."),
    "start": _fixed(StartConference(NO_TICKET), "The meeting has started."),
    "dial": dial,
    "leave": _leave,
    "quit": _quit,
}
