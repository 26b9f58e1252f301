"""Names as ASCII, boxes on even pixels, what a picture looks like, and when less is done."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui_meet.server.compositor import lettering
from tui_meet.server.compositor.canvas import BACKGROUND, TALKER, Canvas, Tile
from tui_meet.server.compositor.codecs import CameraDecoder, PictureEncoder, Planes
from tui_meet.server.compositor.cost import LEVELS, CostGovernor, Level
from tui_meet.server.compositor.lettering import MAX_CHARACTERS, initials, romanised, text_mask, written
from tui_meet.server.compositor.orders import Intake, Order, Orders
from tui_meet.server.compositor.worker import STALE_SECONDS, Worker
from tui_meet.server.rooms.layout_geometry import LAYOUTS, arrange
from tui_meet.server.rooms.picture import Picture
from tui_meet.server.sfu.assembler import EncodedFrame


@pytest.mark.parametrize(
    ("name", "ascii_only", "letters"),
    [
        ("Ada Lovelace", "Ada Lovelace", "AL"),
        ("José Ñandú", "Jose Nandu", "JN"),
        ("Øystein Straße", "Oystein Strasse", "OS"),
        ("Юлия Щукина", "Yuliya Shchukina", "YS"),
        ("Ольга", "Olga", "O"),
        ("Ελένη", "Eleni", "E"),
        ("さくら", "sakura", "S"),
        ("김민수", "gimminsu", "G"),
        ("王小明", "", ""),
        ("محمد", "", ""),
        ("Ann 王", "Ann", "A"),
        ("Nguyễn Văn Trỗi", "Nguyen Van Troi", "NT"),
        ("  ", "", ""),
        ("🙂", "", ""),
    ],
)
def test_names_are_written_in_ascii_by_a_font_that_knows_no_more(
    name: str, ascii_only: str, letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "KNOWS_SCRIPTS", False)
    assert written(name) == ascii_only
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("name", "shown", "letters"),
    [("José  Ñandú", "José Ñandú", "JÑ"), ("王小明", "王小明", "王"), ("a\x07\u202eb 🙂", "ab", "A"), ("\n", "", "")],
)
def test_names_are_written_as_they_are_by_one_that_does(
    name: str, shown: str, letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "KNOWS_SCRIPTS", True)
    assert written(name) == shown
    assert initials(name) == letters


@given(st.text(max_size=80), st.booleans())
def test_any_name_can_be_drawn(name: str, scripts: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lettering, "KNOWS_SCRIPTS", scripts and lettering.KNOWS_SCRIPTS)
        assert romanised(name).isascii()
        assert written(name).isprintable()
        assert len(written(name)) <= MAX_CHARACTERS
        canvas = Canvas(64, 36)
        Tile(canvas, canvas.box(0, 0, 1, 1), "p", name, name, framed=True).draw(-1, None, True)


def test_text_is_as_high_as_asked_and_never_wider_than_allowed() -> None:
    mask = text_mask("Hamburgefonts", 20, 400)
    rows = np.flatnonzero(mask.max(axis=1) > 100)
    assert 18 <= np.flatnonzero(text_mask("H", 20, 400).max(axis=1) > 100).size <= 24
    assert rows.size <= mask.shape[0]
    assert text_mask("Hamburgefonts", 20, 60).shape[1] <= 60


def planes(width: int, height: int, y: int, u: int = 128, v: int = 128) -> Planes:
    return (
        np.full((height, width), y, np.uint8),
        np.full((height // 2, width // 2), u, np.uint8),
        np.full((height // 2, width // 2), v, np.uint8),
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("level", LEVELS)
def test_every_layout_fits_every_size(layout: str, level: Level) -> None:
    width, height = level.width, level.height
    for presentation in (False, True):
        for people in (1, 2, 3, 5, 8, 12, 25, 40):
            canvas = Canvas(width, height)
            arrangement = arrange(layout, people, presentation)
            for place in (*arrangement.people, *filter(None, [arrangement.presentation])):
                box = canvas.box(place.x, place.y, place.w, place.h)
                assert [box.x % 2, box.y % 2, box.w % 2, box.h % 2] == [0, 0, 0, 0]
                assert 0 <= box.x < box.x + box.w <= width
                assert 0 <= box.y < box.y + box.h <= height


def luminance(canvas: Canvas) -> NDArray[np.uint8]:
    return canvas.array[: canvas.height]


def test_a_picture_of_another_shape_keeps_it_and_gets_bars() -> None:
    canvas = Canvas(320, 180)
    canvas.paste(canvas.box(0, 0, 1, 1), planes(120, 160, 200))
    row = luminance(canvas)[90]
    assert row[0] == row[-1] == BACKGROUND[0]
    bright = np.flatnonzero(row == 200)
    assert abs(bright.size - 180 * 120 / 160) <= 2
    assert abs(bright[0] - (319 - bright[-1])) <= 2


def test_the_talker_is_framed_and_overlay_text_changes_pixels() -> None:
    def drawn(label: str, talking: bool) -> Canvas:
        canvas = Canvas(640, 360)
        tile = Tile(canvas, canvas.box(0.5, 0.25, 0.5, 0.5), "a", "Ada", label, framed=True)
        assert tile.draw(1, planes(320, 180, 180), talking)
        assert not tile.draw(1, planes(320, 180, 180), talking), "nothing new, nothing drawn"
        return canvas

    plain, named, talking = drawn("", False), drawn("Ada", False), drawn("", True)
    changed = np.argwhere(luminance(plain) != luminance(named))
    assert changed.size
    assert (changed.min(axis=0) >= (240, 320)).all(), "text stands at the lower left of its place"
    assert luminance(named)[240:270, 320:400].max() > 200
    assert luminance(talking)[90, 480] == TALKER[0]
    assert luminance(plain)[90, 480] == BACKGROUND[0]
    assert luminance(talking)[180, 480] == 180


def encoded(colour: int, count: int = 1) -> list[EncodedFrame]:
    encoder = PictureEncoder("VP8", LEVELS[2])
    canvas = np.concatenate([np.full((360, 640), colour, np.uint8), np.full((180, 640), 128, np.uint8)])
    frames = [encoder.encode(canvas, 6000 * index, False) for index in range(count)]
    return [frame for frame in frames if frame is not None]


class Desk:
    """A worker without its thread, and what it says."""

    def __init__(self, *pictures: Picture, sources: tuple[str, ...] = ("a",)) -> None:
        self.orders = Orders(tuple(Order(index, p, ("VP8",)) for index, p in enumerate(pictures)))
        self.orders.intakes = {source: Intake() for source in sources}
        self.out: list[tuple[int, EncodedFrame]] = []
        self.asked: list[str] = []
        self.worker = Worker(self.orders, self._take, self.asked.append, lambda: 0)

    def _take(self, key: int, frame: EncodedFrame) -> None:
        self.out.append((key, frame))

    def middle(self, key: int = 0) -> int:
        canvas = self.worker._compositions[key].canvas
        return int(luminance(canvas)[canvas.height // 2 - 60, canvas.width // 3])


def test_a_camera_that_stops_becomes_a_card_and_a_still_picture_is_repeated() -> None:
    desk = Desk(Picture("1:0", ("a",)))
    desk.orders.intakes["a"].put(encoded(200)[0])
    desk.worker.tick(1.0)
    assert abs(desk.middle() - 200) < 8
    assert [frame.keyframe for _, frame in desk.out] == [True]
    desk.worker.tick(1.1)
    assert len(desk.out) == 1, "nothing has changed"
    desk.worker.tick(1.5)
    assert [frame.keyframe for _, frame in desk.out] == [True, False]
    desk.worker.tick(1.1 + STALE_SECONDS)
    assert desk.middle() < 160


def test_two_pictures_decode_a_camera_once_and_a_wish_is_answered_once() -> None:
    desk = Desk(Picture("1:0", ("a",)), Picture("4:0", ("a", "b")))
    for frame in encoded(200, 3):
        desk.orders.intakes["a"].put(frame)
    desk.worker.tick(1.0)
    assert desk.worker.figures["decoded"] == 3
    assert desk.worker.figures["superseded"] == 2
    assert [key for key, _ in desk.out] == [0, 1]
    desk.orders.wish_keyframe(1, "VP8")
    desk.orders.wish_keyframe(1, "VP8")
    desk.worker.tick(1.1)
    assert [(key, frame.keyframe) for key, frame in desk.out[2:]] == [(1, True)]


def test_what_cannot_be_decoded_is_counted_and_asked_for_again() -> None:
    desk = Desk(Picture("1:0", ("a",)))
    good = encoded(200, 2)
    desk.orders.intakes["a"].put(good[0])
    desk.orders.intakes["a"].put(EncodedFrame("VP8", b"\x00\x00\x00\x00rubbish", 0, False))
    desk.orders.intakes["a"].put(good[1])
    desk.worker.tick(1.0)
    assert desk.worker.figures["undecodable"] >= 1
    assert desk.asked == ["a"]


def test_an_intake_that_is_not_emptied_drops_up_to_the_next_keyframe() -> None:
    intake = Intake(limit=3)
    key, *deltas = encoded(100, 6)
    assert intake.put(deltas[0]), "nothing begins without a keyframe"
    assert [intake.put(frame) for frame in (key, *deltas[:2])] == [False] * 3
    assert intake.put(deltas[2])
    assert intake.dropped == 5
    assert not intake.put(key)
    assert intake.take() == [key]


def test_a_decoder_waits_for_a_keyframe_and_gives_planes() -> None:
    decoder = CameraDecoder("VP8")
    key, delta = encoded(90, 2)
    assert decoder.decode(delta) is None
    found = decoder.decode(key)
    assert found is not None
    assert [plane.shape for plane in found] == [(360, 640), (180, 320), (180, 320)]
    assert abs(int(found[0].mean()) - 90) < 6


def test_less_is_done_when_busy_for_seconds_and_more_only_after_a_long_quiet() -> None:
    governor = CostGovernor()
    assert not governor.update(0.9, 0.0)
    assert not governor.update(0.1, 1.0), "a burst is no reason"
    assert not governor.update(0.9, 2.0)
    assert governor.update(0.9, 4.5)
    assert governor.level is LEVELS[1]
    assert not governor.update(0.1, 5.0)
    assert not governor.update(0.1, 30.0)
    assert governor.update(0.1, 36.0)
    assert governor.level is LEVELS[0]
    now = 100.0
    for _ in range(40):
        governor.update(1.0, now)
        now += 1
    assert governor.level is LEVELS[-1]
