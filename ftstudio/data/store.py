"""Takes rows one by one, keeps them as text in a Parquet file, and gets to know the columns."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_bytes
from ftstudio.data.format import Record
from ftstudio.data.table import MOST_DISTINCT, ROW_COLUMN, ROWS_FILE, Column, Problem, excerpt

LARGEST_CELL = 50_000_000  # characters
LONG_CELL = 500_000  # characters from which a cell is worth a remark
MOST_COLUMNS = 2_000
_MOST_EXCERPTS = 2_000  # problems that show their text
_MOST_REMARKS = 200
_BATCH_ROWS = 5_000
_BATCH_CHARACTERS = 32_000_000
_STUDIED = 5_000  # filled cells of a column that are looked at for its kind
_GARBLED = re.compile(
    "Ã[\u0080-\u00bf¤¶¼ŸœžšƒŽ‰„–—ˆ‡†]|â€[™œžœ\u009d\u009c“”\u0093\u0094]|Â[¿¡£°§«»©®]"
)
_NUMBER = re.compile(r"[-+]?(\d{1,3}([.,]\d{3})+|\d+)([.,]\d+)?([eE][-+]?\d+)?")
_DATE = re.compile(
    r"\d{4}-\d\d?-\d\d?([T ]\d\d?:\d\d(:\d\d)?.*)?|\d\d?[./]\d\d?[./]\d{2,4}( \d\d?:\d\d.*)?"
)
_YES_NO = {"true", "false", "yes", "no", "ja", "nein", "oui", "non", "sí", "si", "wahr", "falsch"}


class RowStore:
    """Writes `rows.parquet` in `folder`. Every record ends as a row or as a problem."""

    def __init__(self, folder: Path, first_columns: list[str] | None = None) -> None:
        self._folder = folder
        self._studies: dict[str, _Study] = {}
        self._batch: list[tuple[int, dict[str, str | None]]] = []
        self._batch_characters = 0
        self._parts: list[Path] = []
        self._garbled = 0
        self._first_garbled = ""
        self.row_count = 0
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self.declare(first_columns or [])

    def declare(self, names: list[str]) -> None:
        """Columns in the file's own order, known before the first row."""
        for name in names:
            self._studies.setdefault(_plain_name(name), _Study(_plain_name(name)))

    def add_problem(self, problem: Problem) -> None:
        shown = len(self.problems) < _MOST_EXCERPTS
        self.problems.append(problem if shown else Problem(problem.row, problem.reason))

    def remark(self, remark: Problem) -> None:
        if len(self.remarks) < _MOST_REMARKS:
            self.remarks.append(remark)

    def add(self, record: Record) -> None:
        values: dict[str, str | None] = {}
        for name, value in record.values.items():
            text = as_text(value)
            if text is not None and (fault := _fault(text, name)):
                self.add_problem(Problem(record.row, fault, excerpt(_showable(text))))
                return
            values[_plain_name(name)] = text
        self._learn(record, values)
        self._batch.append((record.row, values))
        self.row_count += 1
        if len(self._batch) >= _BATCH_ROWS or self._batch_characters >= _BATCH_CHARACTERS:
            self._write_part()

    def _learn(self, record: Record, values: dict[str, str | None]) -> None:
        for name, text in values.items():
            study = self._studies.get(name)
            if study is None:
                study = self._new_column(name)
            if not text:
                continue
            self._batch_characters += len(text)
            study.see(text, record.values.get(name, text))
            if len(text) > LONG_CELL:
                self.remark(_long_cell(record.row, name, text))
            if not text.isascii() and _GARBLED.search(text[:2000]):
                self._garbled += 1
                self._first_garbled = self._first_garbled or text

    def _new_column(self, name: str) -> _Study:
        if len(self._studies) >= MOST_COLUMNS:
            raise StudioError(
                f"The file has more than {MOST_COLUMNS:,} columns.",
                "Its rows name ever new columns, so it is hardly a table of examples.",
                "Check that the rows share the same names, and try again.",
                code="too_many_columns",
            )
        return self._studies.setdefault(name, _Study(name))

    def _write_part(self) -> None:
        import pyarrow as pa

        if not self._batch:
            return
        names = list(self._studies)
        arrays = [pa.array([row for row, _ in self._batch], pa.int64())]
        arrays += [
            pa.array([values.get(name) for _, values in self._batch], pa.large_string())
            for name in names
        ]
        table = pa.Table.from_arrays(arrays, names=[ROW_COLUMN, *names])
        part = self._folder / f"part-{len(self._parts):05d}.arrow"
        with pa.OSFile(str(part), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        self._parts.append(part)
        self._batch, self._batch_characters = [], 0

    def finish(self) -> list[Column]:
        """Join the parts into one Parquet file (a group each) and describe the columns."""
        import pyarrow as pa
        import pyarrow.parquet as parquet

        self._write_part()
        names = [name for name, study in self._studies.items() if study.filled or study.declared]
        fields = [pa.field(name, pa.large_string()) for name in names]
        schema = pa.schema([pa.field(ROW_COLUMN, pa.string()), *fields])
        with parquet.ParquetWriter(self._folder / ROWS_FILE, schema, compression="zstd") as writer:
            for part in self._parts:
                with pa.memory_map(str(part)) as source:
                    writer.write_table(_widened(pa.ipc.open_file(source).read_all(), schema))
                part.unlink()
        if self._garbled:
            self.remark(_garbled_letters(self._garbled, self._first_garbled))
        return [self._studies[name].column() for name in names]


class _Study:
    """What is known of one column so far."""

    def __init__(self, name: str, declared: bool = True) -> None:
        self.name = name
        self.declared = declared
        self.filled = 0
        self._characters = 0
        self._questions = 0
        self._distinct: set[int] = set()
        self._kinds: dict[str, int] = {}
        self._examples: list[str] = []

    def see(self, text: str, value: Any) -> None:
        self.filled += 1
        self._characters += len(text)
        if text.endswith(("?", "？", "? ", "?\n")):
            self._questions += 1
        if len(self._distinct) < MOST_DISTINCT:
            self._distinct.add(hash(text))
        if self.filled <= _STUDIED:
            kind = _kind(text, value)
            self._kinds[kind] = self._kinds.get(kind, 0) + 1
        if len(self._examples) < 5:
            shown = excerpt(text)
            if shown not in self._examples:
                self._examples.append(shown)

    def column(self) -> Column:
        return Column(
            name=self.name,
            kind=self._main_kind(),
            filled=self.filled,
            distinct=len(self._distinct),
            examples=tuple(self._examples),
            mean_length=round(self._characters / max(1, self.filled), 1),
            questions=round(self._questions / max(1, self.filled), 3),
        )

    def _main_kind(self) -> str:
        if not self.filled:
            return "empty"
        kind = max(self._kinds, key=lambda k: self._kinds[k])
        return kind if self._kinds[kind] >= 0.9 * sum(self._kinds.values()) else "text"


def _plain_name(name: str) -> str:
    """A column's name that can be stored: not our own, and made of letters only."""
    if name == ROW_COLUMN:
        return "row number"
    return name if name.isascii() else name.encode("utf-8", "replace").decode("utf-8")


def as_text(value: Any) -> str | None:
    """A value as the text that is kept; lists and objects become JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value) if not isinstance(value, float) else _float_text(value)
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        return value.isoformat()
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _float_text(value: float) -> str:
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))


def _fault(text: str, name: str) -> str:
    """Why a cell can't be kept; empty where it can."""
    if len(text) > LARGEST_CELL:
        size = format_bytes(len(text))
        return f"The cell in {name} is too long: {size}, at most {format_bytes(LARGEST_CELL)}."
    if text.isascii():
        return ""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return f"The cell in {name} holds bytes that stand for no letter in this encoding."
    return ""


def _showable(text: str) -> str:
    return text[:1000].encode("utf-8", "replace").decode("utf-8")


def _kind(text: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes/no"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        return "date"
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        return "object"
    if len(text) > 40:
        return _json_kind(text)
    if _NUMBER.fullmatch(text):
        return "number"
    if _DATE.fullmatch(text):
        return "date"
    if text.casefold() in _YES_NO:
        return "yes/no"
    return _json_kind(text)


def _json_kind(text: str) -> str:
    """Cells of a CSV can hold JSON; only what parses counts."""
    if text[:1] not in "[{" or text[-1:] not in "]}" or len(text) > 200_000:
        return "text"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return "text"
    return "list" if isinstance(value, list) else "object"


def _widened(table: Any, schema: Any) -> Any:
    """The part with all the columns that later parts brought; row numbers as text."""
    import pyarrow as pa

    arrays = []
    for field in schema:
        if field.name in table.column_names:
            arrays.append(table.column(field.name).cast(field.type))
        else:
            arrays.append(pa.nulls(table.num_rows, field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _long_cell(row: int, name: str, text: str) -> Problem:
    return Problem(
        row,
        f"The cell in {name} is very long: {len(text):,} characters. It is kept whole, but a "
        "model will see only its beginning.",
        excerpt(text),
    )


def _garbled_letters(count: int, example: str) -> Problem:
    cells = "1 cell looks" if count == 1 else f"{count:,} cells look"
    shown = unicodedata.normalize("NFC", example)
    return Problem(
        0,
        f"{cells} garbled (mojibake): letters such as ü or é show as two odd signs. The text was "
        "saved with the wrong encoding before it came here; export it again as UTF-8.",
        excerpt(shown),
    )
