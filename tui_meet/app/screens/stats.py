"""The connection's figures, live."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui_meet.app.face import Face
from tui_meet.app.rows import Row
from tui_meet.app.widgets.lines import Rows


class StatsScreen(ModalScreen[None]):
    """Twice a second; Esc, q or S closes."""

    CSS = """
    StatsScreen { align: right top; background: $background 0%; }
    #stats { width: 46; max-width: 100%; height: auto; max-height: 90%; margin: 2 1; padding: 0 1;
             background: $panel; border: round $primary; border-title-color: $foreground; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,S", "close", "Close", show=False)]

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face
        self._rows = Rows(id="stats")

    def compose(self) -> ComposeResult:
        yield self._rows

    def on_mount(self) -> None:
        self._rows.border_title = "Figures (Esc closes)"
        self._draw()
        self.set_interval(0.5, self._draw)

    def action_close(self) -> None:
        self.dismiss(None)

    def _draw(self) -> None:
        rows = stats_rows(self._face)
        self._rows.styles.height = len(rows) + 2
        self._rows.set_rows(rows)


def stats_rows(face: Face) -> list[Row]:
    """What is shown, one figure a row."""
    stats, levels, state = face.statistics(), face.levels, face.state
    figures = [
        ("server", state.connection.signalling.value),
        ("sound and picture", state.connection.media.value),
        ("sent", f"{stats.sent_kbps:.0f} kbit/s"),
        ("received", f"{stats.received_kbps:.0f} kbit/s"),
        ("packets lost", f"{stats.packets_lost}"),
        ("jitter", f"{stats.jitter_ms:.1f} ms"),
        ("round trip", f"{stats.round_trip_ms:.0f} ms"),
        ("pictures decoded", f"{stats.pictures_per_second:.1f} /s"),
        ("microphone", f"{levels.microphone_dbfs:.0f} dBFS" if levels is not None else "no sound yet"),
        ("speaker", f"{levels.speaker_dbfs:.0f} dBFS" if levels is not None else "no sound yet"),
    ]
    rows: list[Row] = [((f"{name:<20}", "dim"), (value, "strong")) for name, value in figures]
    if stats.dropped:
        rows.append((("dropped by queue", "accent"),))
        rows += [((f"{name:<20}", "dim"), (str(count), "warning" if count else "")) for name, count in stats.dropped]
    if face.board is not None:
        rows.append((("pictures: received, not shown", "accent"),))
        for name, received, dropped in face.board.statistics():
            rows.append(((f"{name:<20}", "dim"), (f"{received}, {dropped}", "")))
    return rows
