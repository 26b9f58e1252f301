"""Chat: lines of all threads, bounded, and what is unread."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.core.model import ChatMessage
from tui_meet.core.state import Chat

MAX_LINES = 1000
"""Lines kept, of all threads together."""


def add_line(chat: Chat, line: ChatMessage) -> Chat:
    """Append a line; somebody else's counts as unread in its thread."""
    kept = chat.lines[-(MAX_LINES - 1) :]
    unread = chat.unread
    if not line.mine:
        unread = {**unread, line.shelf: unread.get(line.shelf, 0) + 1}
    return Chat((*kept, line), chat.fallen_off + len(chat.lines) - len(kept), unread)


def read_thread(chat: Chat, thread: str) -> Chat:
    """The thread was looked at up to its end."""
    if thread not in chat.unread:
        return chat
    return replace(chat, unread={key: count for key, count in chat.unread.items() if key != thread})
