"""Presentation, captions, camera control: who may, and what everybody is told."""

from __future__ import annotations

import pytest

from tests.server.rooms.scene import Scene
from tui_meet.server.rooms import events as on
from tui_meet.wire.infinity import codes, names
from tui_meet.wire.infinity.far_end import CameraControl, DialRequest
from tui_meet.wire.infinity.presentation import MAX_CAPTION_LENGTH, Caption


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.host("ada")
    made.guest("bo")
    made.guest("cy")
    for uuid in ("ada", "bo", "cy"):
        made.call(uuid, "1")
    return made


def presenting(scene: Scene) -> list[str]:
    return [uuid for uuid, row in scene.clients["ada"].roster.items() if row["is_presenting"] == "YES"]


def forwarded(scene: Scene) -> tuple[str | None, tuple[str, ...]]:
    return scene.media.presentation


def test_the_others_learn_who_presents_and_the_presenter_does_not(scene: Scene) -> None:
    assert scene.do(on.TakeFloor("bo", "bo")) is None
    assert (scene.clients["ada"].presenter, scene.clients["cy"].presenter) == ("bo", "bo")
    assert names.PRESENTATION_START not in scene.clients["bo"].heard
    assert presenting(scene) == ["bo"]
    assert forwarded(scene) == ("bo", ("ada", "cy"))
    scene.do(on.ReleaseFloor("bo", "bo"))
    assert scene.clients["cy"].presenter == ""
    assert names.PRESENTATION_STOP not in scene.clients["bo"].heard
    assert presenting(scene) == []
    assert forwarded(scene) == (None, ())


def test_a_stolen_presenter_who_releases_late_does_not_stop_the_new_one(scene: Scene) -> None:
    scene.do(on.TakeFloor("bo", "bo"))
    scene.do(on.TakeFloor("cy", "cy"))
    assert (scene.clients["bo"].presenter, scene.clients["ada"].presenter) == ("cy", "cy")
    before = scene.room
    assert scene.do(on.ReleaseFloor("bo", "bo")) is None
    assert scene.room is before
    assert presenting(scene) == ["cy"]


def test_who_joins_or_reconnects_hears_of_the_running_presentation(scene: Scene) -> None:
    scene.do(on.TakeFloor("bo", "bo"))
    scene.guest("dee")
    assert scene.clients["dee"].presenter == "bo"
    heard = scene.clients["bo"].heard
    heard.clear()
    scene.stream("bo")
    assert names.PRESENTATION_START not in heard


@pytest.mark.parametrize("leaving", [on.Leave("bo"), on.Drop("ada", "bo"), on.CallEnded("bo", "call-bo-1000.0")])
def test_the_floor_is_free_when_the_presenter_is_gone(scene: Scene, leaving: on.Request) -> None:
    scene.do(on.TakeFloor("bo", "bo"))
    scene.do(leaving)
    assert (scene.clients["ada"].presenter, forwarded(scene)) == ("", (None, ()))


def test_guests_lose_the_floor_with_the_right_to_it(scene: Scene) -> None:
    scene.do(on.TakeFloor("bo", "bo"))
    scene.do(on.SetGuestsCanPresent("ada", False))
    assert scene.clients["cy"].status["guests_can_present"] is False
    assert scene.clients["bo"].heard[-1] != names.PRESENTATION_STOP
    assert names.PRESENTATION_START in scene.clients["bo"].heard, "the floor is taken away in words of the wire"
    assert (scene.clients["bo"].presenter, scene.clients["cy"].presenter) == ("", "")
    refusal = scene.do(on.TakeFloor("cy", "cy"))
    assert refusal is not None
    assert (refusal.status, refusal.code) == (403, codes.NOT_MODERATOR)
    assert scene.do(on.TakeFloor("ada", "ada")) is None


def test_somebody_can_be_kept_from_the_slides(scene: Scene) -> None:
    scene.do(on.TakeFloor("ada", "ada"))
    scene.do(on.SetReceivesPresentation("ada", "bo", False))
    assert (scene.clients["bo"].presenter, scene.clients["cy"].presenter) == ("", "ada")
    assert scene.clients["cy"].roster["bo"]["rx_presentation_policy"] == "DENY"
    assert forwarded(scene) == ("ada", ("cy",))
    scene.do(on.PresentationFrame())
    assert names.PRESENTATION_FRAME in scene.clients["cy"].heard
    assert names.PRESENTATION_FRAME not in scene.clients["bo"].heard
    scene.do(on.SetReceivesPresentation("ada", "bo", True))
    assert scene.clients["bo"].presenter == "ada"


