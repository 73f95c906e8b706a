"""Takes NUL bytes out of text: signs without a letter that broken exports leave in rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ftstudio.core.units import plural
from ftstudio.data.table import Problem

NUL = "\0"
_SPELLED = "\\u0000"
_IN_JSON = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def has_nuls(text: str, value: object = None) -> bool:
    """`value`: what the text was written from; nested ones have them spelled out, as JSON does."""
    return NUL in text or (_SPELLED in text and isinstance(value, (list, dict)))


def without_nuls(text: str) -> str:
    text = text.replace(NUL, "")
    return _IN_JSON.sub(r"\1", text) if _SPELLED in text else text


class NoNuls:
    """Counts what it took them out of, so that it can be told."""

    def __init__(self) -> None:
        self.count = 0

    def lines(self, source: Iterable[str]) -> Iterator[str]:
        for line in source:
            yield self.clean(line) if NUL in line else line

    def clean(self, text: str) -> str:
        """The text without them; it counts by lines."""
        if NUL not in text:
            return text
        self.count += sum(1 for line in text.split("\n") if NUL in line)
        return text.replace(NUL, "")

    def remark(self) -> list[Problem]:
        """One remark about all of them, or none."""
        if not self.count:
            return []
        lines = plural(self.count, "1 line holds", "{n} lines hold")
        return [Problem(0, f"{lines} NUL bytes, which stand for no letter. They were left out.")]
