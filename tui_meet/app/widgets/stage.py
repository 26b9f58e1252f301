"""The stage: tiles of people, the one who speaks first, oneself last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import NULL_OFFSET, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from tui_meet.app.marks import Marks
from tui_meet.app.stage_plan import plan_stage
from tui_meet.app.widgets.tile import Tile, TileText
from tui_meet.media.slots import FrameSlot
from tui_meet.render.capability import TerminalCapability
from tui_meet.render.fit import letterbox


@dataclass(frozen=True, slots=True)
class StagePerson:
    """Somebody who belongs on the stage."""

    id: str
    """Participant id; a stream's id for a composed picture."""
    text: TileText
    stream: str
    """Whose pictures to show; empty = initials."""
    is_me: bool = False
    is_first: bool = False
    """Speaks, or is in the spotlight: comes before the others."""
    is_large: bool = False
    """A presentation or a composed picture: gets most of the stage, before everybody; only one can be."""


class StageLayout(Layout):
    """Places tiles in the order of their `place`."""

    name = "stage"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        tiles = sorted((child for child in children if isinstance(child, Tile)), key=lambda tile: tile.place)
        large = bool(tiles) and tiles[0].large
        plan = plan_stage(len(tiles), size.width, size.height, large=large)
        return [
            WidgetPlacement(region, NULL_OFFSET, Spacing(), tile)
            for region, tile in zip(plan.regions, tiles, strict=False)
        ]


