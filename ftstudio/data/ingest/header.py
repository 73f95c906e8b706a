"""Finds the row of a table that names its columns; shared by spreadsheets and CSV."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ftstudio.core.units import plural
from ftstudio.data.columns.column_names import name_says

NAMES_AGAIN = "The names of the columns once more, not an example."
SECOND_NAMES = "A second row of names, not an example."
_LOOKED_AT = 25  # title rows above a header are few
_FIGURE = re.compile(
    r"([-+]?[\d.,\s]*\d[\d.,\s]*%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([ T,]+\d{1,2}:\d\d.*)?)$"
)
_TEXT = 50  # characters on average make a column of texts
_FEWEST = 3  # of them tell how texts end here
_ENDS = ".?!…。？！"
_WORD = re.compile(r"[^\W\d_]{2}")
_NO_VALUE = {"n/a", "na", "null", "none", "nan", "k.a.", "unknown"}
_ROLES = ("question", "answer", "instruction", "messages")
_NUMBER = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*%?")


@dataclass(frozen=True)
class Header:
    """Where the names stand. `at` is the index of the row; -1: there is none."""

    at: int
    names: list[str]
    titles: list[str]  # what stood above, joined, one line each


def find_header(
    rows: Sequence[Sequence[str]], chosen: int | None = None, merged: bool = False
) -> Header:
    """`rows` are the first rows as text; `chosen` is the person's choice (0-based, -1: none);
    `merged` says that merged cells were filled in, so that a group repeats its name."""
    width = usual_width(rows)
    at = chosen if chosen is not None else _guess(rows, width, merged)
    above = [" ".join(cell for cell in row if cell.strip()) for row in rows[: max(0, at)]]
    titles = [line for line in above if line]
    if at < 0 or at >= len(rows):
        return Header(-1, column_names([""] * max(width, 1)), [])
    groups = rows[at - 1] if at > 0 and len(titles) == len(above) else ()
    return Header(at, column_names(rows[at], groups), titles)


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most rows have, trailing empty ones not counted."""
    widths = Counter(last_filled(row) for row in rows)
    del widths[0]
    if not widths:
        return 0
    most = max(widths.values())
    return max(width for width, count in widths.items() if count == most)


def last_filled(row: Sequence[str]) -> int:
    for index in range(len(row) - 1, -1, -1):
        if row[index].strip():
            return index + 1
    return 0


def uneven(count: int, width: int) -> str:
    """What is wrong with a row of more or fewer cells than there are columns."""
    cells = plural(count, "1 cell", "{n} cells")
    return f"The row has {cells}, the header names {plural(width, '1 column', '{n} columns')}."


def _guess(rows: Sequence[Sequence[str]], width: int, merged: bool) -> int:
    first = next((i for i, row in enumerate(rows) if last_filled(row)), -1)
    if first < 0:
        return -1
    best = first
    for index in range(first, min(len(rows), first + _LOOKED_AT)):
        row = rows[index]
        if _filled(row) >= max(2, width * 0.6) or width <= 1:
            best = index
            break
    # A row of group names above the real header: its names repeat or leave gaps.
    following = rows[best + 1] if best + 1 < len(rows) else ()
    if width > 1 and _filled(following) >= width and _name_like(rows[best], following):
        gaps = best > first and _filled(rows[best]) < width and _known(following)
        if gaps or (merged and _grouped(rows[best])):
            best += 1
    return -1 if _is_data(rows, best) else best


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _grouped(row: Sequence[str]) -> bool:
    """Merged cells were filled in, so that neighbours say the same."""
    cells = [cell.strip() for cell in row]
    return any(a == b and a for a, b in pairwise(cells))


def _name_like(groups: Sequence[str], row: Sequence[str]) -> bool:
    """Short words that are all different, with the groups above them."""
    above = [*groups, *[""] * len(row)]
    cells = [(group.strip(), cell.strip()) for group, cell in zip(above, row, strict=False)]
    filled = [pair for pair in cells if pair[1]]
    return len(set(filled)) == len(filled) and all(_is_name(cell) for _, cell in filled)


