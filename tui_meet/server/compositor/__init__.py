"""Composed pictures for clients with a single video line: many cameras in, one picture per distinct wish out.

`cost` is pure; `lettering` and `canvas` draw into arrays; `codecs` wraps decoder and encoder; `worker` is the thread
that does all of it; `studio` is the face on the event loop. Nothing runs, and nothing heavy is loaded, while nobody
needs it.
"""
