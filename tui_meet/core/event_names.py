"""Names of the public events (events seed; design, section 2): what scripts and callbacks can listen to."""

from __future__ import annotations

SEED_EVENTS = (
    "conferenceStatus", "connected", "disconnected", "me", "participants", "message", "directMessage",
    "applicationMessage", "participantJoined", "participantLeft", "raiseHand", "transfer", "stage",
    "presentationConnectionStateChange", "layoutUpdate", "authenticatedWithConference", "userInitiatedDisconnect",
    "breakoutBegin", "breakoutEnd", "breakoutRefer",
)  # fmt: skip
"""The twenty of the events seed, in its order."""
EXTENSION_EVENTS = ("liveCaptions",)
"""What this program tells beyond them."""
WITHOUT_PAYLOAD = ("connected", "userInitiatedDisconnect")
"""Their callbacks take nothing."""
LISTS = {"stage": "stage"}
"""The seed's payload is a list; in the object of a headless line it is under this name."""
