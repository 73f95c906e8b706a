"""The rows that are in no part of a version, as a table with reasons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ftstudio.core.example import Example
from ftstudio.data.table import Problem
from ftstudio.data.texts import in_short

FILE = "dropped.csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def drops_table(
    rows: Iterable[tuple[str, str, str, Example | None, str]],
    second: str = "",
    beside: Iterable[Problem] = (),
) -> str:
    """As CSV text: the row's key, stage, reason, and what it said. See `history.left_out`.

    `beside`: rows of the file `second`, which was joined, that fit none; they bear its name.
    """
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(["row", "stage", "reason", "about", "said"])
    for key, stage, reason, example, text in rows:
        about, said = in_short(example) if example is not None else (text, "")
        writer.writerow([key, stage, *map(escaped, (reason, about, said))])
    for one in beside:
        own = f"{second}:{one.row}"
        writer.writerow([escaped(own), "joining", escaped(one.reason), escaped(one.text), ""])
    return into.getvalue()


def escaped(text: str) -> str:
    """A text that no spreadsheet takes for a formula: a quote before it, as spreadsheets do."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain.lstrip(" ").startswith(_FORMULA) else plain
