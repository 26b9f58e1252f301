"""Collects the settings: options beat `TUI_MEET_*` variables, which beat the file, which beats the default.

Every value remembers where it came from, so that a wrong one can be named: `config.toml, line 3: theme must be text`.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from tui_meet.config.schema import BY_NAME, SETTINGS, Setting, SettingValue

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class ConfigError(Exception):
    """A setting that cannot be used: one sentence that names the file and line, the variable or the option."""


class Source(Enum):
    """Who set a value, strongest first."""

    OPTION = "option"
    VARIABLE = "variable"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value came from."""

    source: Source
    where: str
    """`--mic`, `TUI_MEET_MIC`, `/path/config.toml, line 3` or `default`."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings with their origins; every name of the schema is there."""

    values: Mapping[str, SettingValue] = field(repr=False)
    origins: Mapping[str, Origin]

    def text(self, name: str) -> str:
        """The value of a setting that is text."""
        value = self.values[name]
        if not isinstance(value, str):
            raise TypeError(f"{name} is a switch")
        return value

    def having(self, **values: SettingValue) -> Configuration:
        """The same with these values in their place."""
        return Configuration({**self.values, **values}, self.origins)

    def switch(self, name: str) -> bool:
        """The value of a setting that is on or off."""
        value = self.values[name]
        if not isinstance(value, bool):
            raise TypeError(f"{name} is text")
        return value


def load(options: Mapping[str, object], environment: Mapping[str, str], file: Path) -> Configuration:
    """Collect all settings.

    `options` holds parsed options by setting name, None where not given; other names are ignored. The file need not
    exist. Raises `ConfigError`.
    """
    from_file = read_file(file)
    values: dict[str, SettingValue] = {}
    origins: dict[str, Origin] = {}
    for setting in SETTINGS:
        option = options.get(setting.name)
        if isinstance(option, str | bool):
            values[setting.name], origins[setting.name] = option, Origin(Source.OPTION, setting.flag)
        elif setting.variable in environment:
            values[setting.name] = _from_variable(setting, environment[setting.variable])
            origins[setting.name] = Origin(Source.VARIABLE, setting.variable)
        elif setting.name in from_file:
            values[setting.name], line = from_file[setting.name]
            origins[setting.name] = Origin(Source.FILE, f"{file}, line {line}")
        else:
            values[setting.name], origins[setting.name] = setting.default, Origin(Source.DEFAULT, "default")
    return Configuration(values, origins)


def read_file(file: Path) -> Mapping[str, tuple[SettingValue, int]]:
    """The file's settings, each with its line number; empty when there is no file. Raises `ConfigError`."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text: save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}.") from error
    return {name: (_from_file(file, text, name, value), _line_of(text, name)) for name, value in table.items()}


def _from_file(file: Path, text: str, name: str, value: object) -> SettingValue:
    where = f"{file}, line {_line_of(text, name)}"
    setting = BY_NAME.get(name)
    if setting is None:
        near = difflib.get_close_matches(name, BY_NAME, n=1)
        meant = f"; did you mean “{near[0]}”?" if near else f"; there are {', '.join(_names_in_file())}."
        raise ConfigError(f"{where}: there is no setting “{name}”{meant}")
    if not setting.in_file:
        raise ConfigError(f"{where}: “{name}” does not belong in a file; give it by {setting.variable} or when asked.")
    if setting.is_switch:
        if not isinstance(value, bool):
            raise ConfigError(f"{where}: “{name}” must be true or false.")
        return value
    if not isinstance(value, str):
        raise ConfigError(f"{where}: “{name}” must be text in quotation marks.")
    return value


def _from_variable(setting: Setting, value: str) -> SettingValue:
    if not setting.is_switch:
        return value
    lowered = value.strip().lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ConfigError(f"{setting.variable} must be 1 or 0, not “{value}”.")


def _names_in_file() -> tuple[str, ...]:
    return tuple(setting.name for setting in SETTINGS if setting.in_file)


def _line_of(text: str, name: str) -> int:
    """Line of the key or table of that name; 1 where it is written in a way not looked for."""
    key = re.compile(rf"""\s*(\[+\s*)?["']?{re.escape(name)}["']?\s*[=.\]]""")
    return next((number for number, line in enumerate(text.splitlines(), 1) if key.match(line)), 1)
