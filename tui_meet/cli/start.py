"""`tui-meet [LINK]`: the app; with a link straight to joining."""

from __future__ import annotations

import argparse

from tui_meet.cli.options import add_joining

NAME = "start"
HELP = "the app"
DESCRIPTION = "Open the app; with a link, straight in that meeting."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("link", metavar="LINK", nargs="?", help="https://HOST:PORT/ROOM")
    add_joining(parser)


def run(arguments: argparse.Namespace) -> int:
    from tui_meet.cli.meeting import run_app
    from tui_meet.cli.options import configuration, meeting_link

    link = meeting_link(arguments.link) if arguments.link else None
    return run_app(configuration(arguments), link)
