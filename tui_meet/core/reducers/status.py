"""State of the rooms, and what changed about it in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from tui_meet.core.events import StatusChanged
from tui_meet.core.ids import RoomId
from tui_meet.core.model import ConferenceStatus
from tui_meet.core.sanitise import safe_name

_COLOUR = re.compile("#[0-9a-fA-F]{6}")


def reduce_statuses(
    statuses: Mapping[RoomId, ConferenceStatus], event: StatusChanged
) -> Mapping[RoomId, ConferenceStatus]:
    """The statuses of all rooms after the news of one."""
    status = event.status
    if status.classification_levels:
        levels = {level: safe_name(name, "?") for level, name in status.classification_levels.items()}
        colours = {level: word for level, word in status.classification_colours.items() if _COLOUR.fullmatch(word)}
        status = replace(status, classification_levels=levels, classification_colours=colours)
    if status.breakout_name or status.breakout_description:
        status = replace(
            status,
            breakout_name=safe_name(status.breakout_name, ""),
            breakout_description=safe_name(status.breakout_description, ""),
        )
    return {**statuses, event.room: status}


def actor_reports(before: ConferenceStatus, after: ConferenceStatus) -> tuple[str, ...]:
    """What changed, one sentence each, of what a server with actors reports by name anyway."""
    sentences = []
    if after.locked is not before.locked:
        sentences.append("The meeting is locked now." if after.locked else "The meeting is open now.")
    if after.guests_muted is not before.guests_muted:
        sentences.append("Everybody was muted." if after.guests_muted else "“mute-all” is over.")
    if after.guests_can_unmute is not before.guests_can_unmute:
        sentences.append(
            "Participants may unmute themselves now."
            if after.guests_can_unmute
            else "Only a moderator can unmute participants now."
        )
    return tuple(sentences)


def other_news(before: ConferenceStatus, after: ConferenceStatus) -> tuple[str, ...]:
    """What changed, one sentence each, of what no actor is reported for."""
    sentences = []
    if after.started and not before.started:
        sentences.append("The meeting has started.")
    if after.classification_current != before.classification_current and after.classification_current is not None:
        name = after.classification_levels.get(after.classification_current, str(after.classification_current))
        sentences.append(f"The meeting is classified “{name}” now.")
    return tuple(sentences)
