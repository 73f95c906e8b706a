"""Folders (and unpacked archives): the files of one kind in them, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.several import files_of, read_several
from ftstudio.data.table import Problem


def _recognise(probe: Probe) -> float:
    return 0.5 if probe.path.is_dir() else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    yield from read_several(reading, files_of(reading.path, reading.options.sheet))


FORMAT = Format(
    key="folder",
    title="Folder of files",
    suffixes=(),
    recognise=_recognise,
    read=_read,
    heeds=frozenset({"sheet", "encoding", "delimiter", "header_row"}),
)
