"""Runs the app: what `tui-meet`, `join`, `host` and `demo` have in common."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tui_meet.cli.refusal import DONE, FAILED, WRONG_USAGE, Refusal

if TYPE_CHECKING:
    from tui_meet.config.load import Configuration
    from tui_meet.core.model import MeetingLink
    from tui_meet.runtime.driver import Driver

GONE_SECONDS = 4.0
"""How long leaving may take once the terminal is gone."""
NOTICE_SECONDS = 30.0
"""How long the notice of `run_app` stays."""


def run_app(
    configuration: Configuration,
    link: MeetingLink | None,
    *,
    notice: str = "",
    begun: Callable[[Driver], None] | None = None,
) -> int:
    """Run the app until the person ends it; returns the exit code.

    `notice` is shown in the meeting, `begun` is called with the driver once it runs.
    """
    terminal_needed()
    from tui_meet.cli.journal import open_log

    with _terminal_for_the_app_alone(open_log()):
        return asyncio.run(_run(configuration, link, notice, begun))


@contextlib.contextmanager
def _terminal_for_the_app_alone(log: Path | None) -> Iterator[None]:
    """Textual draws on standard error; give it a descriptor of its own, and what else writes there goes to the log.

    Sound libraries write their complaints to descriptor 2, and are silenced by pointing it elsewhere for a while: both
    would spoil the screen.
    """
    kept = sys.__stderr__
    assert kept is not None
    kept.flush()
    terminal = os.dup(2)
    drawing = os.fdopen(os.dup(terminal), "w", encoding=kept.encoding, errors=kept.errors)
    journal = os.open(log or os.devnull, os.O_WRONLY | os.O_APPEND)
    os.dup2(journal, 2)
    os.close(journal)
    setattr(sys, "__stderr__", drawing)  # noqa: B010  # the type checker takes the name for final
    try:
        yield
    finally:
        setattr(sys, "__stderr__", kept)  # noqa: B010
        with contextlib.suppress(OSError):
            drawing.close()
        os.dup2(terminal, 2)
        os.close(terminal)


def terminal_needed() -> None:
    """Raises `Refusal` where there is no terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal("This needs a terminal; without one use “tui-meet headless LINK”.")


def _when_terminal_is_gone(leave: Callable[[], object]) -> None:
    """Leave the meeting in order when the window is closed or the line drops (SIGHUP), and end in any case.

    What is painted then has nowhere to go: Textual's writing thread ends with an error, and the loop would wait for it
    for ever, as a ghost in the meeting. So the output goes nowhere from here on, and a last resort ends the process.
    """
    loop = asyncio.get_running_loop()

    def gone(_number: int, _frame: object) -> None:
        nowhere = os.open(os.devnull, os.O_RDWR)
        drawing = sys.__stderr__
        for descriptor in {0, 1, 2} | ({drawing.fileno()} if drawing is not None else set()):
            os.dup2(nowhere, descriptor)
        loop.call_soon_threadsafe(leave)
        last_resort = threading.Timer(GONE_SECONDS, os._exit, (FAILED,))
        last_resort.daemon = True
        last_resort.start()

    # Not the loop's own handler: that one is not reached while the loop waits for the terminal.
    signal.signal(signal.SIGHUP, gone)


def load_app() -> None:
    """Import what the app needs, while something else is being waited for."""
    import tui_meet.app.app
    import tui_meet.cli.wiring
    import tui_meet.runtime.driver  # noqa: F401  # loaded for later


async def _run(
    configuration: Configuration, link: MeetingLink | None, notice: str, begun: Callable[[Driver], None] | None
) -> int:
    import io

    from rich.console import Console

    from tui_meet.app.app import MeetApp
    from tui_meet.app.themes import ThemeError
    from tui_meet.cli.device_lists import device_rows
    from tui_meet.cli.journal import fault_sentence, log_fault
    from tui_meet.cli.wiring import chosen_devices, join_for, make_driver
    from tui_meet.config.paths import config_folder
    from tui_meet.core.state import MeetingState, Phase
    from tui_meet.render.capability import terminal_capability
    from tui_meet.runtime.headless import exit_code

    chosen = chosen_devices(configuration)
    driver = make_driver(chosen)
    driver.start()
    driver.warm_up()
    try:
        app = MeetApp(
            driver,
            join=join_for(configuration, link) if link is not None else None,
            capability=terminal_capability(os.environ),
            theme=configuration.text("theme"),
            own_themes=config_folder() / "themes",
            device_lister=lambda: device_rows(chosen),
            name=configuration.text("name"),
            order=lambda asked: join_for(configuration, asked),
        )

        def tell_once(state: MeetingState) -> None:
            if state.phase is Phase.IN_MEETING:
                forget()
                app.notify(notice, timeout=NOTICE_SECONDS, markup=False)

        forget = driver.snapshots.subscribe(tell_once) if notice else lambda: None
        said = io.StringIO()
        app.error_console = Console(file=said, width=120, no_color=True)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.exit)
        _when_terminal_is_gone(app.exit)
        if begun is not None:
            begun(driver)
        await app.run_async()
        if app.return_code:
            raise Refusal(fault_sentence(log_fault(said.getvalue())))
        ending = driver.state.ending
    except ThemeError as error:
        raise Refusal(str(error), WRONG_USAGE) from error
    finally:
        await driver.aclose()
    code = DONE if ending is None else exit_code(ending)
    if ending is not None and code != DONE:
        raise Refusal(ending.sentence, code)
    return code
