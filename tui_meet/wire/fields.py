"""Reading fields of foreign JSON: tolerant of unknown fields, strict about types, one error type."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from tui_meet.wire.errors import WireError

JsonObject = Mapping[str, Any]


def parse_json(text: str) -> Any:
    """JSON text to values. Raises `WireError`, also for nesting too deep and for numbers that are none."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {error}") from None


def _refuse_constant(name: str) -> float:
    raise WireError(f"{name} is not a JSON number")


def as_object(value: Any, where: str) -> JsonObject:
    if not isinstance(value, dict):
        raise WireError(f"{where} must be an object")
    return value


def as_list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise WireError(f"{where} must be a list")
    return value


def text(data: JsonObject, name: str, default: str | None = None) -> str:
    """A string field; absent or null gives the default, or `WireError` where there is none."""
    value = data.get(name)
    if value is None:
        if default is None:
            raise WireError(f"{name} is missing")
        return default
    if not isinstance(value, str):
        raise WireError(f"{name} must be a string")
    return value


def flag(data: JsonObject, name: str, default: bool = False) -> bool:
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise WireError(f"{name} must be true or false")
    return value


def yes_no(data: JsonObject, name: str, default: bool = False) -> bool:
    """A `YES`/`NO` field of the participant object."""
    value = data.get(name)
    if value is None:
        return default
    if value not in ("YES", "NO"):
        raise WireError(f"{name} must be YES or NO")
    return bool(value == "YES")


def number(data: JsonObject, name: str, default: float = 0.0) -> float:
    value = data.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WireError(f"{name} must be a number")
    try:
        result = float(value)
    except OverflowError:
        raise WireError(f"{name} is too large") from None
    if not math.isfinite(result):
        raise WireError(f"{name} must be finite")
    return result


def texts(data: JsonObject, name: str) -> tuple[str, ...]:
    """A list of strings; absent gives none. A bare string counts as one (recorded from real nodes)."""
    value = data.get(name)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise WireError(f"{name} must be a list of strings")
    return tuple(value)
