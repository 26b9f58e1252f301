"""Builds the server and runs it: the socket, uvicorn, the end in order."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import errno
import ipaddress
import logging
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Generator
from dataclasses import dataclass

import uvicorn

from tui_meet.config.paths import data_folder
from tui_meet.server.api.app import make_app
from tui_meet.server.certificate import home_made, pinned_fingerprint
from tui_meet.server.conferences import Conferences, steady_time
from tui_meet.server.media import MediaRoomFactory
from tui_meet.server.settings import ServerSettings
from tui_meet.server.sfu.room import MediaRoom

log = logging.getLogger(__name__)

GOODBYE_SECONDS = 0.5
"""Longest time everybody is given to hear that the server goes down."""
SHUTDOWN_SECONDS = 3
UNANSWERED_MS = 12_000
"""A connection whose peer acknowledges nothing for so long is dead: people whose network is gone leave the roster."""
BACKLOG = 256


class ServerStartError(Exception):
    """The server could not start; the text is one sentence fit for a person."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that takes requests."""

    url: str
    """`http(s)://HOST:PORT`, without a closing slash; a room's link is this, a slash, its alias,
    and `#sha256=` with the fingerprint where there is one."""
    fingerprint: str
    """SHA-256 of the certificate, 64 hexadecimal digits, when only that makes it known; empty without TLS or when an
    authority signed it."""
    conferences: Conferences
    finished: asyncio.Task[None]
    """Done when the server has stopped by itself."""


class _Uvicorn(uvicorn.Server):
    """uvicorn that leaves signals to whoever embeds it, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextlib.asynccontextmanager
async def running(
    settings: ServerSettings,
    *,
    media_factory: MediaRoomFactory = MediaRoom,
    clock: Callable[[], float] = steady_time,
) -> AsyncIterator[RunningServer]:
    """The server runs inside this block. Leaving it tells everybody that the server goes down.

    `clock` gives Unix seconds. Raises `ServerStartError` when it cannot start.
    """
    # Looking up a name and reading a certificate may take their time.
    listener = await asyncio.to_thread(_listen, settings)
    conferences = Conferences(settings.rooms, media_factory, clock)
    try:
        settings = await asyncio.to_thread(_with_certificate, settings, listener)
        server = _Uvicorn(await asyncio.to_thread(_config, settings, conferences))
        fingerprint = await asyncio.to_thread(_fingerprint, settings)
    except BaseException:
        listener.close()
        raise
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    listening = asyncio.ensure_future(server.listening.wait())
    try:
        await asyncio.wait({task, listening}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
            raise ServerStartError("The server stopped while starting: see the log for the reason.")
        yield RunningServer(_url(settings, listener), fingerprint, conferences, task)
    finally:
        listening.cancel()
        await conferences.shut_down(GOODBYE_SECONDS)
        server.should_exit = True
        await asyncio.wait({task}, timeout=SHUTDOWN_SECONDS + 1)
        await conferences.aclose()
        listener.close()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


async def serve(
    settings: ServerSettings,
    *,
    ready: Callable[[RunningServer], None] | None = None,
    signals: bool = True,
    media_factory: MediaRoomFactory = MediaRoom,
) -> None:
    """Run the server until cancelled, or until SIGTERM or SIGINT where `signals` is set.

    `ready` is called once it takes requests. Raises `ServerStartError` when the server cannot start.
    """
    stop = asyncio.Event()
    async with running(settings, media_factory=media_factory) as server:
        with _stopped_by_signals(stop) if signals else contextlib.nullcontext():
            if ready is not None:
                ready(server)
            stopped = asyncio.ensure_future(stop.wait())
            try:
                await asyncio.wait({stopped, server.finished}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                stopped.cancel()
            if server.finished.done():
                await server.finished
                raise ServerStartError("The server stopped by itself; its log says why. Start it again.")


@contextlib.contextmanager
def _stopped_by_signals(stop: asyncio.Event) -> Generator[None, None, None]:
    loop = asyncio.get_running_loop()
    installed: list[signal.Signals] = []
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            # Not in the main thread, or a platform without it: then only cancelling stops the server.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, stop.set)
                installed.append(number)
        yield
    finally:
        for number in installed:
            loop.remove_signal_handler(number)


def _config(settings: ServerSettings, conferences: Conferences) -> uvicorn.Config:
    config = uvicorn.Config(
        make_app(conferences),
        log_config=None,
        # Its lines would carry the tokens of event streams.
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise ServerStartError(
            f"The certificate {settings.tls_cert} and the key {settings.tls_key} cannot be used"
            f" ({error.strerror or error}): check both files."
        ) from None
    return config


def _listen(settings: ServerSettings) -> socket.socket:
    """The listening socket. Raises `ServerStartError`."""
    where = f"{settings.host}:{settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise ServerStartError(f"“{settings.host}” is no address of this machine: bind another one.") from None
    family, _, _, _, address = found[0]
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Connections taken from this socket inherit it.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        reasons = {
            errno.EADDRINUSE: "is in use already: stop the other program or choose another port",
            errno.EACCES: "may not be used by you: choose a port above 1023",
            errno.EADDRNOTAVAIL: "is no address of this machine: bind another one",
        }
        reason = reasons.get(error.errno or 0, f"cannot be bound ({error.strerror}): choose another address or port")
        raise ServerStartError(f"{where} {reason}.") from None
    return listener


def _with_certificate(settings: ServerSettings, listener: socket.socket) -> ServerSettings:
    """The settings with a certificate made here where others can reach the server and none is given.

    Raises `ServerStartError`.
    """
    address = str(listener.getsockname()[0]).partition("%")[0]
    if settings.tls_cert is not None or ipaddress.ip_address(address).is_loopback:
        return settings
    folder = settings.data or data_folder()
    try:
        return dataclasses.replace(settings, tls_cert=home_made(folder, settings.host, address))
    except OSError as error:
        raise ServerStartError(
            f"The server's certificate cannot be kept in {folder} ({error.strerror}): choose another folder with"
            " --data, or give --tls-cert and --tls-key."
        ) from None


def _fingerprint(settings: ServerSettings) -> str:
    """Of the certificate that is served. Raises `ServerStartError`."""
    if settings.tls_cert is None:
        return ""
    try:
        return pinned_fingerprint(settings.tls_cert)
    except (OSError, ValueError) as error:
        raise ServerStartError(f"The certificate {settings.tls_cert} cannot be read ({error}): check it.") from None


def _url(settings: ServerSettings, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.tls_cert else 'http'}://{shown}:{port}"
