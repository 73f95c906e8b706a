"""Parquet files, as the Hugging Face hub and data tools write them."""

from __future__ import annotations

from collections.abc import Iterator

from ftstudio.core.errors import StudioError
from ftstudio.data.format import Format, Probe, Reading, Record
from ftstudio.data.ingest.arrow_rows import FILES, rows_of
from ftstudio.data.table import Problem

_MAGIC = b"PAR1"
_BATCH = 1_000


def _recognise(probe: Probe) -> float:
    return 2 if probe.head.startswith(_MAGIC) else 0


def _read(reading: Reading) -> Iterator[Record | Problem]:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        file = parquet.ParquetFile(reading.path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(reading.name) from error
    with file:
        reading.columns.extend(file.schema_arrow.names)
        total = max(1, file.metadata.num_rows)
        row = 0
        home = reading.scratch / FILES if reading.scratch else None
        try:
            for batch in file.iter_batches(batch_size=_BATCH):
                for values in rows_of([batch], home):
                    row += 1
                    yield Record(row, values)
                reading.done(row / total)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(reading.name) from error


def _damaged(name: str) -> StudioError:
    return StudioError(
        f"{name} is damaged.",
        "It begins like a Parquet file, but the rest does not fit: the copy was cut off.",
        "Copy or download it again.",
        code="damaged",
    )


FORMAT = Format(
    key="parquet",
    title="Parquet table",
    suffixes=(".parquet", ".pq"),
    recognise=_recognise,
    read=_read,
)
