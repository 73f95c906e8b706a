"""Two files that belong together by an id: questions in the one, answers in the other."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.example import canonical_hash
from ftstudio.core.units import plural
from ftstudio.data.columns.column_names import name_says, plain
from ftstudio.data.format import Record
from ftstudio.data.ingest.store import RowStore
from ftstudio.data.table import READING, ROW_COLUMN, Problem, RawTable, excerpt
from ftstudio.data.watched import heard

JOINED = "joined with"  # in a table's details
_RULES = 2  # raised when the same files give another table
_LOOKED_AT = 2_000  # rows of each file in which common values are looked for
_COLUMNS = 40
_ENOUGH = 0.3  # share of the first file's values that the second must know
_NAMED = 5  # values without a partner that are named
_WHOLE = re.compile(r"(\d+)\.0+")

Row = dict[str, "str | None"]
Tell = Callable[[float], None]  # may raise to stop
Key = tuple[str, str]  # the column of the first file, and of the second


def join_tables(
    first: RawTable, second: RawTable, on: str, home: Path, tell: Tell | None = None
) -> RawTable:
    """The first file's rows with the second's columns beside them, kept in a folder of `home`.

    `on` names the column that both have (or FIRST=SECOND); empty: the one whose values fit best.
    A row of the first file that fits several of the second stands once for each. What fits none
    becomes a problem; what is left of the second file stands `beside` the table, row by row, and
    is counted in a remark. Raises StudioError.
    """
    key = _key(first, second, on)
    if first.sha256 == second.sha256 and key[0] == key[1]:
        raise StudioError(
            f"{first.path.name} can't be joined with itself.",
            "Every row would only find itself.",
            "Choose the file that holds the other half, or name two columns: FIRST=SECOND.",
            code="joined_with_itself",
        )
    said = canonical_hash([_RULES, first.sha256, str(first.folder), second.sha256, *key])[:24]
    folder = home / f"read-joined-{said}"
    if folder.is_dir():
        try:
            return RawTable.load(folder)
        except StudioError:
            shutil.rmtree(folder)
    home.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=home, prefix=READING))
    try:
        _joined(first, second, key, work, tell).save()
        work.replace(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return RawTable.load(folder)


def _joined(
    first: RawTable, second: RawTable, key: Key, folder: Path, tell: Tell | None
) -> RawTable:
    partners: dict[str, list[Row]] = defaultdict(list)
    for row in heard(second.each(), tell):
        if value := _plain(row.get(key[1])):
            partners[value].append(row)
    names = _new_names(first, second, key[1])
    store = RowStore(folder, [*first.column_names, *names.values()])
    for problem in first.problems:
        store.add_problem(problem)
    met: set[str] = set()
    for row in heard(first.each(), tell):
        value, number = _plain(row.get(key[0])), int(row[ROW_COLUMN] or 0)
        if value not in partners:
            store.add_problem(Problem(number, _alone(value, key, second), _shown(row, key[0])))
            continue
        met.add(value)
        own = {name: text for name, text in row.items() if name != ROW_COLUMN}
        for partner in partners[value]:
            theirs = {new: partner.get(old) for old, new in names.items()}
            store.add(Record(number, {**own, **theirs}))
    if not store.row_count:
        raise _nothing_fits(first, second)
    beside = _left_over(first, second, key, met)
    for remark in _remarks(first, second, partners, met, beside):
        store.remark(remark)
    columns = store.finish()
    told = f"{second.path.name} by {key[0]}" + ("" if key[0] == key[1] else f" = {key[1]}")
    return replace(
        first, columns=columns, row_count=store.row_count, problems=store.problems, folder=folder,
        remarks=store.remarks, beside=beside,
        details={**first.details, JOINED: told, "its sha256": second.sha256,
                 "its size": str(second.size), "its rows": str(second.rows_in_file)},
    )  # fmt: skip


def _left_over(first: RawTable, second: RawTable, key: Key, met: set[str]) -> list[Problem]:
    """Every row of the second file that stands nowhere now, and why."""
    name, there = second.path.name, first.path.name
    found = [
        Problem(problem.row, f"{name}: {problem.reason}", problem.text)
        for problem in second.problems
        if problem.row
    ]
    for row in second.each():
        value, number = _plain(row.get(key[1])), int(row[ROW_COLUMN] or 0)
        if not value:
            why = f"There is nothing in “{key[1]}”, so it fits no row of {there}."
        elif value not in met:
            why = f"No row of {there} has “{excerpt(value)[:40]}” in “{key[0]}”."
        else:
            continue
        found.append(Problem(number, f"{name}: {why}", _shown(row, key[1])))
    return sorted(found, key=lambda problem: problem.row)


def _alone(value: str, key: Key, second: RawTable) -> str:
    if not value:
        return f"There is nothing in “{key[0]}”, so it fits no row of {second.path.name}."
    return f"No row of {second.path.name} has “{excerpt(value)[:40]}” in “{key[1]}”."


def _shown(row: Row, key: str) -> str:
    texts = [text for name, text in row.items() if text and name not in (key, ROW_COLUMN)]
    return excerpt(max(texts, key=len, default=""))


def _remarks(
    first: RawTable,
    second: RawTable,
    partners: dict[str, list[Row]],
    met: set[str],
    beside: Sequence[Problem],
) -> list[Problem]:
    found = list(first.remarks)
    name = second.path.name
    unread = sum(1 for problem in second.problems if problem.row)
    if alone := len(beside) - unread:
        left = [value for value in partners if value not in met]
        shown = ", ".join(value[:40] for value in left[:_NAMED]) + (
            ", …" if len(left) > _NAMED else ""
        )
        fit = plural(
            alone,
            "1 row of {name} fits no row of {first}",
            "{n} rows of {name} fit no row of {first}",
            name=name,
            first=first.path.name,
        )
        found.append(Problem(0, f"{fit}: {shown}." if shown else f"{fit}."))
    several = sum(1 for value in met if len(partners[value]) > 1)
    if several:
        fit = plural(
            several,
            "1 row fits several rows of {name} and stands once for each.",
            "{n} rows fit several rows of {name} and stand once for each.",
            name=name,
        )
        found.append(Problem(0, fit))
    if unread:
        rows = plural(unread, "1 row", "{n} rows")
        found.append(Problem(0, f"{rows} of {name} could not be read."))
    return found


def _new_names(first: RawTable, second: RawTable, key: str) -> dict[str, str]:
    """The second file's columns, told apart by its name where the first has them too."""
    taken = set(first.column_names)
    names: dict[str, str] = {}
    for name in second.column_names:
        if name == key:
            continue
        new = name if name not in taken else f"{name} ({second.path.stem})"
        while new in taken:
            new += "'"
        taken.add(new)
        names[name] = new
    return names


