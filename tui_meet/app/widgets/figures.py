"""The connection's figures, over a corner of the screen; pictures go on playing beside them."""

from __future__ import annotations

from tui_meet.app.face import Face
from tui_meet.app.rows import Row
from tui_meet.app.widgets.lines import Rows

SENDING = {
    "new": "not sent", "connecting": "about to be sent", "connected": "being sent", "disconnected": "sent no more",
    "failed": "could not be sent", "closed": "at its end",
}  # fmt: skip
"""What the states of sending a presentation mean."""

RECEIVING = {
    "new": "none received", "connecting": "about to come", "connected": "being received",
    "disconnected": "received no more", "failed": "could not be received", "closed": "at its end",
}  # fmt: skip
"""What the states of receiving one mean."""


class Figures(Rows, can_focus=False):
    """Twice a second while on show."""

    DEFAULT_CSS = """
    Figures {
        layer: over; dock: right; width: 46; max-width: 100%; height: auto; max-height: 80%; margin: 2 1;
        padding: 0 1; background: $panel; border: round $primary; border-title-color: $foreground; display: none;
    }
    """

    def __init__(self, face: Face, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._face = face

    def on_mount(self) -> None:
        self.border_title = "Figures (S closes)"
        self.set_interval(0.5, self._draw)

    def toggle(self) -> None:
        """Show, or hide."""
        self.display = not self.display
        self._draw()

    def _draw(self) -> None:
        if self.display:
            rows = figure_rows(self._face)
            self.styles.height = len(rows) + 2
            self.set_rows(rows)


def figure_rows(face: Face) -> list[Row]:
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
    own, page = state.presentation, stats.presented
    rows.append((("presentation", "accent"),))
    rows.append((("yours".ljust(20), "dim"), (SENDING.get(own.send, own.send), "strong")))
    if page[1]:
        rows.append((("page".ljust(20), "dim"), (f"{page[0]} of {page[1]}", "strong")))
    rows.append((("of others".ljust(20), "dim"), (RECEIVING.get(own.recv, own.recv), "strong")))
    if stats.dropped:
        rows.append((("dropped by queue", "accent"),))
        rows += [((f"{name:<20}", "dim"), (str(count), "warning" if count else "")) for name, count in stats.dropped]
    if face.board is not None:
        rows.append((("pictures: received, not shown", "accent"),))
        for name, received, dropped in face.board.statistics():
            rows.append(((f"{name:<20}", "dim"), (f"{received}, {dropped}", "")))
    return rows
