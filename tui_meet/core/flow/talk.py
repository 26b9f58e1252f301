"""Chat and application messages as they arrive."""

from __future__ import annotations

from tui_meet.core import published
from tui_meet.core.commands import ReadChat
from tui_meet.core.events import ApplicationMessageArrived, MessageArrived
from tui_meet.core.model import ChatMessage
from tui_meet.core.reducers.chat import add_line, read_thread
from tui_meet.core.sanitise import safe_name, safe_text
from tui_meet.core.selectors import name_of
from tui_meet.core.state import Phase
from tui_meet.core.turn import Memory, OwnLine, Turn

_ECHO_SECONDS = 20.0
"""How long a line of ours may take to come back to us."""
_MAX_OWN_LINES = 100


def on_message(turn: Turn, event: MessageArrived) -> None:
    """A text message. Ours come back from some servers: they are in the chat already."""
    state = turn.state
    if state.phase is not Phase.IN_MEETING:
        return
    mine = event.sender == state.me_in(event.room)
    if mine and _came_back(turn.memory, event.text, event.direct, turn.now):
        return
    # an unknown or absent sender still has the name that the server gave
    name = name_of(state, event.sender, safe_name(event.origin))
    text = safe_text(event.text)
    line = ChatMessage(event.id, turn.wall, event.sender, name, text, room=event.room, direct=event.direct, mine=mine)
    turn.set(chat=add_line(state.chat, line))
    payload = published.message(event.id, turn.wall, name, event.sender, text, event.direct)
    turn.publish("directMessage" if event.direct else "message", payload, event.room)


def on_application_message(turn: Turn, event: ApplicationMessageArrived) -> None:
    """An object from an application."""
    state = turn.state
    if state.phase is not Phase.IN_MEETING:
        return
    name = name_of(state, event.sender, safe_name(event.origin))
    payload = {
        "at": published.iso(turn.wall),
        "userId": event.sender,
        "displayName": name,
        "direct": event.direct,
        "message": dict(event.message),
    }
    turn.publish("applicationMessage", payload, event.room)
    turn.note(f"Application message from {name}{' to you' if event.direct else ''}.")


def on_read(turn: Turn, command: ReadChat) -> None:
    """A thread was looked at."""
    if turn.state.phase is Phase.ENDED:
        return
    chat = read_thread(turn.state.chat, command.thread)
    if chat is not turn.state.chat:
        turn.set(chat=chat)


def remember_own(memory: Memory, own: OwnLine) -> None:
    """A line was sent: should the server bring it back, it is not shown twice."""
    memory.own_lines = [line for line in memory.own_lines if own.sent_at - line.sent_at < _ECHO_SECONDS]
    memory.own_lines = [*memory.own_lines[-(_MAX_OWN_LINES - 1) :], own]


def _came_back(memory: Memory, text: str, direct: bool, now: float) -> bool:
    for index, line in enumerate(memory.own_lines):
        if line.text == text and (line.to is not None) is direct and now - line.sent_at < _ECHO_SECONDS:
            del memory.own_lines[index]
            return True
    return False
