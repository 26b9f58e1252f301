"""Command lines: from the line to its plan, from the plan to requests, from their answers to the one `Answer`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui_meet.core import endings
from tui_meet.core.actions import devices, moderation, rooms, talk
from tui_meet.core.actions.plan import Action, Plan, Scene, Then
from tui_meet.core.answers import PATIENCE, Pending, shown
from tui_meet.core.commands import Dismiss, RunLine
from tui_meet.core.effects import (
    LeaveBreakout,
    MuteVideo,
    Present,
    Quit,
    ReportClientMute,
    SetCamera,
    SetMicrophone,
    ShowCaptions,
    TakeFloor,
)
from tui_meet.core.errors import CommandError
from tui_meet.core.events import DeviceChosen, DeviceFailed, Disconnected, RequestDone
from tui_meet.core.flow import captions, presenting
from tui_meet.core.flow.finish import finish, leave
from tui_meet.core.flow.talk import remember_own
from tui_meet.core.ids import NO_TICKET, ParticipantId
from tui_meet.core.model import Severity
from tui_meet.core.parsing import has_arguments, parse, spec_of
from tui_meet.core.sanitise import safe_text
from tui_meet.core.specs import CommandSpec, why_not
from tui_meet.core.state import MeetingState, Phase
from tui_meet.core.turn import OwnLine, Turn

NOT_MODERATOR = devices.NOT_MODERATOR
ALREADY_SO = 4121
"""The room is in the requested state already (moderation seed)."""

ACTIONS: dict[str, Action] = {**devices.ACTIONS, **talk.ACTIONS, **moderation.ACTIONS, **rooms.ACTIONS}
"""By the registry's names."""
_ALREADY = ("lock", "unlock")
_OWN_STATE = (
    "mute", "unmute", "camera on", "camera off", "deafen on", "deafen off", "leave", "say", "dm", "present",
    "captions on", "captions off", "page next", "page back",
)  # fmt: skip
"""Their guards look at what this client knows best itself; all others look at the server's picture."""
_SECRETS = {"promote": "***"}


def on_line(turn: Turn, command: RunLine) -> None:
    """Run a command line. Its answer goes out when all it asked for is answered, in the order of the lines."""
    memory = turn.memory
    line = command.line.strip()
    pending = Pending(command.ticket, shown(line, _SECRETS), "", turn.now + PATIENCE, set())
    try:
        plan = _plan(turn, line)
    except CommandError as error:
        pending.problems.append((str(error), error.code))
        memory.desk.wait(pending)
        return
    pending.line = shown(line, _SECRETS, plan.secret)
    pending.message = plan.message
    pending.settle = plan.settle
    pending.after = plan.after
    _carry_out(turn, plan, pending)


def _plan(turn: Turn, line: str) -> Plan:
    state = turn.state
    spec = spec_of(line)
    _allow(spec, state, settled=turn.memory.desk.settled(turn.now), about_others=has_arguments(line))
    invocation = parse(line, state)
    action = ACTIONS.get(spec.name)
    if action is None:
        raise CommandError(f"This version of the program cannot do “{spec.name}” yet.")
    return action(invocation, Scene(state, turn.wall, turn.memory.last_ticket + 1))


def _allow(spec: CommandSpec, state: MeetingState, *, settled: bool, about_others: bool) -> None:
    """Raises `CommandError` when the command cannot be run now, with the number that the server would give."""
    without_guard = replace(spec, guard=None)
    reason = why_not(without_guard, state)
    if reason:
        refused = spec.moderator and state.phase is Phase.IN_MEETING and not state.is_moderator
        lacks = bool(spec.part) and spec.part not in state.parts
        raise CommandError(reason, NOT_MODERATOR if refused and not lacks else 0)
    if spec.name in ("mute", "unmute") and about_others:
        return
    if not settled and spec.name not in _OWN_STATE:
        # what the last lines came to may not be in the picture yet: the server knows better
        return
    reason = why_not(spec, state)
    if reason:
        raise CommandError(reason, ALREADY_SO if spec.name in _ALREADY else 0)


def _carry_out(turn: Turn, plan: Plan, pending: Pending) -> None:
    memory = turn.memory
    if plan.local is not None:
        turn.set(local=plan.local)
    turn.do(*plan.effects)
    if plan.echo is not None:
        text, to = plan.echo
        remember_own(memory, OwnLine(text, ParticipantId(to) if to is not None else None, turn.now))
    for request in plan.requests:
        ticket = memory.new_ticket()
        pending.open.add(ticket)
        _order(turn, replace(request, ticket=ticket))
    if plan.then is Then.STOP_PRESENTING:
        presenting.stopped_by_me(turn)
    if plan.then in (Then.LEAVE, Then.QUIT) and turn.state.phase not in (Phase.IDLE, Phase.ENDED):
        leave(turn)
    memory.desk.wait(pending)
    if plan.then is Then.END:
        memory.ending_line = pending
    if plan.then is Then.QUIT:
        give_answers(turn)
        turn.do(Quit())


