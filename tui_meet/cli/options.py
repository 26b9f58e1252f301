"""Options that several commands share, made from the schema of settings; and the configuration that results."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from tui_meet.cli.refusal import WRONG_USAGE, Refusal
from tui_meet.config.schema import SETTINGS

if TYPE_CHECKING:
    from tui_meet.config.load import Configuration
    from tui_meet.config.schema import SettingValue
    from tui_meet.core.model import MeetingLink

_DEVICES = {"mic": "microphone", "speaker": "speaker", "camera": "camera"}


def add_joining(parser: argparse.ArgumentParser, *, without: tuple[str, ...] = ()) -> None:
    """Add an option for every setting of the schema except those named."""
    for setting in SETTINGS:
        if setting.name in without:
            continue
        told = f"{setting.help} ({setting.variable})"
        if setting.is_switch:
            parser.add_argument(
                setting.flag, dest=setting.name, action=argparse.BooleanOptionalAction, default=None, help=told
            )
        else:
            parser.add_argument(setting.flag, dest=setting.name, metavar=setting.metavar, default=None, help=told)


def configuration(arguments: argparse.Namespace, **defaults: str) -> Configuration:
    """Collect the settings; `defaults` take the place of the schema's for this command.

    Asks for the PIN when it is given as `-`. Raises `Refusal` for a wrong setting or device SPEC.
    """
    from tui_meet.config.load import ConfigError, Source, load
    from tui_meet.config.paths import config_file
    from tui_meet.media.devices.spec import parse_spec

    try:
        found = load(vars(arguments), os.environ, config_file())
    except ConfigError as error:
        raise Refusal(str(error), WRONG_USAGE) from error
    values: dict[str, SettingValue] = dict(found.values)
    values |= {name: value for name, value in defaults.items() if found.origins[name].source is Source.DEFAULT}
    for name, kind in _DEVICES.items():
        try:
            parse_spec(kind, str(values[name]))  # type: ignore[arg-type]  # the three kinds, as `_DEVICES` has them
        except ValueError as error:
            raise Refusal(f"{found.origins[name].where}: {error}.", WRONG_USAGE) from error
    if values["pin"] == "-":
        values["pin"] = _ask_pin()
    values["name"] = str(values["name"]).strip() or _user_name()
    return found.having(**values)


def meeting_link(text: str) -> MeetingLink:
    """Read a meeting link. Raises `Refusal` with the sentence that says what is wrong with it."""
    from tui_meet.core.errors import LinkError
    from tui_meet.core.links import parse_link

    try:
        return parse_link(text)
    except LinkError as error:
        raise Refusal(str(error), WRONG_USAGE) from error


def _ask_pin() -> str:
    import getpass

    if not sys.stdin.isatty():
        raise Refusal("--pin - asks on the terminal, and there is none; use TUI_MEET_PIN.", WRONG_USAGE)
    try:
        return getpass.getpass("PIN: ").strip()
    except EOFError:
        raise Refusal("No PIN was given.", WRONG_USAGE) from None


def _user_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "Guest"
