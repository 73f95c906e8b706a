"""Takes rows one by one, keeps them as text in a Parquet file, and gets to know the columns."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_bytes, plural
from ftstudio.data.format import Block, Record
from ftstudio.data.ingest.boxed import open_boxes
from ftstudio.data.ingest.column_study import Study
from ftstudio.data.ingest.nuls import has_nuls, without_nuls
from ftstudio.data.ingest.values import as_text
from ftstudio.data.table import ROW_COLUMN, ROWS_FILE, Column, Problem, excerpt

LARGEST_CELL = 50_000_000  # characters
LONG_CELL = 500_000  # characters from which a cell is worth a remark
MOST_COLUMNS = 2_000
_MOST_EXCERPTS = 2_000  # problems that show their text
_MOST_REMARKS = 200
_BATCH_ROWS = 5_000
_BATCH_CHARACTERS = 32_000_000
_GARBLED = re.compile(
    "Ã[\u0080-\u00bf¤¶¼ŸœžšƒŽ‰„–—ˆ‡†]|â€[™œžœ\u009d\u009c“”\u0093\u0094]|Â[¿¡£°§«»©®]"
)
_ODD_SIGNS = ("Ã".encode(), "â€".encode(), "Â".encode())


class RowStore:
    """Writes `rows.parquet` in `folder`. Every record ends as a row or as a problem."""

    def __init__(self, folder: Path, first_columns: list[str] | None = None) -> None:
        self._folder = folder
        self._studies: dict[str, Study] = {}
        self._batch: list[tuple[int, dict[str, str | None]]] = []
        self._batch_characters = 0
        self._parts = _Parts(folder)
        self._nuls = 0  # rows
        self._garbled = 0
        self._first_garbled = ""
        self.row_count = 0
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self.declare(first_columns or [])

    def declare(self, names: list[str]) -> None:
        """Columns in the file's own order, known before the first row."""
        for name in names:
            self._studies.setdefault(_plain_name(name), Study(_plain_name(name)))

    def add_problem(self, problem: Problem) -> None:
        shown = len(self.problems) < _MOST_EXCERPTS
        self.problems.append(problem if shown else Problem(problem.row, problem.reason))

    def remark(self, remark: Problem) -> None:
        if len(self.remarks) < _MOST_REMARKS:
            self.remarks.append(remark)

    def add(self, record: Record) -> None:
        values: dict[str, str | None] = {}
        nuls = False
        for name, value in record.values.items():
            text = as_text(value)
            if text is not None and has_nuls(text, value):
                text, nuls = without_nuls(text), True
            if text is not None and (fault := _fault(text, name)):
                self.add_problem(Problem(record.row, fault, excerpt(_showable(text))))
                return
            values[_plain_name(name)] = text
        self._nuls += nuls
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

    def _new_column(self, name: str) -> Study:
        if len(self._studies) >= MOST_COLUMNS:
            raise StudioError(
                f"The file has more than {MOST_COLUMNS:,} columns.",
                "Its rows name ever new columns, so it is hardly a table of examples.",
                "Check that the rows share the same names, and try again.",
                code="too_many_columns",
            )
        return self._studies.setdefault(name, Study(name))

    def add_block(self, block: Block) -> None:
        """The same as adding its rows one by one, where nothing in them is out of the ordinary."""
        import pyarrow as pa
        import pyarrow.compute as pc

        names = [_plain_name(name) for name in block.columns]
        longest = [
            pc.max(pc.binary_length(column)).as_py() or 0 for column in block.columns.values()
        ]
        letters = [_bytes(column) for column in block.columns.values()]
        usual = names == list(block.columns) and max(longest, default=0) <= LONG_CELL
        if not usual or any(b"\0" in text for text in letters):
            for record in block.records():
                self.add(record)
            return
        self._write_part()
        for name, cells in block.columns.items():
            study = self._studies.get(name) or self._new_column(name)
            study.see_block(cells, block.values.get(name))
        self._look_for_garbled(block, letters)
        self.row_count += len(block.rows)
        rows = pa.array(block.rows, pa.int64()).cast(pa.string())
        self._parts.write(
            list(self._studies), self._few(), len(block.rows), {ROW_COLUMN: rows, **block.columns}
        )

    def _look_for_garbled(self, block: Block, letters: list[bytes]) -> None:
        found: list[tuple[int, int, str]] = []
        for column, (cells, raw) in enumerate(zip(block.columns.values(), letters, strict=True)):
            if raw.isascii() or not any(sign in raw for sign in _ODD_SIGNS):
                continue
            for row, text in enumerate(cells.to_pylist()):
                if text and not text.isascii() and _GARBLED.search(text[:2000]):
                    found.append((row, column, text))
        self._garbled += len(found)
        if found:
            self._first_garbled = self._first_garbled or min(found)[2]

    def _write_part(self) -> None:
        import pyarrow as pa

        if not self._batch:
            return
        names = list(self._studies)
        rows = pa.array([str(row) for row, _ in self._batch], pa.string())
        columns = {
            name: pa.array([values.get(name) for _, values in self._batch], pa.large_string())
            for name in names
        }
        self._parts.write(names, self._few(), len(self._batch), {ROW_COLUMN: rows, **columns})
        self._batch, self._batch_characters = [], 0

    def _few(self) -> list[str]:
        return [name for name, study in self._studies.items() if study.few]

    def finish(self) -> list[Column]:
        """Make one Parquet file of what was written, and describe the columns."""
        self._write_part()
        names = [name for name, study in self._studies.items() if study.filled or study.declared]
        self._parts.finish(names, self._few())
        if boxed := [name for name in names if self._studies[name].boxed]:
            self._open(boxed, names)
        if self._nuls:
            self.remark(_nul_rows(self._nuls))
        if self._garbled:
            self.remark(_garbled_letters(self._garbled, self._first_garbled))
        return [self._studies[name].column() for name in names]

    def _open(self, boxed: list[str], names: list[str]) -> None:
        """Rows whose texts stand in lists are written once more, with the texts alone."""
        for name in boxed:
            self._studies[name] = Study(name)
        path = self._folder / ROWS_FILE
        fresh = path.with_suffix(".opened")
        writer = _writer(fresh, names, [])
        for told in open_boxes(path, boxed, writer, self._see):
            for remark in told.remarks():
                self.remark(remark)
        fresh.replace(path)

    def _see(self, name: str, text: str) -> None:
        self._studies[name].see(text, text)


