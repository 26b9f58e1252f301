"""What the panes say about a meeting: pure functions from a state to rows of text."""

from __future__ import annotations

from datetime import datetime, tzinfo

from tui_meet.app.marks import Marks
from tui_meet.app.rows import Row, Span, plain
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import ChatMessage, Participant
from tui_meet.core.state import Connection, Layer, MeetingState

ZONE: tzinfo | None = None
"""Of the times of day that are shown; None is this machine's."""


def clock(seconds: float) -> str:
    """Hours, minutes, seconds that have gone by: `7:05`, `1:02:03`."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def time_of_day(at: float) -> str:
    """`14:32` in the zone of this machine; `at` is Unix seconds."""
    return datetime.fromtimestamp(at, ZONE).strftime("%H:%M")


def ago(seconds: float) -> str:
    """How long something has been so, in words short enough for a row."""
    return f"{int(seconds)} s" if seconds < 60 else f"{int(seconds // 60)} min"


def meeting_name(state: MeetingState, otherwise: str) -> str:
    """What the meeting is called, or its name in the link, as it may be shown."""
    named = plain(state.conference_name).strip()
    return named or (plain(state.link.alias).strip() if state.link is not None else "") or otherwise


def shown_name(person: Participant | None) -> str:
    """The name as it may be shown; never empty."""
    return (plain(person.display_name).strip() if person is not None else "") or "no name"


def level_blocks(dbfs: float, width: int) -> int:
    """How many of `width` blocks of a meter are lit: -60 dBFS is none, -6 dBFS and above all."""
    return max(0, min(width, round((dbfs + 60) / 54 * width)))


def voice_sign(vad: int, marks: Marks) -> str:
    """How much somebody speaks, `vad` 1..100, as one of four signs."""
    return marks.voice[min(3, max(0, vad - 1) // 25)]


def marks_of(person: Participant, hand_place: int, vad: int, marks: Marks, volume: int = 100) -> tuple[Span, ...]:
    """The signs next to a name, in a fixed order; `hand_place` counts from 1, 0 = no hand; `vad` 0 = silent."""
    spans: list[Span] = []
    if vad > 0 and not person.is_silenced:
        spans.append((marks.talking + voice_sign(vad, marks), "good"))
    if hand_place:
        spans.append((f"{marks.hand}{hand_place}", "accent"))
    if person.is_spotlighted:
        spans.append((marks.spotlight, "accent"))
    if person.is_moderator:
        spans.append((marks.moderator, "info"))
    if person.is_presenting:
        spans.append((marks.presenting, "info"))
    if person.is_silenced:
        spans.append((marks.muted, "bad" if person.is_muted else "dim"))
    if person.is_camera_muted:
        spans.append((marks.camera_off, "dim"))
    if volume != 100:
        spans.append((f"{volume}%", "dim"))
    return tuple(spans)


def words_of(
    person: Participant, hand_place: int, talking: bool, wall: float, volume: int = 100, muted_by: str = ""
) -> str:
    """What the signs say, in words, for the selected row."""
    words: list[str] = []
    if person.is_waiting:
        words.append("waiting to be let in")
    if talking and not person.is_silenced:
        words.append("talks")
    if hand_place:
        age = ago(max(0.0, wall - person.hand_raised_at))
        words.append(f"hand up, number {hand_place}, for {age}")
    if person.is_spotlighted:
        words.append("in the spotlight")
    if person.is_moderator:
        words.append("moderator")
    if person.is_presenting:
        words.append("presents")
    if person.is_muted:
        words.append(f"muted by {muted_by}" if muted_by else "muted by the room")
    elif person.is_client_muted:
        words.append("microphone off")
    if person.is_camera_muted:
        words.append("camera off")
    elif person.call_type == "audio":
        words.append("sound only")
    elif person.call_type == "api":
        words.append("neither sound nor picture")
    if volume == 0:
        words.append("ignored by you")
    elif volume != 100:
        words.append(f"at {volume} % for you")
    return ", ".join(words) or "listens"


def connection_words(connection: Connection, now: float) -> str:
    """Both layers in words; empty when all is well."""
    if connection.signalling is Layer.UP and connection.media in (Layer.UP, Layer.OFF):
        return ""
    words: list[str] = []
    if connection.signalling is not Layer.UP:
        words.append(_LAYER_WORDS["server", connection.signalling])
    if connection.media not in (Layer.UP, Layer.OFF):
        words.append(_LAYER_WORDS["media", connection.media])
    if connection.attempt:
        words.append(f"try {connection.attempt}")
    if connection.gives_up_at is not None:
        words.append(f"gives up in {clock(connection.gives_up_at - now)}")
    return ", ".join(words)


_LAYER_WORDS = {
    ("server", Layer.OFF): "no server",
    ("server", Layer.CONNECTING): "server: connecting",
    ("server", Layer.LOST): "server lost",
    ("media", Layer.CONNECTING): "sound and picture: connecting",
    ("media", Layer.LOST): "sound and picture lost",
}


def chat_head(message: ChatMessage) -> Row:
    """Time and name of a chat line."""
    at: Span = (time_of_day(message.at) + " ", "dim")
    sender = plain(message.sender_name).strip() or "no name"
    if message.direct:
        other = plain(message.to_name).strip() or "no name"
        whom = f"you to {other}, private" if message.mine else f"{sender}, private to you"
        return at, (whom, "accent")
    return at, ("You" if message.mine else sender, "info" if message.mine else "strong")


def volume_of(state: MeetingState, person: ParticipantId) -> int:
    """Percent at which one hears the person."""
    return state.local.volumes.get(person, 100)
