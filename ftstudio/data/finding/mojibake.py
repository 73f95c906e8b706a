"""Letters that were read in the wrong encoding: “KÃ¶ln” for “Köln”."""

from __future__ import annotations


def mended(text: str, tidy: bool = False) -> str:
    """The text as it was meant. `tidy`: also straight quotes, no control signs, plain letters."""
    if text.isascii() and not tidy:
        return text
    import ftfy

    return ftfy.fix_text(text) if tidy else ftfy.fix_encoding(text)


def broken(text: str) -> bool:
    return mended(text) != text
