"""Presentation and live captions (wire document 2.3 and 3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tui_meet.wire import fields as read

MAX_CAPTION_LENGTH = 2000
"""Characters of one caption that our server takes."""


@dataclass(frozen=True, slots=True)
class PresentationStart:
    """The event `presentation_start`. All empty: the receiver's own floor is taken away."""

    presenter_uuid: str = ""
    presenter_name: str = ""
    presenter_uri: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "presenter_name": self.presenter_name,
            "presenter_uri": self.presenter_uri,
            "presenter_uuid": self.presenter_uuid,
        }

    @classmethod
    def from_json(cls, value: Any) -> PresentationStart:
        """Read the event. Raises `WireError`."""
        data = read.as_object(value, "presentation_start")
        return cls(*(read.text(data, name, "") for name in ("presenter_uuid", "presenter_name", "presenter_uri")))


@dataclass(frozen=True, slots=True)
class Caption:
    """The body of `captions` of the extension: words to be shown to everybody who wants captions."""

    data: str
    is_final: bool = False
    """False: a later caption of the same speaker replaces it."""
    src_lang: str = ""
    """BCP 47 tag, empty when not told."""

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"data": self.data, "is_final": self.is_final}
        if self.src_lang:
            body["src_lang"] = self.src_lang
        return body

    @classmethod
    def from_json(cls, value: Any) -> Caption:
        """Read the body. Raises `WireError`."""
        data = read.as_object(value, "body")
        return cls(read.text(data, "data"), read.flag(data, "is_final"), read.text(data, "src_lang", ""))


@dataclass(frozen=True, slots=True)
class LiveCaptions:
    """The event `live_captions`."""

    data: str
    is_final: bool = False
    src_lang: str = ""
    tgt_lang: str = ""
    speakers: tuple[str, ...] = ()
    """uuids of `sources`."""
    sent_time: float = 0.0
    """Unix seconds; 0 = not told."""

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"data": self.data, "is_final": self.is_final}
        for name in ("src_lang", "tgt_lang", "sent_time"):
            if value := getattr(self, name):
                body[name] = value
        if self.speakers:
            body["sources"] = [{"participant_uuid": uuid, "indices": [0]} for uuid in self.speakers]
        return body

    @classmethod
    def from_json(cls, value: Any) -> LiveCaptions:
        """Read the event. Raises `WireError`."""
        data = read.as_object(value, "live_captions")
        sources = read.as_list(data.get("sources") or [], "sources")
        return cls(
            data=read.text(data, "data", ""),
            is_final=read.flag(data, "is_final"),
            src_lang=read.text(data, "src_lang", ""),
            tgt_lang=read.text(data, "tgt_lang", ""),
            speakers=_uuids(sources),
            sent_time=read.number(data, "sent_time"),
        )


def _uuids(sources: Sequence[Any]) -> tuple[str, ...]:
    found = (read.text(read.as_object(source, "source"), "participant_uuid", "") for source in sources)
    return tuple(dict.fromkeys(uuid for uuid in found if uuid))
