"""Live captions: who wants them, who may publish them."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.server.rooms.events import Outcome, PublishCaption, Refusal, Send, SetShowsCaptions
from tui_meet.server.rooms.model import Room
from tui_meet.server.rooms.text import clean_text
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.infinity.presentation import MAX_CAPTION_LENGTH, LiveCaptions

HOSTS_ONLY = "Only a moderator can publish captions in this meeting."
TOO_LONG = f"The caption is too long: at most {MAX_CAPTION_LENGTH} characters fit."
MAX_TAG_LENGTH = 35
"""Characters of a language tag (BCP 47 asks for room for so many)."""


def set_shows_captions(room: Room, request: SetShowsCaptions, now: float) -> Outcome:
    person = room.people[request.target]
    return Outcome(room.with_person(replace(person, shows_captions=request.on)))


def publish(room: Room, request: PublishCaption, now: float) -> Outcome:
    """A caption lives for a moment: it is not kept for those whose stream is closed just now."""
    speaker = room.people[request.by]
    if not (speaker.is_host or room.settings.guests_can_caption):
        return Outcome(room, refusal=Refusal(403, HOSTS_ONLY, codes.NOT_MODERATOR))
    caption = request.caption
    if len(caption.data) > MAX_CAPTION_LENGTH:
        return Outcome(room, refusal=Refusal(413, TOO_LONG))
    to = tuple(person.uuid for person in room.listening if person.shows_captions)
    event = LiveCaptions(
        data=clean_text(caption.data),
        is_final=caption.is_final,
        src_lang=clean_text(caption.src_lang)[:MAX_TAG_LENGTH],
        speakers=(speaker.uuid,),
        sent_time=now,
    )
    return Outcome(room, (Send(to, names.LIVE_CAPTIONS, event.to_json()),) if to else ())
