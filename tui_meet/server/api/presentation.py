"""The floor, who gets the slides, still pictures of them (wire document 2.3 and 2.7), and live captions."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from tui_meet.server.api.answers import Caller, CallerEndpoint, no, ok, read_body
from tui_meet.server.rooms import events as on
from tui_meet.server.rooms.floor import shown_presenter
from tui_meet.wire import fields
from tui_meet.wire.errors import WireError
from tui_meet.wire.infinity.presentation import Caption

NO_STILL = "There is no picture of a presentation now."


def _silent(make: Callable[[str, str], on.Request]) -> CallerEndpoint:
    """An endpoint about somebody whose result is null (wire document, checklist 3)."""

    async def endpoint(caller: Caller) -> Response:
        await read_body(caller.request)
        caller.conference.do(make(caller.uuid, caller.target))
        return ok(None)

    return endpoint


async def pres_in_mix(caller: Caller) -> Response:
    wanted = required_flag(await read_body(caller.request), "state")
    caller.conference.do(on.SetPresentationInMix(caller.uuid, caller.target, wanted))
    return ok(True)


def _receiving(wanted: bool) -> CallerEndpoint:
    async def endpoint(caller: Caller) -> Response:
        await read_body(caller.request)
        caller.conference.do(on.SetReceivesPresentation(caller.uuid, caller.target, wanted))
        return ok(True)

    return endpoint


async def set_guests_can_present(caller: Caller) -> Response:
    wanted = required_flag(await read_body(caller.request), "setting")
    caller.conference.do(on.SetGuestsCanPresent(caller.uuid, wanted))
    return ok(True)


async def still(caller: Caller) -> Response:
    """`presentation.jpeg` and `presentation_high.jpeg`: both the newest slides as they came, in their own size."""
    viewer = caller.room.people[caller.uuid]
    if not (viewer.presenting or shown_presenter(caller.room, viewer)):
        return no(404, NO_STILL)
    picture = caller.conference.calls.still(caller.uuid)
    if picture is None:
        return no(404, NO_STILL)
    return Response(picture, headers={"content-type": "image/jpeg", "cache-control": "no-store"})


async def publish_caption(caller: Caller) -> Response:
    """Of the extension, part `captions`."""
    caller.conference.do(on.PublishCaption(caller.uuid, Caption.from_json(await read_body(caller.request))))
    return ok(True)


def required_flag(value: object, name: str) -> bool:
    """A true or false that must be there. Raises `WireError`."""
    given = fields.as_object(value, "body").get(name)
    if not isinstance(given, bool):
        raise WireError(f"{name} must be true or false")
    return given


PARTICIPANT_POST: dict[str, CallerEndpoint] = {
    "take_floor": _silent(on.TakeFloor),
    "release_floor": _silent(on.ReleaseFloor),
    "show_live_captions": _silent(lambda by, target: on.SetShowsCaptions(by, target, True)),
    "hide_live_captions": _silent(lambda by, target: on.SetShowsCaptions(by, target, False)),
    "pres_in_mix": pres_in_mix,
    "allowrxpresentation": _receiving(True),
    "denyrxpresentation": _receiving(False),
}
POST: dict[str, CallerEndpoint] = {"set_guests_can_present": set_guests_can_present}
GET: dict[str, CallerEndpoint] = {"presentation.jpeg": still, "presentation_high.jpeg": still}
