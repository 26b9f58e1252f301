"""The bench of one picture really runs the app and counts what it writes."""

from __future__ import annotations

from tui_meet.bench.picture import colour_bars, measure, photo_like


def test_measure() -> None:
    figures = measure(pictures=20)
    assert (figures["columns"], figures["rows"]) == (160, 45)
    assert 160 * 45 * 3 < figures["bytes_per_picture"] < 160 * 45 * 45
    assert figures["remote_bytes_per_picture"] < 0.6 * figures["bytes_per_picture"]
    assert figures["colour_bars_bytes_per_picture"] < 0.2 * figures["bytes_per_picture"]
    assert 0 < figures["conversion_cpu_ms_per_picture"] < figures["cpu_ms_per_picture"]
    assert figures["ratio_to_cell_by_cell"] < 0.25


def test_the_pictures_move_and_have_the_size() -> None:
    for pictures in (photo_like(3), colour_bars(3)):
        assert {picture.shape for picture in pictures} == {(90, 160, 3)}
        assert (pictures[0] != pictures[1]).any()
