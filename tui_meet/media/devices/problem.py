"""The one way a device fails."""

from __future__ import annotations


class DeviceUnavailable(Exception):
    """A device could not be opened; the text is one sentence for a person that says what to do."""
