"""`tui-meet bench [NAME]`: measures, and writes what it found with units and the machine it was found on."""

from __future__ import annotations

import argparse

from tui_meet.cli.refusal import DONE, FAILED, WRONG_USAGE, Refusal

NAME = "bench"
HELP = "measure speed, and write the figures"
DESCRIPTION = """\
Run one measurement, or all of them. Figures carry their unit in their name; compare figures of one run, or of one
machine. A run of all takes about two minutes and wants an otherwise idle machine.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="picture, forwarding, startup, join or keys")
    parser.add_argument("--json", action="store_true", help="write JSON")


def run(arguments: argparse.Namespace) -> int:
    import json
    import sys

    from tui_meet.bench.registry import MEASUREMENTS, machine

    names = tuple(MEASUREMENTS) if arguments.name is None else (arguments.name,)
    for name in names:
        if name not in MEASUREMENTS:
            raise Refusal(f"There is no measurement “{name}”; there are {', '.join(MEASUREMENTS)}.", WRONG_USAGE)
    results: dict[str, object] = {"machine": machine()}
    code = DONE
    for name in names:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            results[name] = MEASUREMENTS[name]()
        except (RuntimeError, OSError) as error:
            # the others still have their say
            results[name] = {"failed": str(error)}
            code = FAILED
    if arguments.json:
        print(json.dumps(results, indent=2))
    else:
        print("\n".join(_rows(results)))
    return code


def _rows(value: object, path: str = "") -> list[str]:
    """One line per figure: `keys.answer.p95_ms  31.2`."""
    if isinstance(value, dict):
        return [row for key, inner in value.items() for row in _rows(inner, f"{path}.{key}" if path else str(key))]
    shown = f"{value:.4g}" if isinstance(value, float) else str(value)
    return [f"{path:<44} {shown}"]