class _Parts:
    """Parquet files with ever more columns; one is enough where all rows name the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[Path] = []
        self._names: list[str] = []
        self._writer: Any = None

    def write(self, names: list[str], few: list[str], count: int, columns: dict[str, Any]) -> None:
        import pyarrow as pa

        if self._writer is None or names != self._names:
            self._begin(names, few)
        arrays = [
            columns[name] if name in columns else pa.nulls(count, pa.large_string())
            for name in (ROW_COLUMN, *names)
        ]
        self._writer.write_table(
            pa.Table.from_arrays(arrays, schema=_schema(names)), row_group_size=_BATCH_ROWS
        )

    def _begin(self, names: list[str], few: list[str]) -> None:
        self._close()
        self._names = list(names)
        self._files.append(self._folder / f"part-{len(self._files):05d}.parquet")
        self._writer = _writer(self._files[-1], names, few)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None

    def finish(self, names: list[str], few: list[str]) -> None:
        import pyarrow.parquet as parquet

        self._close()
        if len(self._files) == 1 and self._names == names:
            self._files[0].replace(self._folder / ROWS_FILE)
            return
        with _writer(self._folder / ROWS_FILE, names, few) as writer:
            for path in self._files:
                with parquet.ParquetFile(path) as part:
                    for group in range(part.metadata.num_row_groups):
                        writer.write_table(_widened(part.read_row_group(group), _schema(names)))
                path.unlink()


def _schema(names: list[str]) -> Any:
    import pyarrow as pa

    fields = [pa.field(name, pa.large_string()) for name in names]
    return pa.schema([pa.field(ROW_COLUMN, pa.string()), *fields])


def _writer(path: Path, names: list[str], few: list[str]) -> Any:
    """`few`: columns whose values come again and again; a dictionary of the others is wasted."""
    import pyarrow.parquet as parquet

    return parquet.ParquetWriter(
        path, _schema(names), compression="zstd", use_dictionary=few, write_statistics=False
    )


def _bytes(cells: Any) -> bytes:
    """All letters of a column, one after another."""
    import numpy as np

    offsets = np.frombuffer(cells.buffers()[1], np.int64)
    low, high = int(offsets[cells.offset]), int(offsets[cells.offset + len(cells)])
    return memoryview(cells.buffers()[2])[low:high].tobytes() if high > low else b""


def _plain_name(name: str) -> str:
    """A column's name that can be stored: not our own, and made of letters only."""
    if name == ROW_COLUMN:
        return "row number"
    return name if name.isascii() else name.encode("utf-8", "replace").decode("utf-8")


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


def _widened(table: Any, schema: Any) -> Any:
    """The part with all the columns that later parts brought."""
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


def _nul_rows(count: int) -> Problem:
    rows = plural(count, "1 row holds", "{n} rows hold")
    return Problem(0, f"{rows} NUL signs, which stand for no letter. They were left out.")


def _garbled_letters(count: int, example: str) -> Problem:
    cells = plural(count, "1 cell looks", "{n} cells look")
    shown = unicodedata.normalize("NFC", example)
    return Problem(
        0,
        f"{cells} garbled (mojibake): letters such as ü or é show as two odd signs. The text was "
        "saved with the wrong encoding before it came here; export it again as UTF-8.",
        excerpt(shown),
    )
