"""Speaking order, slots, gains."""

from __future__ import annotations

from tests.server.rooms.scene import Scene
from tui_meet.server.rooms import events as on


def order_of(scene: Scene, uuid: str = "ada") -> list[str]:
    return [row["participant_uuid"] for row in scene.clients[uuid].stage]


def shown(scene: Scene, uuid: str) -> list[str]:
    return [row["participant_uuid"] for row in scene.clients[uuid].slots]


def a_stage(people: int = 5, mids: int = 3, **settings: object) -> Scene:
    scene = Scene(**settings)
    scene.host("ada")
    for uuid in ("bo", "cy", "dee", "eli", "fay")[: people - 1]:
        scene.guest(uuid)
    for uuid in list(scene.room.people):
        scene.call(uuid, *(f"m{number}" for number in range(mids)))
    return scene


def test_who_begins_to_speak_goes_to_the_front_and_stays_while_talking() -> None:
    scene = a_stage()
    assert order_of(scene) == ["ada", "bo", "cy", "dee", "eli"]
    scene.do(on.Levels({"cy": 60}))
    assert order_of(scene)[:2] == ["cy", "ada"]
    scene.now += 0.2
    scene.do(on.Levels({"cy": 60, "bo": 50}))
    assert order_of(scene)[:2] == ["bo", "cy"]
    for _ in range(20):
        scene.now += 0.2
        scene.do(on.Levels({"cy": 90, "bo": 10}))
    assert order_of(scene)[:2] == ["bo", "cy"], "no swapping inside a conversation"
    scene.now += 0.2
    scene.do(on.Levels({"cy": 0, "bo": 0}))
    assert {row["vad"] for row in scene.clients["ada"].stage} == {0}
    scene.now += 2
    scene.do(on.Levels({"cy": 70}))
    assert order_of(scene)[:2] == ["cy", "bo"]


def test_a_short_pause_does_not_change_the_order() -> None:
    scene = a_stage()
    scene.do(on.Levels({"cy": 60}))
    scene.now += 0.3
    scene.do(on.Levels({"bo": 60}))
    scene.now += 0.3
    scene.do(on.Levels({"cy": 60}))
    assert order_of(scene)[:2] == ["bo", "cy"]


def test_an_even_voice_makes_few_events() -> None:
    scene = a_stage()
    before = scene.clients["ada"].heard.count("stage")
    for _ in range(50):
        scene.now += 0.2
        scene.do(on.Levels({"cy": 61.5}))
    assert scene.clients["ada"].heard.count("stage") == before + 1
    for step in range(50):
        scene.now += 0.2
        scene.do(on.Levels({"cy": 20.0 + 60 * (step % 2)}))
    assert scene.clients["ada"].heard.count("stage") <= before + 1 + 50 * 0.2 / 0.25


def test_muted_and_waiting_people_do_not_speak() -> None:
    scene = a_stage()
    scene.do(on.SetMuted("ada", "cy", True))
    scene.do(on.Levels({"cy": 90, "nobody": 90}))
    assert order_of(scene)[0] == "ada"


def test_slots_by_joining_then_talking_then_spotlight_and_nobody_moves_without_need() -> None:
    scene = a_stage()
    assert shown(scene, "ada") == ["bo", "cy", "dee"]
    assert shown(scene, "cy") == ["ada", "bo", "dee"]
    scene.do(on.Levels({"eli": 80}))
    assert shown(scene, "ada") == ["bo", "cy", "eli"], "the last in rank gave way; the others stayed on their lines"
    scene.now += 3
    scene.do(on.Levels({"cy": 80}))
    assert shown(scene, "ada") == ["bo", "cy", "eli"]
    scene.do(on.SetSpotlight("ada", "dee", True))
    assert set(shown(scene, "ada")) == {"dee", "cy", "eli"}
    assert shown(scene, "ada")[1:] == ["cy", "eli"]


