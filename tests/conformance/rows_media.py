"""Rows about media: presenting, streams, bandwidth, calling again; and what happens when the network fails."""

from __future__ import annotations

import signal
import time

from tests.conformance.cast import Cast
from tests.conformance.seeing import heard_level, pixels, shows_green, until
from tests.conformance.table import Group
from tests.patience import PATIENCE

MEDIA = Group("media", media=True)
row = MEDIA.row


@row("setStream", "another camera stream: pictures go on")
def _(cast: Cast) -> None:
    until("the guest's camera", lambda: shows_green(cast.host))
    cast.guest.run("setStream", "camera")
    until("the guest's camera", lambda: shows_green(cast.host))


@row("setBandwidth", "less bandwidth: a new offer is answered and pictures go on")
def _(cast: Cast) -> None:
    cast.guest.run("setBandwidth", 576)
    before = pixels(cast.guest)
    until("pictures that change", lambda: (pixels(cast.guest) != before).any())


@row("present", "a host presents: onPresentationConnectionChange, and the slides arrive at the guest")
def _(cast: Cast) -> None:
    cast.host.rest()
    cast.host.run("present", {"slides": "rgb(200, 0, 200)"})
    cast.host.signal("onPresentationConnectionChange", lambda data: data["send"] == "connected")
    cast.host.participant("Ada", isPresenting=True)
    cast.guest.signal("onPresentationConnectionChange", lambda data: data["recv"] == "connected")
    cast.guest.signal("onRemotePresentationStream")
    until("magenta slides at the guest", lambda: _is_colour(cast, (200, 0, 200)))


@row("present", "a guest takes over: the presentation of the host ends")
def _(cast: Cast) -> None:
    host_place = cast.host.mark()
    cast.guest.rest()
    cast.guest.run("present", {"slides": "rgb(0, 0, 220)"})
    cast.guest.signal("onPresentationConnectionChange", lambda data: data["send"] == "connected")
    cast.host.signal(
        "onPresentationConnectionChange",
        lambda data: data["send"] == "disconnected" and data["recv"] == "connected",
        start=host_place,
    )
    until("blue slides at the host", lambda: _is_colour(cast, (0, 0, 220), at_host=True))
    time.sleep(0.5)  # the host's late release_floor must not end this one (wire document 4.5)
    assert cast.host.participant("Grace")["isPresenting"]


@row("stopPresenting", "the presentation ends for all")
def _(cast: Cast) -> None:
    place = cast.host.mark()
    cast.guest.rest()
    cast.guest.run("stopPresenting")
    cast.host.signal("onPresentationConnectionChange", lambda data: data["recv"] == "disconnected", start=place)
    cast.host.participant("Grace", isPresenting=False)


@row("sendDTMF", "tones within one's own call")
def _(cast: Cast) -> None:
    assert cast.guest.ok("sendDTMF", {"digits": "1"}) is True


@row(
    "fecc",
    "for the far end of one's own call",
    "refused: 403 This person's camera cannot be moved from here.",
    "the far end is the meeting, which has no camera",
)
def _(cast: Cast) -> None:
    movement = [{"axis": "zoom", "direction": "in"}]
    cast.guest.ok("fecc", {"action": "start", "movement": movement, "timeout": 500})


@row("restartCall", "the call is placed anew with the same token: pictures and sound arrive again")
def _(cast: Cast) -> None:
    cast.guest.rest()
    place = cast.guest.mark()
    cast.guest.run("restartCall", {"bandwidth": 0, "media": True})
    cast.guest.signal("onCallConnected", start=place)
    before = pixels(cast.guest)
    until("pictures that change", lambda: (pixels(cast.guest) != before).any() and shows_green(cast.guest))
    until("the host's beeps", lambda: heard_level(cast.guest) > 0.02)
    until("the guest's camera at the host", lambda: shows_green(cast.host))


@row("setFeccSupported", "the client tells with its next offer that its camera can be moved: participant_update")
def _(cast: Cast) -> None:
    cast.guest.run("setFeccSupported", True)
    cast.guest.rest()
    place = cast.guest.mark()
    cast.guest.run("restartCall", {"bandwidth": 0, "media": True})
    cast.guest.signal("onCallConnected", start=place)
    cast.host.participant("Grace", canFecc=True)


@row("fecc", "a host moves a guest's camera: onFecc")
def _(cast: Cast) -> None:
    movement = [{"axis": "pan", "direction": "left"}]
    order = {"target": cast.guest.uuid(), "action": "start", "movement": movement, "timeout": 1000}
    assert cast.host.ok("fecc", order) is True
    assert cast.guest.signal("onFecc").data == {"action": "start", "movement": movement, "timeout": 1000}


@MEDIA.situation("who speaks is told: onStage")
def _(cast: Cast) -> None:
    cast.host.signal("onStage", lambda rows: any(one["vad"] > 0 for one in rows))


@MEDIA.situation(
    "the server is silent for four seconds: onReconnecting, a new ICE negotiation, onReconnected, pictures again"
)
def _(cast: Cast) -> None:
    until("the host's camera", lambda: shows_green(cast.guest))
    cast.guest.rest()
    cast.server.process.send_signal(signal.SIGSTOP)
    try:
        cast.guest.signal("onReconnecting")
        time.sleep(1)
    finally:
        cast.server.process.send_signal(signal.SIGCONT)
    cast.guest.signal("onReconnected")
    before = pixels(cast.guest)
    until("pictures that change", lambda: (pixels(cast.guest) != before).any() and shows_green(cast.guest))


@MEDIA.situation("a message written without a network is sent later: onRetryQueueFlushed")
def _(cast: Cast) -> None:
    alan = cast.extra("Alan")  # without media, so that no step of a call falls into the gap
    place = alan.mark()
    alan.go_offline(True)
    done = alan.run("sendMessage", {"payload": "written without a network"})
    assert done.get("value") is None, done
    alan.go_offline(False)
    alan.ok("sendMessage", {"payload": "written afterwards"})
    alan.signal("onRetryQueueFlushed", start=place)
    for text in ("written without a network", "written afterwards"):
        cast.host.signal("onMessage", lambda data, text=text: data["message"] == text)  # type: ignore[misc]
    alan.leave()


@MEDIA.situation("how good the call is, is told: onRtcStats, onCallQualityStats")
def _(cast: Cast) -> None:
    for name in ("onRtcStats", "onCallQualityStats"):
        cast.host.signal(name)


@MEDIA.situation("the token is refreshed in time, and the new one is good: onTokenRefreshed")
def _(cast: Cast) -> None:
    old = cast.host.signal("onAuthenticatedWithConference").data["token"]
    new = cast.host.signal("onTokenRefreshed", timeout=60 + PATIENCE).data["token"]
    assert new != old
    assert cast.host.ok("notifyNotAFK", {}) is True


@row("disconnect", "out of a call: onParticipantLeft")
def _(cast: Cast) -> None:
    place = cast.host.mark()
    cast.guest.leave()
    cast.host.signal("onParticipantLeft", lambda rows: rows[0]["participant"]["displayName"] == "Grace", start=place)


def _is_colour(cast: Cast, colour: tuple[int, int, int], at_host: bool = False) -> bool:
    picture = pixels(cast.host if at_host else cast.guest, "presentation").astype(int)
    return bool((abs(picture[:8].reshape(-1, 3) - colour).max(axis=1) < 60).mean() > 0.8)
