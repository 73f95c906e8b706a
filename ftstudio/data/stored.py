"""How an example lies on disk: one row of text columns, its hash, and the root over all hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from ftstudio.core.example import Example, Message, canonical_json
from ftstudio.data.normal import asked

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
    return {name: value for name, value in message.__dict__.items() if value is not None}


def merkle_root(row_ids: Iterable[str]) -> str:
    """One hash for a set of rows, whatever their order.

    The rows' hashes (32 bytes each) are sorted, doubles kept. A leaf is sha256(0x00 + hash), a
    knot sha256(0x01 + left + right); a knot without a neighbour goes up as it is. No rows: the
    sha256 of nothing. With it one row can be shown to be in a version without showing the others.
    """
    level = [hashlib.sha256(b"\x00" + bytes.fromhex(one)).digest() for one in sorted(row_ids)]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        level = [_knot(level[place : place + 2]) for place in range(0, len(level), 2)]
    return level[0].hex()


def _knot(pair: Sequence[bytes]) -> bytes:
    if len(pair) == 1:
        return pair[0]
    return hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest()