def _order(turn: Turn, numbered: Any) -> None:
    if isinstance(numbered, _WATCHED):
        turn.memory.watched[numbered.ticket] = numbered
    turn.do(numbered)


_WATCHED = (TakeFloor, Present, ShowCaptions, LeaveBreakout)


def _watch(turn: Turn, event: RequestDone) -> None:
    """Answers that change more than the line that waits for them."""
    request = turn.memory.watched.pop(event.ticket, None)
    if isinstance(request, TakeFloor):
        presenting.floor_answered(turn, request, event.ok, turn.memory.desk.of_request(event.ticket) is not None)
    elif isinstance(request, Present):
        presenting.present_answered(turn, request, event.ok)
    elif isinstance(request, ShowCaptions):
        captions.answered(turn, request, event.ok)


def _go_on(turn: Turn, event: RequestDone) -> None:
    """The last of a line's requests went well: order what comes after."""
    desk = turn.memory.desk
    pending = desk.of_request(event.ticket)
    if pending is None or not event.ok or pending.problems or pending.open != {event.ticket}:
        return
    after, pending.after = pending.after, ()
    for request in after:
        ticket = turn.memory.new_ticket()
        desk.add(pending, ticket)
        _order(turn, replace(request, ticket=ticket))


def on_done(turn: Turn, event: RequestDone) -> None:
    """A request was answered."""
    memory = turn.memory
    ending = memory.ending_line
    was_end = ending is not None and event.ticket in ending.open
    _watch(turn, event)
    _go_on(turn, event)
    settled = memory.desk.done(event.ticket, event.ok, safe_text(event.message).strip(), event.code, turn.now)
    if settled is None:
        return
    if settled.settle is not None:
        turn.state = settled.settle(turn.state, settled.ok)
    if was_end:
        memory.ending_line = None
        if event.ok and turn.state.phase is Phase.IN_MEETING:
            finish(turn, endings.ENDED_BY_ME, endings.ENDED_BY_OTHER)


def on_device_chosen(turn: Turn, event: DeviceChosen) -> None:
    """A device was chosen, or the old one stays."""
    on_done(turn, RequestDone(event.ticket, not event.problem, message=event.problem))


def on_device_failed(turn: Turn, event: DeviceFailed) -> None:
    """A device cannot be used; the meeting goes on without it, and everybody sees it as off."""
    state = turn.state
    if state.phase is Phase.ENDED:
        return
    turn.note(safe_text(event.sentence), Severity.WARNING, banner=True, topic=f"device-{event.kind}")
    told = state.me_here if state.phase is Phase.IN_MEETING else None
    if event.kind == "microphone" and state.local.microphone_on:
        turn.set(local=replace(state.local, microphone_on=False))
        turn.do(SetMicrophone(False))
        if told is not None:
            turn.do(ReportClientMute(NO_TICKET, True, state.current_room))
    elif event.kind == "camera" and state.local.camera_on:
        turn.set(local=replace(state.local, camera_on=False))
        turn.do(SetCamera(False))
        if told is not None:
            turn.do(MuteVideo(NO_TICKET, told, True, state.current_room))


def on_disconnected(turn: Turn, event: Disconnected) -> None:
    """The server ended our part in the meeting."""
    state = turn.state
    if state.phase not in (Phase.JOINING, Phase.WAITING, Phase.IN_MEETING):
        return
    if turn.memory.ending_line is not None and event.error == endings.ENDED_BY_OTHER:
        finish(turn, endings.ENDED_BY_ME, event.error)
        return
    ending = endings.ending_for(event.error, event.code, state.link, waiting=state.phase is Phase.WAITING)
    finish(turn, ending, event.error)


def on_dismiss(turn: Turn, command: Dismiss) -> None:
    """Banners up to a number are acknowledged."""
    if turn.state.phase is Phase.ENDED or command.number <= turn.state.dismissed:
        return
    last = turn.state.notices[-1].number if turn.state.notices else 0
    turn.set(dismissed=min(command.number, last))


def give_answers(turn: Turn) -> None:
    """Send out the answers whose turn has come."""
    turn.do(*turn.memory.desk.ready())


def on_time(turn: Turn) -> None:
    """Lines that waited too long."""
    for settled in turn.memory.desk.fail_late(turn.now):
        if settled.settle is not None:
            turn.state = settled.settle(turn.state, False)
    ending = turn.memory.ending_line
    if ending is not None and not ending.open:
        turn.memory.ending_line = None
