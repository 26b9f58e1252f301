"""What the people of the demo say and do, as data. `demo_play` decides when; nothing here runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """One synthetic person."""

    name: str
    camera: str
    """SPEC of the camera."""
    pitch: float
    """Hz, the voice's mean pitch."""
    brightness: float
    """Scales the formants: about 1; smaller is a larger head."""
    comes: float | None
    """Seconds after the start at which this one joins; None for those who knock later."""
    complaint: str
    """Said in chat when muted by the moderator."""


def _camera(pattern: str) -> str:
    return f"pattern:{pattern}@320x180"


CAST: tuple[Actor, ...] = (
    Actor("Ada", _camera("face-teal"), 205.0, 1.12, 0.0, "You have muted me. I was only halfway through the proof."),
    Actor("Grace", _camera("face-amber"), 180.0, 1.06, 0.0, "Muted! It is easier to ask forgiveness than permission."),
    Actor("Alan", _camera("face-violet"), 122.0, 0.94, 0.1, "I seem to be muted. Can a machine tell?"),
    Actor("Katherine", _camera("waves"), 190.0, 1.10, 0.2, "I am muted. I will check the numbers meanwhile."),
    Actor("Edsger", _camera("orbit"), 108.0, 0.90, 0.3, "Muting considered harmful. But very well, I listen."),
    Actor("Radia", _camera("face-rose"), 215.0, 1.15, None, "Muted. I will find another route."),
    Actor("Margaret", _camera("plasma"), 172.0, 1.03, None, "Alarm 1202: microphone muted. We are go otherwise."),
)

BY_NAME = {actor.name: actor for actor in CAST}

TALK: tuple[tuple[str, float], ...] = (
    ("Ada", 5.2), ("Grace", 6.0), ("Alan", 4.4), ("Edsger", 5.6), ("Katherine", 4.8), ("Radia", 5.0),
    ("Grace", 4.2), ("Ada", 6.4), ("Margaret", 4.6), ("Alan", 6.2), ("Katherine", 5.4), ("Edsger", 4.4),
)  # fmt: skip
"""Who talks for how many seconds, one after the other, again and again."""

BREATH = 0.7
"""Seconds of silence between two who talk."""

CHAT: tuple[tuple[float, str, str], ...] = (
    (1.0, "Grace", "Good morning! I hear everybody, and that in a terminal."),
    (2.5, "Alan", "Whoever spoke last comes first on the stage. Watch the order."),
    (4.0, "Ada", "And the bars beside our names are our voices."),
    (7.0, "Edsger", "All of this is real video: encoded, forwarded by the server, decoded, drawn as text."),
    (10.0, "Katherine", "My hand is up. The moderator can lower it with H."),
    (10.0, "Grace", "Choose one of us among the participants and press s: a spotlight keeps that one on top."),
    (12.0, "Ada", "D throws the chosen one out. We knock again after a while, nobody is offended."),
    (12.0, "Alan", "M mutes all of us at once. It gets very quiet then."),
    (12.0, "Edsger", "A colon opens the command line, and Tab completes it. Everything is in there."),
    (12.0, "Katherine", "In chat a line that begins with a slash is a command too. Try /dm Ada hello"),
    (14.0, "Grace", "The same meeting runs without a screen: tui-meet headless. Commands in, JSON lines out."),
    (14.0, "Radia", "The server forwards what we send and never re-encodes it."),
    (14.0, "Alan", "m is your microphone, v your camera, d your ears, h your hand."),
    (14.0, "Margaret", "When a server goes down, the screen says so at once. I like software that admits it."),
    (14.0, "Edsger", "A command that is not possible now tells you why. It is never just missing."),
    (16.0, "Ada", "To meet for real: tui-meet host, and hand out the link it shows."),
    (16.0, "Katherine", "L locks the meeting. Those who come later wait until somebody lets them in."),
    (16.0, "Grace", "I once found a moth in a relay. None in here so far."),
)  # fmt: skip
"""Pause before the line in seconds, who says it, the line. Starts again at the end."""

PRIVATE_ANSWERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("hello", "hi", "hey", "morning"), "Hello! Nobody else sees this, only you and me."),
    (("mute", "quiet", "loud"), "As you wish. You can also turn me down for yourself alone: volume {me} 50"),
    (("bye", "leave", "drop"), "If you throw me out I knock again in a while."),
    (("thank",), "With pleasure."),
    (("?",), "A good question. Ask me again in a hundred years."),
)
"""Words of a private line and the answer to it, first match."""

PRIVATE_DEFAULT = "Understood. This is between us."

PUBLIC_ANSWERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("hello", "hi", "hey", "morning"), "Hello, and welcome!"),
    (("thank",), "You are welcome."),
    (("bye",), "See you!"),
    (("?",), "I would try it and see: it is only the demo."),
)

PUBLIC_DEFAULT = "Well said."

HANDS: tuple[tuple[str, str], ...] = (
    ("Katherine", "Thank you. I have checked the orbit by hand. The machine was right."),
    ("Ada", "Thank you. I only wanted to say that the engine weaves pictures, too."),
    ("Edsger", "Thank you. Simplicity is prerequisite for reliability. That was all."),
)
"""Who raises a hand, one after the other, and what that one says once it was lowered by the moderator."""

ALL_MUTED = "Did somebody mute all of us? I can still type."
UNMUTED = "Thank you, I am back."
SPOTLIT = "Oh, I am on top now. Is my hair all right?"
PROMOTED = "A moderator! I promise to use it sparingly."
LEAVING = "I have to run. Thank you all!"
BACK = "Here I am again."
