"""Meeting links: `http(s)://HOST:PORT/ALIAS`, with `?invite=` and `#sha256=` (design, section 3)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from tui_meet.core.errors import LinkError
from tui_meet.core.model import MeetingLink

_LOOKS_LIKE = "a link looks like https://meet.example:8443/standup"
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_HOST = re.compile(r"[^\s/?#@\\<>\"^`{|}%]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_LINK = 2048
"""Characters."""


def parse_link(text: str) -> MeetingLink:
    """Read a link as a person gives it; without a scheme it is HTTPS.

    Raises `LinkError` with one sentence.
    """
    link = text.strip()
    if not link:
        raise LinkError(f"No link was given: {_LOOKS_LIKE}.")
    if len(link) > MAX_LINK:
        raise LinkError(f"The link is far too long: {_LOOKS_LIKE}.")
    if _CONTROL.search(link):
        raise LinkError(f"The link has spaces or control characters in it: {_LOOKS_LIKE}.")
    if "://" not in link:
        link = f"https://{link}"
    try:
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        raise LinkError(f"The link's host or port cannot be read: {_LOOKS_LIKE}.") from None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise LinkError(f"A meeting link starts with https:// or http://, not {scheme}://; {_LOOKS_LIKE}.")
    if "@" in parts.netloc:
        raise LinkError(f"The link must not carry a user name or password: {_LOOKS_LIKE}.")
    host = parts.hostname or ""
    if not host or _HOST.fullmatch(host) is None:
        raise LinkError(f"The link names no server: {_LOOKS_LIKE}.")
    if port == 0 or parts.netloc.endswith(":"):
        raise LinkError(f"The link's port must be between 1 and 65535: {_LOOKS_LIKE}.")
    return MeetingLink(
        server=_origin(scheme, host, port),
        alias=_alias(parts.path),
        invite=_invite(parts.query),
        fingerprint=_fingerprint(parts.fragment),
    )


def format_link(link: MeetingLink) -> str:
    """The whole link, to hand out; `parse_link` reads it back to the same value. Holds the invite: a secret."""
    query = f"?{urlencode({'invite': link.invite})}" if link.invite else ""
    fragment = f"#sha256={link.fingerprint}" if link.fingerprint else ""
    return f"{link.server}/{quote(link.alias, safe='@:~')}{query}{fragment}"


def _origin(scheme: str, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" if port in (None, _DEFAULT_PORTS[scheme]) else f"{scheme}://{shown}:{port}"


def _alias(path: str) -> str:
    return check_alias(unquote(path.strip("/")))


def check_alias(alias: str) -> str:
    """The name of a meeting if a link may carry it. Raises `LinkError` with one sentence."""
    if not alias.strip():
        raise LinkError(f"The link names no meeting: {_LOOKS_LIKE}.")
    if _CONTROL.search(alias.replace(" ", "")) or "\ufffd" in alias:
        raise LinkError(f"The meeting's name in the link has control characters in it: {_LOOKS_LIKE}.")
    if any(sign in alias for sign in "/?#\\"):
        raise LinkError(f"A link has one name after the server and nothing behind it: {_LOOKS_LIKE}.")
    if alias in (".", ".."):
        raise LinkError(f"“{alias}” is no name of a meeting: {_LOOKS_LIKE}.")
    return alias


def _invite(query: str) -> str:
    values = parse_qs(query).get("invite", [])
    if not values:
        return ""
    invite = values[-1]
    if _CONTROL.search(invite):
        raise LinkError("The invitation in the link cannot be read; copy the whole link again.")
    return invite


def _fingerprint(fragment: str) -> str:
    name, _, value = fragment.partition("=")
    if name.lower() != "sha256":
        return ""
    digits = unquote(value).replace(":", "").lower()
    if _FINGERPRINT.fullmatch(digits) is None:
        raise LinkError("The certificate's fingerprint in the link must be 64 hexadecimal digits; copy the link again.")
    return digits
