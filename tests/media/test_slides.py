"""What can be presented, without any call."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.patience import wait_until
from tui_meet.media.devices.patterns import Picture
from tui_meet.media.devices.slides import SHARPEN_RATE, Material, Projector, letterbox, open_material

Colour = tuple[int, int, int]
"""RGB"""
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 40), (30, 40, 220), (255, 255, 255)


def solid(path: Path, colour: Colour, width: int = 640, height: int = 360) -> str:
    """Write a picture of one colour, in the format of the path's ending."""
    written, data = cv2.imencode(path.suffix, np.full((height, width, 3), colour[::-1], np.uint8))
    assert written
    path.write_bytes(data.tobytes())
    return str(path)


def pdf(pages: Sequence[Colour], width: int = 640, height: int = 360) -> bytes:
    """A PDF of pages of one colour each (PDF Reference 1.7, 3.4)."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>"]
    for number, colour in enumerate(pages):
        red, green, blue = (part / 255 for part in colour)
        drawing = f"{red:.3f} {green:.3f} {blue:.3f} rg 0 0 {width} {height} re f"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {4 + 2 * number} 0 R>>")
        objects.append(f"<</Length {len(drawing)}>>stream\n{drawing}\nendstream")
    body = "%PDF-1.4\n"
    places = []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj{text}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\n"
    return (body + end + f"startxref\n{len(body)}\n%%EOF\n").encode()


def write_pdf(path: Path, pages: Sequence[Colour]) -> str:
    path.write_bytes(pdf(pages))
    return str(path)


def middle(picture: Picture) -> list[int]:
    """RGB of the picture's middle."""
    return [int(part) for part in picture[picture.shape[0] // 2, picture.shape[1] // 2][::-1]]


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "bmp"])
def test_pictures(tmp_path: Path, ending: str) -> None:
    material = open_material(solid(tmp_path / f"slide.{ending}", RED, 200, 400))
    assert material.picture.shape == (720, 1280, 3)
    assert np.abs(np.array(middle(material.picture)) - RED).max() < 6
    assert material.picture[360, 450].max() == 0
    assert np.abs(material.picture[5, 640].astype(int) - RED[::-1]).max() < 6
    assert (material.page, material.pages, material.advance()) == (1, 1, None)
    material.close()


def test_what_a_file_is_does_not_depend_on_its_name(tmp_path: Path) -> None:
    path = Path(solid(tmp_path / "slide.png", GREEN)).rename(tmp_path / "slide.pdf")
    assert middle(open_material(str(path)).picture) == list(GREEN)


def test_transparent_parts_are_white_and_grey_pictures_are_grey(tmp_path: Path) -> None:
    clear = np.zeros((36, 64, 4), np.uint8)
    clear[:, :32] = (*BLUE[::-1], 255)
    path = tmp_path / "clear.png"
    path.write_bytes(cv2.imencode(".png", clear)[1].tobytes())
    picture = open_material(str(path)).picture
    assert picture[360, 1200].tolist() == [255, 255, 255]
    assert picture[360, 80].tolist() == list(BLUE[::-1])
    path.write_bytes(cv2.imencode(".png", np.full((36, 64), 90, np.uint8))[1].tobytes())
    assert middle(open_material(str(path)).picture) == [90, 90, 90]


def test_pages_of_a_pdf(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "slides.pdf", [RED, GREEN, BLUE])
    material = open_material(path)
    Path(path).unlink()
    assert (material.page, material.pages) == (1, 3)
    assert material.picture.shape == (720, 1280, 3)
    for by, page, colour in ((1, 2, GREEN), (1, 3, BLUE), (1, 3, BLUE), (-2, 1, RED), (-1, 1, RED)):
        material.turn(by)
        assert material.page == page
        assert np.abs(np.array(middle(material.picture)) - colour).max() < 3
    material.close()
    material.close()
    with pytest.raises(ValueError, match="has ended"):
        material.turn(1)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.png", None, "does not exist"),
        ("empty.png", b"", "cannot be presented"),
        ("notes.txt", b"hello\n" * 50, "cannot be presented"),
        ("broken.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "cannot be presented"),
        ("broken.pdf", b"%PDF-1.4\nnothing", "is damaged"),
        ("empty.pdf", pdf([]), "is damaged|has no pages"),
        ("nul\0.png", None, "cannot be read"),
    ],
)
def test_files_that_cannot_be_presented(tmp_path: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=words) as refused:
        open_material(str(tmp_path / name))
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


def test_a_folder_cannot_be_presented(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is a folder"):
        open_material(str(tmp_path))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 5000), (5000, 1), (1280, 720), (1281, 719)])
def test_every_shape_fits(width: int, height: int) -> None:
    picture = letterbox(np.full((height, width, 3), 200, np.uint8))
    assert picture.shape == (720, 1280, 3)
    assert picture.max() == 200


class Counted(Material):
    """Says when it was closed."""

    def __init__(self, pages: int = 1) -> None:
        self.picture = np.zeros((2, 2, 3), np.uint8)
        self.pages = pages
        self.closed = threading.Event()

    def turn(self, by: int) -> None:
        self.page += by
        self.picture = np.full((2, 2, 3), self.page, np.uint8)

    def close(self) -> None:
        self.closed.set()


@pytest.mark.usefixtures("no_thread_left")
def test_a_still_slide_comes_again_and_again_and_a_turned_page_at_once() -> None:
    seen: list[tuple[float, int]] = []
    material = Counted(3)
    projector = Projector(material, lambda picture, at: seen.append((at, int(picture[0, 0, 0]))))
    wait_until(lambda: len(seen) >= 5, "the slide again and again")
    times = [at - seen[0][0] for at, _ in seen]
    assert all(at > number / SHARPEN_RATE - 0.001 for number, at in enumerate(times)), "no more often than wanted"
    assert min(np.diff(times)) < 1 / SHARPEN_RATE + 0.05, "nor less often"
    waits = []
    for page, by in ((2, 1), (1, -1), (2, 1), (3, 1), (2, -1)):
        turned, before = time.monotonic(), len(seen)
        assert projector.turn(by) == (page, 3)
        wait_until(lambda: (seen[-1][1] == page) and len(seen) > before, "the page")  # noqa: B023 - called at once
        waits.append(next(at for at, shown in seen[before:] if shown == page) - turned)
    assert min(waits) < 0.5 / SHARPEN_RATE, "before the next picture would have been due"
    projector.close()
    projector.join()
    assert material.closed.is_set()
    count = len(seen)
    time.sleep(0.25)
    assert len(seen) == count
