"""Gets to know a column while its cells go by, one by one or a block at a time."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from typing import Any

from ftstudio.data.ingest.boxed import is_box, worth_opening
from ftstudio.data.table import MOST_DISTINCT, Column, excerpt

_STUDIED = 5_000  # filled cells of a column that are looked at for its kind
_EXAMPLES = 5
_NUMBER = re.compile(r"[-+]?(\d{1,3}([.,]\d{3})+|\d+)([.,]\d+)?([eE][-+]?\d+)?")
_DATE = re.compile(
    r"\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d(:\d\d)?.*)?|\d\d?[./]\d\d?[./]\d{2,4}( \d\d?:\d\d.*)?"
)
_YES_NO = {"true", "false", "yes", "no", "ja", "nein", "oui", "non", "sí", "si", "wahr", "falsch"}
_QUESTION = ("?", "？", "? ", "?\n")


class Study:
    """What is known of one column so far."""

    def __init__(self, name: str, declared: bool = True) -> None:
        self.name = name
        self.declared = declared
        self.filled = 0
        self._characters = 0
        self._questions = 0
        self._distinct: set[int] = set()
        self._kinds: dict[str, int] = {}
        self._examples: list[str] = []
        self._boxes = self._looked_at = 0

    def see(self, text: str, value: Any) -> None:
        self.filled += 1
        self._characters += len(text)
        if text.endswith(_QUESTION):
            self._questions += 1
        if len(self._distinct) < MOST_DISTINCT:
            self._distinct.add(hash(text))
        if self.filled <= _STUDIED:
            self._add_kind(text, value)
        if len(self._examples) < _EXAMPLES:
            self._add_example(text)

    def see_block(self, cells: Any, values: list[Any] | None = None) -> None:
        """A pyarrow column of text; `values` is what the cells were before they became text."""
        import pyarrow.compute as pc

        lengths = pc.fill_null(pc.binary_length(cells), 0).to_numpy(zero_copy_only=False)
        full = lengths > 0
        if not full.all():
            import pyarrow as pa

            cells = cells.filter(pa.array(full))
        count = len(cells)
        if not count:
            return
        left = _STUDIED - self.filled
        if left > 0:
            texts = cells.slice(0, left).to_pylist()
            known = values or texts
            if values is not None and not full.all():
                known = [value for value, filled in zip(values, full, strict=True) if filled]
            for text, value in zip(texts, known, strict=False):
                self._add_kind(text, value)
        self.filled += count
        self._characters += pc.sum(pc.utf8_length(cells)).as_py()
        self._questions += _count_questions(cells)
        if len(self._distinct) < MOST_DISTINCT or len(self._examples) < _EXAMPLES:
            self._see_different(cells)

    @property
    def few(self) -> bool:
        """Its values come again and again."""
        return len(self._distinct) < min(MOST_DISTINCT, 0.5 * self.filled)

    def _see_different(self, cells: Any) -> None:
        import pyarrow.compute as pc

        for text in _texts(pc.unique(cells)):
            if len(self._distinct) < MOST_DISTINCT:
                self._distinct.add(hash(text))
            elif len(self._examples) >= _EXAMPLES:
                return
            if len(self._examples) < _EXAMPLES:
                self._add_example(text)

    @property
    def boxed(self) -> bool:
        """Most of its cells are a list around one text."""
        return worth_opening(self.name, self._boxes, self._looked_at)

    def _add_kind(self, text: str, value: Any) -> None:
        kind = _kind(text, value)
        self._kinds[kind] = self._kinds.get(kind, 0) + 1
        self._looked_at += 1
        self._boxes += kind in ("list", "object") and is_box(value)

    def _add_example(self, text: str) -> None:
        shown = excerpt(text)
        if shown not in self._examples:
            self._examples.append(shown)

    def column(self) -> Column:
        return Column(
            name=self.name,
            kind=self._main_kind(),
            filled=self.filled,
            distinct=len(self._distinct),
            examples=tuple(self._examples),
            mean_length=round(self._characters / max(1, self.filled), 1),
            questions=round(self._questions / max(1, self.filled), 3),
        )

    def _main_kind(self) -> str:
        if not self.filled:
            return "empty"
        kind = max(self._kinds, key=lambda k: self._kinds[k])
        return kind if self._kinds[kind] >= 0.9 * sum(self._kinds.values()) else "text"


def _texts(cells: Any) -> Iterable[str]:
    for start in range(0, len(cells), 1_000):
        yield from cells.slice(start, 1_000).to_pylist()


def _count_questions(cells: Any) -> int:
    """Cells that end with a question mark, by their last bytes; none is empty."""
    import numpy as np

    data = np.frombuffer(cells.buffers()[2], np.uint8)
    offsets = np.frombuffer(cells.buffers()[1], np.int64)
    offsets = offsets[cells.offset : cells.offset + len(cells) + 1]
    ends, lengths = offsets[1:], np.diff(offsets)
    last = data[ends - 1]
    count = int((last == 0x3F).sum())
    spaced = ends[((last == 0x20) | (last == 0x0A)) & (lengths > 1)]
    count += int((data[spaced - 2] == 0x3F).sum())
    wide = ends[(last == 0x9F) & (lengths > 2)]  # ？ is EF BC 9F
    return count + int(((data[wide - 3] == 0xEF) & (data[wide - 2] == 0xBC)).sum())


def _kind(text: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        return "date"
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        return "object"
    if len(text) > 40:
        return _json_kind(text)
    if _NUMBER.fullmatch(text):
        return "number"
    if _DATE.fullmatch(text):
        return "date"
    if text.casefold() in _YES_NO:
        return "yes/no"
    return _json_kind(text)


def _json_kind(text: str) -> str:
    """Cells of a CSV can hold JSON; only what parses counts."""
    if text[:1] not in "[{" or text[-1:] not in "]}" or len(text) > 200_000:
        return "text"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "text"
    return "list" if isinstance(value, list) else "object"
