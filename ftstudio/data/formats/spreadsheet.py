"""Spreadsheets: one sheet, its header found, merged cells filled, dates as ISO text."""

from __future__ import annotations

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.units import plural
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.header import NAMES_AGAIN, Header, column_names, find_header
from ftstudio.data.ingest.sheet_marks import Marks, marks
from ftstudio.data.ingest.unpack import check_zip, zip_members
from ftstudio.data.ingest.xml_check import check_xml
from ftstudio.data.table import Problem, excerpt, first_of

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOKS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
_HEAD_ROWS = 60
_TOTALS = {"total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "totale", "suma", "somme",
           "totaal", "razem", "grand total"}  # fmt: skip
_OF_SECOND = "It belongs to a second table that begins in row {row}; only the first was read."
_LETTER = re.compile(r"[^\W\d_]")
_FIGURES = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*[%€$£]?")
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
SHEETS_JOINED = " / "  # sheet names can't hold a slash


def _recognise(probe: Probe) -> float:
    if probe.head.startswith(_OLE):
        return 2
    if not probe.head.startswith(_ZIP):
        return 0
    members = zip_members(probe.path)
    if members is None:
        return 2 if probe.suffix in FORMAT.suffixes else 0
    return 2 if _BOOKS & set(members) else 0


@dataclass(frozen=True)
class _Merged:
    """Cells that show as one: the value stands only in the first."""

    top: int
    left: int
    bottom: int
    right: int


def _read(reading: Reading) -> Iterator[Record | Problem]:
    """A file can open well and prove damaged only further in."""
    import python_calamine as calamine

    try:
        yield from _read_sheet(reading)
    except _DAMAGE as error:
        raise _damaged(reading.name) from error
    except calamine.CalamineError as error:
        raise _damaged(reading.name) from error


def _read_sheet(reading: Reading) -> Iterator[Record | Problem]:
    book = _open(reading)
    name = _choose_sheet(book, reading)
    sheet = book.get_sheet_by_name(name)
    left = sheet.start[1] if sheet.start else 0
    merged = _merged(sheet)
    marked = marks(reading.path, name) if zipfile.is_zipfile(reading.path) else Marks()
    head = [_cells(row) for _, row in zip(range(_HEAD_ROWS), sheet.iter_rows(), strict=False)]
    _fill_head(head, merged, left)
    chosen = reading.options.header_row
    header = find_header(head, None if chosen is None else chosen - 1, bool(merged))
    reading.details["header"] = (
        f"row {header.at + 1}" if header.at >= 0 else "none: the columns are numbered"
    )
    if header.titles:
        reading.details["above the header"] = excerpt(" / ".join(header.titles))
    reading.columns.extend(_used(header, sheet, left, head))
    yield from _rows(sheet, header, left, merged, marked, reading)
    told = _hidden_columns([*header.names], set(reading.columns), left, marked)
    reading.remarks += [Problem(0, text) for text in told]


def _open(reading: Reading) -> Any:
    import python_calamine as calamine

    try:
        with reading.path.open("rb") as file:
            zipped = file.read(4) == _ZIP
        if zipped:
            check_zip(reading.path, reading.name)
            _check_parts(reading)
        return calamine.CalamineWorkbook.from_path(str(reading.path))
    except calamine.PasswordError as error:
        raise _locked(reading.name) from error
    except (calamine.CalamineError, zipfile.BadZipFile) as error:
        if _is_locked(reading):
            raise _locked(reading.name) from error
        raise _damaged(reading.name) from error


def _check_parts(reading: Reading) -> None:
    with zipfile.ZipFile(reading.path) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")) and not entry.flag_bits & 1:
                with archive.open(entry) as stream:
                    check_xml(stream, reading.name)


def _is_locked(reading: Reading) -> bool:
    with reading.path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(8 << 20)


def _choose_sheet(book: Any, reading: Reading) -> str:
    import python_calamine as calamine

    visible = calamine.SheetVisibleEnum.Visible
    names = [meta.name for meta in book.sheets_metadata]
    seen = [meta.name for meta in book.sheets_metadata if meta.visible == visible]
    shown = seen or names
    wanted = reading.options.sheet
    if wanted is not None and wanted not in names:
        raise StudioError(
            f"{reading.name} has no sheet named {wanted}.",
            f"Its sheets are: {', '.join(names)}.",
            "Choose one of these.",
            code="no_sheet",
        )
    hidden = [name for name in names if name not in seen]
    fullest = wanted or max(shown, key=lambda name: _fullness(book, name))
    reading.details["sheet"] = fullest
    reading.remarks += [Problem(0, told) for told in _hidden_sheets(hidden, fullest)]
    if len(names) > 1:
        reading.details["sheets"] = SHEETS_JOINED.join(names)
    return fullest


