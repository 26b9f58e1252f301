"""Picture to terminal: numpy arrays in, ready rows of text out.

This room knows no screen, no media and no meeting. The way of a picture::

    RGB array -> fit (where it goes) -> cells (glyphs and colour codes) -> ansi (one self-contained string per row)
"""
