"""Typed ids. All are opaque strings from the meeting system."""

from __future__ import annotations

from typing import NewType

ParticipantId = NewType("ParticipantId", str)
RoomId = NewType("RoomId", str)
StreamId = NewType("StreamId", str)
"""A received video stream of the media plane (the SDP mid), or `media.slots.SELF_STREAM`."""
Ticket = NewType("Ticket", int)
"""Ties the answer of a command to the command."""

MAIN_ROOM = RoomId("main")
"""The room that is not a breakout (events seed)."""
NO_TICKET = Ticket(0)
"""A request nobody waits for."""
