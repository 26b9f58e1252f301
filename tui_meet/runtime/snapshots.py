"""The latest state and who wants to see it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from tui_meet.core.state import MeetingState

_log = logging.getLogger(__name__)

StateListener = Callable[[MeetingState], None]


class Snapshots:
    """Holds the newest state; tells listeners once per turn of the loop, however often it changed in between."""

    def __init__(self, state: MeetingState) -> None:
        self._state = state
        self._told = state
        self._listeners: dict[int, StateListener] = {}
        self._next_key = 0
        self._scheduled = False
        self.coalesced = 0
        """States that no listener saw because a newer one came in the same turn of the loop."""

    @property
    def state(self) -> MeetingState:
        """The newest state, also before listeners were told."""
        return self._state

    def put(self, state: MeetingState) -> None:
        """Take the newest state. Must run inside a running loop."""
        if state is self._state:
            return
        self._state = state
        if self._scheduled:
            self.coalesced += 1
            return
        self._scheduled = True
        asyncio.get_running_loop().call_soon(self._tell)

    def subscribe(self, listener: StateListener) -> Callable[[], None]:
        """Tell `listener` of later states. Returns what ends that; safe to call twice."""
        key = self._next_key
        self._next_key += 1
        self._listeners[key] = listener
        return lambda: self._forget(key)

    def flush(self) -> None:
        """Tell listeners now what they have not seen yet."""
        if self._state is not self._told:
            self._tell()

    def _forget(self, key: int) -> None:
        self._listeners.pop(key, None)

    def _tell(self) -> None:
        self._scheduled = False
        if self._state is self._told:
            return
        state = self._told = self._state
        for listener in tuple(self._listeners.values()):
            try:
                listener(state)
            except Exception:
                # One face's fault must not blind the others.
                _log.exception("A listener of snapshots failed")
