"""Later offers of a running call, one at a time, in the official client's order (wire document 4.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from tui_meet.media.peer.connection import Call, Direction
from tui_meet.media.peer.loop import MediaLoop
from tui_meet.media.types import OFFER_IGNORED, CallRefused, CallSignalling

T = TypeVar("T")

BAD_ANSWER = "The meeting's answer to the change of our call cannot be understood; leave and join again."
NO_ANSWER = "The meeting has not answered the change of our call; try it again."
BAD_OFFER = "The change of the call that the meeting asks for cannot be understood; leave and join again."
ENDED = "The call ended before its change was done."


class Negotiation:
    """Lives on the runtime's loop, as the signalling does."""

    def __init__(self, call: Call, signalling: CallSignalling, media: MediaLoop) -> None:
        self._call = call
        self._signalling = signalling
        self._media = media
        self._one_at_a_time = asyncio.Lock()
        self._ended = False
        self._in_doubt = False

    def end(self) -> None:
        """The call is over: what is under way raises `CallRefused` as soon as it can."""
        self._ended = True

    async def set_slides(self, slides: Direction) -> str:
        """Agree on a direction of the line for slides; returns the one agreed on. Raises `CallRefused`.

        `update` with a new offer, then its answer, then `acknowledge`. Nothing is sent when it is so already.
        """
        async with self._one_at_a_time:
            self._check()
            if self._call.slides_direction == slides and not self._in_doubt:
                return slides
            offer = await self._on_media(self._call.propose(slides), ENDED)
            # From here on the other side may hold another state than ours; the next change then offers in any case.
            self._in_doubt = True
            try:
                answer = await self._signalling.update(self._call.call_id, offer)
            except CallRefused as refusal:
                self._in_doubt = False
                raise CallRefused(ENDED if self._over() else str(refusal)) from refusal
            if not answer:
                raise CallRefused(NO_ANSWER)
            await self._on_media(self._call.settle(offer, slides, answer), BAD_ANSWER)
            self._in_doubt = False
            await self._signalling.acknowledge(self._call.call_id)
            self._check()
            return self._call.slides_direction

    async def answer(self, offer: str) -> str:
        """Answer the meeting system's own offer. We are the impolite side: ours under way goes first (RFC 8829)."""
        if self._one_at_a_time.locked():
            return OFFER_IGNORED
        async with self._one_at_a_time:
            return await self._on_media(self._call.answer(offer), BAD_OFFER)

    def _over(self) -> bool:
        return self._ended

    def _check(self) -> None:
        if self._ended:
            raise CallRefused(ENDED)

    async def _on_media(self, work: Coroutine[Any, Any, T], otherwise: str) -> T:
        """Run a step on the media loop; a step that fails is a refusal with this sentence."""
        if self._over():
            work.close()
            raise CallRefused(ENDED)
        try:
            result = await self._media.run(work)
        except asyncio.CancelledError:
            # The media loop cancels what runs on it when it stops; whoever waits here has not been cancelled.
            task = asyncio.current_task()
            if self._over() and task is not None and not task.cancelling():
                raise CallRefused(ENDED) from None
            raise
        except ValueError as error:
            raise CallRefused(ENDED if self._over() else otherwise) from error
        self._check()
        return result
