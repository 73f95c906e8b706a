"""Rows that tell how far whoever goes through them has come, and that can be stopped at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, overload

from ftstudio.data.step import Row

T = TypeVar("T")
_EVERY = 64  # rows between two looks at the clock of the person who waits


class Watched(Sequence[Row]):
    """A step's `find` needs nothing else to be watched: `tell` hears the share of the rows, and
    may raise to stop. A step whose work does not follow the rows one by one takes `unwatched`
    rows and tells by itself through `progress_of`."""

    def __init__(self, rows: Sequence[Row], tell: Callable[[float], None]) -> None:
        self._rows, self.tell = rows, tell

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        return self._rows[place]

    def __iter__(self) -> Iterator[Row]:
        whole = max(1, len(self._rows))
        for place, row in enumerate(self._rows):
            if place % _EVERY == 0:
                self.tell(place / whole)
            yield row


class Ear:
    """Whom work tells that it goes on. Who works holds this and not the listener's owner: rows in a
    circle would not go by themselves."""

    def __init__(self) -> None:
        self.listener: Callable[[float], None] = lambda share: None

    def __call__(self, share: float) -> None:
        self.listener(share)


def heard(things: Iterable[T], tell: Callable[[float], None] | None) -> Iterable[T]:
    """The same things; `tell`, where somebody waits, may stop the walk. It hears no share."""
    return things if tell is None else _heard(things, tell)


def _heard(things: Iterable[T], tell: Callable[[float], None]) -> Iterator[T]:
    for place, thing in enumerate(things):
        if place % _EVERY == 0:
            tell(0.0)
        yield thing


def rising(tell: Callable[[float], None] | None) -> Callable[[float], None] | None:
    """The same listener, who never hears that less is done than before."""
    if tell is None:
        return None
    most = 0.0

    def told(share: float) -> None:
        nonlocal most
        most = max(most, share)
        tell(most)

    return told


def by_hash(
    things: Iterable[T],
    tell: Callable[[float], None] | None,
    key: Callable[[T], str] | Callable[[T], bytes],
) -> Iterator[T]:
    """As `sorted` by a key that is a hash: those that begin alike are sorted together, a few at a
    time. A million sorted at once hold up every other thread for a second, the window's too.
    `tell` may stop it."""
    parts: dict[str | bytes, list[tuple[Any, int, T]]] = {}
    for place, one in enumerate(heard(things, tell)):
        mark = key(one)
        parts.setdefault(mark[:2], []).append((mark, place, one))
    for begin in heard(sorted(parts), tell):
        yield from (one for _, _, one in sorted(parts.pop(begin)))


def progress_of(rows: Sequence[Row]) -> Callable[[float], None] | None:
    """Whom to tell during work of another order than the rows'; None: nobody waits."""
    return rows.tell if isinstance(rows, Watched) else None


def unwatched(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows themselves, for a walk that is short beside what follows it."""
    return rows[:] if isinstance(rows, Watched) else rows
