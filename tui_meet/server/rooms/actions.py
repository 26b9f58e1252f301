"""Who did what to whom: the event `meet_action`, so that every screen can say "muted by Ada"."""

from __future__ import annotations

from tui_meet.server.rooms.events import Outcome, Send
from tui_meet.server.rooms.model import Room
from tui_meet.server.rooms.sight import sees
from tui_meet.wire.meet import ACTION_EVENT, Action


def action(room: Room, what: str, by: str, target: str = "") -> Send:
    """The event, for everybody who is in; about somebody who waits, for those who see who waits.

    `what`: a word of `tui_meet.wire.meet.ACTIONS`.
    """
    subject = room.people.get(target)
    told = tuple(person.uuid for person in room.listening if subject is None or sees(person, subject))
    return Send(told, ACTION_EVENT, Action(what, by, target).to_json())


def done(room: Room, what: str, by: str, target: str = "") -> Outcome:
    """The changed room, and who changed it."""
    return Outcome(room, (action(room, what, by, target),))
