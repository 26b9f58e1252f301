"""Raising one's own hand, chat and application messages."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.core.actions.plan import Action, Plan, Scene
from tui_meet.core.effects import RaiseHand, SendApplicationMessage, SendMessage
from tui_meet.core.errors import CommandError
from tui_meet.core.ids import MAIN_ROOM, NO_TICKET, ParticipantId
from tui_meet.core.model import ChatMessage
from tui_meet.core.parsing import Invocation
from tui_meet.core.reducers.chat import add_line
from tui_meet.core.sanitise import safe_text
from tui_meet.core.selectors import name_of, person_of
from tui_meet.core.state import MeetingState


def _hand(up: bool) -> Action:
    def act(_invocation: Invocation, scene: Scene) -> Plan:
        return Plan(
            f"Your hand is {'up' if up else 'down'}.",
            requests=(RaiseHand(NO_TICKET, _me(scene.state), up, scene.state.current_room),),
        )

    return act


def say(invocation: Invocation, scene: Scene) -> Plan:
    """Chat to everybody."""
    return _send(scene, invocation.values["text"], None)


def dm(invocation: Invocation, scene: Scene) -> Plan:
    """Chat to one person."""
    state, who = scene.state, invocation.values["who"]
    if who == state.me_here:
        raise CommandError("You cannot send a private message to yourself.")
    person = person_of(state, who)
    if person is not None and person.is_waiting:
        raise CommandError(f"{person.display_name} is still in the waiting room.")
    if person is not None and not person.supports_direct_chat:
        raise CommandError(f"{person.display_name}'s program cannot show private messages.")
    return _send(scene, invocation.values["text"], who)


def _send(scene: Scene, text: str, to: ParticipantId | None) -> Plan:
    state = scene.state
    to_name = name_of(state, to) if to is not None else ""
    line = ChatMessage(
        id=f"own-{scene.line_number}",
        at=scene.wall,
        sender=_me(state),
        sender_name=state.myself.display_name if state.myself is not None else state.display_name,
        text=safe_text(text),
        room=MAIN_ROOM if to is not None else state.current_room,
        direct=to is not None,
        mine=True,
        to=to,
        to_name=to_name,
    )

    def show(now: MeetingState, ok: bool) -> MeetingState:
        """The wire does not bring own lines back: the line is shown once the server has taken it."""
        return replace(now, chat=add_line(now.chat, line)) if ok else now

    message = f"Sent to {to_name}." if to is not None else "Sent."
    return Plan(message, requests=(SendMessage(NO_TICKET, text, to, line.room),), settle=show, echo=(text, to))


def send(invocation: Invocation, scene: Scene) -> Plan:
    """An application message."""
    to = invocation.values.get("who")
    room = MAIN_ROOM if to is not None else scene.state.current_room
    return Plan("Sent.", requests=(SendApplicationMessage(NO_TICKET, invocation.values["object"], to, room),))


def _me(state: MeetingState) -> ParticipantId:
    if state.me_here is None:
        raise CommandError("You are not in a meeting.")
    return state.me_here


ACTIONS: dict[str, Action] = {
    "hand up": _hand(True),
    "hand down": _hand(False),
    "say": say,
    "dm": dm,
    "send": send,
}
