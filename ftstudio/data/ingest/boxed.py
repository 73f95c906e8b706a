"""Takes texts out of the lists that some tools put around each: ["Yes."], {"text": ["Yes."]}."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.core.units import plural
from ftstudio.data.columns.column_names import name_says
from ftstudio.data.table import ROW_COLUMN, Problem

_MOST = 0.5  # share of the filled cells that hold one text from which they are all opened
_LONGEST = 200_000  # characters of a cell that is looked into
# Lists of one that are meant: classes, pictures, turns.
_KEPT = ("label", "images", "messages", "tools", "history", "system")
_SPANS = {"text", "answer_start", "answer_end"}  # as in SQuAD


@dataclass
class Opened:
    """What became of a column's cells."""

    name: str
    opened: int = 0
    first: int = 0  # of several answers to the same question the first was taken
    none: int = 0  # there was no answer in it
    several: int = 0  # left as they are
    at: int = 0  # the first row of those

    def remarks(self) -> list[Problem]:
        told = [f"“{self.name}”: {_cells(self.opened, 'was', 'were')} a list around one text, "
                "which was taken out."]  # fmt: skip
        if self.first:
            often = plural(self.first, "once", "{n} times")
            told.append(f"Where it held several answers ({often}), the first was.")
        if self.none:
            told.append(f"{_cells(self.none, 'holds', 'hold')} no answer.")
        found = [Problem(0, " ".join(told))]
        if self.several:
            found.append(
                Problem(
                    self.at,
                    f"“{self.name}”: {_cells(self.several, 'holds', 'hold')} a list of several "
                    "texts. They stay in it, for it is not known which is meant.",
                )
            )
        return found


def _cells(count: int, one: str, many: str) -> str:
    return plural(count, f"1 cell {one}", f"{{n}} cells {many}")


def is_box(value: Any) -> bool:
    """A list of one text, or the answers to one question with their places in a passage."""
    if isinstance(value, str):
        value = _value(value)
    if isinstance(value, list):
        return len(value) == 1 and isinstance(value[0], str)
    return _spans(value) is not None


def worth_opening(name: str, boxes: int, looked_at: int) -> bool:
    """Most of a column's cells are such, and its name does not ask for lists."""
    meant = any(name_says(name, role) >= 1 for role in _KEPT)
    return not meant and boxes > _MOST * looked_at


def open_boxes(
    path: Path, names: list[str], writer: Any, see: Callable[[str, str], None]
) -> list[Opened]:
    """Write the Parquet file anew with the texts of these columns; `see` is told each of them."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    told = {name: Opened(name) for name in names}
    with parquet.ParquetFile(path) as file, writer as sink:
        for group in range(file.metadata.num_row_groups):
            part = file.read_row_group(group)
            rows = part.column(ROW_COLUMN).to_pylist()
            for name in names:
                cells = part.column(name).to_pylist()
                texts = [
                    _opened(text, int(row or 0), told[name])
                    for text, row in zip(cells, rows, strict=True)
                ]
                for text in filter(None, texts):
                    see(name, text)
                at = part.schema.get_field_index(name)
                part = part.set_column(
                    at, part.schema.field(at), pa.array(texts, pa.large_string())
                )
            sink.write_table(part, row_group_size=max(1, part.num_rows))
    return list(told.values())


def _opened(text: str | None, row: int, told: Opened) -> str | None:
    value = _value(text)
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], str):
            told.opened += 1
            return value[0]
        if len(value) > 1:
            told.several += 1
            told.at = told.at or row
        return text if value else None
    if (spans := _spans(value)) is None:
        return text
    told.opened += bool(spans)
    told.none += not spans
    told.first += len(set(spans)) > 1
    return spans[0] if spans else None


def _value(text: str | None) -> Any:
    if not text or len(text) > _LONGEST or text[0] not in "[{" or text[-1] not in "]}":
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _spans(value: Any) -> list[str] | None:
    """The answers of {"text": […], "answer_start": […]}; None where it is something else."""
    if not isinstance(value, dict) or not set(value) <= _SPANS:
        return None
    texts = value.get("text")
    if isinstance(texts, str):
        return [texts]
    fine = isinstance(texts, list) and all(isinstance(text, str) for text in texts)
    return texts if fine else None
