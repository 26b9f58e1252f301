"""tui-meet for Python programs: join a meeting, hear its events, run its commands. See `docs/python-api.md`."""

from tui_meet.api.events import EventSource, MeetingEvents
from tui_meet.api.joining import join
from tui_meet.api.meeting import Meeting, MeetingError

__all__ = ["EventSource", "Meeting", "MeetingError", "MeetingEvents", "join"]
