"""Token refresh (wire document 2.1, 4.7), on a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.patience import PATIENCE
from tui_meet.backends.infinity import tokens
from tui_meet.backends.infinity.errors import Unreachable
from tui_meet.backends.infinity.tokens import TokenKeeper
from tui_meet.wire.infinity.envelope import Reply
from tui_meet.wire.infinity.token import RefreshReply


class _Answer:
    def __init__(self, status: int, result: object = None, ok: bool = True) -> None:
        self.status = status
        self._reply = Reply(ok, result)

    def reply(self) -> Reply:
        return self._reply


class _Scene:
    """A keeper whose waits take no time; `steps` are the server's answers, the last one repeats."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *steps: _Answer | Exception, expires: float = 120) -> None:
        self.now = 1000.0
        self.waits: list[float] = []
        self.used: list[str] = []
        self.told: list[RefreshReply] = []
        self.lost = 0
        self._steps = list(steps)
        self.keeper = TokenKeeper(
            "first", expires, refresh=self._refresh, refreshed=self.told.append, lost=self._lost,
            chance=lambda: 0.5, clock=lambda: self.now,
        )  # fmt: skip

        async def wait(_: TokenKeeper, seconds: float) -> None:
            self.waits.append(seconds)
            self.now += seconds
            await asyncio.sleep(0)

        monkeypatch.setattr(TokenKeeper, "_wait", wait)

    async def _refresh(self, token: str) -> _Answer:
        self.used.append(token)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return step

    def _lost(self) -> None:
        self.lost += 1

    async def run(self, until: Callable[[], bool] = lambda: False) -> None:
        task = asyncio.create_task(self.keeper.run())
        for _ in range(5000):
            await asyncio.sleep(0)
            if task.done() or until():
                break
        task.cancel()
        await asyncio.wait({task})


def _fresh(number: int, role: str = "") -> _Answer:
    result = {"token": f"t{number}", "expires": "120"}
    return _Answer(200, result | ({"role": role} if role else {}))


async def test_every_third_of_its_life_with_the_newest_token(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = _Scene(monkeypatch, _fresh(1), _fresh(2, "HOST"), _fresh(3))
    await scene.run(lambda: len(scene.told) >= 3)
    assert scene.waits[:3] == [40, 40, 40]
    assert scene.used[:3] == ["first", "t1", "t2"]
    assert scene.told[1].role == "HOST"
    assert scene.lost == 0


async def test_pauses_double_up_to_half_a_minute_until_the_token_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = _Scene(monkeypatch, Unreachable("gone"))
    await scene.run()
    pauses = scene.waits[1:]
    assert pauses[:6] == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2])
    assert max(pauses) <= tokens.LONGEST_PAUSE
    assert scene.lost == 1
    assert scene.now == pytest.approx(1000 + 120 + tokens.GRACE, abs=0.2)
    assert set(scene.used) == {"first"}


async def test_a_success_resets_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = _Scene(monkeypatch, Unreachable("x"), Unreachable("x"), _fresh(1), Unreachable("x"), _fresh(2))
    await scene.run(lambda: len(scene.told) >= 2)
    assert scene.waits[:6] == pytest.approx([40, 0.1, 0.2, 40, 0.1, 40])


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_dead_token_is_lost_at_once_and_not_asked_again(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    scene = _Scene(monkeypatch, _Answer(status, "Invalid token", ok=False))
    await scene.run()
    assert scene.lost == 1
    assert scene.used == ["first"]


@pytest.mark.parametrize(
    "nonsense", [_Answer(500, "x", ok=False), _Answer(200, True), _Answer(200, {"token": "", "expires": "3"})]
)
async def test_nonsense_counts_as_a_failure(monkeypatch: pytest.MonkeyPatch, nonsense: _Answer) -> None:
    scene = _Scene(monkeypatch, nonsense, _fresh(1))
    await scene.run(lambda: bool(scene.told))
    assert scene.keeper.failures == 1
    assert scene.keeper.token == "t1"


async def test_the_server_may_ask_for_a_refresh_now() -> None:
    refreshed = asyncio.Event()

    async def refresh(token: str) -> _Answer:
        return _fresh(1)

    keeper = TokenKeeper(
        "first", 3600, refresh=refresh, refreshed=lambda _: refreshed.set(), lost=lambda: None, chance=lambda: 0.5
    )
    task = asyncio.create_task(keeper.run())
    await asyncio.sleep(0)
    assert not refreshed.is_set()
    keeper.refresh_soon()
    await asyncio.wait_for(refreshed.wait(), PATIENCE)
    assert "first" not in repr(keeper)
    task.cancel()
    await asyncio.wait({task})
