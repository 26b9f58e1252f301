"""Takes secrets out of the process's argument list, which every user of the machine can read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from tui_meet.config.schema import SETTINGS

_ARG_START, _ARG_END = 47, 48
"""Indexes of arg_start and arg_end among the fields of /proc/PID/stat (proc(5): fields 48 and 49)."""

_INVITE = b"invite="
"""In a link: what lets one person in."""


def hidden(arguments: Sequence[bytes]) -> list[bytes]:
    """The arguments with the values of secret options, and invites in links, replaced by as many asterisks."""
    flags = {setting.flag.encode() for setting in SETTINGS if setting.secret}
    out: list[bytes] = []
    secret_follows = False
    for argument in arguments:
        flag, equals, value = argument.partition(b"=")
        if secret_follows:
            out.append(b"*" * len(argument))
        elif _INVITE in argument:
            link, _, invite = argument.partition(_INVITE)
            out.append(link + _INVITE + b"*" * len(invite))
        elif equals and flag in flags:
            out.append(flag + equals + b"*" * len(value))
        else:
            out.append(argument)
        secret_follows = not secret_follows and argument in flags
    return out


def hide_secrets() -> bool:
    """Overwrite secret options in this process's argument list; True when nothing secret is left there.

    Works on Linux. Elsewhere `TUI_MEET_PIN` or the question on screen keeps a PIN to oneself.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        arguments = Path("/proc/self/cmdline").read_bytes().split(b"\0")
        replaced = hidden(arguments)
        if replaced == arguments:
            return True
        stat = Path("/proc/self/stat").read_text(encoding="ascii", errors="replace")
        # the second field is the program's name in parentheses, in which anything may stand
        fields = ["", "", *stat.rpartition(")")[2].split()]
        start, end = int(fields[_ARG_START]), int(fields[_ARG_END])
    except (OSError, ValueError, IndexError):
        return False
    block = b"\0".join(replaced)
    if start <= 0 or len(block) != end - start:
        return False
    import ctypes

    ctypes.memmove(start, block, len(block))
    return True