def test_waiting_people_neither_present_nor_see(scene: Scene) -> None:
    scene.do(on.SetLocked("ada", True))
    scene.guest("dee")
    assert scene.do(on.TakeFloor("dee", "dee")) is not None
    scene.do(on.TakeFloor("ada", "ada"))
    assert scene.clients["dee"].presenter == ""
    scene.do(on.Admit("ada", "dee"))
    assert scene.clients["dee"].presenter == "ada"


def test_captions_go_to_those_who_show_them(scene: Scene) -> None:
    scene.do(on.SetShowsCaptions("bo", "bo", True))
    scene.do(on.PublishCaption("ada", Caption("Good morning", True, "en")))
    (caption,) = scene.clients["bo"].captions
    assert (caption["data"], caption["is_final"], caption["src_lang"]) == ("Good morning", True, "en")
    assert caption["sources"] == [{"participant_uuid": "ada", "indices": [0]}]
    assert scene.clients["cy"].captions == []
    scene.do(on.SetShowsCaptions("bo", "bo", False))
    scene.do(on.PublishCaption("ada", Caption("more")))
    assert len(scene.clients["bo"].captions) == 1


def test_who_may_publish_captions(scene: Scene) -> None:
    refusal = scene.do(on.PublishCaption("bo", Caption("psst")))
    assert refusal is not None
    assert refusal.code == codes.NOT_MODERATOR
    assert scene.do(on.PublishCaption("ada", Caption("x" * (MAX_CAPTION_LENGTH + 1)))) is not None
    everybody = Scene(guests_can_caption=True)
    everybody.host("ada")
    everybody.guest("bo")
    everybody.do(on.SetShowsCaptions("ada", "ada", True))
    assert everybody.do(on.PublishCaption("bo", Caption("hello"))) is None
    assert everybody.clients["ada"].captions[0]["data"] == "hello"


def test_a_camera_moves_only_where_its_owner_said_so(scene: Scene) -> None:
    control = CameraControl("start", (("pan", "left"),), 1000.0, "bo")
    fixed = scene.do(on.ControlCamera("ada", "bo", control))
    assert fixed is not None
    assert fixed.status == 403
    call = scene["bo"].call
    assert call is not None
    scene.do(on.CallStarted("bo", type(call)("other", fecc_supported=True)))
    assert scene.clients["ada"].roster["bo"]["fecc_supported"] == "YES"
    assert scene.do(on.ControlCamera("ada", "bo", control)) is None
    assert scene.clients["bo"].camera == [
        {"action": "start", "movement": [{"axis": "pan", "direction": "left"}], "timeout": 1000.0}
    ]
    assert scene.do(on.ControlCamera("cy", "bo", control)) is not None


def test_dialling_out_is_answered_as_without_a_gateway(scene: Scene) -> None:
    for dial, sentence in (
        (DialRequest("GUEST", "sip:a@b.example"), codes.NO_GATEWAY),
        (DialRequest("GUEST", "rtmp://b.example", "rtmp"), codes.NO_LICENCE),
        (DialRequest("KING", "sip:a@b.example"), codes.INVALID_ROLE),
    ):
        refusal = scene.do(on.DialOut("ada", dial))
        assert refusal is not None
        assert (refusal.status, refusal.sentence) == (403, sentence)
        assert codes.pex_code(sentence) != codes.DEFAULT_CODE


def test_text_and_spotlights_for_everybody(scene: Scene) -> None:
    scene.do(on.SetMessageText("ada", "Back at ten\x00 \ud800"))
    assert scene.clients["bo"].status["message_text"].startswith("Back at ten")
    scene.do(on.SetMessageText("ada", ""))
    assert "message_text" not in scene.clients["bo"].status
    scene.do(on.SetSpotlight("ada", "bo", True))
    scene.do(on.SetSpotlight("ada", "cy", True))
    scene.do(on.ClearSpotlights("ada"))
    assert {row["spotlight"] for row in scene.clients["bo"].roster.values()} == {0.0}


def test_classification_is_told_with_colours() -> None:
    scene = Scene(classification_levels={0: "Open", 1: "Secret"}, classification_colours={1: "#cc2200"})
    scene.host("ada")
    assert scene.do(on.SetClassification("ada", 1)) is None
    assert scene.clients["ada"].status["classification"] == {
        "levels": {"0": "Open", "1": "Secret"}, "current": 1, "colours": {"1": "#cc2200"}
    }  # fmt: skip
    assert scene.clients["ada"].actions[-1] == {"action": "classification", "by": "ada"}
