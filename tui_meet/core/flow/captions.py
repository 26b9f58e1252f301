"""Live captions as they arrive."""

from __future__ import annotations

from dataclasses import replace

from tui_meet.core.effects import ShowCaptions
from tui_meet.core.events import CaptionArrived
from tui_meet.core.model import CaptionLine
from tui_meet.core.reducers.captions import add_caption
from tui_meet.core.sanitise import safe_text
from tui_meet.core.selectors import name_of
from tui_meet.core.state import Phase
from tui_meet.core.turn import Turn


def on_caption(turn: Turn, event: CaptionArrived) -> None:
    """Words of the room in which we are."""
    state = turn.state
    if state.phase is not Phase.IN_MEETING or event.room != state.current_room:
        return
    text = " ".join(safe_text(event.text).split())
    names = tuple(dict.fromkeys(name_of(state, who) for who in event.speakers if who in state.roster.people))
    turn.set(captions=add_caption(state.captions, CaptionLine(text, turn.wall, event.is_final, names)))
    turn.publish("liveCaptions", {"data": text, "isFinal": event.is_final, "speakers": list(names)}, event.room)


def answered(turn: Turn, request: ShowCaptions, ok: bool) -> None:
    """The server sends captions from now on, or no more."""
    if ok:
        turn.set(captions=replace(turn.state.captions, on=request.on))
