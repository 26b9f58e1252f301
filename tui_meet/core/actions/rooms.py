"""Breakout rooms, presenting, captions, classification, and what the room is."""

from __future__ import annotations

from collections import defaultdict

from tui_meet.core.actions.plan import Action, Plan, Scene, Then
from tui_meet.core.effects import (
    AskForHelp,
    CloseBreakout,
    CloseBreakouts,
    LeaveBreakout,
    MoveParticipants,
    OpenBreakout,
    Present,
    ReleaseFloor,
    Request,
    SendCaption,
    SetClassification,
    SetLayout,
    SetOverlayText,
    ShowCaptions,
    TakeFloor,
    TurnPage,
)
from tui_meet.core.errors import CommandError
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, ParticipantId, RoomId
from tui_meet.core.parsing import Everybody, Invocation
from tui_meet.core.sanitise import safe_name, safe_text
from tui_meet.core.selectors import name_of, present, room_flags, room_name, room_of
from tui_meet.core.state import MeetingState

STOP = "stop"


def open_breakout(invocation: Invocation, scene: Scene) -> Plan:
    """Open a room and move people into it."""
    state = scene.state
    name = safe_name(invocation.values["name"], "")
    if not name:
        raise CommandError("The name of the breakout room is empty.")
    if any(room_name(state, room).casefold() == name.casefold() for room in state.breakouts):
        raise CommandError(f"There is a breakout room “{name}” already.")
    people: dict[RoomId, list[ParticipantId]] = defaultdict(list)
    for who in invocation.values.get("who", ()):
        room = room_of(state, who)
        people[room].append(who)
    moved = {room: tuple(ids) for room, ids in people.items()}
    return Plan(f"Opened “{name}”.", requests=(OpenBreakout(NO_TICKET, name, moved),))


def move(invocation: Invocation, scene: Scene) -> Plan:
    """Move somebody to another room; oneself too."""
    return _move(scene.state, invocation.values["who"], invocation.values["room"])


def back(invocation: Invocation, scene: Scene) -> Plan:
    """Move somebody to the main room."""
    return _move(scene.state, invocation.values["who"], MAIN_ROOM)


def _move(state: MeetingState, who: ParticipantId, target: RoomId) -> Plan:
    mine = who == state.me or who in state.breakouts.values()
    source = state.current_room if mine else room_of(state, who)
    where = "the main room" if target == MAIN_ROOM else f"“{room_name(state, target)}”"
    name = "You are" if mine else f"{name_of(state, who)} is"
    if source == target:
        raise CommandError(f"{name} in {where} already.")
    moved = state.me_in(source) if mine else who
    if moved is None:
        raise CommandError("You are not in that room.")
    request = MoveParticipants(NO_TICKET, (moved,), target, source)
    return Plan(f"{name} being moved to {where}.", requests=(request,))


def close(invocation: Invocation, _scene: Scene) -> Plan:
    """Close one room, or all."""
    room = invocation.values["room"]
    if room is Everybody.ALL:
        return Plan("All breakout rooms are closing.", requests=(CloseBreakouts(NO_TICKET),))
    return Plan(f"“{room_name(_scene.state, room)}” is closing.", requests=(CloseBreakout(NO_TICKET, room),))


def ask_help(_invocation: Invocation, scene: Scene) -> Plan:
    """Call a moderator into the breakout."""
    request = AskForHelp(NO_TICKET, True, scene.state.current_room)
    return Plan("The moderators were asked to come.", requests=(request,))


def clear_help(invocation: Invocation, scene: Scene) -> Plan:
    """Take the call for help back; a moderator, that of any room."""
    state = scene.state
    room = invocation.values.get("room", state.current_room)
    status = state.statuses.get(room)
    if status is None or status.help_asked_at <= 0:
        raise CommandError("Nobody asked for help there.")
    return Plan("The call for help is cleared.", requests=(AskForHelp(NO_TICKET, False, room),))


def leave_breakout(_invocation: Invocation, scene: Scene) -> Plan:
    """Back to the main room."""
    state = scene.state
    if state.current_room != MAIN_ROOM and state.me is not None:
        return _move(state, state.me, MAIN_ROOM)
    return Plan("You are going back to the main room.", requests=(LeaveBreakout(NO_TICKET),))


