"""What a person sees who opens a meeting's link in a browser."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tui_meet.server.api.answers import conferences_of, ok

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem}}
code{{background:#eee;color:#111;padding:.3rem .5rem;border-radius:.3rem;word-break:break-all}}</style></head>
<body><h1>{title}</h1>{body}</body></html>
"""
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


async def front(request: Request) -> Response:
    """`GET /`."""
    return _page("tui-meet", "<p>This is a meeting server. Open it from a terminal with the link you were given:</p>"
                 "<p><code>tui-meet join LINK</code></p>")  # fmt: skip


async def room(request: Request) -> Response:
    """`GET /<alias>`."""
    conference = conferences_of(request).find(request.path_params["alias"])
    if conference is None:
        return _page("No such meeting", "<p>There is no meeting with this name here: check the link.</p>", 404)
    link = f"{request.url.scheme}://{request.url.netloc}/{conference.alias}"
    title = conference.room.settings.title
    body = f"<p>This meeting takes place in the terminal. To join:</p><p><code>tui-meet join {escape(link)}</code></p>"
    return _page(title, body)


async def status(request: Request) -> Response:
    """Node check: 200 usable, 503 while going down."""
    if conferences_of(request).going_down:
        response = ok("going down")
        response.status_code = 503
        return response
    return ok("usable")


def _page(title: str, body: str, status_code: int = 200) -> Response:
    return HTMLResponse(_PAGE.format(title=escape(title), body=body), status_code, headers=_HEADERS)
