"""The log file of a command, and where the traceback of a fault of ours goes."""

from __future__ import annotations

import logging
from pathlib import Path

from tui_meet.log import log_file, set_up


def open_log() -> Path | None:
    """Log to the file from now on. Returns its path, or None where it cannot be written."""
    return set_up()


def log_path() -> Path:
    """Where the log is or would be."""
    return log_file()


def log_crash() -> Path | None:
    """Write the exception that is being handled to the log. Returns the log's path, None where it cannot be written."""
    path = set_up()
    logging.getLogger("tui_meet").critical("The program failed", exc_info=True)
    return path
