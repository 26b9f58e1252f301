"""Whole media planes against each other, over aiortc on this machine."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
import time
import wave
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
from aioice import ice
from aiortc.sdp import SessionDescription

from tests.e2e.sound import is_all_heard
from tests.media.exchange import Exchange, Line
from tests.media.test_devices import Sound, write_wav
from tests.patience import PATIENCE, wait_until
from tui_meet.media.audio.meter import dbfs
from tui_meet.media.devices import portaudio
from tui_meet.media.devices.microphone import sound_file_blocks
from tui_meet.media.devices.patterns import BARS_RGB, read_counter
from tui_meet.media.peer.contents import mark_contents
from tui_meet.media.peer.plane import PeerMedia
from tui_meet.media.types import (
    SAMPLE_RATE,
    CallAnswer,
    CallOffer,
    CallRefused,
    DeviceProblem,
    FirstPicture,
    Levels,
    MediaConnected,
    MediaEvent,
    MediaLost,
    MediaPlan,
    MediaPlane,
    VideoFrame,
)

pytestmark = pytest.mark.usefixtures("no_thread_left")


class Client:
    """A media plane with what it told."""

    def __init__(self, microphone: str = "none", speaker: str = "none", camera: str = "none") -> None:
        self.media = PeerMedia(microphone, speaker, camera)
        self.plane: MediaPlane = self.media
        self.events: list[MediaEvent] = []
        self.media.listen(self.events.append)

    async def told(self, kind: type[MediaEvent], seconds: float = PATIENCE) -> MediaEvent:
        await until(lambda: any(isinstance(event, kind) for event in self.events), seconds)
        return next(event for event in self.events if isinstance(event, kind))

    async def picture(
        self, stream: str, fits: Callable[[VideoFrame], bool] = lambda frame: True, seconds: float = PATIENCE
    ) -> VideoFrame:
        found: list[VideoFrame] = []

        def look() -> bool:
            frame = self.media.board.slot(stream).take()
            if frame is not None and fits(frame):
                found.append(frame)
            return bool(found)

        await until(look, seconds)
        return found[0]


async def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for happens on other threads
            await asyncio.sleep(0.02)


@pytest.fixture
async def clients() -> AsyncIterator[list[Client]]:
    """Put clients in here and they are closed in the end."""
    made: list[Client] = []
    yield made
    await asyncio.gather(*(client.media.aclose() for client in made))


def speech(directory: Path) -> Path:
    """A spoken sentence; where no speech synthesis is installed, chirps with pauses."""
    path = directory / "speech.wav"
    espeak = shutil.which("espeak-ng")
    if espeak:
        subprocess.run([espeak, "-w", str(path), "one two three, can you hear me well"], check=True, timeout=PATIENCE)
        return path
    time_line = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    chirp = np.sin(2 * np.pi * (200 + 900 * time_line) * time_line) * (time_line % 0.5 < 0.35)
    return write_wav(path, (12_000 * chirp).astype(np.int16))


def recorded(path: Path) -> Sound:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def best_match(said: Sound, heard: Sound) -> tuple[float, int]:
    """(correlation, delay in samples) where `said` fits `heard` best."""
    first, second = said.astype(float), heard.astype(float)
    size = 1 << (len(first) + len(second)).bit_length()
    products = np.fft.irfft(np.fft.rfft(second, size) * np.conj(np.fft.rfft(first, size)), size)
    delay = int(np.argmax(products[: len(second)]))
    there = second[delay : delay + len(first)]
    first = first[: len(there)]
    return float(np.dot(first, there) / (np.linalg.norm(first) * np.linalg.norm(there) + 1e-9)), delay


async def test_speech_goes_from_file_to_file_and_bars_keep_their_colours(
    exchange: Exchange, clients: list[Client], tmp_path: Path
) -> None:
    exchange.echo = False
    said = speech(tmp_path)
    listener = Client(speaker=f"file:{tmp_path / 'heard.wav'}")
    talker = Client(microphone=f"file:{said}", camera="pattern@320x180")
    clients += [listener, talker]
    for client in clients:
        await client.media.open_devices()
        await client.media.connect(exchange.line(), MediaPlan(slots=2))
    line = exchange.lines[0]
    slot = line.offer.slot_mids[0] if line.offer else ""
    listener.media.board.slot(slot).want((160, 160))
    first = await listener.told(FirstPicture)
    assert isinstance(first, FirstPicture)
    assert line.offer is not None
    assert first.stream_id in line.offer.slot_mids
    assert (first.width, first.height) == (320, 180)
    picture = await listener.picture(slot)
    assert picture.pixels.shape == (90, 160, 3)
    assert picture.pixels.flags["C_CONTIGUOUS"]
    assert (picture.source_width, picture.source_height) == (320, 180)
    columns = [int((bar + 0.5) * 160 / 8) for bar in range(8)]
    assert np.abs(picture.pixels[30, columns].astype(int) - np.array(BARS_RGB)).max() < 40
    number, seen_at = read_counter(picture.pixels), time.monotonic()
    later = await listener.picture(slot, lambda frame: read_counter(frame.pixels) >= number + 3)
    assert read_counter(later.pixels) < number + 30 + 15 * (time.monotonic() - seen_at)
    await asyncio.gather(*(client.told(MediaConnected) for client in clients))
    words = np.concatenate(await asyncio.to_thread(lambda: list(sound_file_blocks(str(said)))))
    await until(lambda: is_all_heard(words / 32768, tmp_path / "heard.wav"), words.size / SAMPLE_RATE + PATIENCE)
    loudest = max(event.speaker_dbfs for event in listener.events if isinstance(event, Levels))
    assert loudest > -30
    await listener.media.aclose()
    correlation, _ = best_match(words, recorded(tmp_path / "heard.wav"))
    assert correlation > 0.9
    assert line.hung_up == line.acknowledged == ["call-1"]


async def test_mute_is_silence_with_packets_and_deafened_plays_nothing(
    exchange: Exchange, clients: list[Client], tmp_path: Path
) -> None:
    client = Client(microphone="tone:440", speaker=f"file:{tmp_path / 'own.wav'}")
    clients.append(client)
    await client.media.open_devices()
    line = exchange.line()
    await client.media.connect(line, MediaPlan(slots=1))
    await client.told(MediaConnected)

    async def heard(fits: Callable[[float], bool]) -> None:
        """The loudness (dBFS) of 0.3 s comes to be so."""
        await until(lambda: fits(dbfs(recorded_so_far(tmp_path / "own.wav")[-SAMPLE_RATE * 3 // 10 :])))

    def tone(loudness: float) -> bool:
        return abs(loudness + 15) < 2

    await heard(tone)
    client.media.set_microphone(False)
    await heard(lambda loudness: loudness < -60)
    before = await line.sent_by_client("audio")
    await sent_more_than(line, "audio", before + 20)
    await heard(lambda loudness: loudness < -60)
    await until(lambda: client.media._equipment.levels().microphone_dbfs > -20)
    client.media.set_microphone(True)
    await heard(tone)
    client.media.set_deafened(True)
    await heard(lambda loudness: loudness == -100)
    client.media.set_deafened(False)
    await heard(tone)


def recorded_so_far(path: Path) -> Sound:
    """What a running recording holds, whatever its header says."""
    data = path.read_bytes()[44:]
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2")


async def sent_more_than(line: Line, kind: str, packets: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while await line.sent_by_client(kind) <= packets:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.05)


async def sent_in_the_end(line: Line) -> int:
    """Packets of video, once no more come while twenty of sound do."""
    async with asyncio.timeout(PATIENCE):
        while True:
            video, sound = await line.sent_by_client("video"), await line.sent_by_client("audio")
            await sent_more_than(line, "audio", sound + 20)
            if await line.sent_by_client("video") == video:
                return video


async def test_a_camera_that_is_off_sends_nothing_and_comes_back(exchange: Exchange, clients: list[Client]) -> None:
    client = Client(camera="pattern:orbit@160x90")
    clients.append(client)
    await client.media.open_devices()
    line = exchange.line()
    await client.media.connect(line, MediaPlan(slots=1, camera_on=False))
    await client.told(MediaConnected)
    assert await line.sent_by_client("video") == 0
    client.media.board.slot("self").want((80, 45))
    client.media.set_camera(True)
    assert (await client.picture("self")).pixels.shape == (45, 80, 3)
    await client.told(FirstPicture)
    client.media.set_camera(False)
    sent = await sent_in_the_end(line)
    assert sent > 0
    client.media.set_camera(True)
    await sent_more_than(line, "video", sent)
    await until(lambda: client.media.statistics().pictures_per_second == pytest.approx(15, abs=5))


async def test_without_slots_one_composed_picture_comes_as_main(exchange: Exchange, clients: list[Client]) -> None:
    client = Client(camera="pattern:waves@160x90")
    clients.append(client)
    await client.media.open_devices()
    line = exchange.line()
    await client.media.connect(line, MediaPlan(slots=0))
    client.media.board.slot("main").want((64, 64))
    assert (await client.picture("main")).pixels.shape == (36, 64, 3)
    assert line.offer is not None
    offer = SessionDescription.parse(line.offer.sdp)
    assert [(media.kind, media.direction) for media in offer.media] == [
        ("audio", "sendrecv"),
        ("video", "sendrecv"),
        ("video", "inactive"),
    ]


async def test_what_the_offer_says(exchange: Exchange, clients: list[Client]) -> None:
    client = Client()
    clients.append(client)
    line = exchange.line()
    await client.media.connect(line, MediaPlan(slots=3))
    assert line.offer is not None
    offer = SessionDescription.parse(line.offer.sdp)
    assert [(media.kind, media.direction) for media in offer.media] == [
        ("audio", "sendrecv"),
        ("video", "sendonly"),
        ("video", "inactive"),
        *[("video", "recvonly")] * 3,
    ]
    assert line.offer.slot_mids == tuple(media.rtp.muxId for media in offer.media[3:])
    assert [codec.name for codec in offer.media[0].rtp.codecs] == ["opus"]
    names = [codec.name for codec in offer.media[1].rtp.codecs if codec.name != "rtx"]
    assert names[0] == "VP8"
    assert set(names[1:]) == {"H264"}
    sections = line.offer.sdp.split("m=")
    assert ["a=content:main" in section for section in sections] == [False, True, True, False, False, False, False]
    assert ["a=content:slides" in section for section in sections] == [False, False, False, True, False, False, False]
    plain = "v=0\r\nm=video 9 x\r\na=mid:0\r\nm=video 9 x\r\na=mid:10\r\nm=video 9 x\r\na=mid:1\r\n"
    assert mark_contents(plain, "1") == (
        "v=0\r\nm=video 9 x\r\na=mid:0\r\na=content:main\r\nm=video 9 x\r\na=mid:10\r\n"
        "m=video 9 x\r\na=mid:1\r\na=content:slides\r\n"
    )


async def test_without_any_network_a_meeting_on_this_machine_is_reached(
    exchange: Exchange, clients: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ice, "get_host_addresses", lambda use_ipv4, use_ipv6: [])
    client = Client()
    clients.append(client)
    line = exchange.line()
    await client.media.connect(line, MediaPlan(slots=1))
    await client.told(MediaConnected)
    assert line.offer is not None
    hosts = {candidate.ip for candidate in SessionDescription.parse(line.offer.sdp).media[0].ice_candidates}
    assert hosts == {"127.0.0.1"}


class Refusing(Line):
    """A meeting that refuses, or answers nonsense."""

    def __init__(self, exchange: Exchange, answer: CallAnswer | None) -> None:
        super().__init__(exchange)
        self.answer = answer

    async def place(self, offer: CallOffer) -> CallAnswer:
        if self.answer is None:
            raise CallRefused("The meeting is full.")
        return self.answer


async def test_a_refused_call_says_why_and_leaves_nothing(exchange: Exchange, clients: list[Client]) -> None:
    client = Client()
    clients.append(client)
    with pytest.raises(CallRefused, match="The meeting is full"):
        await client.media.connect(Refusing(exchange, None), MediaPlan(slots=1))
    nonsense = Refusing(exchange, CallAnswer("c7", "v=0\r\nthis is no answer\r\n"))
    with pytest.raises(CallRefused, match="cannot be understood"):
        await client.media.connect(nonsense, MediaPlan(slots=1))
    assert nonsense.hung_up == ["c7"]
    await client.media.connect(exchange.line(), MediaPlan(slots=1))
    await client.told(MediaConnected)


async def test_closing_while_a_call_is_placed_is_quick_and_complete(exchange: Exchange) -> None:
    class Slow(Line):
        async def place(self, offer: CallOffer) -> CallAnswer:
            await asyncio.sleep(0.3)
            return CallAnswer("late", "")

    client = Client(microphone="tone:300", camera="pattern")
    await client.media.open_devices()
    line = Slow(exchange)
    connecting = asyncio.create_task(client.media.connect(line, MediaPlan(slots=1)))
    await asyncio.sleep(0.15)
    await asyncio.gather(client.media.aclose(), client.media.aclose())
    await client.media.aclose()
    with pytest.raises(CallRefused, match="ended before"):
        await connecting
    assert line.hung_up == ["late"]
    await line.pc.close()


async def test_a_meeting_that_goes_away_is_told(exchange: Exchange, clients: list[Client]) -> None:
    client = Client()
    clients.append(client)
    line = exchange.line()
    await client.media.connect(line, MediaPlan(slots=1))
    await client.told(MediaConnected)
    await line.pc.close()
    lost = await client.told(MediaLost)
    assert lost.reason.endswith(".")  # type: ignore[union-attr]


async def test_calls_follow_each_other(exchange: Exchange, clients: list[Client]) -> None:
    client = Client(microphone="tone:440")
    clients.append(client)
    await client.media.open_devices()
    for _ in range(2):
        client.events.clear()
        line = exchange.line()
        await client.media.connect(line, MediaPlan(slots=1))
        await client.told(MediaConnected)
        await client.media.disconnect()
        assert line.hung_up == line.acknowledged
    assert not any(isinstance(event, MediaLost) for event in client.events)


async def test_devices_that_fail_are_told_and_the_call_goes_on(
    exchange: Exchange, clients: list[Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portaudio, "sounddevice", None)
    client = Client("default", "default", f"file:{tmp_path / 'none.mp4'}")
    clients.append(client)
    await client.media.open_devices()
    await client.media.connect(exchange.line(), MediaPlan(slots=1))
    await client.told(MediaConnected)
    problems = {event.kind: event.sentence for event in client.events if isinstance(event, DeviceProblem)}
    assert problems == {
        "microphone": portaudio.MISSING,
        "speaker": portaudio.MISSING,
        "camera": f"The camera file {tmp_path / 'none.mp4'} does not exist; give the path of a video.",
    }
    client.media.board.slot("self").want((32, 18))
    await client.media.choose("camera", "pattern:clock@64x36")
    await client.picture("self")


async def test_choosing_another_device_while_in_a_call(
    exchange: Exchange, clients: list[Client], tmp_path: Path
) -> None:
    client = Client("tone:440", f"file:{tmp_path / 'first.wav'}", "pattern@64x36")
    clients.append(client)
    await client.media.open_devices()
    await client.media.connect(exchange.line(), MediaPlan(slots=1))
    await client.told(MediaConnected)
    for kind, spec, words in (
        ("microphone", "pattern", "cannot be pattern"),
        ("microphone", f"file:{tmp_path / 'none.wav'}", "does not exist"),
        ("camera", f"file:{tmp_path / 'first.wav'}", "is no video"),
    ):
        with pytest.raises(ValueError, match=words):
            await client.media.choose(kind, spec)  # type: ignore[arg-type]
    await client.media.choose("microphone", "tone:1500")
    await client.media.choose("speaker", f"file:{tmp_path / 'second.wav'}")

    def hears_the_new_tone() -> bool:
        heard = recorded_so_far(tmp_path / "second.wav")[-9600:]
        return heard.size == 9600 and abs(int(np.argmax(np.abs(np.fft.rfft(heard)))) * 5 - 1500) <= 10

    await until(hears_the_new_tone)
    assert recorded(tmp_path / "first.wav").any()


async def test_a_busy_caller_does_not_disturb_the_sound(
    exchange: Exchange, clients: list[Client], tmp_path: Path
) -> None:
    """The caller's loop stands still for 15 packets; the far end runs on it too, so only what we send is looked at."""
    client = Client("tone:440")
    clients.append(client)
    await client.media.open_devices()
    await client.media.connect(exchange.line(), MediaPlan(slots=1))
    await client.told(MediaConnected)
    call = client.media._call
    assert call is not None
    before = dict(client.media.statistics().dropped)["microphone blocks"]
    sent = call.microphone.sent
    wait_until(lambda: call.microphone.sent >= sent + 15, "packets from another thread")
    assert dict(client.media.statistics().dropped)["microphone blocks"] == before


def test_a_wrong_spec_is_told_at_once() -> None:
    threads = threading.active_count()
    with pytest.raises(ValueError, match="camera cannot be tone:440"):
        PeerMedia("default", "default", "tone:440")
    PeerMedia("default", "default", "default")
    assert threading.active_count() == threads
