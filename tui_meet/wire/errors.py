"""The errors of this room.

WireError   what came over the network is not what the protocol allows; the sender's fault, never a bug of ours
"""

from __future__ import annotations


class WireError(ValueError):
    """A message from the network that does not fit the protocol. The text names the field."""
