"""Standard input and output for the headless client: neither may ever block the loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import queue
import sys
import threading
from collections.abc import AsyncIterator, Callable

_log = logging.getLogger(__name__)

MAX_LINE_BYTES = 64 * 1024
"""UTF-8 bytes of one command line; of a longer one only a byte more is kept, so that it is seen as too long."""
MAX_WAITING_LINES = 20_000
"""Lines of output that may wait for a slow reader."""
_CHUNK = 64 * 1024


class LineSplitter:
    """Bytes to lines, any chunking, bounded memory."""

    def __init__(self, limit: int = MAX_LINE_BYTES) -> None:
        self._keep = limit + 1
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that the chunk completes, without their ends. Bytes that are no UTF-8 are replaced."""
        lines: list[str] = []
        *whole, last = chunk.split(b"\n")
        for part in whole:
            self._take(part)
            lines.append(self._text())
        self._take(last)
        return lines

    def end(self) -> list[str]:
        """The last line, where it had no end."""
        return [self._text()] if self._rest else []

    def _take(self, part: bytes) -> None:
        self._rest += part[: max(0, self._keep - len(self._rest))]

    def _text(self) -> str:
        line = bytes(self._rest).decode("utf-8", "replace").removesuffix("\r")
        self._rest.clear()
        return line


def is_too_long(line: str) -> bool:
    """The line exceeds the limit."""
    return len(line) > MAX_LINE_BYTES or len(line.encode("utf-8", "replace")) > MAX_LINE_BYTES


async def standard_input(descriptor: int = 0) -> AsyncIterator[str]:
    """The lines of standard input; ends at its end, also when it was closed from the start."""
    chunks: asyncio.Queue[bytes] = asyncio.Queue(maxsize=4)
    loop = asyncio.get_running_loop()
    # A daemon thread with plain reads: a pool would wait for its end, a buffered reader holds a lock at exit.
    threading.Thread(target=_read, args=(descriptor, chunks, loop), name="stdin", daemon=True).start()
    splitter = LineSplitter()
    while True:
        chunk = await chunks.get()
        for line in splitter.feed(chunk) if chunk else splitter.end():
            yield line
        if not chunk:
            return


def _read(descriptor: int, chunks: asyncio.Queue[bytes], loop: asyncio.AbstractEventLoop) -> None:
    while True:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except OSError:
            chunk = b""
        put = chunks.put(chunk)
        try:
            # Waiting for the queue's room is what holds a fast writer back.
            asyncio.run_coroutine_threadsafe(put, loop).result()
        except RuntimeError:
            put.close()
            return
        except BaseException:
            # The loop was closed or the reader went away: nobody wants more lines.
            return
        if not chunk:
            return


class LineOutput:
    """Writes lines to a descriptor in a thread of its own; `flush` waits for them."""

    def __init__(self, descriptor: Callable[[], int]) -> None:
        self._descriptor = descriptor
        self._lines: queue.Queue[bytes | Callable[[], None]] = queue.Queue(MAX_WAITING_LINES)
        self._thread: threading.Thread | None = None
        self._broken: list[Callable[[], None]] = []
        self.broken = False
        """Nobody reads any more."""
        self.dropped = 0
        """Lines thrown away because the reader was too slow."""

    def __call__(self, line: str) -> None:
        """Write one line. Never blocks; lone surrogates are replaced."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="stdout", daemon=True)
            self._thread.start()
        try:
            self._lines.put_nowait(line.encode("utf-8", "replace") + b"\n")
        except queue.Full:
            self.dropped += 1

    def on_broken(self, listener: Callable[[], None]) -> None:
        """Call `listener`, on the running loop, when nobody reads any more."""
        loop = asyncio.get_running_loop()
        self._broken.append(lambda: _in_loop(loop, listener))

    async def flush(self, timeout: float) -> None:
        """Wait until all lines so far are out, `timeout` seconds at most."""
        if self._thread is not None and not self.broken:
            loop, out = asyncio.get_running_loop(), asyncio.Event()
            with contextlib.suppress(TimeoutError, queue.Full):
                self._lines.put_nowait(lambda: _in_loop(loop, out.set))
                async with asyncio.timeout(timeout):
                    await out.wait()
        if self.dropped:
            _log.warning("%d lines were dropped because nobody read them in time", self.dropped)

    def _write(self) -> None:
        while True:
            item = self._lines.get()
            if callable(item):
                item()
                continue
            try:
                while item and not self.broken:
                    item = item[os.write(self._descriptor(), item) :]
            except OSError:
                self.broken = True
                for listener in self._broken:
                    listener()


def _in_loop(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
        loop.call_soon_threadsafe(callback)


standard_output = LineOutput(lambda: sys.__stdout__.fileno() if sys.__stdout__ is not None else 1)
"""The process's own."""
