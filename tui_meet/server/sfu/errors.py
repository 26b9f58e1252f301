"""Errors of the media half of the server.

SdpRefused (ValueError)      theirs: a session description or candidate that cannot be used
"""


class SdpRefused(ValueError):
    """What a client sent cannot be used. `str()` is one sentence for people."""
