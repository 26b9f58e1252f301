"""Presenting and receiving over the line for slides, against a far end that answers like the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import av
import numpy as np
import pytest
from aiortc import MediaStreamTrack, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, VideoStreamTrack
from aiortc.sdp import SessionDescription

from tests.media.exchange import Exchange, Line, slides_mid
from tests.media.test_peer import Client, until
from tests.media.test_slides import BLUE, GREEN, RED, Colour, solid, write_pdf
from tests.patience import PATIENCE
from tui_meet.media.slots import PRESENTATION_STREAM
from tui_meet.media.types import (
    OFFER_IGNORED,
    CallAnswer,
    CallOffer,
    CallRefused,
    FirstPicture,
    MediaConnected,
    MediaPlan,
    PresentationState,
    VideoFrame,
)

pytestmark = pytest.mark.usefixtures("no_thread_left")


class Watcher:
    """The far end of a line that the client sends on: the newest picture, and when each came."""

    def __init__(self, track: MediaStreamTrack) -> None:
        self.newest: av.VideoFrame | None = None
        self.at: list[float] = []
        self._track = track
        self.task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            try:
                frame = await self._track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, av.VideoFrame)
            self.newest = frame
            self.at.append(time.monotonic())

    def shows(self, colour: Colour) -> bool:
        """Whether the middle of the newest picture has about this RGB colour."""
        if self.newest is None:
            return False
        pixels = self.newest.to_ndarray(format="rgb24")
        height, width = pixels.shape[:2]
        middle = pixels[height // 2 - 8 : height // 2 + 8, width // 2 - 8 : width // 2 + 8].reshape(-1, 3)
        return bool(np.abs(middle.mean(axis=0) - colour).max() < 40)


def mostly(frame: VideoFrame, colour: Colour) -> bool:
    return bool(np.abs(frame.pixels.mean(axis=(0, 1)) - colour).max() < 30)


class Screen(VideoStreamTrack):
    """Another's presentation: one colour, ten pictures a second."""

    def __init__(self, colour: Colour) -> None:
        super().__init__()
        self.colour = colour

    async def recv(self) -> av.VideoFrame:
        pts, base = await self.next_timestamp()
        await asyncio.sleep(0.07)
        pixels = np.full((360, 640, 3), self.colour, np.uint8)
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = pts, base
        return frame


class Presenter(Client):
    """A client with a camera, in a call, whose far end is at hand."""

    def __init__(self) -> None:
        super().__init__(camera="pattern@160x90")

    async def join(self, line: Line) -> None:
        await self.media.open_devices()
        await self.media.connect(line, MediaPlan(slots=1))
        await self.told(MediaConnected)

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(event.send, event.recv) for event in self.events if isinstance(event, PresentationState)]

    async def reached(self, send: str, recv: str) -> None:
        """Events arrive a turn of the loop later."""
        await until(lambda: self.states[-1:] == [(send, recv)])


@pytest.fixture
async def presenter() -> AsyncIterator[Presenter]:
    client = Presenter()
    yield client
    await client.media.aclose()


@pytest.fixture
def red(tmp_path: Path) -> str:
    return solid(tmp_path / "red.png", RED)


