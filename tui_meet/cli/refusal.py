"""How a command ends when it cannot do what was asked."""

from __future__ import annotations

DONE, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


class Refusal(Exception):
    """Ends the command: `str()` is the one sentence for stderr, `code` the exit code."""

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence)
        self.code = code
