"""A copy of a table with what a model says of each row: CSV or a spreadsheet, whole or not at
all."""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.data.csv_file import no_formula

MOST_SHEET_ROWS = 1_048_575  # below the line of names
_SUFFIXES = (".csv", ".xlsx")


def demand_place(out: Path, rows: int = 0) -> None:
    """Raises StudioError where the copy can't be written as wanted."""
    if out.suffix.lower() not in _SUFFIXES:
        raise StudioError(
            f"{out.name} can't be written.",
            "The copy is written as .csv or .xlsx.",
            "Give it a name that ends in one of these.",
            code="unknown_format",
        )
    if os.path.lexists(out):
        raise StudioError(
            f"{out.name} is there already.",
            "Labelling never overwrites what is there.",
            "Choose another name.",
            code="out_exists",
        )
    if out.suffix.lower() == ".xlsx" and rows > MOST_SHEET_ROWS:
        raise StudioError(
            f"{rows:,} rows do not fit into a spreadsheet.",
            f"A sheet holds {MOST_SHEET_ROWS:,}.",
            "Write a .csv instead.",
            code="too_many_rows",
        )
    try:  # known now, not after an hour of labelling
        out.parent.mkdir(parents=True, exist_ok=True)
        part = _part_of(out)
        part.touch()
        part.unlink()
    except OSError as error:
        raise _not_written(out, error) from error


def _part_of(out: Path) -> Path:
    return out.with_name(f".{out.name}.part")


def _not_written(out: Path, error: OSError) -> StudioError:
    return StudioError(
        f"{out.name:.60} can't be written.",
        f"The system says: {error.strerror or error}.",
        "Free some space, or choose another folder or name.",
        code="disk",
    )


def write_table(
    out: Path, names: Sequence[str], rows: Iterable[Sequence[str | float]], added: int = 0
) -> Path:
    """Write beside the place, then rename: no half of a copy is ever seen. The place where it lies
    is given back: another name where one of this name has appeared meanwhile.

    The last `added` columns are ours: in a .csv a text of theirs that a spreadsheet would compute
    (“=…”) stands behind an apostrophe. The others are copied as they are.
    """
    part = _part_of(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() == ".xlsx":
            _write_sheet(part, names, rows)
        else:
            # With the mark that tells Excel the encoding; readers of CSV know to skip it.
            with part.open(
                "w", encoding="utf-8-sig", newline="", errors="backslashreplace"
            ) as file:
                writer = csv.writer(file)
                writer.writerow(names)
                own = len(names) - added
                for row in rows:
                    writer.writerow([*row[:own], *(no_formula(value) for value in row[own:])])
        return _put(part, out)
    except OSError as error:
        raise _not_written(out, error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _put(part: Path, out: Path) -> Path:
    """A hard link is made only where nothing lies yet, which no renaming can promise."""
    place, count = out, 2
    while True:
        try:
            os.link(part, place)
            return place
        except FileExistsError:
            place, count = out.with_name(f"{out.stem} {count}{out.suffix}"), count + 1
        except OSError:  # a drive without hard links
            if not place.exists():
                os.replace(part, place)
                return place
            place, count = out.with_name(f"{out.stem} {count}{out.suffix}"), count + 1


def _write_sheet(path: Path, names: Sequence[str], rows: Iterable[Sequence[str | float]]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Labelled")

    def cell(value: str | float) -> object:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
        made.data_type = "s"  # a text that begins with “=” is no formula here
        return made

    sheet.append([cell(name) for name in names])
    for row in rows:
        sheet.append([cell(value) for value in row])
    book.save(path)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """`wanted`, or with the first number that no other column has."""
    used = set(taken)
    name, count = wanted, 2
    while name in used:
        name, count = f"{wanted} {count}", count + 1
    return name
