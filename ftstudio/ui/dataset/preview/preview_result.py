"""What a child wrote of all rows: some in full, and of each enough to say at once what any limit
on tokens leaves of it."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.example import ExampleKind
from ftstudio.core.rendered import RenderedRow
from ftstudio.data.held import Held

_PIECE = 20_000  # of what is counted while no other thread gets a turn


@dataclass(frozen=True)
class Within:
    """All rows at one limit."""

    limit: int
    total: int
    cut: int  # rows whose end is lost; documents go on in another piece
    barren: int  # examples with nothing to learn from
    barren_longest: int  # tokens of the longest of those that a longer limit would mend
    stop_learned: int
    refused: int  # by the chat template


class LengthsByRow(Mapping[int, int]):
    """Row number → tokens. A dictionary would be a million numbers that somebody has to let go."""

    def __init__(self, rows: Sequence[int], lengths: Sequence[int]) -> None:
        self._near: array[int] = array("q", [-1]) * (2 * len(rows) + 2)  # by number
        self._far: dict[int, int] = {}  # copies, which count below nought, and what lies far apart
        for row, length in zip(rows, lengths, strict=True):
            if 0 <= row < len(self._near):
                self._near[row] = max(length, self._near[row])
            else:
                self._far[row] = max(length, self._far.get(row, 0))

    def __getitem__(self, row: int) -> int:
        if 0 <= row < len(self._near) and (length := self._near[row]) >= 0:
            return length
        return self._far[row]

    def __iter__(self) -> Iterator[int]:
        yield from (row for row, length in enumerate(self._near) if length >= 0)
        yield from self._far

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class Preview:
    """The lists have one entry per example; -1 where there is no such token."""

    model: BaseModelInfo
    kind: ExampleKind
    default: int  # the limit that training takes where nobody chooses one
    limits: tuple[int, ...]  # that rows can be shown at, the shortest first
    rows: dict[int, RenderedRow]  # by place among the examples
    lengths: Sequence[int]
    source_rows: Sequence[int]
    row_keys: Sequence[str]  # see `Row.key`
    first_learned: Sequence[int]  # place of the first learned token
    stop_mark: Sequence[int]  # place of the learned token that ends the row
    refused: Sequence[dict[str, Any]]

    def at(self, limit: int) -> Within:
        barren, longest = 0, 0
        for first, (many, most) in self._by_first.items():
            if not 0 <= first < limit:
                barren += many
                longest = max(longest, most if first >= 0 else 0)
        stops = sum(many for place, many in self._by_stop.items() if 0 <= place < limit)
        cut = 0 if self.kind == "text" else self.longer(limit)
        total = len(self.lengths)
        return Within(limit, total, cut, barren, longest, stops, len(self.refused))

    def nearest(self, limit: int) -> int:
        """The shortest limit of those there are that holds so many tokens; else the longest."""
        return next((known for known in self.limits if known >= limit), self.limits[-1])

    def barren_keys(self, limit: int) -> tuple[str, ...]:
        """Of the rows with nothing to learn from at this limit, each once. Goes over all rows."""
        firsts = enumerate(self.first_learned)
        return tuple(dict.fromkeys(self.row_keys[i] for i, at in firsts if not 0 <= at < limit))

    def refusal(self, place: int) -> str:
        """What the chat template says against this example."""
        said = (entry["why"] for entry in self.refused if entry["place"] == place)
        return str(next(said, ""))

    def longer(self, limit: int) -> int:
        """How many are longer than this."""
        return sum(many for length, many in self.tally.items() if length > limit)

    @property
    def longest(self) -> int:
        return max([*self.tally, 0])

    @property
    def average(self) -> int:
        """Tokens, rounded down."""
        whole = sum(length * many for length, many in self.tally.items())
        return whole // max(len(self.lengths), 1)

    # What goes over all rows is made once, by the thread that reads the preview: of a million rows
    # there are a few thousand different lengths.
    @cached_property
    def tally(self) -> Counter[int]:
        """How many there are of each length."""
        return _counted(self.lengths)

    @cached_property
    def _by_stop(self) -> Counter[int]:
        return _counted(self.stop_mark)

    @cached_property
    def _by_first(self) -> dict[int, tuple[int, int]]:
        """By the place of the first learned token: how many rows, and how long the longest is."""
        found: dict[int, tuple[int, int]] = {}
        for first, length in zip(self.first_learned, self.lengths, strict=True):
            many, most = found.get(first, (0, 0))
            found[first] = many + 1, max(most, length)
        return found

    @cached_property
    def by_row(self) -> LengthsByRow:
        """The length of each row of the file: the longest, where it holds several examples."""
        return LengthsByRow(self.source_rows, self.lengths)

    def counted(self) -> Preview:
        """With all sums made."""
        _ = self.tally, self._by_stop, self._by_first, self.by_row
        return self

    def counts_like(self, other: Preview) -> bool:
        """The same lengths for the same model: what was reckoned from them holds on."""
        return self.lengths == other.lengths and self.model.ref.path == other.model.ref.path


def _counted(numbers: Sequence[int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for start in range(0, len(numbers), _PIECE):
        found.update(numbers[start : start + _PIECE])
    return found


def _whole_numbers() -> array[int]:
    return array("q")


@dataclass
class _Sums:
    """What a million entries take without a million numbers that somebody has to let go of."""

    lengths: array[int] = field(default_factory=_whole_numbers)
    source_rows: array[int] = field(default_factory=_whole_numbers)
    row_keys: list[str] = field(default_factory=Held)
    first_learned: array[int] = field(default_factory=_whole_numbers)
    stop_mark: array[int] = field(default_factory=_whole_numbers)
    refused: list[dict[str, Any]] = field(default_factory=Held)


def read_preview(path: Path, model: BaseModelInfo) -> Preview:
    """Raises StudioError, and the file is gone, where it is damaged."""
    try:
        with open(path, "rb") as file:
            raw = orjson.loads(file.readline())
            sums = _Sums()
            for line in file:
                for name, part in orjson.loads(line).items():
                    getattr(sums, name).extend(part)
        if len(sums.lengths) != raw["total"]:
            raise ValueError("rows are missing")
        return Preview(
            model=model,
            kind=raw["kind"],
            default=raw["limit"],
            limits=tuple(raw["limits"]),
            rows={row["place"]: RenderedRow.from_json(row) for row in raw["rows"]},
            **vars(sums),
        ).counted()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        path.unlink(missing_ok=True)
        raise StudioError(
            "The preview can't be shown.",
            "What was kept of it is damaged.",
            "Choose the model again to make it anew.",
            code="preview_damaged",
        ) from error
