"""Names that tell runs apart: the dataset's name and the next number."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBERED = re.compile(r"^(.*?) v(\d+)$")


def next_name(base: str, taken: Iterable[str]) -> str:
    """`Support tickets` gives `Support tickets v1`, then v2, and so on."""
    stem = _stem(base) or "Run"
    numbers = [int(m[2]) for name in taken if (m := _NUMBERED.match(name)) and m[1] == stem]
    return f"{stem} v{max(numbers, default=0) + 1}"


def _stem(name: str) -> str:
    numbered = _NUMBERED.match(name.strip())
    return (numbered[1] if numbered else name).strip()