class Stage(Widget, can_focus=True):
    """Holds one `Tile` per person who has room; owns the one timer that makes pictures move."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Stage { width: 1fr; height: 1fr; background: $background; }"
    PICTURES_PER_SECOND = 15
    PICTURES_UNDER_DIALOG = 2
    """Per second while a dialog lies over the stage: tinting pictures cell by cell is dear."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,down,j,l", "move(1)", "Next tile", show=False),
        Binding("left,up,k", "move(-1)", "Previous tile", show=False),
        Binding("enter", "zoom_tile", "Zoom", show=False),
    ]

    class Resized(Message):
        """Tiles have other sizes, or other people: the sizes to ask the server for may have changed."""

    class CursorMoved(Message):
        """The person moved the cursor to another tile."""

        def __init__(self, person: str) -> None:
            super().__init__()
            self.person = person

    class ZoomWanted(Message):
        """Enter on a tile."""

    def __init__(self, capability: TerminalCapability, marks: Marks, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._arrangement = StageLayout()
        self._capability = capability
        self._marks = marks
        self._people: tuple[StagePerson, ...] = ()
        self._order: list[str] = []
        self._tiles: dict[str, Tile] = {}
        self._slots: Mapping[str, FrameSlot] = {}
        self._cursor = ""
        self._zoomed = ""
        self._ticks = 0
        self.pictures_shown = 0
        """Pictures drawn since the start."""

    def on_mount(self) -> None:
        self.set_interval(1 / self.PICTURES_PER_SECOND, self._tick)

    @property
    def layout(self) -> Layout:
        """Ours, which no style can name."""
        return self._arrangement

    @property
    def zoomed(self) -> str:
        """Id of the only person on show; empty = all."""
        return self._zoomed

    @property
    def cursor(self) -> str:
        """Id of the person whose tile has the cursor; empty without one."""
        return self._cursor

    def show(self, people: Sequence[StagePerson], slots: Mapping[str, FrameSlot]) -> None:
        """Show these people; `slots` holds the pictures by stream id."""
        shown = tuple(people)
        if shown == self._people and slots == self._slots:
            return
        self._people, self._slots = shown, slots
        self._settle()

    def zoom(self, person: str) -> None:
        """Show this person alone; an empty id shows everybody again."""
        if person != self._zoomed:
            self._zoomed = person
            self._settle()

    def sizes_for(self, streams: Sequence[tuple[str, str | None]]) -> tuple[tuple[int, int], ...]:
        """Picture sizes in px to ask for, for each (stream, person id or None when the stream shows nobody).

        A stream whose person has no room asks for nothing; one without a person asks for a tile's size as long as
        there is room for more tiles than people.
        """
        if not self.size.width or not self.display:
            return tuple((0, 0) for _ in streams)
        visible = {tile.person for tile in self._tiles.values() if tile.display}
        wanted = self._wanted()
        plan = plan_stage(max(1, len(wanted)), self.size.width, self.size.height, large=self._has_large(wanted))
        region = plan.regions[-1]
        fitted = letterbox(max(1, region.width - 2), max(1, region.height - 2), 16, 9)
        size = (fitted.width, fitted.height)
        spare = 0 if self._zoomed or plan.hidden else 1
        sizes: list[tuple[int, int]] = []
        for _, person in streams:
            if person is None:
                sizes.append(size if spare else (0, 0))
                spare = max(0, spare - 1)
            else:
                sizes.append(size if person in visible else (0, 0))
        return tuple(sizes)

    def on_resize(self) -> None:
        self._settle()

    def on_show(self) -> None:
        self.post_message(self.Resized())

    def on_hide(self) -> None:
        self.post_message(self.Resized())

    def on_focus(self) -> None:
        if not self._cursor and self._order:
            self._cursor = self._order[0]
        self._dress()

    def on_blur(self) -> None:
        self._dress()

    def on_click(self, event: events.Click) -> None:
        node = event.widget
        while node is not None and not isinstance(node, Tile):
            node = node.parent if isinstance(node.parent, Widget) else None
        if node is not None:
            self._cursor = node.person
            self._dress()
            self.post_message(self.CursorMoved(self._cursor))

    def action_move(self, step: int) -> None:
        if not self._order:
            return
        index = self._order.index(self._cursor) if self._cursor in self._order else -step
        self._cursor = self._order[(index + step) % len(self._order)]
        if self._zoomed:
            self.zoom(self._cursor)
        self._dress()
        self.post_message(self.CursorMoved(self._cursor))

    def action_zoom_tile(self) -> None:
        self.post_message(self.ZoomWanted())

    def _tick(self) -> None:
        self._ticks += 1
        if not self.screen.is_current and self._ticks % (self.PICTURES_PER_SECOND // self.PICTURES_UNDER_DIALOG):
            return
        for tile in self._tiles.values():
            if tile.display and tile.tick():
                self.pictures_shown += 1

    def _wanted(self) -> list[str]:
        """Ids in the order of the stage. Whoever comes first swaps places, so that the others stay where they are."""
        present = {person.id: person for person in self._people}
        order = [id for id in self._order if id in present]
        order += [person.id for person in self._people if person.id not in order]
        firsts = [person.id for person in self._people if person.is_first and not person.is_me]
        for place, id in enumerate(firsts):
            at = order.index(id)
            if at > place:
                order[place], order[at] = order[at], order[place]
        order.sort(key=lambda id: (not present[id].is_large, present[id].is_me))
        self._order = order
        if self._zoomed:
            if self._zoomed in present:
                return [self._zoomed]
            self._zoomed = ""
        return order

    def _prefer_pictures(self, order: list[str], room: int) -> None:
        """Where not everybody has room, those without a picture make way for those with one."""
        present = {person.id: person for person in self._people}
        outside = [at for at in range(room, len(order)) if present[order[at]].stream]
        spare = [at for at in reversed(range(min(room, len(order)))) if not present[order[at]].stream]
        for away, place in zip(outside, spare, strict=False):
            if not (present[order[place]].is_first or present[order[place]].is_large):
                order[away], order[place] = order[place], order[away]

    def _has_large(self, order: Sequence[str]) -> bool:
        return any(person.is_large and person.id == order[0] for person in self._people) if order else False

    def _settle(self) -> None:
        """Give every person who has room a tile, and take the others' away."""
        width, height = self.size
        wanted = self._wanted()
        large = self._has_large(wanted)
        plan = plan_stage(len(wanted), width, height, large=large)
        room = len(plan.regions)
        self._prefer_pictures(wanted, room)
        visible = wanted[:room]
        mine = next((person.id for person in self._people if person.is_me), "")
        if mine in wanted and mine not in visible and room > 1:
            visible[-1] = mine
        changed = False
        for id in [id for id in self._tiles if id not in visible]:
            self._tiles.pop(id).remove()
            changed = True
        for place, id in enumerate(visible):
            tile = self._tiles.get(id)
            if tile is None:
                tile = self._tiles[id] = Tile(id, self._capability, self._marks)
                self.mount(tile)
                changed = True
            is_large = large and place == 0
            if (tile.place, tile.large) != (place, is_large):
                tile.place, tile.large = place, is_large
                changed = True
        self._dress(plan.hidden)
        if changed:
            self.refresh(layout=True)
        self.post_message(self.Resized())

    def _dress(self, hidden: int | None = None) -> None:
        last = max(self._tiles.values(), key=lambda tile: tile.place, default=None)
        for person in self._people:
            tile = self._tiles.get(person.id)
            if tile is None:
                continue
            note = person.text.note
            if tile is last and hidden:
                note = f"and {hidden} more"
            elif tile is last and hidden is None and tile.text.note.startswith("and "):
                note = tile.text.note
            chosen = self.has_focus and person.id == self._cursor
            slot = self._slots.get(person.stream) if person.stream else None
            tile.show(replace(person.text, note=note, chosen=chosen), slot)
