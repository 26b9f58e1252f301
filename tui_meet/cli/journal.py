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


def log_fault(traceback: str) -> Path | None:
    """Write a traceback that Textual has drawn to the log, without the values of variables: secrets are among them."""
    kept: list[str] = []
    among_values = False
    for line in traceback.splitlines():
        among_values = among_values or " locals ─" in line
        if not among_values:
            kept.append(line.strip("│ ").rstrip())
        elif "╰" in line:
            among_values = False
    path = set_up()
    logging.getLogger("tui_meet").critical("The app failed\n%s", "\n".join(line for line in kept if line))
    return path


def fault_sentence(log: Path | None) -> str:
    """What a person is told about a fault of ours."""
    told = f"the details are in {log}" if log is not None else "and the log could not be written"
    return f"Something went wrong inside tui-meet; {told}."


def log_crash() -> Path | None:
    """Write the exception that is being handled to the log. Returns the log's path, None where it cannot be written."""
    path = set_up()
    logging.getLogger("tui_meet").critical("The program failed", exc_info=True)
    return path
