"""Which panes of the meeting screen are on show: a value, decided without any widget."""

from __future__ import annotations

from dataclasses import dataclass, replace

PANES = ("stage", "people", "chat", "moderation")
"""In the order of the keys 1 to 4."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where the person at the keyboard wants to look, on a terminal of this size."""

    size: str = "-wide"
    """Size class: `-wide` shows all panes, `-medium` the stage and one other, `-small` one alone."""
    pane: str = "people"
    """The pane that is on show where not all are."""
    side_hidden: bool = False
    """The panes beside the stage are put away."""
    zoomed: bool = False
    """One tile, or the stage alone, has the whole screen."""

    def shows(self, pane: str) -> bool:
        """Whether the pane is on show."""
        if pane == "stage":
            return self.size != "-small" or self.pane == "stage"
        if self.size != "-small" and (self.side_hidden or self.zoomed):
            return False
        return self.size == "-wide" or self.pane == pane

    @property
    def has_tabs(self) -> bool:
        """Whether the names of the panes have a row of their own."""
        return self.size != "-wide" and not self.zoomed

    def looking_at(self, pane: str) -> Arrangement:
        """With this pane on show."""
        if pane == "stage":
            return replace(self, pane="stage") if self.size == "-small" else self
        return replace(self, pane=pane, side_hidden=False, zoomed=False)

    def resized(self, size: str) -> Arrangement:
        """On a terminal of another size class; beside the stage there is always another pane."""
        pane = "people" if self.pane == "stage" and size != "-small" else self.pane
        return replace(self, size=size, pane=pane)

    def side_toggled(self) -> Arrangement:
        """The side panes put away or brought back; where only one pane fits, people and chat take turns."""
        if self.size == "-small":
            return replace(self, pane="chat" if self.pane == "people" else "people")
        return replace(self, side_hidden=not self.side_hidden)

    def zoom_toggled(self) -> Arrangement:
        """The stage alone, or all again."""
        pane = "stage" if self.size == "-small" and not self.zoomed else self.pane
        return replace(self, zoomed=not self.zoomed, pane=pane)
