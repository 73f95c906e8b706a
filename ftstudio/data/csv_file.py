"""Writes CSV that opens right in Excel, and in which no cell can become a formula."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ftstudio.data.table import Problem

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
PROBLEM_COLUMNS = "row,reason,text"  # the first line of an export of problems


def no_formula(value: str | float) -> str | float:
    """A text that a spreadsheet would compute stands behind an apostrophe; numbers stay."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def write_csv(path: Path, names: Sequence[str], rows: Iterable[Sequence[str | float]]) -> None:
    """With the mark that tells Excel the encoding; bytes that are no letters become \\xNN. Whole
    or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        with fresh.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace") as file:
            writer = csv.writer(file)
            writer.writerow([no_formula(name) for name in names])
            for row in rows:
                writer.writerow([no_formula(value) for value in row])
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def write_problems(path: Path, problems: Iterable[Problem], beside: Iterable[Problem] = ()) -> None:
    """The rows that could not be used: number, reason and text. `beside`: rows of a second file
    that was joined; their reasons name it."""
    rows = ((problem.row, problem.reason, problem.text) for problem in (*problems, *beside))
    write_csv(path, PROBLEM_COLUMNS.split(","), rows)
