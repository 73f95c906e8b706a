"""A table's rows as examples, by a layout and what its columns hold; or as problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from ftstudio.core.example import CASE, Example
from ftstudio.data.drafting.joining import JOINED
from ftstudio.data.drafting.picturing import Pictures, find_pictures
from ftstudio.data.held import Held
from ftstudio.data.layout import for_rows, layouts, read_examples
from ftstudio.data.step import Row
from ftstudio.data.table import Problem, RawTable
from ftstudio.data.watched import heard

SOURCE_COLUMNS = ("name of the file", "file", "source")  # the first two are made by reading
_MOST_SOURCES = 1_000


def make_rows(
    table: RawTable,
    layout: str,
    mapping: Mapping[str, str],
    group_column: str = "",
    tokens: Mapping[int, int] | None = None,
    tell: Callable[[float], None] | None = None,
) -> tuple[list[Row], list[Problem]]:
    """Every row as an example, or as a problem with its reason.

    Rows with the same text in `group_column` stay on one side of the split; where a column tells
    the few sources that the rows are from, the split takes a share of each. `tell` may raise to
    stop.
    """
    chosen, lengths = for_rows(layouts()[layout], heard(table.each(), tell), mapping), tokens or {}
    column, sources = _source_column(table, mapping), dict[str, dict[str, str]]()
    rows: list[Row] = Held()
    problems: list[Problem] = []
    pictures = Pictures(table)
    for raw in heard(table.each(), tell):
        made = read_examples(chosen, raw, mapping)
        if not isinstance(made, Problem):
            made = find_pictures(made, pictures)
        if isinstance(made, Problem):
            problems.append(made)
            continue
        if group_column and (name := (raw.get(group_column) or "").strip()):
            made = [_grouped(example, name) for example in made]
        if column and (name := (raw.get(column) or "").strip()):
            source = sources.setdefault(name, {"source": name})
            made = [_from(example, source) for example in made]
        rows.extend(Row(example, lengths.get(example.source_row)) for example in made)
    return (_told_apart(rows) if JOINED in table.details else rows), problems


def _told_apart(rows: list[Row]) -> list[Row]:
    """A row that fitted several of a joined file stands once for each: each has its own place."""
    counts = Counter(row.number for row in rows)
    places: Counter[int] = Counter()
    found = []
    for row in rows:
        if counts[row.number] > 1:
            places[row.number] += 1
            meta = {**row.example.meta, CASE: places[row.number]}
            row = replace(row, example=row.example.model_copy(update={"meta": meta}))
        found.append(row)
    return found


def _source_column(table: RawTable, mapping: Mapping[str, str]) -> str:
    """The column in which reading noted the file that a row is from, or one that the file has;
    empty where there is none that names several rows' source."""
    fit = {
        column.name.casefold(): column.name
        for column in table.columns
        if column.name not in mapping
        and 1 < column.distinct <= min(_MOST_SOURCES, column.filled // 2)
    }
    return next((fit[name] for name in SOURCE_COLUMNS if name in fit), "")


def _from(example: Example, source: dict[str, str]) -> Example:
    meta = {**example.meta, **source} if example.meta else source  # one for all of a source
    return example.model_copy(update={"meta": meta})


def _grouped(example: Example, name: str) -> Example:
    return example.model_copy(update={"group": name})
