"""The session: the only mutable object of this room. It joins machines and reducers, and decides nothing itself.

Facts and wishes go in one after the other, with the time at which they came; what is to be done comes out. No clock,
no chance, no loop: the same inputs give the same outputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui_meet.core import commands, events
from tui_meet.core.commands import Command
from tui_meet.core.effects import Effect
from tui_meet.core.events import Event
from tui_meet.core.flow import breakouts, captions, connecting, entering, people, presenting, room, running, talk
from tui_meet.core.state import MeetingState
from tui_meet.core.turn import Memory, Turn

DEFAULT_SLOTS = 9
"""Video lines at most."""


class Session:
    """One person's part in one meeting after the other."""

    def __init__(self, chance: Callable[[], float], max_slots: int = DEFAULT_SLOTS) -> None:
        """`chance` gives the next number of a uniform distribution over 0..1; pauses between attempts vary by it."""
        self._state = MeetingState()
        self._memory = Memory(chance, max_slots)

    @property
    def state(self) -> MeetingState:
        """What every face shows."""
        return self._state

    def handle(self, item: Event | Command, now: float, wall: float) -> tuple[Effect, ...]:
        """Take a fact or a wish; returns what is to be done, in order.

        `now` is monotonic seconds and never goes back, `wall` is Unix seconds. Any exception is a fault of this room:
        no order of inputs raises.
        """
        turn = Turn(self._state, self._memory, now, wall)
        _HANDLERS[type(item)](turn, item)
        running.give_answers(turn)
        self._state = turn.state
        return tuple(turn.effects)

    def next_timer(self) -> float | None:
        """When a `Tick` is wanted, monotonic seconds; None when nothing waits for time to pass."""
        memory = self._memory
        times = (
            connecting.next_timer(memory.signalling, memory.media), memory.desk.next_timer(), memory.confirm_by,
        )  # fmt: skip
        return min((time for time in times if time is not None), default=None)


def _tick(turn: Turn, _event: events.Tick) -> None:
    running.on_time(turn)
    connecting.on_time(turn)
    breakouts.on_time(turn)


def _stream_opened(turn: Turn, event: events.StreamOpened) -> None:
    connecting.on_stream_opened(turn, event)
    breakouts.stream_opened(turn)


_HANDLERS: dict[type[Any], Callable[[Turn, Any], None]] = {
    commands.Join: entering.on_join,
    commands.GivePin: entering.on_give_pin,
    commands.RunLine: running.on_line,
    commands.ShowSlots: room.on_show_slots,
    commands.ReadChat: talk.on_read,
    commands.Dismiss: running.on_dismiss,
    events.JoinAccepted: entering.on_accepted,
    events.PinNeeded: entering.on_pin_needed,
    events.JoinRefused: entering.on_refused,
    events.ServerUnreachable: entering.on_unreachable,
    events.StreamOpened: _stream_opened,
    events.StreamLost: connecting.on_stream_lost,
    events.TokenLost: connecting.on_token_lost,
    events.RoleChanged: people.on_role_changed,
    events.RosterSyncBegan: people.on_roster,
    events.RosterSynced: people.on_roster,
    events.ParticipantCreated: people.on_roster,
    events.ParticipantUpdated: people.on_roster,
    events.ParticipantDeleted: people.on_roster,
    events.StatusChanged: room.on_status,
    events.StageChanged: room.on_stage,
    events.SlotsBound: room.on_slots,
    events.LayoutChanged: room.on_layout,
    events.LayoutsListed: room.on_layouts,
    events.PresentationStarted: presenting.on_started,
    events.PresentationStopped: presenting.on_stopped,
    events.PresentationChanged: presenting.on_changed,
    events.CaptionArrived: captions.on_caption,
    events.BreakoutBegan: breakouts.on_began,
    events.BreakoutEnded: breakouts.on_ended,
    events.BreakoutReferred: breakouts.on_referred,
    events.MessageArrived: talk.on_message,
    events.ApplicationMessageArrived: talk.on_application_message,
    events.ActionReported: room.on_action,
    events.Transferred: entering.on_transferred,
    events.Disconnected: running.on_disconnected,
    events.RequestDone: running.on_done,
    events.MediaConnected: connecting.on_media_connected,
    events.MediaLost: connecting.on_media_lost,
    events.OfferArrived: connecting.on_offer,
    events.PictureStarted: connecting.on_picture_started,
    events.DeviceFailed: running.on_device_failed,
    events.DeviceChosen: running.on_device_chosen,
    events.Tick: _tick,
}
"""Every input has one handler; handlers of facts that do not fit the phase change nothing."""
