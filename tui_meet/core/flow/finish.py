"""The end of a meeting, whatever its cause."""

from __future__ import annotations

from tui_meet.core.effects import DisconnectMedia, Leave
from tui_meet.core.endings import ENDED_BY_ME, LEFT, LEFT_BY_USER
from tui_meet.core.flow import presenting
from tui_meet.core.ids import MAIN_ROOM
from tui_meet.core.machines import connection, join
from tui_meet.core.model import Captions, Ending, Layout, Severity
from tui_meet.core.reducers import local_media
from tui_meet.core.state import Connection, Phase
from tui_meet.core.turn import Turn


def finish(turn: Turn, ending: Ending, reason: str) -> None:
    """It is over: say why, hang up, give back the token, forget the meeting and its secrets.

    `reason` goes to the server with the token.
    """
    memory = turn.memory
    phase = turn.state.phase
    if memory.ending_line is not None and ending is ENDED_BY_ME:
        memory.desk.succeed(memory.ending_line)
    if not ending.by_user:
        turn.publish("disconnected", {"error": ending.error or ending.sentence, "errorCode": ending.code})
    settle_lines(turn, "The meeting ended before the server answered.")
    hang_up(turn)
    if phase is not Phase.PIN:
        turn.do(Leave(reason))
    memory.joining = None
    memory.ending_line = None
    turn.set(phase=join.PHASES.after(phase, join.Move.END), ending=ending, pin_prompt=None)
    forget_meeting(turn)
    for topic in ("connection", "media", "waiting", "lobby", "muted"):
        turn.settle(topic)
    turn.note(ending.sentence, Severity.INFO if ending.by_user else Severity.WARNING)


def leave(turn: Turn) -> None:
    """The person leaves."""
    turn.publish("userInitiatedDisconnect")
    finish(turn, LEFT, LEFT_BY_USER)


def hang_up(turn: Turn) -> None:
    """Stop both layers."""
    memory = turn.memory
    if memory.media.state is not connection.Media.OFF:
        turn.do(DisconnectMedia())
        presenting.call_ended(turn)
    memory.media = connection.MEDIA_OFF
    memory.signalling = connection.SIGNALLING_OFF
    memory.asked_slots = None
    turn.set(connection=Connection())


def forget_meeting(turn: Turn) -> None:
    """Clear what belongs to one stay in one meeting. Chat, log and own devices stay."""
    memory = turn.memory
    memory.authenticated = False
    memory.reported_for = None
    memory.own_lines.clear()
    memory.gone.clear()
    memory.former_ids.clear()
    memory.was_silenced = False
    memory.was_camera_muted = False
    memory.watched.clear()
    memory.layouts_asked = False
    presenting.forget(turn)
    forget_breakouts(turn)
    turn.set(
        me=None,
        rosters={},
        statuses={},
        captions=Captions(),
        layout=Layout(),
        layouts=(),
        stage=(),
        slots=(),
        pictures=frozenset(),
        muted_by={},
        parts=frozenset(),
        started_at=None,
        local=local_media.forget_everybody(turn.state.local),
    )


def forget_breakouts(turn: Turn) -> None:
    """Rooms that were open for who we were: with a new token they are told anew."""
    memory = turn.memory
    memory.awaited_room = None
    memory.unconfirmed.clear()
    memory.confirm_by = None
    state = turn.state
    for room in state.breakouts:
        turn.settle(f"help-{room}")
    if not state.breakouts and state.current_room == MAIN_ROOM:
        return
    turn.set(
        current_room=MAIN_ROOM,
        breakouts={},
        rosters={room: roster for room, roster in state.rosters.items() if room == MAIN_ROOM},
        statuses={room: status for room, status in state.statuses.items() if room == MAIN_ROOM},
        presenters={room: who for room, who in state.presenters.items() if room == MAIN_ROOM},
        stage=(),
    )


def settle_lines(turn: Turn, why: str) -> None:
    """Lines that still wait for the server get their answer now."""
    for settled in turn.memory.desk.fail_all(why):
        if settled.settle is not None:
            turn.state = settled.settle(turn.state, False)
