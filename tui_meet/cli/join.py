"""`tui-meet join LINK`: the app, in that meeting."""

from __future__ import annotations

import argparse

from tui_meet.cli.options import add_joining

NAME = "join"
HELP = "the app, in a meeting"
DESCRIPTION = "Open the app in the meeting of a link."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("link", metavar="LINK", help="https://HOST:PORT/ROOM")
    add_joining(parser)


def run(arguments: argparse.Namespace) -> int:
    from tui_meet.cli.meeting import run_app
    from tui_meet.cli.options import configuration, meeting_link

    link = meeting_link(arguments.link)
    return run_app(configuration(arguments), link)
