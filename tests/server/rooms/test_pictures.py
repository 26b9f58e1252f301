"""Who is shown where in composed pictures, and what the event `layout` says."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from tests.server.rooms.scene import Scene
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.layout_geometry import LAYOUTS, arrange
from tui_meet.server.rooms.layout_svgs import layout_svgs
from tui_meet.server.rooms.picture import Picture
from tui_meet.wire.infinity.layout import ILLEGAL_VALUE, PERSONAL_MIX, Transforms


def a_meeting(*guests: str, **settings: Any) -> Scene:
    scene = Scene(**settings)
    scene.host("ada")
    for guest in guests:
        scene.guest(guest)
    for uuid in ("ada", *guests):
        scene.call(uuid, "1", slots=False)
    return scene


def shown(scene: Scene, uuid: str) -> tuple[str, ...]:
    return scene.media.pictures[uuid].people


def layout_of(scene: Scene, uuid: str) -> str:
    return scene.media.pictures[uuid].layout


def slides(scene: Scene, uuid: str) -> bool:
    return scene.media.pictures[uuid].presentation


def transform(scene: Scene, by: str = "ada", **what: Any) -> on.Refusal | None:
    return scene.do(on.TransformLayout(by, Transforms(**what)))


def test_two_people_see_each_other_and_one_alone_nobody() -> None:
    scene = a_meeting("bo")
    assert shown(scene, "ada") == ("bo",)
    assert shown(scene, "bo") == ("ada",)
    scene.do(on.Leave("bo"))
    assert shown(scene, "ada") == ()


def test_the_same_layout_is_the_same_picture_but_for_whoever_would_be_big_in_it() -> None:
    scene = a_meeting("bo", "cy", "dee", "eli")
    scene.do(on.Levels({"cy": 50.0}))
    pictures = scene.media.pictures
    assert pictures["ada"].people == ("cy", "ada", "bo", "dee", "eli")
    assert {pictures[uuid] for uuid in ("ada", "bo", "dee", "eli")} == {pictures["ada"]}
    assert pictures["cy"].people == ("ada", "bo", "cy", "dee", "eli")
    transform(scene, layout="9:0")
    assert len(set(scene.media.pictures.values())) == 1
    assert shown(scene, "cy") == ("ada", "bo", "cy", "dee", "eli")


def test_roles_have_layouts_of_their_own() -> None:
    scene = a_meeting("bo", "cy")
    transform(scene, host_layout="4:0", guest_layout="1:0")
    assert layout_of(scene, "ada") == "4:0"
    assert shown(scene, "bo") == ("ada",)
    layout = scene.clients["bo"].layout
    assert (layout["view"], layout["participants"]) == ("1:0", ["ada"])
    assert layout["requested_layout"] == {"primary_screen": {"chair_layout": "4:0", "guest_layout": "1:0"}}
    scene.do(on.SetRole("ada", "bo", "chair"))
    assert scene.clients["bo"].layout["view"] == "4:0"


def test_names_and_texts_in_the_picture() -> None:
    scene = a_meeting("bo", "cy")
    assert scene.media.pictures["bo"].names == {"ada": "Ada", "bo": "Bo", "cy": "Cy"}
    transform(scene, free_form_overlay_text=("", "Chief guest\u202e"))
    picture = scene.media.pictures["cy"]
    assert picture.names[picture.people[1]] == "Chief guest"
    transform(scene, enable_overlay_text=False, enable_active_speaker_indication=False)
    picture = scene.media.pictures["cy"]
    assert (picture.names, picture.initials["bo"], picture.mark_talkers) == ({}, "Bo", False)
    assert scene.clients["bo"].layout["overlay_text_enabled"] is False


def test_bad_names_and_guests_are_refused() -> None:
    scene = a_meeting("bo")
    for name in ("3:14", ""):
        refusal = transform(scene, layout=name)
        assert refusal is not None
        assert (refusal.status, refusal.sentence) == (400, ILLEGAL_VALUE)
    assert transform(scene, by="bo", layout="4:0") is not None
    assert transform(scene, layout="1:7") is None
    assert scene.clients["bo"].actions == [], "what changes nothing is not told"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_can_be_asked_for(layout: str) -> None:
    scene = a_meeting("bo", "cy")
    transform(scene, layout=layout)
    assert scene.clients["bo"].layout["view"] == layout


def test_a_personal_mix_is_ones_own() -> None:
    scene = a_meeting("bo", "cy")
    assert scene.do(on.ConfigureMix("bo", PERSONAL_MIX, "4:0")) is not None
    scene.do(on.CreateMix("bo", PERSONAL_MIX))
    scene.do(on.ConfigureMix("bo", PERSONAL_MIX, "4:0"))
    mix = scene.clients["ada"].roster["bo"]["receive_from_video_mix"]
    assert (mix["mix_name"], mix["mix_config"]) == (PERSONAL_MIX, {"transform_layout": {"layout": "4:0"}})
    assert layout_of(scene, "bo") == "4:0"
    assert layout_of(scene, "cy") == "1:7"
    refusal = scene.do(on.ConfigureMix("bo", PERSONAL_MIX, "3:14"))
    assert refusal is not None
    assert refusal.status == 400
    scene.do(on.DeleteMix("bo", PERSONAL_MIX))
    assert layout_of(scene, "bo") == "1:7"
    assert scene.do(on.DeleteMix("bo", PERSONAL_MIX)) is not None
    assert scene.do(on.CreateMix("bo", "main")) is not None


def test_slides_stand_in_the_picture_of_those_who_want_them_there() -> None:
    scene = a_meeting("bo", "cy")
    scene.do(on.SetPresentationInMix("bo", "bo", True))
    assert scene.clients["ada"].roster["bo"]["needs_presentation_in_mix"] is True
    assert not slides(scene, "bo")
    scene.do(on.TakeFloor("ada", "ada"))
    assert slides(scene, "bo")
    assert not slides(scene, "cy")
    layout = scene.clients["bo"].layout
    place = arrange(layout["view"], len(layout["participants"]), True).presentation
    assert place is not None
    assert layout["pres_slot_coords"] == [list(corner) for corner in place.corners]
    assert scene.clients["cy"].layout["pres_slot_coords"] is None


def test_people_without_a_camera_have_a_card_behind_those_with_one() -> None:
    scene = a_meeting("bo", "cy")
    scene.do(on.SetVideoMuted("ada", "ada", True))
    transform(scene, layout="1:0")
    assert shown(scene, "cy") == ("bo",)
    transform(scene, layout="9:0")
    assert shown(scene, "cy") == ("ada", "bo", "cy")


def test_clients_with_slots_get_no_picture_but_learn_who_they_see() -> None:
    scene = a_meeting("bo")
    scene.guest("dee")
    scene.call("dee", "a", "b")
    assert "dee" not in scene.media.pictures
    assert scene.clients["dee"].layout["participants"] == ["ada", "bo"]
    scene.do(on.SetVideoMuted("bo", "bo", True))
    assert scene.clients["dee"].layout["participants"] == ["ada"]


def test_pictures_are_values() -> None:
    assert len({Picture("1:7", ("a",), {"a": "A"}), Picture("1:7", ("a",), {"a": "A"})}) == 1
    assert Picture("1:7", ("a",), {"a": "A"}) != Picture("1:7", ("a",), {"a": "B"})


def test_pictures_of_the_layouts_for_menus() -> None:
    svgs = layout_svgs()
    assert tuple(svgs) == LAYOUTS
    for layout, svg in svgs.items():
        boxes = ElementTree.fromstring(svg).findall("{http://www.w3.org/2000/svg}rect")
        assert len(boxes) > 1, layout
    assert svgs["4:0"].count("<rect") == 5
