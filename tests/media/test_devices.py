from __future__ import annotations

import subprocess
import sys
import time
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from tests.patience import PATIENCE, wait_until
from tui_meet.media.devices import portaudio, probe
from tui_meet.media.devices.camera import Camera
from tui_meet.media.devices.microphone import FileMicrophone, sound_file_blocks
from tui_meet.media.devices.pace import Pace
from tui_meet.media.devices.patterns import BARS_RGB, Bars, Picture, read_counter
from tui_meet.media.devices.picture_sources import find_camera, fit_within, list_cameras, make_source
from tui_meet.media.devices.problem import DeviceUnavailable
from tui_meet.media.devices.speaker import WavSpeaker
from tui_meet.media.devices.spec import DefaultDevice, FileDevice, NamedDevice, NumberedDevice, PatternDevice
from tui_meet.media.types import BLOCK_SAMPLES, SAMPLE_RATE

Sound = np.ndarray[tuple[int], np.dtype[np.int16]]

pytestmark = pytest.mark.usefixtures("no_thread_left")


def write_wav(path: Path, samples: Sound, rate: int = SAMPLE_RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def write_video(path: Path, pictures: int, rate: int, size: tuple[int, int] = (320, 180)) -> Path:
    bars = Bars(*size)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.bit_rate = 4_000_000
        for number in range(pictures):
            frame = av.VideoFrame.from_ndarray(bars.draw(number), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_a_sound_file_of_any_rate_becomes_20_ms_blocks_at_48_khz(tmp_path: Path) -> None:
    tone = (9000 * np.sin(2 * np.pi * 500 * np.arange(8820) / 44_100)).astype(np.int16)
    path = write_wav(tmp_path / "tone.wav", np.repeat(tone, 2), rate=44_100, channels=2)
    blocks = list(sound_file_blocks(str(path)))
    assert {block.shape for block in blocks} == {(BLOCK_SAMPLES,)}
    heard = np.concatenate(blocks)
    assert len(heard) == pytest.approx(0.2 * SAMPLE_RATE, abs=BLOCK_SAMPLES)
    spectrum = np.abs(np.fft.rfft(heard[2000:8000]))
    assert np.argmax(spectrum) * SAMPLE_RATE / 6000 == pytest.approx(500, abs=8)


@pytest.mark.parametrize("loop", [False, True])
def test_a_file_microphone_waits_plays_in_real_time_and_ends_in_silence_or_again(tmp_path: Path, loop: bool) -> None:
    samples = np.arange(1, 3 * BLOCK_SAMPLES + 1, dtype=np.int16)
    path = write_wav(tmp_path / "ramp.wav", samples)
    blocks: list[Sound] = []
    microphone = FileMicrophone(FileDevice(str(path), loop), blocks.append, pytest.fail)
    begun = time.monotonic()
    microphone.open()
    wait_until(lambda: len(blocks) >= 2, "silence before the begin")
    microphone.begin()
    wait_until(lambda: len(blocks) >= 12, "sound")
    passed = time.monotonic() - begun
    microphone.close()
    assert len(blocks) * 0.02 <= passed + 0.04, "never ahead of real time"
    assert not blocks[0].any()
    heard = np.concatenate(blocks)
    begin = int(np.flatnonzero(heard)[0])
    assert np.array_equal(heard[begin : begin + samples.size], samples)
    after = heard[begin + samples.size :]
    assert np.array_equal(after[: samples.size], samples) if loop else not after.any()


def test_a_beat_keeps_to_its_deadlines_and_begins_anew_after_a_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 50.0
    late = iter([0.0, 0.001, 0.015, 0.07, 0.0])
    beats: list[float] = []
    pace = Pace(0.02, lambda: now)

    def wait(seconds: float) -> bool:
        nonlocal now
        now += seconds + next(late, 0.0)
        return False

    monkeypatch.setattr(pace._stopped, "wait", wait)
    for _ in range(9):
        assert pace.wait()
        beats.append(round(now - 50, 3))
    assert beats == [0.02, 0.041, 0.075, 0.15, 0.15, 0.15, 0.15, 0.16, 0.18]
    now += 30
    assert pace.wait(), "at once, and then no race to catch up"
    assert pace.wait()
    assert now == pytest.approx(80.2)
    pace.stop()
    assert pace.stopped


def open_file(kind: str, path: str) -> None:
    if kind == "microphone":
        list(sound_file_blocks(path))
    else:
        make_source(FileDevice(path))


@pytest.mark.parametrize("kind", ["microphone", "camera"])
def test_a_file_that_is_none_is_one_sentence(tmp_path: Path, kind: str) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("this is no media at all\n" * 20)
    for path, words in ((tmp_path / "absent", "does not exist"), (text, "can be read")):
        with pytest.raises(DeviceUnavailable, match=words) as caught:
            open_file(kind, str(path))
        assert str(caught.value).startswith(f"The {kind} file {path}")
        assert str(caught.value).count(".") - str(path).count(".") == 1


def test_a_sound_file_is_no_video_and_a_video_has_no_sound(tmp_path: Path) -> None:
    sound = write_wav(tmp_path / "a.wav", np.ones(4800, np.int16))
    video = write_video(tmp_path / "a.mp4", 3, 15)
    with pytest.raises(DeviceUnavailable, match="is no video"):
        make_source(FileDevice(str(sound)))
    with pytest.raises(DeviceUnavailable, match="has no sound"):
        list(sound_file_blocks(str(video)))


def test_a_wav_speaker_keeps_time_and_a_good_header_while_it_runs(tmp_path: Path) -> None:
    path = tmp_path / "out.wav"
    pulled = 0

    def pull(count: int) -> Sound:
        nonlocal pulled
        pulled += count
        return np.full(count, 77, np.int16)

    speaker = WavSpeaker(str(path), pull, pytest.fail)
    begun = time.monotonic()
    speaker.open()

    def told() -> int:
        with wave.open(str(path)) as file:
            return int(file.getnframes())

    wait_until(lambda: told() > 0, "a header after a second")
    assert told() % SAMPLE_RATE == 0
    speaker.close()
    passed = time.monotonic() - begun
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
        assert file.getnframes() == pulled <= (passed + 0.04) * SAMPLE_RATE
        assert pulled >= SAMPLE_RATE
        assert set(np.frombuffer(file.readframes(pulled), "<i2").tolist()) == {77}


def test_a_speaker_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    speaker = WavSpeaker(str(tmp_path / "no" / "out.wav"), lambda count: np.zeros(count, np.int16), pytest.fail)
    with pytest.raises(DeviceUnavailable, match="cannot be written \\(No such file or directory\\); choose another"):
        speaker.open()


def pictures_of(spec: FileDevice | PatternDevice, count: int, and_seconds: float = 0.0) -> list[tuple[Picture, float]]:
    """At least so many pictures, and those that come for some time after them."""
    taken: list[tuple[Picture, float]] = []
    camera = Camera(spec, lambda picture, at: taken.append((picture, at)), pytest.fail)
    camera.open(on=True)
    wait_until(lambda: len(taken) >= count, "pictures")
    time.sleep(and_seconds)
    camera.close()
    return taken


def test_a_video_file_plays_in_real_time_at_15_a_second_at_most(tmp_path: Path) -> None:
    path = write_video(tmp_path / "bars.mp4", pictures=60, rate=30)
    begun = time.monotonic()
    taken = pictures_of(FileDevice(str(path)), 12)
    times = [at - begun for _, at in taken]
    assert all(at > (number + 1) / 15 - 0.001 for number, at in enumerate(times)), "never ahead of real time"
    assert min(np.diff(times)) < 1 / 15 + 0.02, "nor slower than 15 a second"
    numbers = [read_counter(picture) for picture, _ in taken]
    assert numbers[:9] == list(range(0, 18, 2))
    columns = [int((bar + 0.5) * 320 / 8) for bar in range(8)]
    shown = taken[3][0][60, columns, ::-1].astype(int)
    assert np.abs(shown - np.array(BARS_RGB)).max() < 40


def test_a_looped_video_begins_again_and_another_ends(tmp_path: Path) -> None:
    path = write_video(tmp_path / "short.mp4", pictures=3, rate=15)
    looped = [read_counter(picture) for picture, _ in pictures_of(FileDevice(str(path), loop=True), 6)]
    assert looped[:6] == [0, 1, 2, 0, 1, 2]
    assert [read_counter(picture) for picture, _ in pictures_of(FileDevice(str(path)), 3, 0.3)] == [0, 1, 2]


def test_a_camera_that_is_off_does_nothing_and_comes_back() -> None:
    taken: list[float] = []
    camera = Camera(PatternDevice("bars", 64, 36), lambda picture, at: taken.append(at), pytest.fail)
    camera.open(on=False)
    time.sleep(0.15)
    assert taken == []
    for _ in range(2):
        before = len(taken)
        camera.set_on(True)
        wait_until(lambda: len(taken) >= before + 2, "pictures")  # noqa: B023 - called at once
        camera.set_on(False)
        while_on = len(taken)
        time.sleep(0.25)
        assert len(taken) <= while_on + 1, "at most the one that was being handed out"
    camera.close()


def test_cameras_are_found_by_number_and_name(tmp_path: Path) -> None:
    for number, index, name in (
        (0, 0, "Built-in: Cam"),
        (1, 1, "Built-in: Cam"),
        (2, 0, "USB Cam"),
        (10, 0, "Grabber"),
    ):
        node = tmp_path / f"video{number}"
        node.mkdir()
        (node / "index").write_text(f"{index}\n")
        (node / "name").write_text(f"{name}\n")
    assert [(camera.number, camera.name) for camera in list_cameras(tmp_path)] == [
        (0, "Built-in: Cam"),
        (2, "USB Cam"),
        (10, "Grabber"),
    ]
    assert find_camera(DefaultDevice(), tmp_path) == 0
    assert find_camera(NamedDevice("usb"), tmp_path) == 2
    with pytest.raises(DeviceUnavailable, match="fits several cameras \\(Built-in: Cam, USB Cam\\)"):
        find_camera(NamedDevice("cam"), tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="cameras are listed on Linux only")
@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (DefaultDevice(), "No camera was found; plug one in"),
        (NumberedDevice(7), "There is no camera number 7"),
        (NamedDevice("usb"), "No camera has “usb” in its name"),
    ],
)
def test_no_camera_is_one_sentence(
    tmp_path: Path, spec: DefaultDevice | NumberedDevice | NamedDevice, words: str
) -> None:
    with pytest.raises(DeviceUnavailable, match=words):
        find_camera(spec, tmp_path)


