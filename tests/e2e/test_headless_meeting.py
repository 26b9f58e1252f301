"""Two people and a server, three processes, without a screen: they see and hear each other, chat and moderate."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.processes import Headless, Server
from tests.e2e.sound import RATE, Playing, best_match, is_all_heard, read_wave
from tests.patience import PATIENCE, wait_until

Start = Callable[..., Headless]
QUIET = ("--mic", "none", "--speaker", "none", "--camera", "none")


@pytest.mark.real
def test_speech_goes_from_one_microphone_to_the_other_speaker(
    server: Server, headless: Start, speech: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    heard = tmp_path / "heard.wav"
    listener = headless(server.link("open"), "Grace", "--mic", "none", "--speaker", f"file:{heard}", "--camera", "none")
    listener.event("connected")
    speaker = headless(server.link("open"), "Ada", "--mic", f"file:{speech}", "--speaker", "none", "--camera", "none")
    speaker.event("connected")
    spoken = read_wave(speech)
    playing = Playing(speaker.process.pid, speech)
    wait_until(lambda: is_all_heard(spoken, heard), "the whole speech", len(spoken) / RATE + PATIENCE)
    listener.ok("leave")
    assert listener.wait() == 0
    correlation, place = best_match(spoken, read_wave(heard))
    record_property("correlation", correlation)
    record_property("delay_ms", playing.delay_ms(place, heard))
    assert correlation > 0.9


def test_chat_hands_and_moderation_between_two_people(server: Server, headless: Start) -> None:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    host.event("connected")
    guest = headless(server.link("open"), "Grace Hopper", *QUIET)
    guest.event("connected")
    host.wait_names({"Ada", "Grace Hopper"})

    host.ok("say Good morning")
    assert guest.event("message")["message"] == "Good morning"
    guest.ok('dm Ada between "us" only')
    private = host.event("directMessage")
    assert private["message"] == 'between "us" only'
    assert private["displayName"] == "Grace Hopper"
    host.ok('send {"poll": [1, 2]}')
    assert guest.event("applicationMessage")["message"] == {"poll": [1, 2]}

    guest.ok("hand up")
    raised = host.event("raiseHand")
    assert raised["participant"]["displayName"] == "Grace Hopper"
    assert raised["participant"]["raisedHand"] is True
    host.ok("hand lower grace")
    guest.event("me", lambda event: not event["participant"]["raisedHand"])

    host.ok("mute grace")
    guest.event("me", lambda event: event["participant"]["isMuted"])
    guest.ok("unmute")
    host.event(
        "participants",
        lambda event: any(p["displayName"] == "Grace Hopper" and not p["isMuted"] for p in event["participants"]),
    )
    host.ok("rename grace Rear Admiral")
    host.wait_names({"Ada", "Rear Admiral"})

    guest.refused("lock", 4101)
    host.ok("lock")
    guest.event("conferenceStatus", lambda event: event["status"]["locked"])
    host.refused("lock", 4121)

    host.ok('drop "Rear Admiral"')
    gone = guest.event("disconnected")
    assert gone["errorCode"] == "#pex124"
    assert guest.wait() == 1
    host.event("participantLeft", lambda event: event["participant"]["displayName"] == "Rear Admiral")
    host.ok("end")
    assert host.wait() == 0


def test_a_locked_meeting_lets_people_in_one_by_one(server: Server, headless: Start) -> None:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    host.event("connected")
    host.ok("lock")
    first = headless(server.link("open"), "Grace", *QUIET)
    second = headless(server.link("open"), "Alan", *QUIET)
    for name in ("Grace", "Alan"):
        host.event(
            "participants",
            lambda event, name=name: any(  # type: ignore[misc]
                p["displayName"] == name and p["isWaiting"] for p in event["participants"]
            ),
        )
    host.ok("say only for those inside")
    host.ok("admit Grace")
    first.event("connected")
    host.ok("deny Alan")
    assert second.event("disconnected")["error"] == "Call rejected"
    assert second.wait() == 1
    assert second.events("message") == []
    assert all("Ada" not in str(event) for event in map(str, second.out.lines))


def test_roles_can_be_handed_over(server: Server, headless: Start) -> None:
    host = headless(server.link("open"), "Ada", "--pin", "2468", *QUIET)
    host.event("connected")
    guest = headless(server.link("open"), "Grace", *QUIET)
    guest.event("connected")
    host.wait_names({"Ada", "Grace"})
    guest.refused("mute-all", 4101)
    host.ok("role Grace")
    guest.event("me", lambda event: event["participant"]["isHost"])
    guest.ok("mute-all")
    guest.ok("role Ada")
    host.event("me", lambda event: not event["participant"]["isHost"])
    host.refused("unmute-all", 4101)


def test_headless_never_loads_the_screen() -> None:
    code = (
        "import sys, tui_meet.cli.headless, tui_meet.runtime.headless, tui_meet.backends.infinity.client,"
        " tui_meet.media.peer.plane; print([name for name in sys.modules if name.startswith('textual')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert done.stdout.strip() == "[]"
