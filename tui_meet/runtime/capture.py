"""Record what a session was told, and replay it: the same inputs give the same states.

A capture is a file of JSON lines. The first says what it is; every other one is an input of the core with its two
times, or a number that chance gave. Secrets (PINs, tokens) are written as a mark of their place, never as themselves;
names and chat are in it as they were.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cache
from typing import Any, TextIO

from tui_meet.core.answers import shown
from tui_meet.core.commands import Command, RunLine
from tui_meet.core.events import Event

FORMAT = "tui-meet capture"
VERSION = 1
MASK = "hidden"
"""Stands where a secret was that was not empty."""
_SECRET_COMMANDS = {"promote": MASK}

_INPUTS: dict[str, type] = {
    kind.__name__: kind for kind in (*typing.get_args(Event), *typing.get_args(Command))
}  # fmt: skip


class CaptureError(ValueError):
    """A file that is no capture of this version; the text names the line."""


@dataclasses.dataclass(frozen=True, slots=True)
class Input:
    """One input of the core."""

    item: Event | Command
    now: float
    """Monotonic seconds."""
    wall: float
    """Unix seconds."""


class Recorder:
    """Writes a capture. Hand `witness` to the driver, and the session a chance that went through `chance`."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._write({"capture": FORMAT, "version": VERSION})

    def witness(self, item: Event | Command, now: float, wall: float) -> None:
        """Take an input, before the core does."""
        kind = type(item)
        self._write({"input": kind.__name__, "now": now, "wall": wall, "fields": _encode_input(item)})

    def chance(self, source: Callable[[], float]) -> Callable[[], float]:
        """A chance that gives what `source` gives, and writes it down."""

        def draw() -> float:
            number = source()
            self._write({"chance": number})
            return number

        return draw

    def _write(self, line: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")


class Replay:
    """Reads a capture; `chance` gives the recorded numbers again. Raises `CaptureError`."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.inputs: list[Input] = []
        self._chances: list[float] = []
        number = 0
        for number, line in enumerate(lines, 1):
            try:
                self._take(json.loads(line), first=number == 1)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise CaptureError(f"line {number}: {error}") from error
        if not number:
            raise CaptureError("line 1: the file is empty")

    def chance(self) -> float:
        """The next recorded number. Raises `CaptureError` when the session asks for more than it did."""
        if not self._chances:
            raise CaptureError("the session asks for more chance than was recorded")
        return self._chances.pop(0)

    def _take(self, data: Mapping[str, Any], *, first: bool) -> None:
        if first:
            if data.get("capture") != FORMAT or data.get("version") != VERSION:
                raise CaptureError(f"not a {FORMAT} of version {VERSION}")
        elif "chance" in data:
            self._chances.append(float(data["chance"]))
        else:
            kind = _INPUTS[data["input"]]
            self.inputs.append(Input(_decode(kind, data["fields"]), float(data["now"]), float(data["wall"])))


def _encode_input(item: Event | Command) -> Any:
    if isinstance(item, RunLine):
        item = dataclasses.replace(item, line=shown(item.line.strip(), _SECRET_COMMANDS))
    return _encode(item)


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        # Secrets are exactly the fields that are kept out of `repr`.
        return {
            field.name: _encode(getattr(value, field.name)) if field.repr else _masked(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_encode(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(_encode(item) for item in value)
    return value


def _masked(value: Any) -> Any:
    return MASK if value else value


def _decode(kind: Any, value: Any) -> Any:
    """Back to the type that a field is declared with."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if isinstance(kind, typing.NewType):
        return _decode(kind.__supertype__, value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _decode(hints[name], item) for name, item in value.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _decode(next(choice for choice in arguments if choice is not type(None)), value)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_decode(arguments[0], item) for item in value)
        return tuple(_decode(choice, item) for choice, item in zip(arguments, value, strict=True))
    if origin is frozenset:
        return frozenset(_decode(arguments[0], item) for item in value)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        key_type = int if arguments[0] is int else str
        return {key_type(key): _decode(arguments[1], item) for key, item in value.items()}
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