def _fullness(book: Any, name: str) -> int:
    """Cells that hold something, among the first rows, times the rows there are."""
    import python_calamine as calamine

    try:
        sheet = book.get_sheet_by_name(name)
    except calamine.CalamineError:
        return 0
    rows = [row for _, row in zip(range(200), sheet.iter_rows(), strict=False)]
    filled = sum(1 for row in rows for cell in row if cell not in ("", None))
    wide = max((sum(1 for cell in row if cell not in ("", None)) for row in rows), default=0)
    return int(filled * max(1, sheet.height // 200) * (10 if wide > 1 else 1))


def _merged(sheet: Any) -> list[_Merged]:
    ranges = sheet.merged_cell_ranges or []
    return [_Merged(top, left, bottom, right) for (top, left), (bottom, right) in ranges]


def _fill_head(head: list[list[str]], merged: list[_Merged], left: int) -> None:
    """Give every merged header cell its words; a title over the whole width stays one cell."""
    width = max((len(row) for row in head), default=0)
    for area in merged:
        if area.top >= len(head) or area.right - area.left + 1 >= width > 1:
            continue
        value = head[area.top][area.left - left] if area.left >= left else ""
        for row in range(area.top, min(area.bottom + 1, len(head))):
            for column in range(area.left - left, area.right + 1 - left):
                if 0 <= column < len(head[row]):
                    head[row][column] = value


def _used(header: Header, sheet: Any, left: int, head: list[list[str]]) -> list[str]:
    """Column names; an unnamed column with nothing in it is not one."""
    named = head[header.at] if header.at >= 0 else []
    names = []
    for index, name in enumerate(header.names):
        has_name = index < len(named) and named[index].strip()
        if has_name or any(index < len(row) and row[index] for row in head[header.at + 1 :]):
            names.append(name)
    return names


def _rows(
    sheet: Any,
    header: Header,
    left: int,
    merged: Sequence[_Merged],
    marked: Marks,
    reading: Reading,
) -> Iterator[Record | Problem]:
    used = set(reading.columns)
    beyond = column_names([""] * sheet.width)[len(header.names) :]
    names = [*header.names, *beyond]  # cells beyond the header are kept
    fills = _Fills([area for area in merged if area.bottom > header.at], left)
    broken = {row for row, _ in marked.faults}
    hidden = 0  # rows that were read
    total = max(1, sheet.height)
    gap, last_gap = False, 0
    second = 0  # the row in which another table begins
    for index, raw, below in _with_next(iter(sheet.iter_rows())):
        if index % 2000 == 0:
            reading.done(index / total)
        if index <= header.at:
            continue
        cells = fills.fill(index, _cells(raw))
        if index in broken and (fault := _fault(index, names, left, marked.faults)):
            yield Problem(index + 1, fault, excerpt(" | ".join(filter(None, cells))))
            continue
        if not any(cells):
            gap, last_gap = True, index
            continue
        if len(header.names) > 1 and cells == header.names:
            yield Problem(index + 1, NAMES_AGAIN, excerpt(" | ".join(cells)))
            continue
        behind_gap = gap and last_gap == index - 1
        if behind_gap and not second and _begins_table(cells, header.names, _cells(below)):
            second = index + 1
        if second:
            words = excerpt(" | ".join(filter(None, cells)))
            yield Problem(index + 1, _OF_SECOND.format(row=second), words)
            continue
        if _is_total(cells, behind_gap) and (behind_gap or not any(_cells(below))):
            yield Problem(
                index + 1,
                "A total below the table, not an example.",
                excerpt(" | ".join(filter(None, cells))),
            )
            continue
        hidden += index in marked.hidden_rows
        yield Record(
            index + 1, {n: c for n, c in zip(names, cells, strict=False) if c or n in used}
        )
    if hidden:
        reading.remarks.append(Problem(0, _hidden_rows(hidden)))


def _hidden_rows(count: int) -> str:
    how = "hidden in the workbook (by hand or by a filter)"
    return plural(count, "1 row is {how}; it was read like the others.",
                  "{n} rows are {how}; they were read like the others.", how=how)  # fmt: skip


def _hidden_columns(names: list[str], used: set[str], left: int, marked: Marks) -> list[str]:
    shown = [
        f"“{name}”"
        for index, name in enumerate(names)
        if index + left in marked.hidden_columns and name in used
    ]
    if not shown:
        return []
    some = first_of(shown)
    return [plural(
        len(shown), "1 column is hidden in the workbook ({some}); it was read like the others.",
        "{n} columns are hidden in the workbook ({some}); they were read like the others.",
        some=some,
    )]  # fmt: skip


def _hidden_sheets(hidden: list[str], chosen: str) -> list[str]:
    told = []
    if chosen in hidden:
        told.append(f"The sheet “{chosen}” is hidden in the workbook; it was read all the same.")
    rest = [f"“{name}”" for name in hidden if name != chosen]
    if rest:
        some = first_of(rest)
        count = "1 sheet is" if len(rest) == 1 else f"{len(rest):,} sheets are"
        told.append(f"{count} hidden in the workbook and not read: {some}.")
    return told


class _Fills:
    """Fills merged cells below the header with the value of their first cell."""

    def __init__(self, areas: list[_Merged], left: int) -> None:
        self._areas = sorted(areas, key=lambda area: area.top)
        self._left = left
        self._open: list[tuple[_Merged, str]] = []

    def fill(self, index: int, cells: list[str]) -> list[str]:
        while self._areas and self._areas[0].top <= index:
            area = self._areas.pop(0)
            column = area.left - self._left
            if area.top == index and 0 <= column < len(cells) and area.bottom > area.top:
                self._open.append((area, cells[column]))
        self._open = [item for item in self._open if item[0].bottom >= index]
        for area, value in self._open:
            cells[area.left - self._left] = value
        return cells


def _fault(index: int, names: list[str], left: int, faults: dict[tuple[int, int], str]) -> str:
    for column, name in enumerate(names):
        if why := faults.get((index, column + left)):
            return f"The cell in {name} {why}."
    return ""


def _with_next(rows: Iterator[Any]) -> Iterator[tuple[int, Any, Any]]:
    """Each row with its number, and the one below."""
    index, held = 0, next(rows, None)
    while held is not None:
        below = next(rows, None)
        yield index, held, below if below is not None else ()
        index, held = index + 1, below


def _begins_table(cells: list[str], names: Sequence[str], below: list[str]) -> bool:
    """Below a gap, words over at least one number, other words than the names above: what comes
    is another table, and its rows are no examples of this one."""
    filled = [(place, cell.strip()) for place, cell in enumerate(cells) if cell.strip()]
    if len(filled) < 2 or {cell for _, cell in filled} & set(names):
        return False
    if any(len(c) > 40 or c[-1:] in ".?!" or not _LETTER.search(c) for _, c in filled):
        return False
    under = [below[place].strip() if place < len(below) else "" for place, _ in filled]
    return all(under) and any(_FIGURES.fullmatch(cell) for cell in under)


def _is_total(cells: list[str], behind_gap: bool) -> bool:
    """In the last row of the table itself all else must be numbers."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or filled[0].strip(" :").casefold() not in _TOTALS:
        return False
    rest = filled[1:]
    return behind_gap or (bool(rest) and all(map(_FIGURES.fullmatch, rest)))


def _cells(row: Sequence[Any]) -> list[str]:
    return [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, (datetime.date, datetime.datetime, datetime.time)):
        return cell.isoformat()
    return str(cell)


def _locked(name: str) -> StudioError:
    return StudioError(
        f"{name} is protected by a password.",
        "Its content is encrypted, so that no other program can read it.",
        "Open it in Excel, remove the password (File, Info, Protect Workbook), save it, and "
        "choose it again.",
        code="password",
    )


def _damaged(name: str) -> StudioError:
    return StudioError(
        f"{name} can't be opened as a spreadsheet.",
        "Its content is damaged, or it is another kind of file with a spreadsheet's name.",
        "Open it in Excel or LibreOffice and save it again, or save the sheet as .csv.",
        code="damaged",
    )


FORMAT = Format(
    key="xlsx",
    title="Spreadsheet (Excel)",
    suffixes=(".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"sheet", "header_row"}),
)