def present_file(invocation: Invocation, scene: Scene) -> Plan:
    """Present a file, or stop."""
    state, file = scene.state, invocation.values["file"]
    here = state.current_room
    if file == STOP:
        if not state.presentation.file:
            raise CommandError("You are not presenting.")
        requests = (ReleaseFloor(NO_TICKET, here), Present(NO_TICKET, None))
        return Plan("You present no more.", requests=requests, then=Then.STOP_PRESENTING)
    if state.presentation.file:
        # the floor is ours already
        return Plan(f"You present {file}.", requests=(Present(NO_TICKET, file),))
    return Plan(f"You present {file}.", requests=(TakeFloor(NO_TICKET, here),), after=(Present(NO_TICKET, file),))


def _page(forward: bool) -> Action:
    def act(_invocation: Invocation, _scene: Scene) -> Plan:
        return Plan("Turned.", requests=(TurnPage(NO_TICKET, forward),))

    return act


def _captions(on: bool) -> Action:
    def act(_invocation: Invocation, scene: Scene) -> Plan:
        request = ShowCaptions(NO_TICKET, on, scene.state.current_room)
        return Plan(f"Live captions are {'on' if on else 'off'}.", requests=(request,))

    return act


def caption(invocation: Invocation, scene: Scene) -> Plan:
    """Caption what is being said."""
    text = " ".join(safe_text(invocation.values["text"]).split())
    return Plan("Captioned.", requests=(SendCaption(NO_TICKET, text, True, scene.state.current_room),))


def classification(invocation: Invocation, scene: Scene) -> Plan:
    """Mark the meeting with a level, by its number or name."""
    wanted = invocation.values["level"].strip().strip('"').casefold()
    levels = scene.state.main_status.classification_levels
    exact = [level for level, name in levels.items() if wanted in (str(level), name.casefold())]
    found = exact or [level for level, name in levels.items() if name.casefold().startswith(wanted)]
    if len(found) != 1:
        listed = ", ".join(f"{level} {name}" for level, name in sorted(levels.items()))
        raise CommandError(f"The levels of this meeting are: {listed}.")
    [level] = found
    return Plan(f"The meeting is “{levels[level]}” now.", requests=(SetClassification(NO_TICKET, level),))


def layout(invocation: Invocation, scene: Scene) -> Plan:
    """Layout of the composed picture."""
    name, whom = invocation.values["layout"], invocation.values.get("for", "all")
    for_whom = {"all": "", "host": " for moderators", "guest": " for participants"}[whom]
    request = SetLayout(NO_TICKET, name, whom, scene.state.current_room)
    return Plan(f"The layout{for_whom} is {name} now.", requests=(request,))


def overlay(invocation: Invocation, scene: Scene) -> Plan:
    """Names in the composed picture, or none."""
    on = invocation.values["state"] == "on"
    request: Request = SetOverlayText(NO_TICKET, on, scene.state.current_room)
    message = "Names are written into the composed picture." if on else "The composed picture shows no names."
    return Plan(message, requests=(request,))


def describe(_invocation: Invocation, scene: Scene) -> Plan:
    """What the room is, in a few lines."""
    state = scene.state
    lines = [f"Meeting: {state.conference_name}"]
    if state.link is not None:
        lines += [f"Alias: {state.link.alias}", f"Link: {state.link}"]
    if state.status.breakout or state.current_room != MAIN_ROOM:
        lines.append(f"Room: {room_name(state, state.current_room)}")
    lines.append(f"People: {len(present(state))}")
    lines.append(f"You are: {'moderator' if state.is_moderator else 'participant'}")
    flags = room_flags(state)
    lines.append(f"State: {', '.join(flags) if flags else 'open'}")
    lines += [
        f"Breakout: {room_name(state, room)} ({len(state.rosters[room].people) if room in state.rosters else 0} people)"
        for room in state.breakouts
    ]
    return Plan("\n".join(lines))


ACTIONS: dict[str, Action] = {
    "breakout open": open_breakout,
    "breakout move": move,
    "breakout back": back,
    "breakout close": close,
    "breakout help": ask_help,
    "breakout clear": clear_help,
    "breakout leave": leave_breakout,
    "present": present_file,
    "page next": _page(True),
    "page back": _page(False),
    "captions on": _captions(True),
    "captions off": _captions(False),
    "caption": caption,
    "classification": classification,
    "layout": layout,
    "overlay": overlay,
    "room": describe,
}
