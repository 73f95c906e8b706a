"""Finds the rows in a single JSON object: under a name, by columns, by keys, or itself a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftstudio.data.ingest.header import find_header

_TURN_NAMES = ({"from", "value"}, {"role", "content"}, {"speaker", "text"})


def rows_in(value: dict[str, Any], details: dict[str, str]) -> list[Any]:
    """The rows of an object that is the whole file; says in `details` where they were."""
    if _holds_conversation(value):
        return [value]
    if {"columns", "data"} <= value.keys() and _is_table(value["columns"], value["data"]):
        details["shape"] = "columns and data apart"
        return [dict(zip(value["columns"], row, strict=True)) for row in value["data"]]
    if found := _lists_of_objects(value):
        return _joined(found, value, details)
    if _by_columns(value):
        details["shape"] = "one list per column"
        return _turned(value)
    if _by_numbers(value):
        details["shape"] = "one object per column"
        return _turned({name: list(column.values()) for name, column in value.items()})
    if len(value) > 1 and all(isinstance(item, dict) and item for item in value.values()):
        details["shape"] = "one object per key"
        return [{"key": key, **item} for key, item in value.items()]
    inner = [(name, item) for name, item in value.items() if isinstance(item, dict)]
    if len(inner) == 1 and _lists_of_objects(inner[0][1]):
        return rows_in(inner[0][1], details)
    return [value]


def rows_of_lists(rows: list[Any]) -> list[Any]:
    """A list of lists of plain values is a table whose first row may name the columns."""
    lists = [row for row in rows if isinstance(row, list)]
    plain = all(not isinstance(cell, (dict, list)) for row in lists for cell in row)
    if len(lists) != len(rows) or len(rows) < 2 or not plain or len(rows[0]) < 2:
        return rows
    if len({len(row) for row in rows}) != 1:
        return rows
    header = find_header([["" if c is None else str(c) for c in row] for row in rows[:60]])
    return [dict(zip(header.names, row, strict=True)) for row in rows[header.at + 1 :]]


def _holds_conversation(value: dict[str, Any]) -> bool:
    return any(is_conversation(item) for item in value.values())


def is_conversation(value: Any) -> bool:
    """A list of turns: each says who speaks and what."""
    if not isinstance(value, list) or not value:
        return False
    return all(
        isinstance(turn, dict) and any(names <= turn.keys() for names in _TURN_NAMES)
        for turn in value[:20]
    )


def _is_table(columns: Any, data: Any) -> bool:
    return (
        isinstance(columns, list)
        and isinstance(data, list)
        and all(isinstance(row, list) and len(row) == len(columns) for row in data)
        and bool(data)
    )


def _lists_of_objects(value: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        name: item
        for name, item in value.items()
        if isinstance(item, list)
        and item
        and sum(1 for row in item if isinstance(row, dict)) > len(item) // 2
    }


def _joined(
    found: dict[str, list[Any]], value: dict[str, Any], details: dict[str, str]
) -> list[Any]:
    """The longest list; others with the same names are parts of it (train, test)."""
    main = max(found, key=lambda name: len(found[name]))
    names = _names(found[main])
    parts = [name for name, rows in found.items() if _names(rows) & names]
    details["rows under"] = ", ".join(parts)
    beside = [name for name in value if name not in parts]
    if beside:
        details["beside the rows"] = ", ".join(beside)[:200]
    if len(parts) == 1:
        return found[main]
    return list(_marked(found, parts))


def _marked(found: dict[str, list[Any]], parts: list[str]) -> Iterator[Any]:
    for part in parts:
        for row in found[part]:
            yield {**row, "part": part} if isinstance(row, dict) else row


def _names(rows: list[Any]) -> set[str]:
    return {name for row in rows[:20] if isinstance(row, dict) for name in row}


def _by_columns(value: dict[str, Any]) -> bool:
    columns = list(value.values())
    return (
        len(columns) > 1
        and all(isinstance(column, list) for column in columns)
        and len({len(column) for column in columns}) == 1
        and bool(columns[0])
    )


def _by_numbers(value: dict[str, Any]) -> bool:
    columns = list(value.values())
    return (
        len(columns) > 1
        and all(isinstance(column, dict) and column for column in columns)
        and all(key.isdecimal() for column in columns for key in column)
        and len({tuple(column) for column in columns}) == 1
    )


def _turned(columns: dict[str, list[Any]]) -> list[Any]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
