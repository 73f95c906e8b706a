"""Letters that were read in the wrong encoding: “KÃ¶ln” for “Köln”."""

from __future__ import annotations

import re

# Who explains broken letters shows them.
_ABOUT = re.compile(r"mojibake|utf-?8|latin-?1|iso-?8859|windows-125\d|cp-?125\d", re.I)


def mended(text: str, tidy: bool = False) -> str:
    """The text as it was meant. `tidy`: also straight quotes, no control signs, plain letters."""
    if not tidy and (text.isascii() or _ABOUT.search(text)):
        return text
    import ftfy

    return ftfy.fix_text(text) if tidy else ftfy.fix_encoding(text)


def broken(text: str) -> bool:
    return mended(text) != text