async def test_a_picture_then_pages_then_nothing_then_again(
    exchange: Exchange, presenter: Presenter, tmp_path: Path, red: str
) -> None:
    line = exchange.line()
    await presenter.join(line)
    camera = Watcher(exchange.relay.subscribe(line.received["video"]))
    await until(lambda: bool(camera.at))
    await presenter.media.present(red)
    assert line.updates == ["sendonly"]
    assert len(line.acknowledged) == 2
    slides = Watcher(line.slides.receiver.track)
    await until(lambda: slides.shows(RED))
    assert slides.newest is not None
    assert (slides.newest.width, slides.newest.height) == (1280, 720)

    await presenter.media.present(write_pdf(tmp_path / "pages.pdf", [GREEN, BLUE]))
    await until(lambda: slides.shows(GREEN))
    assert await presenter.media.previous_page() == (1, 2)
    assert await presenter.media.next_page() == (2, 2)
    await until(lambda: slides.shows(BLUE))
    assert await presenter.media.next_page() == (2, 2)
    assert await presenter.media.previous_page() == (1, 2)
    await until(lambda: slides.shows(GREEN))
    assert line.updates == ["sendonly"]

    await presenter.media.present(None)
    assert line.updates == ["sendonly", "inactive"]
    while True:
        shown, passed = len(slides.at), len(camera.at)
        await until(lambda: len(camera.at) >= passed + 12)  # noqa: B023 - awaited at once
        if len(slides.at) == shown:
            break
    with pytest.raises(ValueError, match="Nothing is presented"):
        await presenter.media.next_page()
    await presenter.media.present(None)
    await presenter.media.present(red)
    await until(lambda: slides.shows(RED))
    assert line.updates == ["sendonly", "inactive", "sendonly"]
    await presenter.reached("connected", "new")
    assert presenter.states == [
        ("connecting", "new"),
        ("connected", "new"),
        ("disconnected", "new"),
        ("connecting", "new"),
        ("connected", "new"),
    ]
    still = len(camera.at)
    await until(lambda: len(camera.at) > still + 3)  # the camera goes on through all of it


async def test_receiving_another_presentation(exchange: Exchange, presenter: Presenter, red: str) -> None:
    line = exchange.line()
    await presenter.join(line)
    slot = presenter.media.board.slot(PRESENTATION_STREAM)
    slot.want((160, 160))
    screen = Screen(BLUE)
    line.slides.sender.replaceTrack(screen)
    await presenter.media.receive_presentation(True)
    picture = await presenter.picture(PRESENTATION_STREAM)
    assert picture.pixels.shape == (90, 160, 3)
    assert (picture.source_width, picture.source_height) == (640, 360)
    assert mostly(picture, BLUE)
    assert FirstPicture(PRESENTATION_STREAM, 640, 360) in presenter.events

    await presenter.media.receive_presentation(False)
    assert slot.take() is None
    await asyncio.sleep(0.5)
    assert slot.take() is None
    presenter.events.clear()
    screen.colour = GREEN
    await presenter.media.receive_presentation(True)
    await presenter.picture(PRESENTATION_STREAM, lambda frame: mostly(frame, GREEN))
    assert FirstPicture(PRESENTATION_STREAM, 640, 360) in presenter.events

    # We present: receiving ends. Another takes over: presenting ends, with one offer for both.
    await presenter.media.present(red)
    await presenter.media.receive_presentation(True)
    await presenter.media.receive_presentation(True)
    await presenter.picture(PRESENTATION_STREAM)
    await presenter.media.receive_presentation(False)
    await presenter.media.receive_presentation(False)
    assert line.updates == ["recvonly", "inactive", "recvonly", "sendonly", "recvonly", "inactive"]
    await presenter.reached("disconnected", "disconnected")
    assert presenter.states == [
        ("new", "connecting"),
        ("new", "connected"),
        ("connecting", "connected"),
        ("connected", "disconnected"),
        ("disconnected", "disconnected"),
        ("disconnected", "connecting"),
        ("disconnected", "connected"),
        ("disconnected", "disconnected"),
    ]


async def test_a_refusal_is_said_and_the_next_try_works(exchange: Exchange, presenter: Presenter, red: str) -> None:
    line = exchange.line()
    await presenter.join(line)
    line.refusal = "Guests may not present here."
    with pytest.raises(CallRefused, match="Guests may not present here"):
        await presenter.media.present(red)
    with pytest.raises(CallRefused, match="Guests may not present here"):
        await presenter.media.receive_presentation(True)
    await presenter.reached("failed", "failed")
    assert len(line.acknowledged) == 1
    line.refusal = ""
    await presenter.media.present(red)
    slides = Watcher(line.slides.receiver.track)
    await until(lambda: slides.shows(RED))
    line.refusal = "Not now."
    await presenter.media.present(None)
    await presenter.reached("disconnected", "failed")


