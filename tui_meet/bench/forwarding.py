"""What the server's media cost: forwarding one camera to many, and mixing.

The server runs in this process on real transports; the camera and its watchers are aiortc peers in a child process, so
that the processor time of this process is the server's alone. Watchers never decode, they only take packets in.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcconfiguration import RTCBundlePolicy
from av import Packet
from av.stream import Stream

from tui_meet.media.audio.opus import OpusDecoder, OpusEncoder
from tui_meet.media.types import BLOCK_SAMPLES, SAMPLE_RATE
from tui_meet.server.mixer.mix import add_up, limited
from tui_meet.server.mixer.mixer import AudioMixer
from tui_meet.server.sfu.aiortc_bridge import tap_receiver
from tui_meet.server.sfu.filler import still_picture
from tui_meet.server.sfu.room import MediaRoom

WATCHERS = 16
PICTURES_PER_SECOND = 15
PICTURE_BYTES = 2_300
"""A delta picture of a talking head at 640x360 and 280 kbit/s; two RTP packets."""
PACKETS_PER_PICTURE = 2
WARM_UP_S = 2.5
"""Longer than the time between two keyframes: by then every watcher is served."""
MEASURED_S = 4.0
CONNECT_LIMIT_S = 20.0
MIX_TICKS = 250

_VIDEO_CLOCK = Fraction(1, 90_000)


class _Camera(MediaStreamTrack):
    """Encoded pictures from nowhere: a keyframe every two seconds, filled up to their size."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._start = time.monotonic()
        self._count = 0

    async def recv(self) -> Packet[Stream]:
        await asyncio.sleep(max(0.0, self._start + self._count / PICTURES_PER_SECOND - time.monotonic()))
        key = self._count % (2 * PICTURES_PER_SECOND) == 0
        head = still_picture("VP8")[:10] if key else b"\x11\x00\x00"
        packet: Packet[Stream] = Packet(head + bytes(PICTURE_BYTES - len(head)))
        packet.pts = self._count * 90_000 // PICTURES_PER_SECOND
        packet.time_base = _VIDEO_CLOCK
        self._count += 1
        return packet


async def _watch_in_child() -> None:
    """One line of JSON in (answer), one out (offer) per peer; ends with the standard input."""
    loop = asyncio.get_running_loop()
    peers: list[RTCPeerConnection] = []
    policy = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    for number in range(WATCHERS + 1):
        peer = RTCPeerConnection(policy)
        peers.append(peer)
        if number == 0:
            peer.addTransceiver(_Camera(), "sendonly")
        else:
            tap_receiver(peer.addTransceiver("video", "recvonly").receiver, lambda packet: None)
        await peer.setLocalDescription(await peer.createOffer())
        sys.stdout.write(json.dumps(peer.localDescription.sdp) + "\n")
        sys.stdout.flush()
        answer = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await loop.run_in_executor(None, sys.stdin.readline)
    await asyncio.gather(*(peer.close() for peer in peers))


async def _measure_forwarding() -> dict[str, float]:
    connected: set[str] = set()
    complete = asyncio.Event()

    def on_state(who: str, state: str) -> None:
        connected.add(who)
        if len(connected) > WATCHERS:
            complete.set()

    room = MediaRoom(on_levels=lambda levels: None, on_state=on_state)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tui_meet.bench.forwarding",
        "--child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        async with asyncio.timeout(CONNECT_LIMIT_S):
            for number in range(WATCHERS + 1):
                name = f"peer {number}"
                offer = json.loads(await child.stdout.readline())
                answer = await room.connect(name, offer, ["0"] if number else [])
                child.stdin.write(json.dumps(answer).encode() + b"\n")
                room.set_publishing(name, audio=True, video=True)
                room.set_slots(name, {"0": "peer 0"} if number else {})
            await complete.wait()
        await asyncio.sleep(WARM_UP_S)
        before, cpu, start = _forwarded(room), time.process_time(), time.perf_counter()
        await asyncio.sleep(MEASURED_S)
        pictures = _forwarded(room) - before
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - start
    except (TimeoutError, json.JSONDecodeError) as error:
        raise RuntimeError("Forwarding cannot be measured: the receiving process did not connect.") from error
    finally:
        child.stdin.close()
        await room.aclose()
        await child.wait()
    packets = pictures * PACKETS_PER_PICTURE
    return {
        "receivers": float(WATCHERS),
        "forwarded_frames_per_second": pictures / seconds,
        "forwarded_frames_per_cpu_second": pictures / cpu,
        "forwarded_packets_per_cpu_second": packets / cpu,
        "forwarded_packet_cpu_us": cpu * 1e6 / packets,
        "cpu_percent_of_one_core": 100 * cpu / seconds,
    }


def _forwarded(room: MediaRoom) -> int:
    report = room.statistics()["participants"]
    assert isinstance(report, dict)
    return sum(slot["frames_forwarded"] for person in report.values() for slot in person.get("slots", {}).values())


def _measure_mixing() -> dict[str, float]:
    chance = np.random.default_rng(1)
    t = np.arange(MIX_TICKS * BLOCK_SAMPLES) / SAMPLE_RATE
    speech = np.sin(2 * np.pi * 180 * t) * 6_000 * (1 + np.sin(2 * np.pi * 3 * t)) + chance.normal(0, 400, t.size)
    blocks = speech.astype(np.int16).reshape(MIX_TICKS, BLOCK_SAMPLES)
    encoder, decoder = OpusEncoder(), OpusDecoder()
    packets: list[bytes] = []

    def encode() -> None:
        packets.extend(encoder.encode(block) for block in blocks)

    def decode() -> None:
        for packet in packets:
            decoder.decode(packet)

    def add() -> None:
        for block in blocks:
            limited(add_up((block, 1.0) for _ in range(4)))

    figures = {
        "mix_encode_us": _cpu_us(encode),
        "mix_decode_us": _cpu_us(decode),
        "mix_sum_of_4_us": _cpu_us(add),
    }
    mixer = AudioMixer(lambda levels: None)
    for number in range(WATCHERS):
        mixer.add(f"person {number}", lambda payload, timestamp: None)
        mixer.set_publishing(f"person {number}", True)

    def tick(speakers: int) -> None:
        for number, packet in enumerate(packets):
            for speaker in range(speakers):
                mixer.push(f"person {speaker}", 1, number % 65_536, number * BLOCK_SAMPLES, packet)
            mixer.tick()

    figures["mixer_tick_16_people_silent_us"] = _cpu_us(lambda: tick(0))
    figures["mixer_tick_16_people_4_speaking_us"] = _cpu_us(lambda: tick(4))
    figures["mixer_16_people_4_speaking_mixes"] = float(mixer.mixes)
    return figures


def _cpu_us(work: Callable[[], None]) -> float:
    """Processor time per tick, microseconds."""
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1e6 / MIX_TICKS


def measure() -> dict[str, float]:
    """Costs of forwarding one camera (15 pictures a second, 2300 bytes each) to 16 receivers, and of mixing.

    Takes about 10 s. Keys end in their unit; those of mixing in `_us` are processor time per 20 ms block or tick.

    Raises:
        RuntimeError: no connection comes about.
    """
    return {**asyncio.run(_measure_forwarding()), **_measure_mixing()}


if __name__ == "__main__":
    if "--child" in sys.argv:
        asyncio.run(_watch_in_child())
    else:
        sys.stdout.write(json.dumps(measure(), indent=2) + "\n")
