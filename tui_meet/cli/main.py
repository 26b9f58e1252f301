"""`tui-meet`: finds the command, runs it, and turns every failure into one sentence and an exit code.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

from tui_meet import __version__
from tui_meet.cli import bench, demo, demo_people, devices, doctor, headless, host, join, serve, start
from tui_meet.cli.argv import hide_secrets
from tui_meet.cli.refusal import DONE, FAILED, INTERRUPTED, Refusal

SHOWN: tuple[ModuleType, ...] = (demo, host, serve, join, headless, devices, doctor, bench)
"""The commands of `--help`, in order. Each module has NAME, HELP, DESCRIPTION, configure(parser), run(arguments)."""

HIDDEN: tuple[ModuleType, ...] = (start, demo_people)
"""`start` is what runs without a command's name; `demo-people` is a part of `demo`."""

_DESCRIPTION = "Video meetings in a terminal."
_EPILOG = """\
tui-meet LINK opens the app in that meeting; tui-meet alone opens it with a form to fill in.
Joining takes the options of “tui-meet join --help”. Options beat TUI_MEET_* variables, which beat the configuration
file; “tui-meet doctor” says where that is.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code. Wrong usage raises `SystemExit(2)` as argparse does."""
    given = list(sys.argv[1:] if argv is None else argv)
    if argv is None:
        hide_secrets()
    arguments = make_parser().parse_args(routed(given))
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except Refusal as refusal:
        _complain(str(refusal))
        return refusal.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; the interpreter must not complain of it once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception:
        return _crashed()


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="tui-meet",
        usage="tui-meet [LINK]\n       tui-meet COMMAND ...",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"tui-meet {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in SHOWN:
        _add(commands, module, help=module.HELP)
    for module in HIDDEN:
        _add(commands, module)
    return parser


def routed(arguments: Sequence[str]) -> list[str]:
    """The arguments with the command's name first: what names no command is a link, or an option of joining."""
    names = {module.NAME for module in (*SHOWN, *HIDDEN)}
    if arguments and (arguments[0] in names or arguments[0] in {"-h", "--help", "--version"}):
        return list(arguments)
    return [start.NAME, *arguments]


def _add(commands: argparse._SubParsersAction[argparse.ArgumentParser], module: ModuleType, **shown: str) -> None:
    prog = "tui-meet" if module is start else f"tui-meet {module.NAME}"
    parser = commands.add_parser(
        module.NAME,
        prog=prog,
        description=module.DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        **shown,  # type: ignore[arg-type]  # only `help`, which hides the command when it is absent
    )
    module.configure(parser)
    parser.set_defaults(run=module.run)


def _crashed() -> int:
    """A fault of ours: the traceback goes to the log, one sentence to the screen."""
    from tui_meet.cli.journal import fault_sentence, log_crash

    _complain(fault_sentence(log_crash()))
    return FAILED


def _complain(sentence: str) -> None:
    """One line on stderr, unless the terminal has gone."""
    with contextlib.suppress(OSError):
        print(f"tui-meet: {sentence}", file=sys.stderr, flush=True)