def _known(row: Sequence[str]) -> bool:
    return any(is_known_name(cell, _ROLES) for cell in row if cell)


def is_known_name(cell: str, roles: Sequence[str] = (*_ROLES, "text", "label", "input")) -> bool:
    """A word that names a column of such a role, and nothing else."""
    return any(name_says(cell, role) >= 1 for role in roles)


def _is_name(cell: str) -> bool:
    return len(cell) <= 60 and "\n" not in cell and not _NUMBER.fullmatch(cell)


def _is_data(rows: Sequence[Sequence[str]], at: int) -> bool:
    """The supposed header is a row like all the others: long, a question, or a number, just
    where the rows below are."""
    below = [row for row in rows[at + 1 : at + 60] if last_filled(row)]
    if not below or _names_figures(rows[at], below) or _names_texts(rows[at], below):
        return False
    for index, cell in enumerate(rows[at]):
        column = [row[index].strip() for row in below if index < len(row) and row[index].strip()]
        if column and _like_column(cell.strip(), column):
            return True
    return False


def _names_figures(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """A word over a column of nothing but numbers or dates is its name, however much the other
    names look like what stands below: a form's questions are the names of its columns."""
    return any(
        _WORD.search(cell) and cell.strip().casefold() not in _NO_VALUE
        for index, cell in enumerate(row)
        if not _FIGURE.match(cell.strip()) and _figures(index, below)
    )


def _names_texts(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Over long texts that are sentences, nearly all of them, stands nothing that ends as one; or
    a name that such columns often have. A survey's names are as long as a text, but are none."""
    over = []
    for index, cell in enumerate(row):
        column = [line[index].strip() for line in below if index < len(line) and line[index]]
        if cell.strip() and len(column) >= _FEWEST and sum(map(len, column)) > _TEXT * len(column):
            over.append((cell.strip(), sum(text[-1:] in _ENDS for text in column) / len(column)))
    if any(_is_name(cell) and _known([cell]) for cell, _ in over):
        return True
    return bool(over) and all(cell[-1] not in _ENDS and ends >= 0.9 for cell, ends in over)


def _figures(index: int, below: Sequence[Sequence[str]]) -> bool:
    column = [row[index].strip() for row in below if index < len(row) and row[index].strip()]
    return len(column) > 1 and all(map(_FIGURE.match, column))


def is_second_names(
    names: Sequence[str], row: Sequence[str], below: Sequence[Sequence[str]]
) -> bool:
    """The row under the names goes on naming, as surveys write it: nothing stands in it over the
    numbers and dates that every other row has, and all else is short words."""
    figures = [index for index in range(len(names)) if _figures(index, below)]
    filled = [cell.strip() for cell in row if cell.strip()]
    told = len(figures) > 1 and len(filled) > 1 and len(below) > 1
    empty = all(not row[index].strip() for index in figures if index < len(row))
    return told and empty and all(_is_name(cell) and cell[-1:] not in ".?!" for cell in filled)


def _like_column(cell: str, column: list[str]) -> bool:
    share = 1 / len(column)
    if cell.endswith("?") and " " in cell:
        return sum(share for c in column if c.endswith("?")) > 0.5
    if len(cell) > 100:
        return sum(map(len, column)) * share > _TEXT
    if _NUMBER.fullmatch(cell):
        return all(_NUMBER.fullmatch(c) for c in column)
    return False


def column_names(cells: Sequence[str], groups: Sequence[str] = ()) -> list[str]:
    """Names that are all there and all different: gaps are numbered, twins are told apart by
    the group above them or by a number."""
    names = [" ".join(cell.split()) for cell in cells]
    twins = {name for name, count in Counter(names).items() if count > 1 and name}
    result: list[str] = []
    for index, name in enumerate(names):
        group = " ".join(groups[index].split()) if index < len(groups) else ""
        if name in twins and group and group != name:
            name = f"{group} {name}"
        result.append(_unused(name or f"column {index + 1}", result))
    return result


def _unused(name: str, taken: list[str]) -> str:
    name = "row number" if name == "_row" else name
    if name not in taken:
        return name
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
