"""Reads JSON lines in blocks, as columns; every line that orjson would take otherwise than the
careful reader does (doubled names, huge numbers, no object, broken) is left to that one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from operator import itemgetter
from typing import Any

from ftstudio.data.format import Block, Item
from ftstudio.data.ingest.values import as_text

BATCH = 500  # lines that are doubted together
_BATCHES = 16  # that make a block
_EXACT = 2**63  # orjson makes a rounded number of whole ones beyond
_Some = tuple[list[int], list[dict[str, Any]]]  # lines and their objects
Careful = Callable[[int, str], Iterator[Item]]


def fast_lines(batch: list[bytes], line: int, careful: Careful) -> Iterator[Item]:
    """`line` is the number of the first; `careful` reads one line by its number and text."""
    for start in range(0, len(batch), BATCH * _BATCHES):
        pending: list[_Some] = []
        for low in range(start, min(len(batch), start + BATCH * _BATCHES), BATCH):
            part = batch[low : low + BATCH]
            first = line + low
            rows = _all(part)
            if rows is not None:
                pending.append((list(range(first, first + len(part))), rows))
                continue
            for number, raw in enumerate(part, start=first):
                row = _one(raw)
                if row is not None:
                    if not pending or len(pending[-1][0]) >= BATCH:
                        pending.append(([], []))
                    pending[-1][0].append(number)
                    pending[-1][1].append(row)
                    continue
                yield from _blocks(pending)
                pending = []
                yield from careful(number, raw.decode("utf-8", "surrogateescape"))
        yield from _blocks(pending)


def _all(part: list[bytes]) -> list[dict[str, Any]] | None:
    """The objects of these lines, or nothing where one of them is doubtful."""
    import orjson

    try:
        rows = list(map(orjson.loads, part))
    except ValueError:
        return None
    if set(map(type, rows)) != {dict} or not _as_written(b"".join(part), rows):
        return None
    return rows


def _one(raw: bytes) -> dict[str, Any] | None:
    rows = _all([raw])
    return rows[0] if rows else None


def _as_written(raw: bytes, rows: list[dict[str, Any]]) -> bool:
    """Whether the text has as many quotation marks as the values need: a doubled name has more.
    Big numbers are doubtful too."""
    needed = 2 * sum(map(len, rows))
    if set(map(type, chain.from_iterable(map(dict.values, rows)))) == {str}:
        return 2 * needed == _quotes(raw)
    nested: list[str] = []
    for value in chain.from_iterable(map(dict.values, rows)):
        kind = type(value)
        if kind is str:
            needed += 2
        elif kind is float:
            if abs(value) >= _EXACT:
                return False
        elif kind is dict or kind is list:
            nested.append(as_text(value) or "")
    if nested:
        text = "".join(nested)
        if "e+" in text:
            return False
        needed += _quotes(text.encode("utf-8"))
    return needed == _quotes(raw)


def _quotes(raw: bytes) -> int:
    """Quotation marks that begin or end a text. Counted by numpy: bytes.count takes ten times as
    long where there are many."""
    import numpy as np

    signs = np.frombuffer(raw, np.uint8)
    strokes = signs == ord("\\")
    if (strokes[:-1] & strokes[1:]).any():
        signs = np.frombuffer(raw.replace(b"\\\\", b""), np.uint8)
        strokes = signs == ord("\\")
    quotes = signs == ord('"')
    return int(np.count_nonzero(quotes)) - int(np.count_nonzero(strokes[:-1] & quotes[1:]))


def _blocks(pending: list[_Some]) -> Iterator[Block]:
    import numpy as np
    import pyarrow as pa

    numbers = [number for some, _ in pending for number in some]
    rows = [row for _, some in pending for row in some]
    if not rows:
        return
    columns, values = {}, {}
    for name in dict.fromkeys(chain.from_iterable(rows)):
        try:
            cells = list(map(itemgetter(name), rows))
        except KeyError:
            cells = [row.get(name) for row in rows]
        if not set(map(type, cells)) <= {str, type(None)}:
            values[name] = cells
            cells = list(map(as_text, cells))
        columns[name] = pa.array(cells, pa.large_string())
    yield Block(np.array(numbers, np.int64), columns, values)
