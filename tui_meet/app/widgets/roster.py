"""The participants pane: who is in the meeting and who waits, with signs; words for the selected one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_meet.app.marks import Marks
from tui_meet.app.messages import PersonChosen, PersonSelected
from tui_meet.app.rows import Row, Span, clip, row_width, spread, wrap
from tui_meet.app.widgets.lines import Choice
from tui_meet.core.ids import ParticipantId


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as the pane shows them."""

    person: ParticipantId
    number: int
    """As commands know it: `#3`."""
    name: str
    """Safe to show."""
    is_me: bool
    is_waiting: bool
    marks: tuple[Span, ...]
    words: str


class RosterPane(Choice):
    """Rows with a cursor; Enter starts a private line to the person."""

    DEFAULT_CSS = "RosterPane { height: 1fr; min-height: 3; }"

    def __init__(self, marks: Marks, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._marks = marks
        self._people: tuple[RosterRow, ...] = ()

    def show(self, people: Sequence[RosterRow]) -> None:
        """Show these people, in this order."""
        shown = tuple(people)
        if shown != self._people:
            self._people = shown
            self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def cursor_moved(self, key: str) -> None:
        self._lay_out()
        self.post_message(PersonSelected(ParticipantId(key) if key else None))

    def chosen(self, key: str) -> None:
        self.post_message(PersonChosen(ParticipantId(key)))

    def action_forget(self) -> None:
        """Select nobody."""
        self.move_to("")

    def _lay_out(self) -> None:
        width = self.size.width
        if not width:
            return
        had = self.cursor
        choices: list[tuple[str, Row]] = []
        inside = [row for row in self._people if not row.is_waiting]
        outside = [row for row in self._people if row.is_waiting]
        if outside:
            choices.append(("", self._heading("Waiting to be let in", len(outside), "accent", width)))
            for row in outside:
                choices += self._person(row, width)
            choices.append(("", self._heading("In the meeting", len(inside), "dim", width)))
        for row in inside:
            choices += self._person(row, width)
        self.set_choices(choices)
        if had and not self.cursor:
            self.post_message(PersonSelected(None))

    def _heading(self, text: str, count: int, look: str, width: int) -> Row:
        title = f"{text} ({count}) "
        return ((title, look), (self._marks.line * max(0, width - len(title)), "faint"))

    def _person(self, row: RosterRow, width: int) -> list[tuple[str, Row]]:
        selected = row.person == self.cursor
        sign = self._marks.cursor if selected else " "
        tail: list[Span] = []
        for mark in row.marks:
            tail += [(" ", ""), mark]
        number = f"{row.number:>2} "
        room = width - 1 - len(number) - row_width(tuple(tail)) - 1
        you = " (you)" if row.is_me else ""
        name = clip(row.name, max(4, room - len(you)), self._marks.ellipsis)
        left: Row = ((sign, "accent"), (number, "dim"), (name, "strong" if selected else ""), (you, "dim"))
        out = [(row.person, spread(left, (*tail, (" ", "")), width))]
        if selected:
            out += [(row.person, (("    ", ""), (line, "dim"))) for line in wrap(row.words, width - 5)]
        return [(str(key), line) for key, line in out]
