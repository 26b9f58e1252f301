"""The moderation pane: what can be done now, to the room and to the selected person, each with its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_meet.app.marks import Marks
from tui_meet.app.messages import ActionChosen
from tui_meet.app.rows import Row, clip, wrap
from tui_meet.app.widgets.lines import Choice


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One thing that can be done, or cannot."""

    name: str
    """Of the registry's row."""
    key: str
    """As shown; empty when it has none."""
    text: str
    reason: str
    """Why not; empty when it can be done."""
    on_person: bool
    line: str = ""
    """What Enter runs, where the row stands for one line: `breakout move @me main`."""


class ModerationPane(Choice):
    """Rows with a cursor; Enter does it. What cannot be done now is dimmed and says why."""

    DEFAULT_CSS = "ModerationPane { height: 1fr; min-height: 3; }"

    def __init__(self, marks: Marks, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._marks = marks
        self._sections: tuple[tuple[str, tuple[ActionRow, ...]], ...] = ()

    def show(self, sections: Sequence[tuple[str, tuple[ActionRow, ...]]]) -> None:
        """Show these sections: a title (safe to show) and its rows."""
        shown = tuple(sections)
        if shown != self._sections:
            self._sections = shown
            self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def cursor_moved(self, key: str) -> None:
        self._lay_out()

    def chosen(self, key: str) -> None:
        kind, _, name = key.partition(":")
        if kind == "line":
            self.post_message(ActionChosen("", on_person=False, line=name))
            return
        self.post_message(ActionChosen(name, on_person=kind == "person"))

    def _lay_out(self) -> None:
        width = self.size.width
        if not width:
            return
        choices: list[tuple[str, Row]] = []
        for title, rows in self._sections:
            shown = clip(title, width - 2, self._marks.ellipsis) + " "
            choices.append(("", ((shown, "dim"), (self._marks.line * max(0, width - len(shown)), "faint"))))
            for row in rows:
                choices += self._action(row, width)
        self.set_choices(choices)

    def _action(self, row: ActionRow, width: int) -> list[tuple[str, Row]]:
        key = f"line:{row.line}" if row.line else f"{'person' if row.on_person else 'room'}:{row.name}"
        selected = key == self.cursor
        sign = self._marks.cursor if selected else " "
        shown_key = f"{row.key or ('' if row.line else ':'):>2} "
        if not row.reason:
            return [(key, ((sign, "accent"), (shown_key, "key"), (clip(row.text, width - 5), "")))]
        head: Row = ((sign, "accent"), (shown_key, "dim"), (row.text, "dim"))
        room = width - 5 - len(row.text) - 2
        if not selected:
            because = clip(row.reason, room, self._marks.ellipsis) if room > 8 else ""
            return [(key, (*head, ("  " + because, "dim")))]
        return [(key, head), *((key, (("    ", ""), (line, "warning"))) for line in wrap(row.reason, width - 5))]
