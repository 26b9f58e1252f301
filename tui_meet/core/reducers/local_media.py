"""Own devices and personal volumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import LocalMedia

NORMAL = 100
"""Percent."""


def set_volume(local: LocalMedia, who: ParticipantId, percent: int) -> LocalMedia:
    """Hear somebody this loud, percent. 100 is kept too: the server is told the way back."""
    ignored = _without(local.ignored, who)
    return replace(local, volumes={**local.volumes, who: percent}, ignored=ignored)


def toggle_ignored(local: LocalMedia, who: ParticipantId) -> LocalMedia:
    """Hear somebody no more, or as before."""
    if who in local.ignored:
        return set_volume(local, who, local.ignored[who])
    before = local.volumes.get(who, NORMAL) or NORMAL
    return replace(local, volumes={**local.volumes, who: 0}, ignored={**local.ignored, who: before})


def forget(local: LocalMedia, who: ParticipantId) -> LocalMedia:
    """Somebody left: their id will not come back."""
    if who not in local.volumes:
        return local
    return replace(local, volumes=_without(local.volumes, who), ignored=_without(local.ignored, who))


def forget_everybody(local: LocalMedia) -> LocalMedia:
    """Another meeting, other ids."""
    return replace(local, volumes={}, ignored={}) if local.volumes else local


def _without(mapping: Mapping[ParticipantId, int], who: ParticipantId) -> Mapping[ParticipantId, int]:
    return {key: value for key, value in mapping.items() if key != who} if who in mapping else mapping
