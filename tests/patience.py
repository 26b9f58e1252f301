"""How long tests wait for processes, terminals, peers and threads before they call something missing.

What is waited for is there at once on an idle machine. The bound is for machines that run tests: two loaded cores are
slow, never wrong. It is no measurement: what the product promises in seconds is asserted where it is measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from time import monotonic, sleep

PATIENCE = 60.0 if os.environ.get("CI") else 20.0
"""s"""


def wait_until(condition: Callable[[], object], what: str | Callable[[], str] = "", patience: float = PATIENCE) -> None:
    """Block until the condition holds; fails the test, saying `what` is missing, when it does not in time."""
    deadline = monotonic() + patience
    while not condition():
        assert monotonic() < deadline, f"not in {patience:g} s: {what() if callable(what) else what}"
        sleep(0.02)
