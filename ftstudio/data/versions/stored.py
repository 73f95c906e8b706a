"""How examples lie on disk: a row of text columns each, its hash, and the root over all hashes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from ftstudio.core.example import Example, Message, canonical_json
from ftstudio.data.normal import asked
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.watched import by_hash, heard

BATCH = 2_000  # rows written, or read, at once
Tell = Callable[[float], None]  # hears the share done; may raise to stop
COLUMNS = ("row_id", "messages", "tools", "source_row", "group", "meta", "more")


def to_stored(example: Example) -> dict[str, Any]:
    """One example as it lies on disk, with its hash: see `row_id`."""
    messages, tools, more = _said_parts(example)
    return {
        "row_id": _row_id(messages, tools, more),
        "messages": messages,
        "tools": tools,
        "source_row": example.source_row,
        "group": example.group or asked(example) or None,
        "meta": canonical_json(example.meta),
        "more": more,
    }


def from_stored(row: dict[str, Any]) -> Example:
    return Example(
        messages=[Message(**message) for message in json.loads(row["messages"])],
        tools=json.loads(row["tools"]) if row["tools"] else None,
        source_row=row["source_row"],
        group=row["group"],
        meta=json.loads(row["meta"]),
        **(json.loads(row["more"]) if row.get("more") else {}),
    )


def row_id(example: Example) -> str:
    """sha256 over what is learned. Of a conversation it is `Example.content_hash`; what is beyond
    one stands behind it, as it did before there was anything beyond."""
    return _row_id(*_said_parts(example))


def _said_parts(example: Example) -> tuple[str, str | None, str | None]:
    messages = canonical_json([_said(message) for message in example.messages])
    tools = canonical_json(example.tools) if example.tools is not None else None
    beyond = example.beyond_chat()
    return messages, tools, canonical_json(beyond) if beyond else None


def _row_id(messages: str, tools: str | None, more: str | None) -> str:
    whole = f'{{"messages":{messages},"tools":{tools or "null"}}}' + (more or "")
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _said(message: Message) -> dict[str, Any]:
    values = ((name, getattr(message, name)) for name in message.__slots__)
    return {name: value for name, value in values if value is not None}


def merkle_root(row_ids: Iterable[str], tell: Tell | None = None) -> str:
    """One hash for a set of rows, whatever their order.

    The rows' hashes (32 bytes each) are sorted, doubles kept. A leaf is sha256(0x00 + hash), a
    knot sha256(0x01 + left + right); a knot without a neighbour goes up as it is. No rows: the
    sha256 of nothing. With it one row can be shown to be in a version without showing the others.
    `tell` may raise to stop.
    """
    leaves = heard(by_hash(row_ids, tell, str), tell)
    level = [hashlib.sha256(b"\x00" + bytes.fromhex(one)).digest() for one in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        places = heard(range(0, len(level), 2), tell)
        level = [_knot(level[place : place + 2]) for place in places]
    return level[0].hex()


def _knot(pair: Sequence[bytes]) -> bytes:
    if len(pair) == 1:
        return pair[0]
    return hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest()


def roots(ids: Sequence[str], sides: Sequence[Side], tell: Tell | None = None) -> dict[str, str]:
    """Merkle roots over all rows, and over those of each side."""
    found = {"rows": merkle_root(ids, tell)}
    for side in SIDES:
        mine = (one for one, own in zip(ids, sides, strict=True) if own == side)
        found[side] = merkle_root(mine, tell)
    return found


def hash_of(ids: Sequence[str], sides: Sequence[Side], tell: Tell | None = None) -> str:
    """sha256 over the rows' hashes in their order, each with its side."""
    digest = hashlib.sha256()
    for one, side in heard(zip(ids, sides, strict=True), tell):
        digest.update(f"{side}:{one}\n".encode())
    return digest.hexdigest()


def write_sides(
    folder: Path, examples: Sequence[Example], sides: Sequence[Side], tell: Tell | None = None
) -> list[str]:
    """A Parquet file for each side, as safe on disk as a file can be; the hash of each example,
    in their order. Some thousand rows at a time are held as they are written."""
    import pyarrow as pa
    import pyarrow.parquet as parquet

    schema = pa.schema(
        [(name, pa.int64() if name == "source_row" else pa.large_string()) for name in COLUMNS]
    )
    ids, done = [""] * len(examples), 0
    for side in SIDES:
        mine = [place for place, own in enumerate(heard(sides, tell)) if own == side]
        path = folder / f"{side}.parquet"
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for start in range(0, len(mine), BATCH):
                places = mine[start : start + BATCH]
                rows = [to_stored(examples[place]) for place in heard(places, tell)]
                for place, row in zip(places, rows, strict=True):
                    ids[place] = row["row_id"]
                writer.write_table(pa.Table.from_pylist(rows, schema))
                done += len(rows)
                if tell:
                    tell(done / max(1, len(examples)))
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    return ids
