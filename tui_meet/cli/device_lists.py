"""The machine's devices as the app's screen and the headless client show them. Looking takes a moment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_meet.app.face import DeviceRow
    from tui_meet.cli.wiring import Chosen, Kind
    from tui_meet.media.devices.probe import ListedDevice


def device_rows(chosen: Chosen) -> tuple[DeviceRow, ...]:
    """Everything that can be chosen, also what is no hardware, with what is chosen marked."""
    from tui_meet.app.face import DeviceRow
    from tui_meet.media.devices.probe import probe

    found = probe()

    def rows(kind: Kind, devices: Sequence[ListedDevice], also: Sequence[tuple[str, str]]) -> Iterator[DeviceRow]:
        choices = [("default", "the system's default")] if devices else []
        choices += [(str(device.number), device.name) for device in devices]
        choices += [*also, ("none", "none")]
        if chosen[kind] not in {spec for spec, _name in choices}:
            choices.append((chosen[kind], chosen[kind]))
        yield from (DeviceRow(kind, spec, name, spec == chosen[kind]) for spec, name in choices)

    return (
        *rows("microphone", found.microphones, [("tone:440", "a tone of 440 Hz")]),
        *rows("speaker", found.speakers, []),
        *rows("camera", found.cameras, [("pattern", "moving colour bars")]),
    )


def devices_as_json() -> str:
    """One line: `{"microphones": [{"number", "name", "default"}], "speakers": [], "cameras": [], "problems": []}`."""
    import dataclasses

    from tui_meet.media.devices.probe import probe

    return json.dumps(dataclasses.asdict(probe()), ensure_ascii=False)
