"""Knows a row of one file again in another, without keeping what it says.

A mark is a keyed hash (HMAC) over all that is learned of a row. Its key lies in the workspace and
nowhere else: so whoever is handed a recipe can't try names until one fits a mark. Where only what a
row says counts, a hash of that is `sealed` with the same key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from ftstudio.core.paths import Workspace
from ftstudio.data.step import Row
from ftstudio.data.versions.stored import row_id

FILE = "row_key"
_LONG = 32


def row_key(workspace: Workspace, make: bool = False) -> bytes:
    """The workspace's own key; empty where there is none, and none can be made."""
    path = workspace.root / FILE
    try:
        if make and path.exists() and path.stat().st_size != _LONG:
            path.unlink()  # a kill, or a full disk, left it half-written: no mark was made with it
        if make and not path.exists():
            with open(path, "xb", opener=lambda name, how: os.open(name, how, 0o600)) as file:
                file.write(os.urandom(_LONG))
        key = path.read_bytes()
    except FileExistsError:  # another window was quicker
        return row_key(workspace)
    except OSError:
        return b""
    return key if len(key) == _LONG else b""


def is_of(mark: str, key: bytes) -> bool:
    """Whether it was made with this key, so that looking for it tells something."""
    return bool(key) and mark.partition(":")[0] == _name(key)


def sealed(digest: str, key: bytes) -> str:
    """A hash of what a row says, so that nobody without the key finds out what it was made of."""
    return _seal(f"said\n{digest}", key)


def marks(rows: Sequence[Row], key: bytes) -> dict[str, list[str]]:
    """Each mark with the rows that bear it: by number, and one example of several by its key."""
    found: dict[str, list[str]] = {}
    for name, own in _named(rows):
        found.setdefault(_mark(name, own, key), []).append(name)
    return found


def marks_of(names: Collection[str], rows: Sequence[Row], key: bytes) -> dict[str, str]:
    """The marks of these rows; empty for one that others are the very same as."""
    numbers = {int(name.partition(".")[0]) for name in names}
    looks = {_looks(row) for row in rows if row.number in numbers}
    numbers = {row.number for row in rows if _looks(row) in looks}
    alike = [row for row in rows if row.number in numbers]
    return {
        name: mark if len(own) == 1 else ""
        for mark, own in marks(alike, key).items()
        for name in own
        if name in names
    }


def _named(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for number, group in groupby(rows, key=lambda row: row.number):
        own = list(group)
        yield str(number), own
        yield from ((row.key, [row]) for row in own if row.key != str(number))


def _looks(row: Row) -> int:
    """Quick to find out, and the same for rows that say the same."""
    return hash((row.example.text, row.example.question, row.example.answer))


def _mark(name: str, own: Sequence[Row], key: bytes) -> str:
    kind = "one" if "." in name else "all"
    said = "\n".join([kind, *(row_id(row.example) for row in own)])
    return _seal(said, key)


def _seal(said: str, key: bytes) -> str:
    seal = hmac.new(key, said.encode("utf-8"), hashlib.sha256).hexdigest()
    return f"{_name(key)}:{seal[:_LONG]}"


def _name(key: bytes) -> str:
    """Of the key: it tells nothing of it."""
    return hmac.new(key, b"the key's own name", hashlib.sha256).hexdigest()[:8]
