"""Audio mixing: everyone hears all but themselves, one Opus encoder per distinct mix.

`mix`, `speaker`, `ring`, `groups` and `clock` are pure (numpy and numbers, time comes in as an argument);
`intake` turns one participant's packets into 20 ms blocks, `mixer` puts them together.
All audio is mono, 48 kHz, int16, in blocks of 960 samples (20 ms).
"""
