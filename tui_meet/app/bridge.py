"""Snapshots of the meeting to Textual messages: the one way in which state reaches the screens."""

from __future__ import annotations

from collections.abc import Callable

from textual.message_pump import MessagePump

from tui_meet.app.messages import StateChanged
from tui_meet.core.state import MeetingState
from tui_meet.runtime.snapshots import Snapshots


def bridge(snapshots: Snapshots, target: MessagePump) -> Callable[[], None]:
    """Post every later state to `target`; a newer one replaces one still in the queue. Returns what ends that."""

    def tell(state: MeetingState) -> None:
        target.post_message(StateChanged(state))

    return snapshots.subscribe(tell)
