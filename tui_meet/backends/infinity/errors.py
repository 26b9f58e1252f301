"""What the network does wrong, in one sentence that says what to do. The only place that knows httpx's errors.

Unreachable   no usable answer came; `retryable` says whether trying again can help
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

from tui_meet.backends.infinity.pinning import WrongCertificate

NO_NETWORK = "There is no network connection."
_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}


class Unreachable(Exception):
    """No usable answer; the text is one sentence for a person."""

    def __init__(self, sentence: str, *, retryable: bool = True) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.retryable = retryable


def not_a_meeting_server(where: str, seen: str = "") -> Unreachable:
    """Something answers, but not what a meeting server answers. `seen` is added in brackets."""
    more = f" ({seen})" if seen else ""
    return Unreachable(f"What answers at {where} is not a meeting server{more}: check the link.", retryable=False)


def explain(error: Exception, where: str) -> Unreachable:
    """The sentence for an httpx error (or a time-out of ours). `where` is host:port as the person gave it."""
    causes = tuple(_causes(error))
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return _timeout(error, where)
    for cause in causes:
        if isinstance(cause, WrongCertificate):
            return Unreachable(str(cause), retryable=False)
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = getattr(cause, "verify_message", "") or "verification failed"
            return Unreachable(
                f"The certificate of {where} cannot be trusted ({why}): "
                "use the whole link that the host handed out, with its #sha256 part.",
                retryable=False,
            )
        if isinstance(cause, ssl.SSLError):
            return Unreachable(f"{where} does not speak HTTPS: check whether the link should begin with http://.",
                               retryable=False)  # fmt: skip
        if isinstance(cause, socket.gaierror):
            return _name(cause, where)
        if isinstance(cause, ConnectionRefusedError):
            return Unreachable(f"Nothing answers at {where}: check the link, and that the server is running.")
        if isinstance(cause, OSError) and cause.errno in _NO_ROUTE:
            return Unreachable(f"{where} cannot be reached: check your network connection.")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Unreachable("That is no meeting link: it has to begin with https:// or http://.", retryable=False)
    if isinstance(error, httpx.RemoteProtocolError):
        if "disconnected" in str(error) or "closed" in str(error):
            return Unreachable(
                f"{where} broke off the connection: try again, or check whether the link should begin with https://."
            )
        return not_a_meeting_server(where)
    if isinstance(error, httpx.DecodingError):
        return not_a_meeting_server(where)
    if isinstance(error, httpx.ConnectError):
        return Unreachable(f"Nothing answers at {where}: check the link, and that the server is running.")
    return Unreachable(f"The connection to {where} broke.")


def _timeout(error: Exception, where: str) -> Unreachable:
    if isinstance(error, httpx.ConnectTimeout):
        return Unreachable(f"{where} does not answer: check the link and your network connection.")
    if isinstance(error, httpx.PoolTimeout):
        return Unreachable("Too many requests are waiting for the server.")
    return Unreachable(f"{where} took too long to answer: try again in a moment.")


def _name(error: socket.gaierror, where: str) -> Unreachable:
    host = where.rsplit(":", 1)[0]
    if error.errno == socket.EAI_AGAIN:
        return Unreachable(f"The name {host} cannot be looked up now: check your network connection.")
    return Unreachable(f"There is no server named {host}: check the link.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything behind it, groups opened; each once."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        item = waiting.pop(0)
        if item is None or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        if isinstance(item, BaseExceptionGroup):
            waiting.extend(item.exceptions)
        waiting.extend((item.__cause__, item.__context__))
