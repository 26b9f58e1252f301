"""The server's settings and its TOML file (design, section 3).

`load_settings` reads the file; every mistake is a `SettingsError` whose text is one sentence that names file, key and
what to do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_meet.server.rooms.model import RoomSettings
from tui_meet.wire.meet import MAX_SLOTS

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8443
MAX_CAPACITY = 500
_ALIAS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@+-]{0,62}[A-Za-z0-9])?")
_RESERVED_ALIASES = {"api"}
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_PIN = re.compile(r"[!-~]{1,64}")

_SERVER_KEYS = ("bind", "data", "tls_cert", "tls_key")
_ROOM_KEYS = (
    "name", "host_pin", "guest_pin", "knock", "wait_for_moderator", "max_active_talkers", "capacity",
    "guests_can_unmute", "guests_can_present", "guests_can_caption", "classification_levels", "breakouts", "mode",
)  # fmt: skip
_LATER_ROOM_KEYS = (
    "duration", "replica_of", "auto_recording", "live_recording", "watermark", "webhook",
)  # fmt: skip


class SettingsError(Exception):
    """Settings that cannot be used; the text is one sentence fit for a person."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Everything a server needs to start."""

    rooms: Mapping[str, RoomSettings]
    """By alias."""
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    """0 = any free one."""
    tls_cert: Path | None = None
    tls_key: Path | None = None
    data: Path | None = None
    """Folder for what the server keeps."""


