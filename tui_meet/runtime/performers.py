"""Which part of the shell carries out which effect: one row per effect type."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from typing import Any

from tui_meet.core import effects as fx
from tui_meet.runtime.backend_lane import BackendLane
from tui_meet.runtime.media_lane import MediaLane

Performer = Callable[[Any], None]
"""Takes the effect of its row and returns at once: what takes time runs as a task of the lane."""


def performers(
    backend: BackendLane,
    media: MediaLane,
    *,
    publish: Performer,
    answer: Performer,
    quit_program: Performer,
    face_command: Performer,
) -> Mapping[type, Performer]:
    """The table; complete for `core.effects.Effect` (a test compares)."""
    table: dict[type, Performer] = dict.fromkeys(typing.get_args(fx.Request), backend.perform)
    table |= {
        fx.RequestToken: backend.perform,
        fx.OpenStream: backend.perform,
        fx.Leave: backend.perform,
        fx.ConnectMedia: media.connect,
        fx.DisconnectMedia: lambda _: media.disconnect(),
        fx.SetMicrophone: lambda effect: media.set_microphone(effect.on),
        fx.SetCamera: lambda effect: media.set_camera(effect.on),
        fx.SetDeafened: lambda effect: media.set_deafened(effect.on),
        fx.Present: media.present,
        fx.TurnPage: media.turn_page,
        fx.AnswerOffer: media.answer_offer,
        fx.ReceivePresentation: media.receive_presentation,
        fx.ChooseDevice: media.choose,
        fx.Publish: publish,
        fx.Answer: answer,
        fx.Quit: quit_program,
        fx.FaceCommand: face_command,
    }
    return table
