"""Where the program's log goes: a file, never the screen; and what never gets into it: PINs and tokens."""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path

HIDDEN = "[hidden]"
MAX_BYTES = 2 * 1024 * 1024
"""Size at which the file is begun anew; one older file is kept."""
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_NAMES = r"token|pin|sso_token|registration_token|credential|secret|password|invite|ice-pwd|pwd"

_SECRETS = (
    # "token": "..." of JSON and {'pin': '...'} of Python, escaped quotes inside allowed; bytes of header lists too.
    re.compile(rf"""(?ix)( (?:b)?["'](?:{_NAMES})["'] \s* [:,=] \s* b? )(["']) (?:\\.|(?!\2).)* \2"""),
    # token=... of addresses, pin='...' of values
    re.compile(rf"""(?i)\b({_NAMES})=(?:"[^"]*"|'[^']*'|[^\s&#"',;)\]}}]+)"""),
    # token: ... and Authorization: ... of header lines
    re.compile(rf"""(?im)^(\s*(?:{_NAMES}|authorization)\s*:\s*)\S.*$"""),
    # a=ice-pwd:... of SDP
    re.compile(r"""(?i)(a=ice-pwd:)[^\s\\]+"""),
    # "pin": 1234 of JSON and Python
    re.compile(rf"""(?i)(["'](?:{_NAMES})["']\s*[:,]\s*)\d[^\s,)\]}}]*"""),
    # --pin 1234 of command lines, also as a list of arguments
    re.compile(rf"""(?i)(--(?:[a-z]+-)*(?:{_NAMES})["']?,?\s+)(?!-)(?:"[^"]*"|'[^']*'|\S+)"""),
    # x-pexip-basic dXNlcjpwdw==
    re.compile(r"""(?i)\b(x-pexip-basic\s+)[A-Za-z0-9+/=_-]+"""),
)


def hide_secrets(text: str) -> str:
    """The text with the values of PINs, tokens and passwords taken out."""
    text = _SECRETS[0].sub(lambda found: f"{found[1]}{found[2]}{HIDDEN}{found[2]}", text)
    text = _SECRETS[1].sub(lambda found: f"{found[1]}={HIDDEN}", text)
    for pattern in _SECRETS[2:]:
        text = pattern.sub(lambda found: f"{found[1]}{HIDDEN}", text)
    return text


class SecretFormatter(logging.Formatter):
    """Hides secrets in the finished line, traceback included: whatever wrote it, and however it was put together."""

    def format(self, record: logging.LogRecord) -> str:
        return hide_secrets(super().format(record))


def log_file() -> Path:
    """Where the log is; need not exist."""
    return user_log_path("tui-meet", appauthor=False) / "tui-meet.log"


def set_up(path: Path | None = None, level: int = logging.INFO) -> Path | None:
    """Log to the file. Returns its path, or None where it cannot be written: the program then goes on without a log.

    Replaces what was set up before. Nothing is ever written to the screen: a full-screen program owns it.
    """
    target = path if path is not None else log_file()
    root = logging.getLogger()
    for old in tuple(root.handlers):
        if isinstance(old, RotatingFileHandler | logging.NullHandler):
            root.removeHandler(old)
            old.close()
    # Libraries that tell of every request would fill the file, and say nothing of use to a reader.
    for noisy in ("httpx", "httpcore", "asyncio", "aioice", "aiortc", "uvicorn"):
        logging.getLogger(noisy).setLevel(max(level, logging.WARNING))
    root.setLevel(level)
    handler = _file_handler(target)
    # Without any handler the standard library writes warnings to stderr, across the screen.
    root.addHandler(handler or logging.NullHandler())
    return target if handler is not None else None


def _file_handler(target: Path) -> logging.Handler | None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(target, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8", errors="replace")
        target.chmod(0o600)
    except OSError:
        return None
    handler.setFormatter(SecretFormatter(_FORMAT))
    return handler