def test_slots_never_show_oneself_a_muted_camera_or_somebody_waiting() -> None:
    scene = a_stage(people=3)
    scene.do(on.SetVideoMuted("bo", "bo", True))
    assert shown(scene, "ada") == ["", "cy", ""]
    assert scene.media.slots["ada"] == {"m0": None, "m1": "cy", "m2": None}
    scene.do(on.SetLocked("ada", True))
    scene.guest("zoe")
    scene.call("zoe", "m0")
    assert scene.media.slots["zoe"] == {"m0": None}
    assert scene.media.publishing["zoe"] == (False, False)
    assert set(scene.media.gains["zoe"].values()) == {0.0}
    assert "zoe" not in shown(scene, "ada")
    scene.do(on.Admit("ada", "zoe"))
    assert "zoe" in shown(scene, "ada")
    assert scene.media.publishing["zoe"] == (True, True)
    assert set(scene.media.gains["zoe"].values()) == {1.0}
    assert shown(scene, "zoe") == [scene.media.slots["zoe"]["m0"]]


def test_at_most_max_active_talkers_are_shown() -> None:
    scene = a_stage(max_active_talkers=2)
    assert shown(scene, "ada") == ["bo", "cy", ""]


def test_a_hidden_tile_asks_for_nothing_but_keeps_its_person() -> None:
    scene = a_stage()
    scene.do(on.SetWishes("ada", "ada", {"m1": (0, 0), "m0": (320, 180), "unknown": (1, 1)}))
    assert scene.media.slots["ada"] == {"m0": "bo", "m1": None, "m2": "dee"}
    assert shown(scene, "ada") == ["bo", "cy", "dee"]
    scene.do(on.SetWishes("ada", "ada", {"m1": (320, 180)}))
    assert scene.media.slots["ada"]["m1"] == "cy"
    assert "unknown" not in scene["ada"].wishes


def test_a_client_without_slots_is_shown_one_person_and_told_nothing() -> None:
    scene = a_stage(people=3)
    scene.guest("zoe")
    scene.call("zoe", "1", slots=False)
    assert scene.media.slots["zoe"] == {"1": "ada"}
    scene.do(on.Levels({"cy": 80}))
    assert scene.media.slots["zoe"] == {"1": "cy"}
    assert "meet_slots" not in scene.clients["zoe"].heard


def test_volumes_become_gains_and_go_with_the_person() -> None:
    scene = a_stage(people=3)
    scene.do(on.SetVolumes("ada", "ada", {"bo": 0, "cy": 150, "nobody": 5, "ada": 5}))
    assert scene.media.gains["ada"] == {"bo": 0.0, "cy": 1.5}
    scene.do(on.SetVolumes("ada", "ada", {"bo": 100}))
    assert scene.media.gains["ada"] == {"bo": 1.0, "cy": 1.5}
    scene.do(on.Drop("ada", "cy"))
    assert dict(scene["ada"].volumes) == {}


def test_a_new_call_gets_all_orders_again() -> None:
    scene = a_stage(people=3)
    scene.do(on.SetMuted("ada", "bo", True))
    scene.do(on.SetVolumes("bo", "bo", {"ada": 50}))
    scene.media.publishing.clear()
    scene.media.gains.clear()
    scene.media.slots.clear()
    scene.now += 1
    scene.call("bo", "a", "b")
    assert scene.media.publishing == {"bo": (False, True)}
    assert scene.media.gains == {"bo": {"ada": 0.5, "cy": 1.0}}
    assert scene.media.slots["bo"] == {"a": "ada", "b": "cy"}


def test_the_end_of_a_call_takes_the_person_off_the_stage() -> None:
    scene = a_stage(people=3)
    call = scene["bo"].call
    assert call is not None
    scene.do(on.CallEnded("bo", "another"))
    assert scene["bo"].call is call
    scene.do(on.CallEnded("bo", call.uuid))
    assert "bo" not in shown(scene, "ada")
    assert scene.clients["ada"].roster["bo"]["protocol"] == "api"
