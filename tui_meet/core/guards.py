"""Why a command makes no sense now: one sentence each, an empty string when it does. Rows of the registry name them."""

from __future__ import annotations

from collections.abc import Callable

from tui_meet.core.ids import MAIN_ROOM
from tui_meet.core.selectors import waiting
from tui_meet.core.state import Layer, MeetingState, Phase

Guard = Callable[[MeetingState], str]


def microphone_is_off(state: MeetingState) -> str:
    # Also while the room has me muted: who does so is not heard when the room's mute ends.
    return "" if state.local.microphone_on else "Your microphone is muted already."


def microphone_is_on(state: MeetingState) -> str:
    me = state.myself
    if me is not None and me.is_muted:
        if not state.is_moderator and not state.main_status.guests_can_unmute:
            return "Only a moderator can unmute you: raise your hand to ask."
        return ""
    return "Your microphone is on already." if state.local.microphone_on else ""


def camera_is_on(state: MeetingState) -> str:
    me = state.myself
    if me is not None and me.is_camera_muted:
        return ""
    return "Your camera is on already." if state.local.camera_on else ""


def camera_is_off(state: MeetingState) -> str:
    return "" if state.local.camera_on else "Your camera is off already."


def deafened_is(on: bool) -> Guard:
    sentence = "You are deafened already." if on else "You are not deafened."
    return lambda state: sentence if state.local.deafened is on else ""


def hand_is_up(state: MeetingState) -> str:
    me = state.myself
    return "Your hand is up already." if me is not None and me.hand_raised else ""


def hand_is_down(state: MeetingState) -> str:
    me = state.myself
    return "Your hand is not up." if me is None or not me.hand_raised else ""


def nobody_waits(state: MeetingState) -> str:
    return "" if waiting(state) else "Nobody is waiting."


def is_locked(state: MeetingState) -> str:
    return "The meeting is locked already." if state.status.locked else ""


def is_unlocked(state: MeetingState) -> str:
    return "" if state.status.locked else "The meeting is not locked."


def guests_are_muted(state: MeetingState) -> str:
    return "Everybody is muted already." if state.main_status.guests_muted else ""


def guests_are_not_muted(state: MeetingState) -> str:
    return "" if state.main_status.guests_muted else "“mute-all” is not in force."


def no_hands(state: MeetingState) -> str:
    return "" if any(p.hand_raised for p in state.roster.people.values()) else "No hand is up."


def no_chat(state: MeetingState) -> str:
    return "" if state.chat_enabled else "This meeting has no chat."


def no_breakouts(state: MeetingState) -> str:
    return "" if state.main_status.breakout_rooms else "This meeting has no breakout rooms."


def no_open_breakouts(state: MeetingState) -> str:
    return no_breakouts(state) or ("" if state.breakouts else "No breakout room is open.")


def not_in_breakout(state: MeetingState) -> str:
    return "" if state.status.breakout or state.current_room != MAIN_ROOM else "You are not in a breakout room."


def cannot_ask_for_help(state: MeetingState) -> str:
    if not_in_breakout(state):
        return not_in_breakout(state)
    return "Help has been asked for already." if state.status.help_asked_at > 0 else ""


def cannot_leave_breakout(state: MeetingState) -> str:
    if not_in_breakout(state):
        return not_in_breakout(state)
    if not state.is_moderator and not state.status.guests_allowed_to_leave:
        return "Only a moderator can take you out of this breakout room."
    return ""


def cannot_present(state: MeetingState) -> str:
    status = state.status
    if not status.presentation_allowed:
        return "Presenting is not allowed in this meeting."
    if not state.is_moderator and not status.guests_can_present:
        return "Only a moderator can present in this meeting."
    return "" if state.connection.media is Layer.UP else "Presenting needs the call: it is not connected."


def not_presenting(state: MeetingState) -> str:
    return "" if state.presentation.file else "You are not presenting."


def no_captions(state: MeetingState) -> str:
    return "" if state.status.live_captions_available else "This meeting has no live captions."


def captions_are(on: bool) -> Guard:
    sentence = "Live captions are on already." if on else "Live captions are off already."
    return lambda state: no_captions(state) or (sentence if state.captions.on is on else "")


def no_classification(state: MeetingState) -> str:
    return "" if state.main_status.classification_levels else "This meeting has no classification levels."


def nothing_to_leave(state: MeetingState) -> str:
    return "You are not in a meeting." if state.phase in (Phase.IDLE, Phase.ENDED) else ""


def is_started(state: MeetingState) -> str:
    return "The meeting has started already." if state.main_status.started else ""