@pytest.mark.parametrize(
    ("size", "fitted"),
    [((1920, 1080), (640, 360)), ((320, 180), (320, 180)), ((360, 640), (202, 360)), ((1, 1), (2, 2))],
)
def test_fit_within_keeps_the_shape_and_is_even(size: tuple[int, int], fitted: tuple[int, int]) -> None:
    assert fit_within(*size, 640, 360) == fitted


def test_without_portaudio_everything_says_which_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "sounddevice", None)
    found = probe.probe()
    assert found.microphones == found.speakers == ()
    assert [problem for problem in found.problems if "PortAudio" in problem] == [portaudio.MISSING]
    with pytest.raises(DeviceUnavailable) as caught:
        probe.test_microphone("default", 0.1)
    assert str(caught.value) == (
        "No sound: the PortAudio library is missing; "
        "install libportaudio2 (Debian, Ubuntu) or portaudio (Fedora, Arch, Homebrew)."
    )


def test_the_package_loads_where_the_portaudio_library_is_missing() -> None:
    """In a process of its own, in which the system finds no such library."""
    script = (
        "import ctypes.util, sys; sys.platform = 'linux'; ctypes.util.find_library = lambda name: None;"
        "from tui_meet.media.devices import portaudio; print(portaudio.sounddevice)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert done.stdout.strip() == "None"


def test_a_portaudio_that_does_not_start_is_said(tmp_path: Path) -> None:
    """In a process of its own: the library is there, but its start fails, as without any sound system."""
    (tmp_path / "sounddevice.py").write_text(
        "class PortAudioError(Exception): ...\nraise PortAudioError('Error initializing PortAudio', -9999)\n"
    )
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
        "from tui_meet.media.devices import portaudio, probe; print(*probe.probe().problems, sep='|')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert "No sound: PortAudio could not be started (Error initializing PortAudio)" in done.stdout


def test_trying_devices() -> None:
    loud = probe.test_microphone("tone:1000", 0.3)
    assert loud.peak_dbfs == pytest.approx(-12, abs=0.2)
    assert loud.rms_dbfs == pytest.approx(-15, abs=0.3)
    assert probe.test_microphone("none", 0.1).peak_dbfs == -100
    shown = probe.test_camera("pattern:orbit@160x90", pictures=4)
    assert (shown.width, shown.height) == (160, 90)
    wait_until(
        lambda: probe.test_camera("pattern:bars@64x36", pictures=4).per_second == pytest.approx(15, abs=2), "15/s"
    )
    with pytest.raises(ValueError, match="speaker cannot be tone:440"):
        probe.test_speaker("tone:440")


def test_trying_a_speaker_plays_a_tone(tmp_path: Path) -> None:
    probe.test_speaker(f"file:{tmp_path / 'tone.wav'}", seconds=0.3)
    heard = np.concatenate(list(sound_file_blocks(str(tmp_path / "tone.wav"))))
    assert np.argmax(np.abs(np.fft.rfft(heard[:9600]))) * 5 == pytest.approx(440, abs=5)
