"""The people of a group of rows, and the server they meet on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conformance.chromium import Browser
from tests.conformance.official import AUDIO_VIDEO_PRESENTATION, NO_MEDIA, Official
from tests.conformance.site import Site
from tests.conformance.table import Group
from tests.e2e.processes import Server

HOST_PIN = "2468"
ROOMS = f"""
[server]
bind = "127.0.0.1:0"

[rooms.open]
name = "Open room"
host_pin = "{HOST_PIN}"
classification_levels = ["Public", "Secret"]

[rooms.elsewhere]
name = "Another room"
host_pin = "{HOST_PIN}"
"""


class Cast:
    """A host, a guest, and others as needed, all with the official client."""

    def __init__(self, browser: Browser, site: Site, folder: Path, group: Group) -> None:
        self.alias = group.alias
        self.memory: dict[str, Any] = {}
        self.pages: list[Official] = []
        self._browser = browser
        self._site = site
        self._call_type = AUDIO_VIDEO_PRESENTATION if group.media else NO_MEDIA
        self._media = group.media
        self.server = Server(folder, ROOMS)
        self.host = self.page("Ada")
        self.guest = self.page("Grace")

    def enter(self) -> None:
        """Host and guest come in."""
        for page, pin in ((self.host, HOST_PIN), (self.guest, "none")):
            page.join(self.alias, call_type=self._call_type, media=self._media, pin=pin)
        self.host.participant("Grace")

    def page(self, name: str) -> Official:
        """A page where nobody has called yet."""
        page = Official(self._browser, self._site, self.server.url, name)
        self.pages.append(page)
        return page

    def extra(self, name: str, **options: Any) -> Official:
        """Somebody more, for control alone unless told otherwise, seen by the host."""
        page = self.page(name)
        page.join(self.alias, **{"call_type": NO_MEDIA, "pin": "none", **options})
        self.host.participant(name)
        return page

    def close(self) -> None:
        for page in reversed(self.pages):
            page.close()
        self.server.close()
