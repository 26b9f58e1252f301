"""Getting in: token, PIN, waiting room, and being sent to another meeting."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.core import endings
from tui_meet.core.commands import GivePin, Join
from tui_meet.core.effects import Leave, LeaveBreakout
from tui_meet.core.errors import LinkError
from tui_meet.core.events import JoinAccepted, JoinRefused, PinNeeded, ServerUnreachable, Transferred
from tui_meet.core.flow import connecting, presenting
from tui_meet.core.flow.finish import finish, forget_breakouts, forget_meeting, hang_up, settle_lines
from tui_meet.core.links import check_alias
from tui_meet.core.machines import join
from tui_meet.core.machines.connection import Signalling
from tui_meet.core.machines.join import PHASES, Move
from tui_meet.core.model import LocalMedia, Role, Severity
from tui_meet.core.reducers import notices
from tui_meet.core.sanitise import safe_name, safe_text
from tui_meet.core.state import Chat, Phase
from tui_meet.core.turn import Turn

WAITING_ROOM = "waiting_room"


def on_join(turn: Turn, order: Join) -> None:
    """The person joins; ignored unless idle or ended."""
    state = turn.state
    if not PHASES.allows(state.phase, Move.JOIN):
        return
    memory = turn.memory
    memory.joining = join.again(replace(order, display_name=safe_name(order.display_name)), memory.let_in)
    again = state.link is not None and (state.link.server, state.link.alias) == (order.link.server, order.link.alias)
    forget_meeting(turn)
    turn.set(
        phase=PHASES.after(state.phase, Move.JOIN),
        link=order.link,
        display_name=memory.joining.order.display_name,
        conference_name="",
        role=Role.PARTICIPANT,
        chat=state.chat if again else Chat(),
        local=LocalMedia(order.microphone_on, order.camera_on, state.local.deafened),
        ending=None,
        dismissed=state.notices[-1].number if state.notices else 0,
    )
    _request_token(turn)


def on_give_pin(turn: Turn, command: GivePin) -> None:
    """The person answered the PIN prompt."""
    memory = turn.memory
    if turn.state.phase is not Phase.PIN or memory.joining is None:
        return
    joining = join.give_pin(memory.joining, command.pin)
    if joining is None:
        return
    memory.joining = joining
    turn.set(phase=PHASES.after(Phase.PIN, Move.GIVE_PIN), pin_prompt=None)
    _request_token(turn)


def on_pin_needed(turn: Turn, event: PinNeeded) -> None:
    """The meeting asks for a PIN."""
    memory = turn.memory
    if memory.joining is None or not _asking(turn):
        return
    if memory.signalling.state is Signalling.SIGNING_IN:
        _pin_while_signing_in(turn)
        return
    memory.joining, answer = join.pin_needed(memory.joining, event.host, event.guest)
    _act(turn, answer, "")


def on_refused(turn: Turn, event: JoinRefused) -> None:
    """The meeting said no."""
    memory = turn.memory
    if memory.joining is None or not _asking(turn):
        return
    first_time = turn.state.phase is Phase.JOINING
    if event.error == endings.INVALID_PIN and first_time:
        memory.joining, answer = join.wrong_pin(memory.joining)
        _act(turn, answer, event.code)
        return
    finish(turn, endings.ending_for(event.error, event.code, turn.state.link), event.error)


def on_unreachable(turn: Turn, event: ServerUnreachable) -> None:
    """The server gave no usable answer."""
    if turn.memory.joining is None or not _asking(turn):
        return
    if turn.state.phase is Phase.JOINING:
        ending = endings.unreachable(safe_text(event.sentence), event.retryable)
        finish(turn, ending, endings.COULD_NOT_RECONNECT)
    else:
        connecting.sign_in_failed(turn, safe_text(event.sentence), event.retryable)


def on_accepted(turn: Turn, event: JoinAccepted) -> None:
    """We have a token."""
    memory = turn.memory
    if memory.joining is None:
        # an answer that came after the person had left: the server must not keep a ghost
        turn.do(Leave(endings.LEFT_BY_USER))
        return
    if not _asking(turn):
        return
    returning = turn.state.phase is not Phase.JOINING
    if turn.state.me is not None and turn.state.me != event.participant:
        memory.former_ids.add(turn.state.me)
    if memory.joining.home is None:
        memory.let_in = memory.joining
    memory.call_type = event.call_type
    memory.ice_servers = event.ice_servers
    if returning:
        forget_breakouts(turn)
    move = Move.WAIT if event.service_type == WAITING_ROOM else Move.ENTER
    phase = turn.state.phase
    turn.set(
        phase=PHASES.after(phase, move) if PHASES.allows(phase, move) else phase,
        me=event.participant,
        role=event.role,
        display_name=safe_name(event.display_name, turn.state.display_name),
        conference_name=safe_name(event.conference_name, safe_name(event.alias, memory.joining.link.alias)),
        parts=event.parts,
        chat_enabled=event.chat_enabled,
        pin_prompt=None,
    )
    if move is Move.WAIT:
        note_lobby(turn)
    elif turn.state.started_at is None:
        turn.set(started_at=turn.now)
    connecting.open_stream(turn, event.alias, returning=returning)


def on_transferred(turn: Turn, event: Transferred) -> None:
    """The server refers us to another conference: leave, and join it with the one-time token."""
    memory = turn.memory
    phase = turn.state.phase
    if memory.joining is None or not PHASES.allows(phase, Move.MOVE_ON):
        return
    to_breakout = event.target == "breakout"
    back = event.target == "main" and memory.joining.home is not None
    try:
        if event.alias or not back:
            check_alias(event.alias)
    except LinkError:
        turn.note("The server named another meeting by a name that is none; you stay here.", Severity.WARNING)
        return
    turn.publish("transfer", {"alias": event.alias})
    for ticket, request in memory.watched.items():
        waiting = memory.desk.of_request(ticket)
        if isinstance(request, LeaveBreakout) and waiting is not None:
            # this is what was asked for: the reply would only come too late
            memory.desk.succeed(waiting)
    settle_lines(turn, "You were moved before the server answered.")
    hang_up(turn)
    turn.do(Leave(endings.LEFT_FOR_TRANSFER))
    forget_meeting(turn)
    turn.set(phase=PHASES.after(phase, Move.MOVE_ON), role=Role.PARTICIPANT)
    for topic in ("connection", "media", "waiting", "lobby", "muted"):
        turn.settle(topic)
    if to_breakout:
        memory.joining = join.go_out(memory.joining, event.alias, event.token)
        name = safe_name(event.breakout_name, "a breakout room")
        turn.note(f"You are being moved to the breakout “{name}”.", banner=True, topic="transfer")
    elif back:
        memory.joining = join.come_home(memory.joining, event.alias, event.token)
        turn.note("You are going back to the main room.", banner=True, topic="transfer")
    else:
        memory.joining = join.move_on(memory.joining, event.alias, event.token)
        turn.set(link=memory.joining.link, conference_name="", chat=Chat())
        alias = safe_name(event.alias, "another meeting")
        turn.note(f"You are being moved to “{alias}”.", banner=True, topic="transfer")
    _request_token(turn)


def note_lobby(turn: Turn) -> None:
    """Say that we wait."""
    turn.note("You are in the waiting room: a moderator has to let you in.", sticky=True, topic="lobby")


def follow_service_type(turn: Turn, service_type: str) -> None:
    """What the server says about ourselves: let in, or put back into the waiting room."""
    phase = turn.state.phase
    waits = service_type == WAITING_ROOM
    if waits and phase is Phase.IN_MEETING:
        turn.set(phase=PHASES.after(phase, Move.WAIT))
        presenting.give_up_floor(turn, tell_server=True)
        connecting.stop_media(turn)
        forget_breakouts(turn)
        note_lobby(turn)
    elif not waits and phase is Phase.WAITING:
        turn.set(phase=PHASES.after(phase, Move.ENTER), started_at=turn.now)
        turn.set(notices=notices.settle(turn.state.notices, "lobby"))
        turn.note("You were let in.", Severity.GOOD, banner=True, topic="lobby")
        connecting.entered(turn)


def _asking(turn: Turn) -> bool:
    """Whether a `RequestToken` is out."""
    return turn.state.phase is Phase.JOINING or turn.memory.signalling.state is Signalling.SIGNING_IN


def _act(turn: Turn, answer: join.Answer, code: str) -> None:
    match answer:
        case join.TryPin():
            _request_token(turn)
        case join.AskPerson(prompt=prompt):
            turn.set(phase=PHASES.after(turn.state.phase, Move.ASK_PIN), pin_prompt=prompt)
        case join.GiveUp():
            finish(turn, endings.wrong_pin(code), endings.INVALID_PIN)


def _pin_while_signing_in(turn: Turn) -> None:
    """A server that was started anew asks for the PIN again: give the one that let us in, once."""
    memory = turn.memory
    assert memory.joining is not None
    if memory.joining.given:
        finish(turn, endings.ending_for(endings.INVALID_PIN, "#pex101", turn.state.link), endings.INVALID_PIN)
        return
    memory.joining = replace(memory.joining, given=memory.joining.order.pin or join.NO_PIN)
    _request_token(turn)


def _request_token(turn: Turn) -> None:
    turn.do(connecting.token_request(turn))
