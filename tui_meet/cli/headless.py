"""`tui-meet headless LINK`: the same client without a screen, commands in, JSON lines out."""

from __future__ import annotations

import argparse
import math

from tui_meet.cli.options import add_joining

NAME = "headless"
HELP = "the same client for scripts: commands on stdin, JSON lines on stdout"
DESCRIPTION = """\
Join without a screen. Every line of standard input is a command, as on the app's “:” line; every line of standard
output is a JSON object: {"event": NAME, "at": ..., "room": ...} or the answer to a command, {"result": ..., "ok": ...}.
At the end of standard input it stays; “leave” or SIGTERM ends it in order.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("link", metavar="LINK", help="https://HOST:PORT/ROOM")
    add_joining(parser, without=("theme",))
    parser.add_argument("--no-media", action="store_true", help="join for control and chat alone, without sound")
    parser.add_argument("--for", dest="for_seconds", metavar="SECONDS", type=_seconds, help="leave after so long")


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from tui_meet.cli.options import configuration, meeting_link

    link = meeting_link(arguments.link)
    settings = configuration(arguments)
    from tui_meet.cli.journal import open_log

    open_log()
    from tui_meet.cli.device_lists import devices_as_json
    from tui_meet.cli.wiring import chosen_devices, join_for, make_driver
    from tui_meet.runtime.headless import run_headless, standard_input, standard_output

    with_media = not arguments.no_media

    async def meet() -> int:
        driver = make_driver(chosen_devices(settings), with_media=with_media)
        join = join_for(settings, link, with_media=with_media)
        return await run_headless(
            driver,
            join,
            lines=standard_input(),
            write=standard_output,
            for_seconds=arguments.for_seconds,
            complain=complain,
            devices=lambda: asyncio.to_thread(devices_as_json),
        )

    return asyncio.run(meet())


def complain(sentence: str) -> None:
    """One line on stderr, under the program's name."""
    from tui_meet.runtime.headless import write_error

    write_error(f"tui-meet: {sentence}")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds")
    return seconds
