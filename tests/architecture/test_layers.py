"""The rooms' borders: import-linter's contracts, and the rules it cannot express."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "tui_meet"
SOURCES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 500
"""Lines of a source file; about 400 is the aim."""


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def _name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every import; `from a import b` counts as `a` and `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_the_contracts_hold() -> None:
    linter = shutil.which("lint-imports", path=sysconfig.get_path("scripts"))
    assert linter is not None, "import-linter is not installed"
    done = subprocess.run([linter, "--no-cache"], cwd=PACKAGE.parent, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def test_no_file_is_too_long() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_module_is_named_for_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [_name(path) for path in SOURCES if empty & {path.stem, *path.relative_to(PACKAGE).parts}] == []


def test_imports_stand_at_the_top_outside_cli() -> None:
    late: list[str] = []
    for path in SOURCES:
        if _room(path) == "cli":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                late += [
                    f"{_name(path)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Import | ast.ImportFrom)
                ]
    assert late == []


def test_private_names_of_aiortc_stay_in_one_file() -> None:
    """A private attribute that is none of our own, in a file that imports aiortc."""
    own = set(re.findall(r"\b_[a-z]\w*", "\n".join(_own_definitions(path) for path in SOURCES)))
    found: list[str] = []
    for path in SOURCES:
        if _name(path) == "server/sfu/aiortc_bridge.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not any(name.split(".")[0] == "aiortc" for _line, name in _imported(tree)):
            continue
        found += [
            f"{_name(path)}:{node.lineno} {node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and re.match(r"_[a-zA-Z]", node.attr) and node.attr not in own
        ]
        found += [
            f"{_name(path)}:{line} {name}"
            for line, name in _imported(tree)
            if name.startswith("aiortc") and any(part.startswith("_") for part in name.split("."))
        ]
    assert found == []


def _own_definitions(path: Path) -> str:
    """Private names that the file itself defines: functions, classes, and what is assigned."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.append(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
    return "\n".join(names)


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [("app/widgets", ("tui_meet.app.app", "tui_meet.app.screens")), ("app/screens", ("tui_meet.app.app",))],
)
def test_widgets_and_screens_do_not_look_up(folder: str, forbidden: tuple[str, ...]) -> None:
    found = [
        f"{_name(path)}:{line} {name}"
        for path in sorted((PACKAGE / folder).glob("*.py"))
        for line, name in _imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.startswith(forbidden)
    ]
    assert found == []


def test_screens_do_not_import_screens() -> None:
    found = [
        f"{_name(path)}:{line} {name}"
        for path in sorted((PACKAGE / "app" / "screens").glob("*.py"))
        for line, name in _imported(ast.parse(path.read_text(encoding="utf-8")))
        if re.match(r"tui_meet\.app\.screens\.", name)
    ]
    assert found == []


def test_textual_private_names_are_used_nowhere() -> None:
    found = [
        f"{_name(path)}:{line} {name}"
        for path in SOURCES
        for line, name in _imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.startswith("textual") and any(part.startswith("_") for part in name.split("."))
    ]
    assert found == []


_HEAVY = ("numpy", "textual", "httpx", "aiortc", "av", "cv2", "sounddevice", "starlette", "uvicorn")


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("tui_meet", ("argparse", "asyncio", "tui_meet.api", *_HEAVY)),
        ("tui_meet.api", ("textual", "httpx", "aiortc", "av", "cv2", "sounddevice", "starlette")),
        ("tui_meet.core.session", ("asyncio", "socket", "threading", *_HEAVY)),
        ("tui_meet.wire.sse", ("asyncio", "socket", *_HEAVY)),
        ("tui_meet.server.rooms.rules", ("asyncio", "socket", *_HEAVY)),
        ("tui_meet.config.load", _HEAVY),
        ("tui_meet.cli.main", ("asyncio", "platformdirs", *_HEAVY)),
        ("tui_meet.runtime.headless", ("textual", "aiortc", "av", "cv2", "sounddevice")),
        ("tui_meet.backends.infinity.client", ("textual", "aiortc", "av", "cv2", "sounddevice")),
        ("tui_meet.media.peer.plane", ("textual", "httpx", "starlette", "uvicorn")),
        ("tui_meet.render.ansi", ("textual", "aiortc", "cv2", "sounddevice", "tui_meet.core", "tui_meet.media")),
        ("tui_meet.server.main", ("textual", "httpx", "cv2", "sounddevice", "tui_meet.core", "tui_meet.runtime")),
    ],
)
def test_what_really_loads(module: str, absent: tuple[str, ...]) -> None:
    """In an interpreter of its own: contracts read the source, this sees what an import does."""
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    loaded = set(done.stdout.split())
    assert loaded & set(absent) == set()
