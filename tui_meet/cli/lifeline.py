"""How a child process learns that its parent is gone: its standard input ends, also when the parent was killed."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable

MAX_LINE = 65_536
"""Bytes of a line without an end that are kept."""


def _read() -> bytes:
    try:
        return os.read(0, 4096)
    except OSError:  # a terminal that is gone, or no input at all
        return b""


def watch_input(on_line: Callable[[bytes], None], on_end: Callable[[], object]) -> None:
    """Read standard input on a thread of its own and tell lines and its end on the running loop."""
    loop = asyncio.get_running_loop()

    def tell(what: Callable[[], object]) -> bool:
        try:
            loop.call_soon_threadsafe(what)
        except RuntimeError:  # the loop has ended: nobody is left to be told
            return False
        return True

    def read() -> None:
        rest = b""
        # os.read and not sys.stdin: a thread inside a buffered reader would hold its lock while Python shuts down
        while chunk := _read():
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-MAX_LINE:]
            for line in lines:
                if not tell(lambda line=line: on_line(line)):  # type: ignore[misc]  # a default binds the line now
                    return
        tell(on_end)

    threading.Thread(target=read, name="lifeline", daemon=True).start()
