"""Rooms that `serve`, `host` and `demo` make when no configuration file names any."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NewRoom:
    """A room to be made: anybody comes in without a PIN, the moderator has one."""

    alias: str
    name: str
    host_pin: str = field(repr=False)


def new_room(alias: str, name: str = "") -> NewRoom:
    """A room with a fresh PIN of six digits."""
    return NewRoom(alias, name or alias, f"{secrets.randbelow(900_000) + 100_000}")


def write_settings(path: Path, room: NewRoom, **server: str) -> None:
    """Write a server configuration with this one room, readable by its owner alone."""
    rows = ["[server]", *(f"{key} = {_text(value)}" for key, value in server.items())]
    rows += [
        f"[rooms.{_text(room.alias)}]",
        f"name = {_text(room.name)}",
        f"host_pin = {_text(room.host_pin)}",
    ]
    path.touch(mode=0o600)
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _text(value: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False)
