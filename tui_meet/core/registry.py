"""THE list of commands (design, section 1): keys, palette, `:` line, slash commands, moderation pane, help and headless
are all made from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from tui_meet.core import guards
from tui_meet.core.specs import Argument, CommandSpec, Group, Kind

_WHO = Argument("who", Kind.WHO)
_SOME = Argument("who", Kind.WHO_MANY)
_SPEC = Argument("spec", Kind.SPEC)
_ON_OFF = Argument("state", Kind.CHOICE, choices=("on", "off"))


def _rows() -> tuple[CommandSpec, ...]:
    g, row = Group, CommandSpec
    return (
        # own devices
        row("mute", "Mute your microphone, or somebody's", g.DEVICES, (Argument("who", Kind.WHO, optional=True),),
            key="m", person_key="u", in_lobby=True, guard=guards.microphone_is_off,
            wire="participants/<p>/client_mute, participants/<p>/mute"),
        row("unmute", "Turn your microphone on, or unmute somebody", g.DEVICES,
            (Argument("who", Kind.WHO, optional=True),), key="m", person_key="u", in_lobby=True,
            guard=guards.microphone_is_on, wire="participants/<p>/client_unmute, participants/<p>/unmute"),
        row("camera on", "Turn your camera on", g.DEVICES, key="v", in_lobby=True, guard=guards.camera_is_on,
            wire="participants/<p>/video_unmuted"),
        row("camera off", "Turn your camera off", g.DEVICES, key="v", in_lobby=True, guard=guards.camera_is_off,
            wire="participants/<p>/video_muted"),
        row("deafen on", "Hear nobody", g.DEVICES, key="d", in_lobby=True, guard=guards.deafened_is(True)),
        row("deafen off", "Hear people again", g.DEVICES, key="d", in_lobby=True, guard=guards.deafened_is(False)),
        row("volume", "Set how loud you hear somebody, in percent", g.DEVICES,
            (_WHO, Argument("percent", Kind.PERCENT)), part="volumes",
            lacking="This server cannot change the volume of one person.", wire="meet: participants/<p>/volumes"),
        row("ignore", "Hear somebody no more, for yourself alone; again to undo", g.DEVICES, (_WHO,), part="volumes",
            key="i", about_person=True, lacking="This server cannot silence one person for you alone.",
            wire="meet: participants/<p>/volumes"),
        row("devices", "Show and choose microphone, speaker and camera", g.DEVICES, anywhere=True),
        row("mic", "Choose the microphone", g.DEVICES, (_SPEC,), anywhere=True),
        row("speaker", "Choose the speaker", g.DEVICES, (_SPEC,), anywhere=True),
        row("cam", "Choose the camera", g.DEVICES, (_SPEC,), anywhere=True),
        # hands
        row("hand up", "Raise your hand", g.HAND, key="h", guard=guards.hand_is_up, wire="participants/<p>/buzz"),
        row("hand down", "Lower your hand", g.HAND, key="h", guard=guards.hand_is_down,
            wire="participants/<p>/clearbuzz"),
        row("hand lower", "Lower somebody's hand, or all", g.HAND, (Argument("who", Kind.WHO_OR_ALL),), key="H",
            moderator=True, about_person=True, guard=guards.no_hands, wire="participants/<p>/clearbuzz, clearallbuzz"),
        # chat
        row("say", "Say something to everybody in chat", g.CHAT, (Argument("text", Kind.TEXT),), guard=guards.no_chat,
            wire="message"),
        row("dm", "Say something to one person in private", g.CHAT, (_WHO, Argument("text", Kind.TEXT)),
            guard=guards.no_chat, wire="participants/<p>/message"),
        row("send", "Send an application message, to all or to one", g.CHAT,
            (Argument("who", Kind.WHO, optional=True), Argument("object", Kind.JSON)), wire="message"),
        # entry
        row("lock", "Lock the meeting: newcomers wait until admitted", g.ENTRY, key="L", moderator=True,
            guard=guards.is_locked, wire="lock"),
        row("unlock", "Unlock the meeting", g.ENTRY, key="L", moderator=True, guard=guards.is_unlocked, wire="unlock"),
        row("admit", "Let in somebody who waits, or all", g.ENTRY, (Argument("who", Kind.WHO_OR_ALL),), key="a",
            moderator=True, about_person=True, guard=guards.nobody_waits, wire="participants/<p>/unlock"),
        row("deny", "Turn away somebody who waits, or all", g.ENTRY, (Argument("who", Kind.WHO_OR_ALL),), key="x",
            moderator=True, about_person=True, dangerous=True, guard=guards.nobody_waits,
            wire="participants/<p>/disconnect"),
        # mutes
        row("mute-all", "Mute everybody but moderators; they may unmute themselves", g.MUTE, key="M", moderator=True,
            guard=guards.guests_are_muted, wire="muteguests"),
        row("unmute-all", "End “mute-all”", g.MUTE, key="M", moderator=True, guard=guards.guests_are_not_muted,
            wire="unmuteguests"),
        row("guests-unmute", "Allow participants to unmute themselves, or not", g.MUTE, (_ON_OFF,), moderator=True,
            wire="set_guests_can_unmute"),
        row("hard-mute", "Silence so that only a moderator can undo it", g.MUTE,
            (Argument("what", Kind.CHOICE, choices=("room", "audio", "video")),
             Argument("who", Kind.WHO, optional=True)),
            moderator=True, part="hard_mute", lacking="This server has no hard mute.", wire="meet: hard_mute"),
        row("hard-unmute", "Undo a hard mute", g.MUTE,
            (Argument("what", Kind.CHOICE, choices=("room", "audio", "video")),
             Argument("who", Kind.WHO, optional=True)),
            moderator=True, part="hard_mute", lacking="This server has no hard mute.", wire="meet: hard_unmute"),
        # people
        row("drop", "Throw somebody out, several, or all others", g.PEOPLE,
            (Argument("who", Kind.WHO_MANY_OR_ALL),), key="D", moderator=True, about_person=True, dangerous=True,
            wire="participants/<p>/disconnect"),
        row("end", "End the meeting for everybody", g.PEOPLE, key="E", moderator=True, dangerous=True,
            wire="disconnect"),
        row("rename", "Give somebody another name", g.PEOPLE, (_WHO, Argument("name", Kind.TEXT)), key="n",
            moderator=True, about_person=True, wire="participants/<p>/overlaytext"),
        row("role", "Make somebody a moderator, or a moderator a participant", g.PEOPLE, (_WHO,), key="R",
            moderator=True, about_person=True, dangerous=True, wire="participants/<p>/role"),
        row("transfer", "Move somebody to another meeting, with its PIN where it has one", g.PEOPLE,
            (_WHO, Argument("alias", Kind.WORD), Argument("pin", Kind.WORD, optional=True)), moderator=True,
            wire="participants/<p>/transfer"),
        # stage
        row("pin", "Keep people among the active talkers", g.STAGE, (_SOME,), moderator=True, part="pins",
            lacking="This server cannot pin people.", wire="meet: pins"),
        row("unpin", "Undo a pin", g.STAGE, (_SOME,), moderator=True, part="pins",
            lacking="This server cannot pin people.", wire="meet: pins"),
        row("spotlight", "Show people first, whoever talks", g.STAGE, (_SOME,), key="s", moderator=True,
            about_person=True, wire="participants/<p>/spotlighton"),
        row("unspotlight", "Take the spotlight off", g.STAGE, (_SOME,), key="s", moderator=True, about_person=True,
            wire="participants/<p>/spotlightoff"),
        row("layout", "Choose the layout of the composed picture", g.STAGE,
            (Argument("layout", Kind.WORD),
             Argument("for", Kind.CHOICE, optional=True, choices=("all", "host", "guest"))),
            moderator=True, wire="transform_layout"),
        row("overlay", "Write names into the composed picture, or not", g.STAGE, (_ON_OFF,), moderator=True,
            wire="transform_layout"),
        row("present", "Present a picture, PDF or video file; “stop” ends it", g.STAGE,
            (Argument("file", Kind.FILE),), guard=guards.cannot_present, wire="participants/<p>/take_floor"),
        row("page next", "Show the next page of what you present", g.STAGE, guard=guards.not_presenting),
        row("page back", "Show the page before of what you present", g.STAGE, guard=guards.not_presenting),
        # mode
        row("start", "Start the meeting: those who wait for a moderator come in", g.MODE, moderator=True,
            guard=guards.is_started, wire="start_conference"),
        row("mode", "Switch between group and lecture", g.MODE,
            (Argument("mode", Kind.CHOICE, choices=("group", "lecture")),), moderator=True, part="lecture",
            lacking="This server has no lecture mode.", wire="meet: mode"),
        row("floor", "Ask for, give or take back the floor of a lecture", g.MODE,
            (Argument("what", Kind.CHOICE, choices=("request", "cancel", "finish", "grant", "deny", "release")),
             Argument("who", Kind.WHO, optional=True)),
            part="lecture", lacking="This server has no lecture mode.", wire="meet: floor"),
        # recording
        row("record", "Record everybody's streams", g.RECORDING,
            (Argument("what", Kind.CHOICE, choices=("start", "stop")),), moderator=True, part="recording",
            lacking="This server has no recording.", wire="meet: recording"),
        row("live-record", "Record one composed picture", g.RECORDING,
            (Argument("what", Kind.CHOICE, choices=("start", "stop")), Argument("options", Kind.TEXT, optional=True)),
            moderator=True, part="live_recording", lacking="This server has no live recording.",
            wire="meet: live_recording"),
        row("recordings", "List recordings", g.RECORDING, (Argument("filters", Kind.TEXT, optional=True),),
            part="recording", lacking="This server has no recording.", wire="meet: recordings"),
        row("download", "Download a recording", g.RECORDING,
            (Argument("id", Kind.WORD), Argument("path", Kind.FILE, optional=True)), part="recording",
            lacking="This server has no recording.", wire="meet: recordings/<id>"),
        # session
        row("extend", "Extend the session", g.SESSION, moderator=True, part="extend",
            lacking="This server does not limit how long a session lasts.", wire="meet: extend"),
        row("breakout open", "Open a breakout room, and move people into it", g.ROOMS,
            (Argument("name", Kind.WORD), Argument("who", Kind.WHO_MANY, optional=True)), moderator=True,
            guard=guards.no_breakouts, wire="breakouts"),
        row("breakout move", "Move somebody, or yourself, to another room", g.ROOMS,
            (_WHO, Argument("room", Kind.ROOM)), moderator=True, guard=guards.no_open_breakouts,
            wire="participants/breakout, breakouts/<b>/participants/breakout"),
        row("breakout back", "Move somebody, or yourself, to the main room", g.ROOMS, (_WHO,), moderator=True,
            guard=guards.no_open_breakouts, wire="breakouts/<b>/participants/breakout"),
        row("breakout close", "Close a breakout room, or all", g.ROOMS, (Argument("room", Kind.ROOM_OR_ALL),),
            moderator=True, guard=guards.no_open_breakouts, wire="breakouts/<b>/disconnect, breakouts/disconnect"),
        row("breakout help", "Call a moderator into your breakout room", g.ROOMS, guard=guards.cannot_ask_for_help,
            wire="breakoutbuzz"),
        row("breakout clear", "Take the call for help back, or that of a room", g.ROOMS,
            (Argument("room", Kind.ROOM, optional=True),), wire="clearbreakoutbuzz"),
        row("breakout leave", "Go back to the main room", g.ROOMS, guard=guards.cannot_leave_breakout,
            wire="leavebreakout"),
        row("room", "Show what this meeting is: name, alias, link, state", g.SESSION),
        row("classification", "Mark the meeting with one of its levels", g.SESSION,
            (Argument("level", Kind.TEXT),), moderator=True, guard=guards.no_classification,
            wire="set_classification_level"),
        row("captions on", "Show live captions", g.SESSION, guard=guards.captions_are(True),
            wire="participants/<p>/show_live_captions"),
        row("captions off", "Hide live captions", g.SESSION, guard=guards.captions_are(False),
            wire="participants/<p>/hide_live_captions"),
        row("caption", "Caption what is being said", g.SESSION, (Argument("text", Kind.TEXT),), part="captions",
            lacking="This server takes no captions from people.", wire="meet: captions"),
        row("promote", "Come on stage of the primary meeting", g.SESSION, (Argument("credential", Kind.WORD),),
            part="promotion", lacking="This is not the replica of another meeting.", wire="meet: promote"),
        row("demote", "Leave the stage of the primary meeting", g.SESSION, part="promotion",
            lacking="This is not the replica of another meeting.", wire="meet: demote"),
        row("ledger", "Show what outages have cost", g.SESSION, part="resume",
            lacking="This server keeps no account of outages."),
        # calls
        row("call", "Call users into the meeting", g.CALLS, (Argument("users", Kind.USERS),), moderator=True,
            part="calls", lacking="This server cannot call people.", wire="meet: calls"),
        row("call-cancel", "Call users no longer", g.CALLS, (Argument("users", Kind.USERS),), moderator=True,
            part="calls", lacking="This server cannot call people.", wire="meet: calls"),
        row("calls", "Who is being called", g.CALLS, (Argument("cursor", Kind.WORD, optional=True),), part="calls",
            lacking="This server cannot call people.", wire="meet: calls"),
        row("accept", "Answer a call", g.CALLS, part="calls", lacking="This server cannot call people."),
        row("reject", "Reject a call", g.CALLS,
            (Argument("reason", Kind.CHOICE, optional=True, choices=("in-other-room",)),), part="calls",
            lacking="This server cannot call people."),
        row("dial", "Dial an address into the meeting", g.CALLS, (Argument("address", Kind.WORD),), moderator=True,
            wire="dial"),
        # program
        row("stats", "Show the connection's figures", g.PROGRAM, key="S", anywhere=True),
        row("theme", "Change the theme", g.PROGRAM, (Argument("name", Kind.WORD, optional=True),), anywhere=True),
        row("leave", "Leave the meeting", g.PROGRAM, key="q", anywhere=True, dangerous=True,
            guard=guards.nothing_to_leave, wire="release_token"),
        row("quit", "End the program", g.PROGRAM, key="ctrl+q", anywhere=True),
    )  # fmt: skip


COMMANDS: tuple[CommandSpec, ...] = _rows()
"""All of them, in the order of help."""

BY_NAME: Mapping[str, CommandSpec] = {spec.name: spec for spec in COMMANDS}


def find(line: str) -> CommandSpec | None:
    """The row whose name starts the line (the longest match: `hand lower` before `hand`), or None."""
    words = line.split()
    for count in (2, 1):
        spec = BY_NAME.get(" ".join(words[:count]))
        if spec is not None and len(words) >= count:
            return spec
    return None
