"""Where tui-meet keeps its files on this system (XDG on Linux, the usual places elsewhere)."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_path, user_data_path

APPLICATION = "tui-meet"


def config_folder() -> Path:
    """Holds `config.toml` and `themes/`; need not exist."""
    return user_config_path(APPLICATION, appauthor=False)


def config_file() -> Path:
    """The configuration file; need not exist."""
    return config_folder() / "config.toml"


def data_folder() -> Path:
    """What a server that runs here keeps; need not exist."""
    return user_data_path(APPLICATION, appauthor=False)
