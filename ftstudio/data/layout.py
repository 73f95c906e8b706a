"""What a layout declares: the roles that columns can have, and how a row becomes an Example."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from ftstudio.core.example import CASE, Example, ExampleKind, canonical_json
from ftstudio.core.registry import discover
from ftstudio.data.columns.picture_columns import is_named, picture_columns
from ftstudio.data.table import ROWS_FILE, Column, Problem, RawTable, excerpt
from ftstudio.data.texts import lacking

Row = Mapping[str, "str | None"]  # one row of a RawTable, with "_row"
Roles = Mapping[str, str]  # column -> role key; a column that is missing is ignored
PART_COLUMNS = ("part", "split")  # the first is made by reading, where a file has parts
PARTS = {
    "train": "train", "training": "train", "validation": "validation", "valid": "validation",
    "val": "validation", "dev": "validation", "eval": "validation", "test": "test",
}  # fmt: skip
_SAMPLE, _SEED = 2_000, 20_240_501  # rows that a guess looks at
_MOST_CHARACTERS = 20_000_000
_TRIED = 300
_WORTH_TRYING = 0.3
_GROUPS = 8
_BLIND = 0.7  # what is left of a guess that does not see the pictures
_CUT = re.compile(r"\\u(0000)?d[89a-f]", re.IGNORECASE)


ToExamples: TypeAlias = "Callable[[Row, Roles], list[Example] | Problem]"


@dataclass(frozen=True)
class Role:
    """What a column can be."""

    key: str
    title: str  # "Question"
    term: str  # "prompt"
    required: bool
    many: bool = False  # several columns may have it
    unless: str = ""  # not required where a column has this other role


@dataclass(frozen=True)
class Guess:
    """How sure we are that a table has this layout, and which column is what."""

    layout: str
    confidence: float  # 0 to 1
    reason: str  # about this very file, in words
    mapping: dict[str, str]  # column -> role key
    sure: frozenset[str]  # columns whose role (or being ignored) needs no second look


@dataclass(frozen=True)
class Layout:
    """One shape of data. Declared once per module in `data/layouts/`."""

    key: str
    title: str
    term: str
    help: str  # one sentence: when a file has this layout
    roles: tuple[Role, ...]
    guess: Callable[[Sequence[Column], Sequence[Row]], Guess]
    to_example: Callable[[Row, Roles], Example | Problem]
    kind: ExampleKind = "chat"  # what every row becomes
    # Where a row holds several examples; `to_example` is then the first of them. A row that can't
    # be read whole is one problem, so that rows still add up.
    to_examples: ToExamples | None = None
    # Where several rows make an example together: looks at all of them and returns how each is
    # then read. A row whose part in it another row tells makes none, and is no problem.
    across: Callable[[Iterable[Row], Roles], ToExamples] | None = None

    def missing(self, mapping: Roles) -> list[Role]:
        """Required roles that no column has."""
        taken = set(mapping.values())
        needed = [role for role in self.roles if role.required and role.unless not in taken]
        return [role for role in needed if role.key not in taken]


def cell(row: Row, mapping: Roles, role: str) -> str:
    """The text of the column that has this role; several are joined by a line break."""
    texts = [row.get(column) or "" for column, key in mapping.items() if key == role]
    return texts[0] if len(texts) == 1 else "\n".join(text for text in texts if text)


def for_rows(layout: Layout, rows: Iterable[Row], mapping: Roles) -> Layout:
    """The layout as it reads these very rows."""
    if layout.across is None:
        return layout
    return replace(layout, to_examples=layout.across(rows, mapping))


def read_examples(layout: Layout, row: Row, mapping: Roles) -> list[Example] | Problem:
    """The row's examples, or why it makes none; what comes out can always be written.

    A cell's own text is whole letters, but JSON inside it can spell half of one (backslash u).
    """
    made: list[Example] | Problem
    if layout.to_examples is not None:
        made = _numbered(layout.to_examples(row, mapping))
    else:
        one = layout.to_example(row, mapping)
        made = one if isinstance(one, Problem) else [one]
    if not isinstance(made, Problem) and (part := _part_of(row)):
        made = [_with_part(example, part) for example in made]
    escaped = [text for text in row.values() if text and "\\" in text]
    if not escaped or all(_is_whole(one) for one in _each(made)):
        return made
    reason = (
        "It holds half a character (a lone surrogate): an emoji or a rare letter was cut in two."
    )
    cut = next((text for text in escaped if _CUT.search(text)), escaped[0])
    return Problem(int(row["_row"] or 0), reason, excerpt(cut))


def _each(made: list[Example] | Problem) -> list[Example] | list[Problem]:
    return [made] if isinstance(made, Problem) else made


def _part_of(row: Row) -> str:
    """The part of the file that a row was kept in (train, test, …), where it says so."""
    said = ((row.get(name) or "").strip().casefold() for name in PART_COLUMNS)
    return next((PARTS[word] for word in said if word in PARTS), "")


def _numbered(made: list[Example] | Problem) -> list[Example] | Problem:
    """Where a row makes several examples, each is told from the others by its place in it."""
    if isinstance(made, Problem) or len(made) < 2:
        return made
    return [
        example.model_copy(update={"meta": {**example.meta, CASE: place}})
        for place, example in enumerate(made, start=1)
    ]


def _with_part(example: Example, part: str) -> Example:
    return example.model_copy(update={"meta": {**example.meta, "part": part}})


def _is_whole(made: Example | Problem) -> bool:
    said = canonical_json(made.model_dump()) if isinstance(made, Example) else made.reason
    try:
        said.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


@cache
def layouts() -> dict[str, Layout]:
    return discover("ftstudio.data.layouts", Layout, minimum=13)


def guess_layouts(table: RawTable) -> list[Guess]:
    """What every layout makes of the table, the likeliest first.

    All of the columns and a seeded random sample of the rows are looked at; a layout that the
    sample's rows then don't fit loses confidence.
    """
    sample = random_rows(table)
    tried = sample[:: max(1, len(sample) // _TRIED)]
    columns = [column for column in table.columns if not _tells_part(column.name, sample)]
    pictures = picture_columns(columns, tried)
    guesses = [
        _seeing(pictures, _tried(layout, layout.guess(columns, sample), tried))
        for layout in layouts().values()
    ]
    return sorted(guesses, key=lambda guess: -guess.confidence)


def _seeing(pictures: Sequence[Column], guess: Guess) -> Guess:
    """A layout that leaves pictures out says so; where a column is named like them, talk about
    them without them is hardly meant."""
    lost = [column for column in pictures if column.name not in guess.mapping]
    if not lost or guess.confidence < _WORTH_TRYING:
        return guess
    names = ", ".join(f"“{column.name}”" for column in lost)
    reason = f"{guess.reason} The pictures in {names} are left out."
    talk = layouts()[guess.layout].kind == "chat" and any(is_named(column) for column in lost)
    return replace(guess, confidence=guess.confidence * (_BLIND if talk else 1), reason=reason)


def _tells_part(name: str, sample: Sequence[Row]) -> bool:
    """Whether the column only says for which side of a split a row was kept."""
    said = {(row.get(name) or "").strip().casefold() for row in sample} - {""}
    return name in PART_COLUMNS and bool(said) and said <= PARTS.keys()


def _tried(layout: Layout, guess: Guess, sample: Sequence[Row]) -> Guess:
    """The guess after its mapping was tried on rows: fewer than half usable make it doubtful."""
    if guess.confidence < _WORTH_TRYING or layout.missing(guess.mapping):
        return guess
    if layout.across is not None:  # rows that belong together are hardly all among those tried
        return guess
    usable = sum(1 for row in sample if _is_usable(layout, row, guess.mapping))
    if usable >= 0.5 * len(sample):
        return guess
    reason = f"{guess.reason} Of the rows tried only {usable:,} of {len(sample):,} fit this."
    confidence = guess.confidence * (0.4 + 1.2 * usable / len(sample))
    return replace(guess, confidence=confidence, reason=reason)


def _is_usable(layout: Layout, row: Row, mapping: Roles) -> bool:
    """A conversation with a silent turn is one all the same; a question without answer is none."""
    made = read_examples(layout, row, mapping)
    if isinstance(made, Problem):
        return False
    return "messages" in mapping.values() or any(not lacking(example) for example in made)


def random_rows(table: RawTable, count: int = _SAMPLE) -> list[dict[str, str | None]]:
    """Rows drawn from all over the table, in their order; the same ones each time.

    A long table is drawn from in some of its groups only, so that the others need not be read.
    """
    if table.row_count <= count:
        return _not_too_much(table.rows())
    import pyarrow.parquet as parquet

    draw = random.Random(_SEED)
    found: list[dict[str, str | None]] = []
    with parquet.ParquetFile(table.folder / ROWS_FILE) as file:
        groups = range(file.metadata.num_row_groups)
        chosen = sorted(draw.sample(groups, min(_GROUPS, len(groups))))
        sizes = [file.metadata.row_group(group).num_rows for group in chosen]
        for group, size in zip(chosen, sizes, strict=True):
            wanted = min(size, -(-count * size // sum(sizes)))
            places = sorted(draw.sample(range(size), wanted))
            found += file.read_row_group(group).take(places).to_pylist()
    return _not_too_much(found)


def _not_too_much(rows: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    """Fewer of them where they are very long."""
    letters = sum(len(text) for row in rows for text in row.values() if text)
    if letters <= _MOST_CHARACTERS:
        return rows
    return rows[:: -(-letters // _MOST_CHARACTERS)]