class Odd(Line):
    """Answers updates oddly."""

    answer: str | None = None
    slow = 0.0
    asked = False
    """An update has arrived."""

    async def update(self, call_id: str, sdp: str) -> str:
        self.asked = True
        await asyncio.sleep(self.slow)
        if self.pc.signalingState == "closed":
            raise CallRefused("There is no such call.")
        return await super().update(call_id, sdp) if self.answer is None else self.answer


@pytest.mark.parametrize(("answer", "words"), [("", "has not answered"), ("v=0\r\nno\r\n", "cannot be understood")])
async def test_odd_answers_are_refusals(
    exchange: Exchange, presenter: Presenter, red: str, answer: str, words: str
) -> None:
    line = Odd(exchange)
    await presenter.join(line)
    line.answer = answer
    with pytest.raises(CallRefused, match=words):
        await presenter.media.present(red)
    line.answer = None
    await presenter.media.present(red)
    slides = Watcher(line.slides.receiver.track)
    await until(lambda: slides.shows(RED))


async def test_a_meeting_that_lets_us_not_send_is_a_refusal(exchange: Exchange, presenter: Presenter, red: str) -> None:
    class Unwilling(Line):
        async def update(self, call_id: str, sdp: str) -> str:
            return (await super().update(call_id, sdp)).replace("a=recvonly", "a=inactive", 2)

    line = Unwilling(exchange)
    await presenter.join(line)
    with pytest.raises(CallRefused, match="does not take a presentation"):
        await presenter.media.present(red)
    await presenter.reached("failed", "new")
    assert presenter.states == [("connecting", "new"), ("failed", "new")]


async def test_a_meeting_without_a_line_for_slides_is_a_meeting_all_the_same(
    exchange: Exchange, presenter: Presenter, red: str
) -> None:
    class Plain(Line):
        """Rejects the line for slides, with as little as RFC 3264 asks for."""

        async def place(self, offer: CallOffer) -> CallAnswer:
            answer = await super().place(offer)
            return CallAnswer(answer.call_id, self.without_slides(answer.sdp))

        async def update(self, call_id: str, sdp: str) -> str:
            return self.without_slides(await super().update(call_id, sdp))

        def without_slides(self, sdp: str) -> str:
            session, *sections = sdp.split("m=")
            sections[2] = "video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n"
            return "m=".join([session.replace("BUNDLE 0 1 2 3", "BUNDLE 0 1 3"), *sections])

    line = Plain(exchange)
    await presenter.join(line)
    await presenter.told(FirstPicture)
    with pytest.raises(CallRefused, match="does not take a presentation"):
        await presenter.media.present(red)
    await presenter.media.receive_presentation(True)
    await presenter.media.receive_presentation(False)
    assert line.updates == ["sendonly", "recvonly"]


async def test_changes_wait_for_each_other(exchange: Exchange, presenter: Presenter, red: str) -> None:
    line = Odd(exchange)
    await presenter.join(line)
    line.slow = 0.1
    media = presenter.media
    await asyncio.gather(media.present(red), media.present(None), media.receive_presentation(True), media.present(red))
    assert line.updates == ["sendonly", "inactive", "recvonly", "sendonly"]
    await presenter.reached("connected", "disconnected")


async def test_without_a_call_or_with_a_wrong_file(
    exchange: Exchange, presenter: Presenter, tmp_path: Path, red: str
) -> None:
    with pytest.raises(CallRefused, match="join a meeting first"):
        await presenter.media.present(red)
    with pytest.raises(CallRefused, match="join a meeting first"):
        await presenter.media.receive_presentation(True)
    with pytest.raises(CallRefused, match="join a meeting first"):
        await presenter.media.reoffer("v=0\r\n")
    await presenter.media.present(None)
    await presenter.media.receive_presentation(False)
    line = exchange.line()
    await presenter.join(line)
    with pytest.raises(ValueError, match="does not exist"):
        await presenter.media.present(str(tmp_path / "none.png"))
    assert line.updates == []
    assert presenter.states == []


