"""Every setting once: the option, the variable, the key of the file, the help and the default come from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE_PREFIX = "TUI_MEET_"

SettingValue = str | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that can be set."""

    name: str
    """Key in the configuration file."""
    default: SettingValue
    """Its type is the setting's type."""
    help: str
    """One line; what it is, not how it is written."""
    metavar: str = ""
    """What stands for the value in `--help`; empty for a switch."""
    in_file: bool = True
    """False for what belongs to one meeting, such as a PIN."""
    secret: bool = False
    """Never shown, never logged."""

    @property
    def flag(self) -> str:
        """`--try-resume`; a switch has a `--no-` twin."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """`TUI_MEET_TRY_RESUME`."""
        return VARIABLE_PREFIX + self.name.upper()

    @property
    def is_switch(self) -> bool:
        return isinstance(self.default, bool)


SETTINGS: tuple[Setting, ...] = (
    Setting("name", "", "the name that others see; your user name when not given", "NAME"),
    Setting(
        "pin", "", "the meeting's PIN, “-” to be asked for it now; asked for when needed", "PIN",
        in_file=False, secret=True,
    ),
    Setting("mic", "default", "microphone: default, number or part of a name, file:PATH[?loop], tone:HZ, none", "SPEC"),
    Setting("speaker", "default", "speaker: default, number or part of a name, file:PATH (records WAV), none", "SPEC"),
    Setting(
        "camera", "default", "camera: default, number or part of a name, file:PATH[?loop], pattern[:NAME], none", "SPEC"
    ),
    Setting("theme", "", "theme of the app", "NAME"),
    Setting("try_resume", True, "come back by itself after the network failed"),
)  # fmt: skip

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in SETTINGS}
