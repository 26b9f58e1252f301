"""Who is loud: from the level of each 20 ms block to voice activity. Pure; time is counted in blocks."""

from dataclasses import dataclass

from tui_meet.media.audio.meter import SILENCE_DBFS

BLOCK_MS = 20.0
CONTRIBUTOR_FLOOR_DBFS = -65.0
"""Quieter than this is not worth mixing: far below any room noise a microphone picks up."""
CONTRIBUTOR_HANGOVER_MS = 1_000.0
"""How long a voice stays in the mix after it fell below the floor: pauses between words must not change mixes."""
VOICE_FLOOR_DBFS = -45.0
"""Shown as activity 0; room noise and breathing stay below."""
VOICE_CEILING_DBFS = -9.0
"""Shown as activity 100."""
ATTACK_MS = 40.0
"""A click shorter than this does not count as speaking."""
HANGOVER_MS = 400.0
"""Speaking lasts this long after the last loud block."""
RELEASE_DB_PER_BLOCK = 1.5
"""How fast the shown level falls; it rises at once."""


@dataclass(slots=True)
class VoiceActivity:
    """The voice of one participant, fed one block level after the other."""

    _shown_dbfs: float = SILENCE_DBFS
    _loud_ms: float = 0.0
    _quiet_ms: float = HANGOVER_MS
    _below_floor_ms: float = CONTRIBUTOR_HANGOVER_MS
    _speaking: bool = False

    def update(self, level_dbfs: float) -> None:
        """Take the level of the next 20 ms block, in dBFS."""
        self._shown_dbfs = max(level_dbfs, self._shown_dbfs - RELEASE_DB_PER_BLOCK, SILENCE_DBFS)
        self._below_floor_ms = 0.0 if level_dbfs > CONTRIBUTOR_FLOOR_DBFS else self._below_floor_ms + BLOCK_MS
        if level_dbfs > VOICE_FLOOR_DBFS:
            self._loud_ms += BLOCK_MS
            self._quiet_ms = 0.0
            if self._loud_ms >= ATTACK_MS:
                self._speaking = True
        else:
            self._loud_ms = 0.0
            self._quiet_ms += BLOCK_MS
            if self._quiet_ms >= HANGOVER_MS:
                self._speaking = False

    @property
    def contributes(self) -> bool:
        """Whether this voice belongs in the mix now. True from the very first audible block, so onsets are whole."""
        return self._below_floor_ms < CONTRIBUTOR_HANGOVER_MS

    @property
    def speaking(self) -> bool:
        return self._speaking

    @property
    def level(self) -> float:
        """Voice activity, 0 (not speaking) to 100, a whole number."""
        if not self._speaking:
            return 0.0
        span = VOICE_CEILING_DBFS - VOICE_FLOOR_DBFS
        return float(round(100.0 * min(1.0, max(0.0, (self._shown_dbfs - VOICE_FLOOR_DBFS) / span))))
