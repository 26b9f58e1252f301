"""Server-sent events: bytes to events and back (WHATWG HTML, "Server-sent events"), any chunking.

`EventStreamParser` keeps what is not complete yet. It never raises: a stream is foreign text; what is no event is
skipped.
A line or an event longer than the limit is dropped and counted, so that a broken server cannot fill the memory.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

MAX_EVENT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One dispatched event."""

    name: str
    """`message` when the stream names none."""
    data: str
    id: str = ""


class EventStreamParser:
    """Feed bytes in, take events out; whole or byte by byte gives the same events."""

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max = max_event_bytes
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._pending: list[str] = []
        self._pending_size = 0
        self._overlong = False
        self._last_was_return = False
        self._at_start = True
        self._name = ""
        self._data: list[str] = []
        self._data_size = 0
        self._id = ""
        self.dropped = 0
        """Lines and events over the size limit, dropped so far."""

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Take the next bytes; returns the events they complete, in order."""
        events: list[ServerSentEvent] = []
        text = self._decoder.decode(chunk)
        if not text:
            return events
        if self._at_start:
            self._at_start = False
            text = text.removeprefix("\ufeff")
        if self._last_was_return:
            # A CRLF that was cut between two chunks ends one line, not two.
            text = text.removeprefix("\n")
            self._last_was_return = False
        self._last_was_return = text.endswith("\r")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for part in lines[:-1]:
            self._keep(part)
            event = self._line(None if self._overlong else "".join(self._pending))
            self._pending.clear()
            self._pending_size = 0
            self._overlong = False
            if event is not None:
                events.append(event)
        self._keep(lines[-1])
        return events

    def _keep(self, part: str) -> None:
        if not part or self._overlong:
            return
        self._pending_size += len(part)
        if self._pending_size > self._max:
            self._overlong = True
            self.dropped += 1
            self._pending.clear()
            return
        self._pending.append(part)

    def _line(self, line: str | None) -> ServerSentEvent | None:
        if line is None:
            self._data_size = self._max + 1
            return None
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data_size += len(value) + 1
            if self._data_size <= self._max:
                self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        return None

    def _dispatch(self) -> ServerSentEvent | None:
        name, data, too_long = self._name, self._data, self._data_size > self._max
        self._name, self._data, self._data_size = "", [], 0
        if too_long:
            self.dropped += 1
            return None
        text = "\n".join(data)
        if not text:
            return None
        return ServerSentEvent(name or "message", text, self._id)


def format_event(name: str, data: str) -> bytes:
    """One event as bytes. `data` must not be empty (wire document 3.1: such an event is dropped by the receiver)."""
    # Only these three end a line in this format; `splitlines` would also cut at U+2028 and others inside a JSON text.
    parts = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = "".join(f"data: {line}\n" for line in parts)
    return f"event: {name}\n{lines}\n".encode()


KEEP_ALIVE = b": keep-alive\n\n"
"""A comment; safe for every reader."""
