"""Breakout rooms as a moderator sees them: opened, filled, closed, and where one's own media is (wire document 2.5).

A participant in a breakout is in a meeting of its own with a token of its own: see `entering.on_transferred`.
"""

from __future__ import annotations

from tui_meet.core.events import BreakoutBegan, BreakoutEnded, BreakoutReferred
from tui_meet.core.flow import connecting, presenting
from tui_meet.core.ids import MAIN_ROOM, RoomId
from tui_meet.core.model import Captions, ConferenceStatus, Severity
from tui_meet.core.selectors import name_of, room_name
from tui_meet.core.state import Phase
from tui_meet.core.turn import Turn

CONFIRM_SECONDS = 5.0
"""How long after the event stream is open again rooms that are not told anew count as still open."""


def on_began(turn: Turn, event: BreakoutBegan) -> None:
    """A room is open; after a reconnect every open one is told again."""
    state, memory = turn.state, turn.memory
    if state.phase is not Phase.IN_MEETING or event.room == MAIN_ROOM:
        return
    memory.unconfirmed.discard(event.room)
    if state.breakouts.get(event.room) == event.participant:
        return
    turn.set(breakouts={**state.breakouts, event.room: event.participant})
    turn.publish("breakoutBegin", {"breakout_uuid": event.room, "participant_uuid": event.participant})
    if memory.awaited_room == event.room:
        move(turn, event.room)


def on_ended(turn: Turn, event: BreakoutEnded) -> None:
    """A room is closed."""
    state = turn.state
    if state.phase is not Phase.IN_MEETING or event.room not in state.breakouts:
        return
    turn.publish("breakoutEnd", {"breakout_uuid": event.room, "participant_uuid": event.participant})
    _close(turn, event.room)


def on_referred(turn: Turn, event: BreakoutReferred) -> None:
    """Our media is to go to another room, or back."""
    state, memory = turn.state, turn.memory
    if state.phase is not Phase.IN_MEETING:
        return
    turn.publish("breakoutRefer", {"breakout_uuid": event.room})
    if event.room != MAIN_ROOM and event.room not in state.breakouts:
        # the room is told of in a moment
        memory.awaited_room = event.room
        return
    if event.room == state.current_room:
        return
    where = f"“{room_name(state, event.room)}”" if event.room != MAIN_ROOM else "the main room"
    text = f"You are in {where} now."
    if event.requester is not None and event.requester not in (state.me, *state.breakouts.values()):
        text = f"{name_of(state, event.requester, 'A moderator')} moved you to {where}."
    turn.note(text, banner=True, topic="room")
    move(turn, event.room)


def move(turn: Turn, room: RoomId) -> None:
    """Our media goes to a room; what is shown is that room from now on."""
    turn.memory.awaited_room = None
    if turn.state.current_room == room:
        return
    presenting.give_up_floor(turn, tell_server=True)
    turn.set(current_room=room, stage=(), captions=Captions(on=turn.state.captions.on))
    connecting.call_room(turn)


def on_status(turn: Turn, room: RoomId, before: ConferenceStatus | None, after: ConferenceStatus) -> None:
    """News of a breakout, for moderators outside it too."""
    if room not in turn.state.breakouts:
        return
    if after.breakout_name and (before is None or not before.breakout_name):
        turn.note(f"Breakout “{after.breakout_name}” is open.")
    asked_before = before.help_asked_at if before is not None else 0.0
    if after.help_asked_at > 0 and asked_before != after.help_asked_at:
        turn.note(
            f"“{room_name(turn.state, room)}” asks for help.",
            Severity.WARNING, banner=True, sticky=True, topic=f"help-{room}",
        )  # fmt: skip
    elif asked_before > 0 and after.help_asked_at <= 0:
        turn.settle(f"help-{room}")


def stream_opened(turn: Turn) -> None:
    """All open rooms are told anew; those that are not are closed."""
    memory = turn.memory
    memory.unconfirmed = set(turn.state.breakouts)
    memory.confirm_by = turn.now + CONFIRM_SECONDS if memory.unconfirmed else None


def on_time(turn: Turn) -> None:
    """Rooms that closed while the connection was lost."""
    memory = turn.memory
    if memory.confirm_by is None or turn.now < memory.confirm_by:
        return
    memory.confirm_by = None
    for room in sorted(memory.unconfirmed & set(turn.state.breakouts)):
        participant = turn.state.breakouts[room]
        turn.publish("breakoutEnd", {"breakout_uuid": room, "participant_uuid": participant})
        _close(turn, room)
    memory.unconfirmed.clear()


def _close(turn: Turn, room: RoomId) -> None:
    state = turn.state
    turn.settle(f"help-{room}")
    turn.note(f"Breakout “{room_name(state, room)}” is closed.", banner=room == state.current_room, topic="room")
    if state.current_room == room:
        move(turn, MAIN_ROOM)
    for name in ("rosters", "statuses", "breakouts", "presenters"):
        rooms = getattr(turn.state, name)
        if room in rooms:
            turn.set(**{name: {key: value for key, value in rooms.items() if key != room}})
