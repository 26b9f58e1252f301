"""The event log and its banners."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.core.model import Notice, Severity

MAX_NOTICES = 500
"""Lines of the log; older ones fall off."""

Notices = tuple[Notice, ...]


def add(
    notices: Notices,
    text: str,
    at: float,
    *,
    severity: Severity = Severity.INFO,
    banner: bool = False,
    sticky: bool = False,
    topic: str = "",
) -> Notices:
    """Append a line. It takes the banner from earlier ones of its topic."""
    number = notices[-1].number + 1 if notices else 1
    kept = settle(notices, topic) if topic else notices
    new = Notice(number, at, severity, text, banner=banner or sticky, sticky=sticky, topic=topic)
    return (*kept[-(MAX_NOTICES - 1) :], new)


def settle(notices: Notices, topic: str) -> Notices:
    """The cause is gone: lines of this topic stay in the log, but no longer as banner."""
    if not any(notice.banner and notice.topic == topic for notice in notices):
        return notices
    return tuple(
        replace(notice, banner=False, sticky=False) if notice.banner and notice.topic == topic else notice
        for notice in notices
    )
