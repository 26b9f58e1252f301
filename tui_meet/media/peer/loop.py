"""The media loop: a thread with an asyncio loop of its own, so that a busy screen never makes the sound stutter."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

STOP_SECONDS = 1.0
"""How long stopping waits for what still runs."""


class MediaLoop:
    """Runs coroutines for other threads. Starts at once; `stop` ends it for good."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        # aiortc encodes in the loop's executor: one thread for the picture and one for the slides.
        self._encoders = ThreadPoolExecutor(2, thread_name_prefix="media-encode")
        self.loop.set_default_executor(self._encoders)
        self._thread = threading.Thread(target=self.loop.run_forever, name="media-loop", daemon=True)
        self._thread.start()

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the media loop and wait for it here; cancelling here cancels it there."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    async def stop(self) -> None:
        """Cancel what still runs and end the thread; called from another loop."""
        if not self._thread.is_alive():
            return
        await self.run(self._cancel_rest())
        self._encoders.shutdown(wait=False, cancel_futures=True)
        self.loop.call_soon_threadsafe(self.loop.stop)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join, STOP_SECONDS)
        if not self._thread.is_alive():
            self.loop.close()

    async def _cancel_rest(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        if rest:
            await asyncio.wait(rest, timeout=STOP_SECONDS / 2)
        await self.loop.shutdown_asyncgens()
