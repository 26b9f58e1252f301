"""The command palette over the core's registry; what cannot be used now is listed with the reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui_meet.app.messages import CommandChosen
from tui_meet.app.panes import shown_key
from tui_meet.core.registry import COMMANDS
from tui_meet.core.specs import CommandSpec, why_not
from tui_meet.core.state import MeetingState


def registry_provider(state: Callable[[], MeetingState]) -> type[Provider]:
    """A provider whose entries are the registry's rows as `state` allows them; choosing posts `CommandChosen`."""

    class RegistryProvider(Provider):
        async def discover(self) -> Hits:
            for spec in COMMANDS:
                title, help_text = _texts(spec, state())
                yield DiscoveryHit(title, partial(self._choose, spec), text=spec.name, help=help_text)

        async def search(self, query: str) -> Hits:
            matcher = self.matcher(query)
            for spec in COMMANDS:
                score = max(matcher.match(spec.usage), 0.8 * matcher.match(spec.help))
                if score > 0:
                    title, help_text = _texts(spec, state())
                    yield Hit(score, title, partial(self._choose, spec), text=spec.name, help=help_text)

        def _choose(self, spec: CommandSpec) -> None:
            self.app.post_message(CommandChosen(spec.name))

    return RegistryProvider


def _texts(spec: CommandSpec, state: MeetingState) -> tuple[Content, str]:
    reason = why_not(spec, state)
    key = f"  [{shown_key(spec.key)}]" if spec.key else ""
    title = Content(f"{spec.usage}{key}")
    if reason:
        return title.stylize("dim"), f"Not now: {reason}"
    return title, spec.help
