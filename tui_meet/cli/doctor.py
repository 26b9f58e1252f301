"""`tui-meet doctor`: everything a meeting needs, each ok or with the one thing to do."""

from __future__ import annotations

import argparse

from tui_meet.cli.refusal import DONE, FAILED

NAME = "doctor"
HELP = "check terminal, sound, camera, network and files"
DESCRIPTION = """\
Check what a meeting needs. Every line is “ok”, “note” (a meeting goes on without it) or “problem” (no meeting without
it), and says the one thing to do. Exit code 1 with a problem.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the same as JSON")


def run(arguments: argparse.Namespace) -> int:
    import dataclasses
    import json

    from tui_meet.cli.diagnosis import Verdict, diagnose

    findings = diagnose()
    if arguments.json:
        print(json.dumps([{**dataclasses.asdict(f), "verdict": f.verdict.value} for f in findings], indent=2))
    else:
        for finding in findings:
            advice = f"  {finding.advice}" if finding.advice else ""
            print(f"{finding.verdict.value:<8} {finding.subject:<13} {finding.found}{advice}")
    return FAILED if any(finding.verdict is Verdict.PROBLEM for finding in findings) else DONE
