"""Loads themes: one TOML file each, from the top-level `themes/` (a checkout) or `tui_meet/themes` (the wheel), and
from a person's own folder.

The fields are those of `textual.theme.Theme`; `[variables]` holds further ones, of which the app uses `dim` (secondary
text), `faint` (lines) and `cursor` (ground of the selected row).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from textual.theme import Theme

from tui_meet.render.capability import ColourDepth

DEFAULT_THEME = "dusk"
"""Of a terminal with 256 colours or more."""

SIXTEEN_THEME = "sixteen"
"""Of a terminal with sixteen colours or none."""

_TEXTS = frozenset(
    ("primary", "secondary", "accent", "success", "warning", "error", "foreground", "background", "surface", "panel",
     "boost")
)  # fmt: skip
_SWITCHES = frozenset(("dark", "ansi"))


class ThemeError(ValueError):
    """A theme file that cannot be used; the text names the file and says why."""


def theme_for(depth: ColourDepth) -> str:
    """The theme to start with where nobody chose one."""
    return SIXTEEN_THEME if depth in (ColourDepth.ANSI16, ColourDepth.NONE) else DEFAULT_THEME


def load_themes(own_folder: Path | None = None) -> tuple[Theme, ...]:
    """Every theme there is; one in `own_folder` replaces a shipped one of the same name. Raises `ThemeError`."""
    found = {theme.name: theme for theme in shipped_themes()}
    if own_folder is not None and own_folder.is_dir():
        found.update((theme.name, theme) for theme in _read_all(own_folder.iterdir()))
    return tuple(found.values())


@cache
def shipped_themes() -> tuple[Theme, ...]:
    """The themes of the package, read once: a handful of small local files."""
    return tuple(_read_all(_shipped().iterdir()))


def read_theme(text: str, source: str) -> Theme:
    """The theme that a TOML text describes; `source` names it in errors. Raises `ThemeError`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"Theme {source} is not valid TOML: {error}.") from error
    arguments: dict[str, Any] = {}
    for key, value in table.items():
        if key == "variables" and isinstance(value, dict):
            arguments[key] = {str(name): str(colour) for name, colour in value.items()}
        elif (isinstance(value, str) and (key == "name" or key in _TEXTS)) or (
            isinstance(value, bool) and key in _SWITCHES
        ):
            arguments[key] = value
        else:
            raise ThemeError(f"Theme {source} has an unusable field “{key}”: see themes/dusk.toml for an example.")
    missing = [key for key in ("name", "primary") if key not in arguments]
    if missing:
        raise ThemeError(f"Theme {source} lacks the field “{missing[0]}”.")
    return Theme(**arguments)


def _shipped() -> Traversable:
    inside = files("tui_meet") / "themes"
    return inside if inside.is_dir() else files("tui_meet") / ".." / "themes"


def _read_all(entries: Iterable[Traversable]) -> Iterator[Theme]:
    for entry in sorted(entries, key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            yield read_theme(entry.read_text(encoding="utf-8"), entry.name)
