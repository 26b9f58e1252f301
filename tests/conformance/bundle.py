"""The official client as one script for a page: installed from its lock file and bundled, once per version."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
MANIFESTS = (HERE / "package.json", HERE / "package-lock.json")
PAGE_SOURCE = HERE / "page" / "participant.js"
INSTALL_SECONDS = 180.0

_HOME = os.environ.get("HOME")
"""Where npm finds how to reach its registry; tests run with another home, so it is read before they begin."""


class MissingPart(Exception):
    """Something the run needs is not on this machine; the text says what."""


def bundle(cache: Path | None = None) -> Path:
    """The path of `participant.js`, made if it is not in `cache` yet. Raises `MissingPart`.

    The cache is kept between runs, by the contents of the lock file and of the page's source.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise MissingPart(f"{program} is not installed: it bundles the official client")
    cache = cache or Path(tempfile.gettempdir()) / f"tui-meet-conformance-{os.getuid()}"
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    if cache.stat().st_uid != os.getuid():
        raise MissingPart(f"{cache} belongs to somebody else")
    with _only_one(cache / "lock"):
        packages = cache / f"packages-{_digest(*MANIFESTS)}"
        if not (packages / "installed").exists():
            _install(packages)
        script = packages / f"participant-{_digest(PAGE_SOURCE)}.js"
        if not script.exists():
            _bundle(packages, script)
    return script


def _install(packages: Path) -> None:
    shutil.rmtree(packages, ignore_errors=True)
    packages.mkdir()
    for manifest in MANIFESTS:
        shutil.copy(manifest, packages)
    _run(packages, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    (packages / "installed").touch()


def _bundle(packages: Path, script: Path) -> None:
    shutil.copy(PAGE_SOURCE, packages / PAGE_SOURCE.name)
    unfinished = script.with_suffix(".part.js")
    _run(
        packages,
        str(packages / "node_modules" / ".bin" / "esbuild"),
        PAGE_SOURCE.name,
        "--bundle",
        "--format=iife",
        f"--outfile={unfinished}",
        "--log-level=warning",
    )
    unfinished.rename(script)


def _run(folder: Path, *command: str) -> None:
    environment = {**os.environ, **({"HOME": _HOME} if _HOME else {})}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise MissingPart(f"{Path(command[0]).name} did not end in {INSTALL_SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise MissingPart(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")


def _digest(*paths: Path) -> str:
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """One process at a time; the others wait."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
