"""Who sees whom in a room."""

from __future__ import annotations

from tui_meet.server.rooms.model import CHAIR, Person


def sees(viewer: Person, subject: Person) -> bool:
    """Waiting people see only themselves; only hosts see who waits; nobody sees the seat of a host who is elsewhere."""
    if viewer.uuid == subject.uuid:
        return True
    if subject.away:
        return False
    return not viewer.waiting and (not subject.waiting or viewer.role == CHAIR)
