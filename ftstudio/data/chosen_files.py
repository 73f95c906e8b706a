"""What is read of several files that were chosen at once, and what is left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ftstudio.data.format import ReadOptions
from ftstudio.data.ingest.several import JOINED, LEFT_OUT
from ftstudio.data.table import RawTable


@dataclass(frozen=True)
class Chosen:
    path: Path  # to be read
    options: ReadOptions | None = None
    left: tuple[Path, ...] = ()  # not read


def choose_among(paths: Sequence[Path]) -> Chosen:
    """Files that lie side by side are read as one table; of anything else the first is."""
    folder = paths[0].parent
    beside = all(path.parent == folder and path.is_file() for path in paths)
    if len(paths) < 2 or not beside:
        return Chosen(paths[0], left=tuple(paths[1:]))
    names = sorted({path.name for path in paths})
    return Chosen(folder, ReadOptions(sheet=JOINED.join(names)))


def one_of_two(table: RawTable, options: ReadOptions) -> Chosen | None:
    """Two files that share no columns are no one table, but the one may complete the other: which
    of them was read, and which was not."""
    names = (options.sheet or "").split(JOINED)
    if len(names) != 2 or LEFT_OUT not in table.details:
        return None
    kept = table.details.get("sheet", "")
    left = [name for name in names if name != kept]
    return Chosen(table.path / kept, left=(table.path / left[0],)) if len(left) == 1 else None
