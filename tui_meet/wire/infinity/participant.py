"""The participant object of the roster (wire document 3.3), field names as on the wire."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from tui_meet.wire import fields as read
from tui_meet.wire.errors import WireError

SERVICE_TYPES = ("connecting", "waiting_room", "ivr", "conference", "lecture", "gateway", "test_call")
_YES_NO = {
    "is_audio_only_call", "is_video_call", "is_muted", "is_presenting", "presentation_supported",
    "disconnect_supported", "mute_supported", "transfer_supported", "fecc_supported",
}  # fmt: skip
"""Fields that travel as `YES` and `NO`."""
_IN_MIX = {"mix_name", "mix_timestamp", "mix_layout"}
"""Fields that travel inside `receive_from_video_mix`."""
_OMIT_WHEN_EMPTY = {"call_tag", "vendor", "mix_layout"}


@dataclass(frozen=True, slots=True)
class WireParticipant:
    """One person of a roster. Times are Unix seconds; 0 = never."""

    uuid: str
    display_name: str = ""
    overlay_text: str = ""
    uri: str = ""
    local_alias: str = ""
    vendor: str = ""
    call_tag: str = ""
    external_node_uuid: str = ""
    role: str = "guest"
    """`chair` or `guest`."""
    service_type: str = "conference"
    protocol: str = "webrtc"
    call_direction: str = "in"
    encryption: str = "On"
    has_media: bool = False
    is_audio_only_call: bool = False
    is_video_call: bool = True
    is_muted: bool = False
    """Muted by the conference."""
    is_client_muted: bool = False
    """Muted by the person's own client."""
    is_video_muted: bool = False
    is_video_silent: bool = False
    is_main_video_dropped_out: bool = False
    is_presenting: bool = False
    presentation_supported: bool = True
    rx_presentation_policy: str = "ALLOW"
    needs_presentation_in_mix: bool = False
    disconnect_supported: bool = True
    mute_supported: bool = True
    transfer_supported: bool = True
    fecc_supported: bool = False
    supports_direct_chat: bool = True
    buzz_time: float = 0.0
    """When the hand went up; 0 = down."""
    spotlight: float = 0.0
    """When spotlighted; 0 = not."""
    start_time: float = 0.0
    last_spoken_time: float = 0.0
    is_external: bool = False
    is_conjoined: bool = False
    is_idp_authenticated: bool = False
    is_streaming_conference: bool = False
    is_transferring: bool = False
    can_receive_personal_mix: bool = False
    mix_name: str = "main"
    """`receive_from_video_mix.mix_name`."""
    mix_timestamp: float = 0.0
    mix_layout: str = ""
    """`receive_from_video_mix.mix_config.transform_layout.layout`, empty when not set."""

    def to_json(self) -> dict[str, Any]:
        """The object as the official validators want it: required fields there, no null, empty optional ones out."""
        data: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name in _IN_MIX:
                continue
            if field.name in _OMIT_WHEN_EMPTY and not value:
                continue
            data[field.name] = ("YES" if value else "NO") if field.name in _YES_NO else value
        mix: dict[str, Any] = {"mix_name": self.mix_name, "timestamp": self.mix_timestamp}
        if self.mix_layout:
            mix["mix_config"] = {"transform_layout": {"layout": self.mix_layout}}
        data["receive_from_video_mix"] = mix
        return data

    @classmethod
    def from_json(cls, value: Any) -> WireParticipant:
        """Read a roster entry. Unknown fields are ignored, absent ones get defaults; only `uuid` must be there.

        Raises `WireError` when a field has a wrong type or `uuid` is blank.
        """
        data = read.as_object(value, "participant")
        uuid = read.text(data, "uuid")
        if not uuid.strip():
            raise WireError("uuid must not be blank")
        values: dict[str, Any] = {}
        for field in fields(cls):
            name = field.name
            if name not in data or name == "uuid" or name in _IN_MIX:
                continue
            default = field.default
            if name in _YES_NO:
                values[name] = read.yes_no(data, name, bool(default))
            elif isinstance(default, bool):
                values[name] = read.flag(data, name, default)
            elif isinstance(default, float):
                values[name] = read.number(data, name, default)
            else:
                values[name] = read.text(data, name, str(default))
        mix = data.get("receive_from_video_mix")
        if isinstance(mix, dict):
            values["mix_name"] = read.text(mix, "mix_name", "main")
            values["mix_timestamp"] = read.number(mix, "timestamp")
            config = mix.get("mix_config")
            transform = config.get("transform_layout") if isinstance(config, dict) else None
            if isinstance(transform, dict):
                values["mix_layout"] = read.text(transform, "layout", "")
        return replace(cls(uuid=uuid), **values)