def load_settings(path: Path) -> ServerSettings:
    """Read a TOML file. Raises `SettingsError`. Paths in the file are relative to its folder."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file; give the settings file's path.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML, correct it: {error}.") from None
    return _Reader(path).settings(data)


def parse_bind(text: str) -> tuple[str, int]:
    """`ADDR:PORT`, `[IPV6]:PORT`, `ADDR` or `:PORT` to host and port. Raises `SettingsError`."""
    host, port = text, ""
    match = re.fullmatch(r"\[([^\]]+)\](?::(\d+))?|([^:]*)(?::(\d+))?", text)
    if match is None:
        raise SettingsError(f"“{text}” is no address to bind: write ADDR:PORT, for example 127.0.0.1:{DEFAULT_PORT}.")
    host = match[1] or match[3] or DEFAULT_HOST
    port = match[2] or match[4] or str(DEFAULT_PORT)
    if int(port) > 65535:
        raise SettingsError(f"“{text}” has a port above 65535: choose one from 0 to 65535.")
    return host, int(port)


def room_settings(alias: str, values: Mapping[str, Any], where: str = "") -> RoomSettings:
    """A room from the values of its table, checked. `where` stands before the key in errors. Raises `SettingsError`."""
    return _Reader(None).room(alias, values, where or f"rooms.{alias}")


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path | None

    def settings(self, data: Mapping[str, Any]) -> ServerSettings:
        for key in data:
            if key == "users":
                raise self._error("users", "accounts are not part of this version; remove the table")
            if key not in ("server", "rooms"):
                raise self._error(str(key), "is not known; there are [server] and [rooms.ALIAS]")
        server = self._table(data.get("server", {}), "server")
        self._known(server, _SERVER_KEYS, (), "server")
        host, port = DEFAULT_HOST, DEFAULT_PORT
        if "bind" in server:
            try:
                host, port = parse_bind(self._text(server, "bind", "server"))
            except SettingsError as error:
                raise self._error("server.bind", str(error).rstrip(".")) from None
        rooms: dict[str, RoomSettings] = {}
        for alias, values in self._table(data.get("rooms", {}), "rooms").items():
            room = self.room(alias, self._table(values, f"rooms.{alias}"), f"rooms.{alias}")
            if alias.casefold() in (other.casefold() for other in rooms):
                raise self._error(f"rooms.{alias}", "is there twice (case does not matter); rename one of them")
            rooms[alias] = room
        certificate, private_key = self._file(server, "tls_cert"), self._file(server, "tls_key")
        if (certificate is None) != (private_key is None):
            raise self._error("server.tls_cert", "and tls_key belong together; give both")
        return ServerSettings(rooms, host, port, certificate, private_key, self._file(server, "data"))

    def room(self, alias: str, values: Mapping[str, Any], where: str) -> RoomSettings:
        if not _ALIAS.fullmatch(alias) or alias in _RESERVED_ALIASES:
            raise self._error(where, "is no name for a room; use up to 64 of A-Z a-z 0-9 . _ - @ +")
        self._known(values, _ROOM_KEYS, _LATER_ROOM_KEYS, where)
        if self._text(values, "mode", where, "group") != "group":
            raise self._error(f"{where}.mode", 'can only be "group" in this version')
        host_pin, guest_pin = self._pin(values, "host_pin", where), self._pin(values, "guest_pin", where)
        if guest_pin and not host_pin:
            raise self._error(f"{where}.guest_pin", "needs a host_pin beside it; add one")
        if guest_pin and guest_pin == host_pin:
            raise self._error(f"{where}.guest_pin", "is the same as host_pin; choose another")
        levels, colours = self._levels(values, where)
        return RoomSettings(
            alias=alias,
            name=self._text(values, "name", where, ""),
            host_pin=host_pin,
            guest_pin=guest_pin,
            knock=self._flag(values, "knock", where, False),
            wait_for_moderator=self._flag(values, "wait_for_moderator", where, False),
            max_active_talkers=self._count(values, "max_active_talkers", where, 9, MAX_SLOTS),
            capacity=self._count(values, "capacity", where, 50, MAX_CAPACITY),
            guests_can_unmute=self._flag(values, "guests_can_unmute", where, True),
            guests_can_present=self._flag(values, "guests_can_present", where, True),
            guests_can_caption=self._flag(values, "guests_can_caption", where, False),
            classification_levels=levels,
            classification_colours=colours,
            breakouts=self._flag(values, "breakouts", where, True),
        )

    def _levels(self, values: Mapping[str, Any], where: str) -> tuple[Mapping[int, str], Mapping[int, str]]:
        """Level to name and level to colour; a level is a name, or a table `{name = "x", colour = "#rrggbb"}`."""
        given = values.get("classification_levels", [])
        key = f"{where}.classification_levels"
        if not isinstance(given, list):
            raise self._error(key, "must be a list of names, the lowest level first")
        levels: dict[int, str] = {}
        colours: dict[int, str] = {}
        for level, item in enumerate(given):
            table = item if isinstance(item, dict) else {"name": item}
            name, colour = table.get("name"), table.get("colour", "")
            if not isinstance(name, str) or not name.strip() or table.keys() - {"name", "colour"}:
                raise self._error(key, "must be names, or tables of a name and a colour, the lowest level first")
            if colour != "" and not (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
                raise self._error(key, f'needs colours such as "#cc2200"; correct the one of “{name}”')
            levels[level] = name
            if colour:
                colours[level] = colour.lower()
        return levels, colours

    def _pin(self, values: Mapping[str, Any], key: str, where: str) -> str:
        value = values.get(key, "")
        if isinstance(value, int) and not isinstance(value, bool):
            raise self._error(f"{where}.{key}", 'must be text; put it in quotes, as in "0123"')
        pin = self._text(values, key, where, "")
        if pin and (not _PIN.fullmatch(pin) or pin.lower() == "none"):
            raise self._error(f"{where}.{key}", 'must be 1 to 64 visible ASCII characters, and not "none"')
        return pin

    def _file(self, values: Mapping[str, Any], key: str) -> Path | None:
        if key not in values:
            return None
        given = Path(self._text(values, key, "server")).expanduser()
        return given if self.path is None else self.path.parent / given

    def _text(self, values: Mapping[str, Any], key: str, where: str, default: str = "") -> str:
        value = values.get(key, default)
        if not isinstance(value, str):
            raise self._error(f"{where}.{key}", "must be text in quotes")
        return value

    def _flag(self, values: Mapping[str, Any], key: str, where: str, default: bool) -> bool:
        value = values.get(key, default)
        if not isinstance(value, bool):
            raise self._error(f"{where}.{key}", "must be true or false")
        return value

    def _count(self, values: Mapping[str, Any], key: str, where: str, default: int, most: int) -> int:
        value = values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise self._error(f"{where}.{key}", f"must be a whole number from 1 to {most}")
        return value

    def _table(self, value: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._error(where, "must be a table; write its keys under a heading in brackets")
        return value

    def _known(self, values: Mapping[str, Any], known: tuple[str, ...], later: tuple[str, ...], where: str) -> None:
        for key in values:
            if key in later:
                raise self._error(f"{where}.{key}", "is not part of this version; remove it")
            if key not in known:
                raise self._error(f"{where}.{key}", f"is not known; there are {', '.join(known)}")

    def _error(self, key: str, what: str) -> SettingsError:
        before = f"{self.path}: " if self.path is not None else ""
        return SettingsError(f"{before}{key}: {what}.")
