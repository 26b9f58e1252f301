"""`tui-meet host [ROOM]`: a server of one's own, and the app as its moderator."""

from __future__ import annotations

import argparse

from tui_meet.cli.options import add_joining

NAME = "host"
HELP = "a server of your own, and you as the moderator"
DESCRIPTION = """\
Start a server with one room and open the app as its moderator. The link to hand out is written before, shown in the
meeting, and written again after. The server ends with the app.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("room", metavar="ROOM", nargs="?", default="meet", help="the room's name in the link (meet)")
    parser.add_argument("--bind", metavar="ADDR:PORT", default="127.0.0.1:0", help="where to listen (127.0.0.1:0)")
    parser.add_argument("--data", metavar="DIR", help="folder for what the server keeps")
    parser.add_argument("--tls-cert", metavar="FILE", help="certificate, PEM; without, one is made")
    parser.add_argument("--tls-key", metavar="FILE", help="its private key, PEM")
    add_joining(parser, without=("pin",))


def run(arguments: argparse.Namespace) -> int:
    from tui_meet.cli.meeting import run_app, terminal_needed
    from tui_meet.cli.options import configuration, meeting_link
    from tui_meet.cli.rooms import new_room
    from tui_meet.cli.server_child import running_server

    terminal_needed()
    settings = configuration(arguments)
    room = new_room(arguments.room)
    options = ["--bind", arguments.bind]
    for flag, value in (
        ("--data", arguments.data),
        ("--tls-cert", arguments.tls_cert),
        ("--tls-key", arguments.tls_key),
    ):
        options += [flag, value] if value is not None else []
    with running_server(room, options=tuple(options)) as server:
        told = f"Link to hand out: {server.link}   Moderators add the PIN {room.host_pin}"
        print(told, flush=True)
        code = run_app(settings.having(pin=room.host_pin), meeting_link(server.link), notice=told)
    print(f"The server at {server.link} has ended.")
    return code
