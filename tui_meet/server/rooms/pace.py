"""How fast one person may send messages: a flood of them would fill the event streams of all who read slowly."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.server.rooms.model import MESSAGE_BURST, Person

MESSAGES_PER_SECOND = 10
TOO_FAST = "You send messages faster than the meeting passes them on: wait a second, then send again."


def after_message(person: Person, now: float) -> Person | None:
    """The person with one more message sent at `now` (Unix s); None when it is one too many (a token bucket)."""
    left = min(MESSAGE_BURST, person.messages_left + max(0.0, now - person.message_at) * MESSAGES_PER_SECOND)
    return replace(person, messages_left=left - 1, message_at=now) if left >= 1 else None
