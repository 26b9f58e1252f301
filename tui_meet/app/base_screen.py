"""What every screen of the app has: sizes as classes, the sentence for a terminal that is too small, and `show`."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from tui_meet.app.face import Face
from tui_meet.app.widgets.figures import Figures
from tui_meet.core.effects import Answer
from tui_meet.core.model import Participant
from tui_meet.core.specs import CommandSpec
from tui_meet.core.state import MeetingState

SMALLEST = (40, 10)
"""Columns and rows below which nothing but one sentence is shown."""

MEDIUM = (64, 16)
"""From here stage and one side pane stand next to each other."""

WIDE = (110, 28)
"""From here all panes are on show."""

SIZE_CLASSES = ("-tiny", "-small", "-medium", "-wide")


def size_class(columns: int, rows: int) -> str:
    """The CSS class of a terminal of this size."""
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return "-tiny"
    if columns < MEDIUM[0] or rows < MEDIUM[1]:
        return "-small"
    if columns < WIDE[0] or rows < WIDE[1]:
        return "-medium"
    return "-wide"


class BaseScreen(Screen[None]):
    """A screen of a phase of the meeting. It gets states by `show` and tells wishes by messages."""

    DEFAULT_CSS = """
    BaseScreen { layers: base over top; background: $background; color: $foreground; }
    BaseScreen > #too-small {
        layer: top; dock: top; width: 100%; height: 100%; display: none; background: $background;
        content-align: center middle; text-align: center;
    }
    BaseScreen.-tiny > #too-small { display: block; }
    """

    TOO_SMALL = f"Make the terminal at least {SMALLEST[0]}x{SMALLEST[1]}"

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face
        self._figures = Figures(face)

    def compose(self) -> ComposeResult:
        yield from self.compose_content()
        yield self._figures
        yield Static(self.TOO_SMALL, id="too-small", markup=False)

    def compose_content(self) -> ComposeResult:
        """The screen's own widgets."""
        yield from ()

    def show(self, state: MeetingState) -> None:
        """Draw this state."""

    def answered(self, answer: Answer, origin: str) -> None:
        """A line that was run from here, or by key or palette, has been answered."""
        if answer.message:
            self.notify(answer.message, severity="information" if answer.ok else "warning", markup=False)

    def toggle_figures(self) -> None:
        """Show the connection's figures, or hide them."""
        self._figures.toggle()

    @property
    def selected_person(self) -> Participant | None:
        """The person that keys act on."""
        return None

    def ask_argument(self, spec: CommandSpec, prefix: str, label: str) -> bool:
        """Ask for the rest of a line here; False when this screen has no line to ask on."""
        return False

    def on_resize(self, event: events.Resize) -> None:
        wanted = size_class(event.size.width, event.size.height)
        for name in SIZE_CLASSES:
            self.set_class(name == wanted, name)
        self.resized(wanted)

    def resized(self, size: str) -> None:
        """The terminal has this size class now."""