def _plain(text: str | None) -> str:
    """17, “ 17” and 17.0 are the same id."""
    bare = (text or "").strip().casefold()
    whole = _WHOLE.fullmatch(bare)
    return whole[1] if whole else bare


def _key(first: RawTable, second: RawTable, on: str) -> Key:
    if not on:
        return find_key(first, second)
    one, _, other = on.partition("=")
    if on in first.column_names and on in second.column_names:
        one = other = on
    other = other or one
    for name, table in ((one, first), (other, second)):
        if name not in table.column_names:
            raise StudioError(
                f"{table.path.name} has no column “{name}”.",
                f"Its columns are: {', '.join(table.column_names[:20])}.",
                "Name the column that both files have, or FIRST=SECOND where they differ.",
                code="unknown_column",
            )
    return one, other


def find_key(first: RawTable, second: RawTable) -> Key:
    """The columns by which the two fit best: the same values, which tell rows apart."""
    ones, others = _values(first), _values(second)
    found = [
        (_fit(one, a, other, b), (one, other))
        for one, a in ones.items()
        for other, b in others.items()
        if a and b
    ]
    fit, key = max(found, key=lambda pair: pair[0], default=(0.0, ("", "")))
    if fit < _ENOUGH:
        raise _nothing_fits(first, second)
    return key


def _values(table: RawTable) -> dict[str, list[str]]:
    rows: Sequence[Row] = table.rows(0, _LOOKED_AT)
    return {
        column.name: [value for row in rows if (value := _plain(row.get(column.name)))]
        for column in table.columns[:_COLUMNS]
    }


def _fit(one: str, first: list[str], other: str, second: list[str]) -> float:
    """The share of values that both know, less where they hardly tell rows apart."""
    known = set(second)
    common = sum(1 for value in first if value in known) / len(first)
    told_apart = len(set(first)) / len(first)
    same = 0.3 if plain(one) == plain(other) else 0.0
    named = 0.2 if name_says(one, "beside") >= 1 else 0.0
    return common * told_apart * (1.0 + same + named)


def _nothing_fits(first: RawTable, second: RawTable) -> StudioError:
    return StudioError(
        f"{first.path.name} and {second.path.name} do not fit together.",
        "No column of the one has the values of a column of the other.",
        "Choose the file that has the same ids, or name the column that both have.",
        code="nothing_joined",
    )
