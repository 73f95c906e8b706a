"""Arrow files (also called Feather) and Arrow streams, as data tools write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.arrow_rows import FILES, rows_of
from ftstudio.data.table import Problem

_FILE = b"ARROW1\x00\x00"
_STREAM = b"\xff\xff\xff\xff"


def _recognise(probe: Probe) -> float:
    if probe.head.startswith(_FILE):
        return 2
    return 1.5 if probe.head.startswith(_STREAM) and len(probe.head) > 16 else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    import pyarrow as pa

    row = 0
    home = reading.scratch / FILES if reading.scratch else None
    try:
        with pa.memory_map(str(reading.path)) as source:
            schema, batches = _batches(source)
            reading.columns.extend(schema.names)
            for row, values in enumerate(rows_of(batches, home), start=1):
                if row % 2000 == 0:
                    reading.done(0.5)
                yield Record(row, values)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(reading.name) from error


def _batches(source: Any) -> tuple[Any, Iterator[Any]]:
    import pyarrow as pa

    if source.read(len(_FILE)) == _FILE:
        file = pa.ipc.open_file(source)
        return file.schema, (file.get_batch(n) for n in range(file.num_record_batches))
    source.seek(0)
    stream = pa.ipc.open_stream(source)
    return stream.schema, iter(stream)


def _damaged(name: str) -> StudioError:
    return StudioError(
        f"{name} is damaged.",
        "It begins like an Arrow file, but the rest does not fit: the copy was cut off.",
        "Copy or download it again.",
        code="damaged",
    )


FORMAT = Format(
    key="arrow",
    title="Arrow table (Feather)",
    suffixes=(".arrow", ".feather", ".ipc"),
    recognise=_recognise,
    read=_read,
)
