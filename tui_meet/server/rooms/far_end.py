"""What is meant for somebody's device or for systems beyond the meeting.

There are no such systems here: this server has no gateway, so dialling out is answered as by a node without a licence,
and tones reach nobody.
"""

from __future__ import annotations

from tui_meet.server.rooms.events import ControlCamera, DialOut, Outcome, Refusal, Send, SendTones
from tui_meet.server.rooms.model import Room
from tui_meet.wire.infinity import codes, names

FIXED_CAMERA = "This person's camera cannot be moved from here."


def control_camera(room: Room, request: ControlCamera, now: float) -> Outcome:
    target = room.people[request.target]
    if target.call is None or not target.call.fecc_supported:
        return Outcome(room, refusal=Refusal(403, FIXED_CAMERA))
    return Outcome(room, (Send((target.uuid,), names.FECC, request.control.to_json()),))


def send_tones(room: Room, request: SendTones, now: float) -> Outcome:
    """Everybody here is a WebRTC or API client; none of them takes tones, and a real node says yes all the same."""
    return Outcome(room)


def dial_out(room: Room, request: DialOut, now: float) -> Outcome:
    if request.dial.role not in ("HOST", "GUEST"):
        return Outcome(room, refusal=Refusal(403, codes.INVALID_ROLE))
    streams = request.dial.streaming or request.dial.protocol == "rtmp"
    return Outcome(room, refusal=Refusal(403, codes.NO_LICENCE if streams else codes.NO_GATEWAY))
