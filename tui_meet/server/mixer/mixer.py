"""The mixer of one conference: packets of all in, one packet per listener out, every 20 ms.

Rules: nobody hears themselves; one encoder per distinct mix; silence is sent too, so that clients always see packets.
Everything runs on the event loop and nothing here awaits. Each tick costs about 0.1 ms per distinct mix.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tui_meet.media.audio.meter import SILENCE_DBFS, dbfs
from tui_meet.media.audio.opus import OpusEncoder
from tui_meet.media.types import BLOCK_SAMPLES
from tui_meet.server.mixer.groups import ENCODER_LINGER_TICKS, NO_GAINS, Gains, MixKey, mix_key, normalised_gains
from tui_meet.server.mixer.intake import AudioIntake
from tui_meet.server.mixer.mix import SILENCE, Block, Sum, add_up, limited, without
from tui_meet.server.mixer.speaker import VoiceActivity

LEVEL_TICKS = 10
"""Voice levels are told every 200 ms."""

Sink = Callable[[bytes, int], None]
"""Takes (Opus packet, presentation time in samples at 48 kHz)."""


@dataclass(slots=True)
class _Voice:
    """One participant."""

    intake: AudioIntake = field(default_factory=AudioIntake)
    activity: VoiceActivity = field(default_factory=VoiceActivity)
    sink: Sink | None = None
    dropped_muted: int = 0


@dataclass(slots=True)
class _Encoding:
    """One encoder and the tick it was last used in."""

    encoder: OpusEncoder = field(default_factory=OpusEncoder)
    used: int = 0


class AudioMixer:
    """Mixes one conference.

    Attributes:
        ticks: blocks of 20 ms mixed or left out since the start.
        mixes: distinct mixes in the last tick.
    """

    def __init__(self, on_levels: Callable[[Mapping[str, float]], None]) -> None:
        """`on_levels` gets participant id -> voice activity 0..100, every 200 ms while it is not all the same zeros."""
        self._on_levels = on_levels
        self._voices: dict[str, _Voice] = {}
        self._publishing: set[str] = set()
        """Whose sound is let through; whoever is not known to be, is not."""
        self._gains: dict[str, Gains] = {}
        self._encodings: dict[MixKey, _Encoding] = {}
        self._told: dict[str, float] = {}
        self.ticks = 0
        self.mixes = 0

    @property
    def encoders(self) -> int:
        """Encoders alive, those kept warm for a moment included."""
        return len(self._encodings)

    def add(self, participant_id: str, sink: Sink | None) -> None:
        """Let a participant in. `sink` gets what it hears; None for one who listens to nothing.

        Their own sound is dropped until `set_publishing` lets it through. Adding someone again with another sink starts
        their incoming sound anew; mute and volumes stay.
        """
        voice = self._voices.setdefault(participant_id, _Voice())
        if voice.sink != sink:
            voice.intake.restart()
            voice.sink = sink

    def remove(self, participant_id: str) -> None:
        """Forget a participant, with mute and volumes; unknown ones are fine."""
        self._voices.pop(participant_id, None)
        self._publishing.discard(participant_id)
        self._gains.pop(participant_id, None)

    def push(self, participant_id: str, ssrc: int, sequence: int, timestamp: int, payload: bytes) -> None:
        """Take an Opus packet of a participant; what muted ones send is counted and dropped undecoded."""
        voice = self._voices.get(participant_id)
        if voice is None:
            return
        if participant_id not in self._publishing:
            voice.dropped_muted += 1
            return
        voice.intake.push(ssrc, sequence, timestamp, payload)

    def set_publishing(self, participant_id: str, publishing: bool) -> None:
        """Mute (False) at once, with what is still in the ring; or unmute. May come before `add`."""
        if publishing:
            self._publishing.add(participant_id)
        elif participant_id in self._publishing:
            self._publishing.discard(participant_id)
            if (voice := self._voices.get(participant_id)) is not None:
                voice.intake.restart()
                voice.activity = VoiceActivity()

    def set_gains(self, participant_id: str, gains: Mapping[str, float]) -> None:
        """Personal volumes of one listener, 0..2 per source, 1 for those not named."""
        kept = normalised_gains(participant_id, gains)
        if kept:
            self._gains[participant_id] = kept
        else:
            self._gains.pop(participant_id, None)

    def skip(self, ticks: int) -> None:
        """Let time pass without sound, after the loop stood still; listeners' clocks stay right."""
        self.ticks += ticks

    def tick(self) -> None:
        """Mix and hand out the next 20 ms."""
        contributions = self._contributions()
        everyone = add_up((block, 1.0) for block in contributions.values())
        sources, contributors = self._voices.keys() & self._publishing, contributions.keys()
        packets: dict[MixKey, bytes] = {}
        for participant_id, voice in self._voices.items():
            if voice.sink is None:
                continue
            key = mix_key(participant_id, self._gains.get(participant_id, NO_GAINS), contributors, sources)
            packet = packets.get(key)
            if packet is None:
                packet = packets[key] = self._encode(key, self._sum_for(key, everyone, contributions))
            voice.sink(packet, self.ticks * BLOCK_SAMPLES)
        self.mixes = len(packets)
        self.ticks += 1
        if self.ticks % LEVEL_TICKS == 0:
            self._tell_levels()
            self._retire_encoders()

    def statistics(self) -> dict[str, dict[str, float]]:
        """Per participant: packets received, lost, undecodable, dropped while muted; ms dropped, trimmed, underruns."""
        return {
            participant_id: {
                "audio_packets_received": voice.intake.received,
                "audio_packets_lost": voice.intake.lost,
                "audio_packets_undecodable": voice.intake.undecodable,
                "audio_packets_dropped_muted": voice.dropped_muted,
                "audio_ring_dropped_ms": voice.intake.ring.dropped_ms,
                "audio_ring_trimmed_ms": voice.intake.ring.trimmed_ms,
                "audio_ring_underruns": voice.intake.ring.underruns,
            }
            for participant_id, voice in self._voices.items()
        }

    def _contributions(self) -> dict[str, Block]:
        contributions: dict[str, Block] = {}
        for participant_id, voice in self._voices.items():
            block = voice.intake.read()
            voice.activity.update(SILENCE_DBFS if block is None else dbfs(block))
            if voice.activity.contributes:
                # A ring that ran dry for a moment keeps its mix: changing encoders would be heard.
                contributions[participant_id] = SILENCE if block is None else block
        return contributions

    @staticmethod
    def _sum_for(key: MixKey, everyone: Sum, contributions: Mapping[str, Block]) -> Sum:
        if not key.gains:
            return everyone if key.without is None else without(everyone, contributions[key.without])
        gains = dict(key.gains)
        return add_up(
            (block, gains.get(source, 1.0)) for source, block in contributions.items() if source != key.without
        )

    def _encode(self, key: MixKey, total: Sum) -> bytes:
        encoding = self._encodings.setdefault(key, _Encoding())
        encoding.used = self.ticks
        return encoding.encoder.encode(limited(total))

    def _retire_encoders(self) -> None:
        for key in [key for key, e in self._encodings.items() if self.ticks - e.used > ENCODER_LINGER_TICKS]:
            del self._encodings[key]

    def _tell_levels(self) -> None:
        levels = {participant_id: voice.activity.level for participant_id, voice in self._voices.items()}
        if levels != self._told or any(levels.values()):
            self._told = levels
            self._on_levels(levels)
