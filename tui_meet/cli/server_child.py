"""The server as a child process with one room: it has its own interpreter, so its media never waits for the app."""

from __future__ import annotations

import contextlib
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tui_meet.cli.children import Child
from tui_meet.cli.rooms import NewRoom, write_settings
from tui_meet.cli.serve import CERTIFICATE


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that is ready."""

    base: str
    """`http://127.0.0.1:PORT`"""
    ending: str
    """What every link ends in: `#sha256=` and the certificate's fingerprint, or nothing."""
    room: NewRoom
    child: Child

    @property
    def link(self) -> str:
        """The room's, with an address that others can reach where the server listens on all of them."""
        return f"{reachable(self.base)}/{self.room.alias}{self.ending}"


def reachable(base: str) -> str:
    """The base URL, with this machine's outward address in place of “all addresses”."""
    from urllib.parse import urlsplit

    parts = urlsplit(base)
    if parts.hostname not in ("0.0.0.0", "::"):
        return base
    family, far = (socket.AF_INET, "192.0.2.1") if parts.hostname == "0.0.0.0" else (socket.AF_INET6, "2001:db8::1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((far, 9))  # sends nothing: it only chooses the way there (RFC 5737 and 3849 addresses)
            host = str(asking.getsockname()[0])
    except OSError:
        host = "127.0.0.1" if family == socket.AF_INET else "::1"
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}:{parts.port}"


@contextlib.contextmanager
def starting_server(room: NewRoom, *, options: tuple[str, ...] = (), **server: str) -> Iterator[Child]:
    """Start a server with this room and end it at the end of the block; `options` go to `serve` as they are.

    The child's first line is its base URL. Raises `Refusal` when it cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="tui-meet-server-") as name:
        folder = Path(name)
        write_settings(folder / "server.toml", room, **server)
        child = Child(
            ["serve", "--until-input-ends", "--config", str(folder / "server.toml"), *options],
            what="The server",
            journal=folder / "stderr.log",
        )
        try:
            yield child
        finally:
            child.close()


@contextlib.contextmanager
def running_server(room: NewRoom, *, options: tuple[str, ...] = (), **server: str) -> Iterator[RunningServer]:
    """As `starting_server`, but the block begins when the server is ready. Raises `Refusal`."""
    with starting_server(room, options=options, **server) as child:
        base = child.read_line()
        told = child.read_line().removeprefix(CERTIFICATE) if base.startswith("https:") else ""
        yield RunningServer(base, told if told.startswith("#") else "", room, child)