async def test_a_presentation_ends_with_its_call_and_the_next_call_can_have_one(
    exchange: Exchange, presenter: Presenter, red: str
) -> None:
    first = exchange.line()
    await presenter.join(first)
    await presenter.media.present(red)
    Path(red).unlink()
    slides = Watcher(first.slides.receiver.track)
    await until(lambda: slides.shows(RED))
    second = exchange.line()
    await presenter.join(second)
    await presenter.reached("disconnected", "new")
    solid(Path(red), GREEN)
    await presenter.media.present(red)
    slides = Watcher(second.slides.receiver.track)
    await until(lambda: slides.shows(GREEN))


@pytest.mark.parametrize("way", ["close", "replace", "disconnect"])
async def test_a_call_that_ends_while_a_presentation_begins(
    exchange: Exchange, presenter: Presenter, red: str, way: str
) -> None:
    line = Odd(exchange)
    await presenter.join(line)
    line.slow = 0.3
    presenting = asyncio.create_task(presenter.media.present(red))
    await until(lambda: line.asked)
    if way == "close":
        await presenter.media.aclose()
    elif way == "replace":
        await presenter.media.connect(exchange.line(), MediaPlan(slots=1))
    else:
        await presenter.media.disconnect()
    with pytest.raises(CallRefused, match="ended before"):
        await presenting
    if way != "close":
        await presenter.reached("disconnected", "new")
        assert presenter.states == [("connecting", "new"), ("disconnected", "new")]


async def test_closing_while_presenting_is_quick(exchange: Exchange, presenter: Presenter, red: str) -> None:
    await presenter.join(exchange.line())
    await presenter.media.present(red)
    async with asyncio.timeout(PATIENCE):
        await presenter.media.aclose()


async def test_an_offer_of_the_meeting_is_answered_unless_ours_is_under_way(
    exchange: Exchange, presenter: Presenter, red: str
) -> None:
    line = Odd(exchange)
    await presenter.join(line)
    offer = await line.pc.createOffer()
    await line.pc.setLocalDescription(offer)
    answer = await presenter.media.reoffer(line.pc.localDescription.sdp)
    assert slides_mid(answer) == line.slides_mid
    parts = SessionDescription.parse(answer).media
    assert [part.direction for part in parts] == ["sendrecv", "sendonly", "inactive", "recvonly"]
    await line.pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    with pytest.raises(CallRefused, match="cannot be understood"):
        await presenter.media.reoffer("nonsense")
    line.slow = 0.2
    presenting = asyncio.create_task(presenter.media.present(red))
    await until(lambda: line.asked)
    assert await presenter.media.reoffer(offer.sdp) == OFFER_IGNORED
    await presenting
    slides = Watcher(line.slides.receiver.track)
    await until(lambda: slides.shows(RED))


async def test_a_video_is_presented(exchange: Exchange, presenter: Presenter, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for colour in [RED] * 8 + [BLUE] * 8:
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), colour, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    line = exchange.line()
    await presenter.join(line)
    await presenter.media.present(str(path))
    slides = Watcher(line.slides.receiver.track)
    await until(lambda: slides.shows(BLUE))
    assert slides.newest is not None
    assert (slides.newest.width, slides.newest.height) == (320, 180)
    seen = len(slides.at)
    await until(lambda: len(slides.at) > seen + 3)  # the last picture stays, and keeps coming
    assert slides.shows(BLUE)


async def test_a_call_refused_carries_no_presentation(exchange: Exchange, presenter: Presenter, red: str) -> None:
    class Full(Line):
        async def place(self, offer: CallOffer) -> CallAnswer:
            raise CallRefused("The meeting is full.")

    with pytest.raises(CallRefused, match="full"):
        await presenter.media.connect(Full(exchange), MediaPlan(slots=1))
    with pytest.raises(CallRefused, match="join a meeting first"):
        await presenter.media.present(red)
