"""Real aiortc peers that call a MediaRoom in the same process, over UDP on loopback."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcconfiguration import RTCBundlePolicy
from av import AudioFrame, VideoFrame
from numpy.typing import NDArray

from tests.patience import PATIENCE
from tui_meet.server.sfu.aiortc_bridge import follow_sources
from tui_meet.server.sfu.room import MediaRoom

Rgb = tuple[int, int, int]
RED, GREEN, BLUE = (200, 30, 30), (30, 180, 30), (30, 30, 200)
WIDTH, HEIGHT = 160, 90


class SolidTrack(MediaStreamTrack):
    """Pictures of one colour, 15 a second."""

    kind = "video"

    def __init__(self, colour: Rgb) -> None:
        super().__init__()
        self.colour = colour
        self._start = time.monotonic()
        self._count = 0

    async def recv(self) -> VideoFrame:
        self._count += 1
        await asyncio.sleep(max(0.0, self._start + self._count / 15 - time.monotonic()))
        pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
        pixels[:] = self.colour
        frame = VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts = self._count * 6000
        frame.time_base = Fraction(1, 90_000)
        return frame


class ToneTrack(MediaStreamTrack):
    """A sine tone; 0 Hz is digital silence."""

    kind = "audio"

    def __init__(self, hertz: float, amplitude: int = 8000) -> None:
        super().__init__()
        self.hertz = hertz
        self.amplitude = amplitude
        self._start = time.monotonic()
        self._count = 0

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(max(0.0, self._start + self._count * 0.02 - time.monotonic()))
        t = (np.arange(960) + self._count * 960) / 48_000
        samples = (np.sin(2 * np.pi * self.hertz * t) * self.amplitude).astype(np.int16)
        frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 48_000
        frame.pts = self._count * 960
        frame.time_base = Fraction(1, 48_000)
        self._count += 1
        return frame


@dataclass
class Seen:
    """What arrives on one video line."""

    colours: deque[Rgb] = field(default_factory=lambda: deque(maxlen=5000))
    pixels: deque[NDArray[np.uint8]] = field(default_factory=lambda: deque(maxlen=2))


class Client:
    """A participant: camera of one colour, microphone with one tone, some slots, perhaps a slides line.

    With `one_line` it is as a browser is: the camera's line is also the one on which others are seen.
    """

    def __init__(
        self,
        room: MediaRoom,
        name: str,
        *,
        colour: Rgb | None = RED,
        hertz: float | None = 0.0,
        slots: int = 1,
        slides: bool = False,
        one_line: bool = False,
    ) -> None:
        self.room = room
        self.name = name
        # With aiortc's default policy only the first video line moves to the bundled transport.
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.seen: dict[str, Seen] = {}
        self.heard: deque[NDArray[np.int16]] = deque(maxlen=10_000)
        self.camera = SolidTrack(colour) if colour else None
        self.tone = ToneTrack(hertz) if hertz is not None else None
        self._tasks: list[asyncio.Task[None]] = []
        if self.tone:
            self.connection.addTransceiver(self.tone, "sendrecv")
        if self.camera:
            self.connection.addTransceiver(self.camera, "sendrecv" if one_line else "sendonly")
        elif one_line:
            self.connection.addTransceiver("video", "recvonly")
        self.one_line = one_line
        self.slot_count = 0 if one_line else slots
        for _ in range(self.slot_count):
            self.connection.addTransceiver("video", "recvonly")
        self.slides = self.connection.addTransceiver("video", "inactive") if slides else None

    @property
    def slot_mids(self) -> list[str]:
        transceivers = [t for t in self.connection.getTransceivers() if t is not self.slides and not self.one_line]
        return [t.mid for t in transceivers if t.kind == "video" and t.direction == "recvonly" and t.mid is not None]

    @property
    def main_mid(self) -> str:
        """The first video line."""
        mid = next(t.mid for t in self.connection.getTransceivers() if t.kind == "video")
        assert mid is not None
        return mid

    @property
    def slides_mid(self) -> str:
        assert self.slides is not None
        assert self.slides.mid is not None
        return self.slides.mid

    async def turn_slides(self, direction: str, track: MediaStreamTrack | None = None) -> str:
        """Renegotiate the slides line as the official client does; the direction that was answered."""
        assert self.slides is not None
        if track is not None:
            self.slides.sender.replaceTrack(track)
        self.slides.direction = direction
        answer = await self.room.update(self.name, await self.offer())
        await self.accept(answer)
        section = answer.split("a=mid:" + self.slides_mid + "\r\n")[0].rpartition("m=")[2]
        section += answer.split("a=mid:" + self.slides_mid + "\r\n")[1].partition("m=")[0]
        return next(d for d in ("sendrecv", "sendonly", "recvonly", "inactive") if f"a={d}\r\n" in section)

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        sdp = str(self.connection.localDescription.sdp)
        if self.slides is None:
            return sdp
        return sdp.replace(f"a=mid:{self.slides_mid}\r\n", f"a=mid:{self.slides_mid}\r\na=content:slides\r\n")

    async def join(self, *, use_slot_mids: bool = True) -> None:
        sdp = await self.offer()
        answer = await self.room.connect(self.name, sdp, self.slot_mids if use_slot_mids else [])
        await self.accept(answer)

    async def accept(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        if self.one_line:
            follow_sources(self.connection)  # a browser knows what retransmissions belong to
        for transceiver in self.connection.getTransceivers():
            track, mid = transceiver.receiver.track, transceiver.mid
            if track is None or mid is None or mid in self.seen:
                continue
            self.seen[mid] = Seen()
            pump = self._watch(track, self.seen[mid]) if track.kind == "video" else self._listen(track)
            self._tasks.append(asyncio.create_task(pump))

    async def _watch(self, track: MediaStreamTrack, seen: Seen) -> None:
        try:
            while True:
                frame = await track.recv()
                assert isinstance(frame, VideoFrame)
                if frame.width > 320:
                    # Many peers share this loop: bigger pictures would make it fall behind.
                    frame = frame.reformat(width=320, height=320 * frame.height // frame.width)
                pixels = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
                r, g, b = (int(value) for value in pixels.mean(axis=(0, 1)))
                seen.pixels.append(pixels)
                seen.colours.append((r, g, b))
        except MediaStreamError:
            return

    async def _listen(self, track: MediaStreamTrack) -> None:
        try:
            while True:
                frame = await track.recv()
                assert isinstance(frame, AudioFrame)
                samples = frame.to_ndarray().reshape(-1).astype(np.int16, copy=False)
                self.heard.append(samples[::2].copy() if frame.layout.name == "stereo" else samples)
        except MediaStreamError:
            return

    def spectrum(self, blocks: int = 25) -> dict[int, float]:
        """Amplitude at whole multiples of 100 Hz of the last `blocks` x 20 ms heard."""
        sound = np.concatenate(list(self.heard)[-blocks:]).astype(np.float64)
        weights = np.hanning(sound.size)
        lines = np.abs(np.fft.rfft(sound * weights)) / (weights.sum() / 2)
        frequencies = np.fft.rfftfreq(sound.size, 1 / 48_000)
        return {hz: float(lines[np.argmin(np.abs(frequencies - hz))]) for hz in range(100, 3100, 100)}

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.connection.close()


def near(colour: Rgb, wanted: Rgb, tolerance: int = 25) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(colour, wanted, strict=True))


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> float:
    """Wait for a condition; the seconds it took. Fails when it does not come true."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "the condition did not come true in time"
        await asyncio.sleep(0.01)
    return time.monotonic() - start


