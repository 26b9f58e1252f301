"""`tui-meet serve`: the server alone. The first line of its output is the base URL, written when it is ready."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tui_meet.cli.refusal import DONE, WRONG_USAGE, Refusal

if TYPE_CHECKING:
    from tui_meet.cli.rooms import NewRoom
    from tui_meet.server.settings import ServerSettings

NAME = "serve"
HELP = "the server alone"
DESCRIPTION = """\
Run the meeting server until SIGTERM or Ctrl+C. When it is ready it writes its address as one line. Without --config it
makes one room named “meet” and writes its link and the moderator's PIN below that.

Where others can reach it, it uses TLS: with the certificate given, or with one that it makes and keeps. The second
line then says what every link must end in, so that clients know a certificate that no authority signed.
"""

ROOM = "meet"
CERTIFICATE = "certificate    "
"""Begins the second line of a server with TLS."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--bind", metavar="ADDR:PORT", help="where to listen; port 0 takes any free one")
    parser.add_argument("--config", metavar="FILE", type=Path, help="TOML file with [server] and [rooms.NAME]")
    parser.add_argument("--data", metavar="DIR", type=Path, help="folder for what the server keeps")
    parser.add_argument("--tls-cert", metavar="FILE", type=Path, help="certificate, PEM; without, one is made")
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="its private key, PEM")
    parser.add_argument(
        "--until-input-ends",
        action="store_true",
        help="end when standard input does: for programs that start the server and must not leave it behind",
    )


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from tui_meet.cli.journal import open_log
    from tui_meet.server.main import ServerStartError
    from tui_meet.server.settings import SettingsError

    try:
        settings, room = _settings(arguments)
    except SettingsError as error:
        raise Refusal(str(error), WRONG_USAGE) from error
    open_log()
    try:
        asyncio.run(_serve(settings, room, arguments.until_input_ends))
    except ServerStartError as error:
        raise Refusal(str(error)) from error
    return DONE


def _settings(arguments: argparse.Namespace) -> tuple[ServerSettings, NewRoom | None]:
    """The file's settings with the options in their place; and the room that was made because no file names any."""
    import dataclasses

    from tui_meet.cli.rooms import new_room
    from tui_meet.server.settings import ServerSettings, load_settings, parse_bind, room_settings

    room: NewRoom | None = None
    if arguments.config is not None:
        settings = load_settings(arguments.config)
    else:
        room = new_room(ROOM)
        values = {"name": room.name, "host_pin": room.host_pin}
        settings = ServerSettings({room.alias: room_settings(room.alias, values)})
    if arguments.bind is not None:
        host, port = parse_bind(arguments.bind)
        settings = dataclasses.replace(settings, host=host, port=port)
    if (arguments.tls_cert is None) is not (arguments.tls_key is None):
        raise Refusal("--tls-cert and --tls-key belong together: give both.", WRONG_USAGE)
    if arguments.tls_cert is not None:
        settings = dataclasses.replace(settings, tls_cert=arguments.tls_cert, tls_key=arguments.tls_key)
    if arguments.data is not None:
        settings = dataclasses.replace(settings, data=arguments.data)
    return settings, room


async def _serve(settings: ServerSettings, room: NewRoom | None, until_input_ends: bool) -> None:
    import asyncio

    from tui_meet.cli.lifeline import watch_input
    from tui_meet.cli.server_child import reachable
    from tui_meet.server.main import RunningServer, serve

    def ready(server: RunningServer) -> None:
        print(server.url, flush=True)
        ending = f"#sha256={server.fingerprint}" if server.fingerprint else ""
        if server.url.startswith("https:"):
            print(f"{CERTIFICATE}{ending or 'signed by an authority'}", flush=True)
        if room is not None:
            print(f"room           {reachable(server.url)}/{room.alias}{ending}")
            print(f"moderator PIN  {room.host_pin}", flush=True)

    serving = asyncio.create_task(serve(settings, ready=ready))
    if until_input_ends:
        watch_input(lambda line: None, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        if not serving.cancelled():
            raise
