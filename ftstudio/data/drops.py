"""The rows that are in no part of a version, as a table with reasons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from ftstudio.core.example import Example
from ftstudio.data.texts import in_short

FILE = "dropped.csv"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def drops_table(rows: Iterable[tuple[int, str, str, Example | None, str]]) -> str:
    """As CSV text: row number, stage, reason, and what it said. See `history.left_out`."""
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(["row", "stage", "reason", "about", "said"])
    for number, stage, reason, example, text in rows:
        about, said = in_short(example) if example is not None else (text, "")
        writer.writerow([number, stage, *map(escaped, (reason, about, said))])
    return into.getvalue()


def escaped(text: str) -> str:
    """A text that no spreadsheet takes for a formula: a quote before it, as spreadsheets do."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain.lstrip(" ").startswith(_FORMULA) else plain
