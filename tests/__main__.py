"""`python -m tests`: every check there is, the same here as in CI. Arguments go to pytest."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("lint-imports",),
    ("pytest",),
)

TESTS_FAILED = 1
"""Pytest's exit code when tests ran and some failed."""


def main(arguments: list[str]) -> int:
    """Run all checks, also after one failed; the exit code is 0 when all are well."""
    failed: list[str] = []
    for name, *rest in CHECKS:
        # beside this interpreter, so that what runs is what was installed with the tests
        program = Path(sysconfig.get_path("scripts")) / name
        words = [str(program), *rest, *(arguments if name == "pytest" else [])]
        print(f"== {name} {' '.join(words[1:])}", flush=True)
        code = subprocess.run(words, cwd=ROOT, check=False).returncode
        if code == TESTS_FAILED and name == "pytest":
            # Real processes, sound and network on a busy machine: what failed gets one more try, and both are seen.
            print("== pytest: once more, only what failed", flush=True)
            code = subprocess.run(
                [*words, "--last-failed", "--last-failed-no-failures=none"], cwd=ROOT, check=False
            ).returncode
        if code != 0:
            failed.append(" ".join([name, *rest]))
    print(f"== failed: {', '.join(failed)}" if failed else "== all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
