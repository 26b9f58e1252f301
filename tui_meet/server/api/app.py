"""The Starlette application: every route in one list."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from tui_meet.server.api import breakouts, calls, conference, meet, pages, participants, token
from tui_meet.server.api.answers import HANDLERS, LastResort, for_caller
from tui_meet.server.api.events import events
from tui_meet.server.conferences import Conferences
from tui_meet.wire.infinity.names import CLIENT_BASE, STATUS_PATH
from tui_meet.wire.meet import API_BASE

_CONFERENCE = CLIENT_BASE + "/conferences/{alias}"
_PARTICIPANT = "/participants/{participant}"
_BREAKOUT = "/breakouts/{breakout}"
_MEET_CONFERENCE = API_BASE + "/conferences/{alias}"


def make_app(conferences: Conferences) -> ASGIApp:
    """The server as an ASGI application."""
    app = Starlette(
        routes=_routes(),
        exception_handlers=HANDLERS,
        middleware=[
            Middleware(
                # Tokens travel in a header of their own and cookies are not used, so any page may talk to the server.
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "POST"],
                allow_headers=["token", "pin", "content-type", "authorization"],
                # A browser sends the farewell of a closed page as one that might carry cookies, whatever it carries.
                allow_credentials=True,
                max_age=600,
            )
        ],
    )
    app.router.redirect_slashes = False
    app.state.conferences = conferences
    return LastResort(app)


def _routes() -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route(STATUS_PATH, pages.status),
        Route(f"{_CONFERENCE}/request_token", token.request_token, methods=["POST"]),
        Route(f"{_CONFERENCE}/refresh_token", token.refresh_token, methods=["POST"]),
        Route(f"{_CONFERENCE}/release_token", token.release_token, methods=["POST"]),
        Route(f"{_CONFERENCE}/events", events),
        Route(f"{_CONFERENCE}/theme/", conference.theme),
    ]
    # Below a breakout everything is there that a room takes, and closing it in place of ending the meeting.
    for room, own in (("", breakouts.POST), (_BREAKOUT, {**conference.POST, **breakouts.ROOM})):
        base = _CONFERENCE + room
        for path, method, table in (
            (base, "POST", own),
            (base, "GET", conference.GET),
            (base, "POST", conference.POST),
            (base + _PARTICIPANT, "GET", participants.GET),
            (base + _PARTICIPANT, "POST", breakouts.PARTICIPANT),
            (base + _PARTICIPANT, "POST", participants.POST),
            (base + _PARTICIPANT, "POST", {"calls": calls.start}),
            (base + _PARTICIPANT + "/calls/{call}", "POST", calls.POST),
            (_MEET_CONFERENCE + room, "POST", meet.CONFERENCE_POST),
            (_MEET_CONFERENCE + room + _PARTICIPANT, "POST", meet.POST),
        ):
            routes += [
                Route(f"{path}/{name}", for_caller(endpoint), methods=[method]) for name, endpoint in table.items()
            ]
    routes += [
        Route("/", pages.front),
        Route("/{alias}", pages.room),
    ]
    return routes
