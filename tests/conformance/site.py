"""A page of its own origin: an empty document with the bundled official client."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DOCUMENT = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>participant</title><link rel="icon" href="data:,"></head>
<body><script src="/participant.js"></script></body></html>
"""


class Site:
    """Serves `/` and `/participant.js` on a free port of 127.0.0.1, which browsers take for a secure context."""

    def __init__(self, script: Path) -> None:
        files = {"/": ("text/html", DOCUMENT), "/participant.js": ("text/javascript", script.read_bytes())}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = files.get(self.path.partition("?")[0], ("", b""))
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", f"{kind or 'text/plain'}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *values: object) -> None:
                """Requests are no news."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
