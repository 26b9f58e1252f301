"""`tui-meet demo-people`, a part of `demo`: the synthetic people in one process.

Reads the room's link as the first line of standard input, and ends when standard input ends.
"""

from __future__ import annotations

import argparse

NAME = "demo-people"
HELP = "the synthetic people of the demo"
DESCRIPTION = "The synthetic people of “tui-meet demo”: the link comes on standard input."


def configure(parser: argparse.ArgumentParser) -> None:
    """It takes no options."""


def run(arguments: argparse.Namespace) -> int:
    import asyncio
    import tempfile
    from pathlib import Path

    from tui_meet.cli.demo_troupe import perform
    from tui_meet.cli.journal import open_log

    open_log()
    with tempfile.TemporaryDirectory(prefix="tui-meet-people-") as folder:
        asyncio.run(perform(Path(folder)))
    return 0