async def until_still(count: Callable[[], int], others: Callable[[], int], steps: int = 8) -> None:
    """Wait until `count` no longer rises while `others`, which shows that time passes, rises by so many steps."""
    while True:
        before, reached = count(), others() + steps
        await until(lambda: others() >= reached)  # noqa: B023 - awaited at once
        if count() == before:
            return


@dataclass
class Conference:
    """A room, what it said, and its people."""

    room: MediaRoom
    states: list[tuple[str, str]]
    levels: list[Mapping[str, float]]
    clients: list[Client] = field(default_factory=list)

    async def join(
        self,
        name: str,
        *,
        colour: Rgb | None = RED,
        hertz: float | None = 0.0,
        slots: int = 1,
        slides: bool = False,
        one_line: bool = False,
        publishing: bool = True,
    ) -> Client:
        client = Client(self.room, name, colour=colour, hertz=hertz, slots=slots, slides=slides, one_line=one_line)
        self.clients.append(client)
        if publishing:
            self.room.set_publishing(name, audio=True, video=True)
        await client.join()
        return client


@asynccontextmanager
async def conference() -> AsyncIterator[Conference]:
    states: list[tuple[str, str]] = []
    levels: list[Mapping[str, float]] = []
    room = MediaRoom(
        on_levels=lambda now: levels.append(dict(now)), on_state=lambda who, state: states.append((who, state))
    )
    held = Conference(room, states, levels)
    try:
        yield held
    finally:
        await asyncio.gather(*(client.leave() for client in held.clients))
        await room.aclose()
