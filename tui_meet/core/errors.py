"""The errors of this room.

CoreError
├── LinkError        a meeting link that cannot be used; the text says what to do
└── CommandError     a command line that cannot be run; the text says why, `code` is 0 or a number of the seeds
"""

from __future__ import annotations


class CoreError(Exception):
    """Base of the errors of this room; the text is one sentence for a person."""


class LinkError(CoreError):
    """A meeting link that cannot be used."""


class CommandError(CoreError):
    """A command line that cannot be run now."""

    def __init__(self, sentence: str, code: int = 0) -> None:
        super().__init__(sentence)
        self.code = code
