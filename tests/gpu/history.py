"""What the real allocator says it did, event by event, beside what the model does for the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ftstudio.planning.allocator import Allocator, Block

Entry = Sequence[object]  # what, where, how many bytes
_GROWS = ("segment_alloc", "segment_map")
_SHRINKS = ("segment_free", "segment_unmap")


@dataclass(frozen=True)
class Compared:
    """`first` is the number of the first event after which reserved bytes differ, -1 if none."""

    events: int
    first: int
    differing: int
    peak_reserved: tuple[int, int]  # really, and by the model
    peak_allocated: int  # by the model: a history does not tell
    at_first: str = ""


def compare(entries: Iterable[Entry], expandable: bool) -> Compared:
    """Plays births and deaths to the model, and holds what is reserved after each side by side.
    Where the real one gave back what it had cached, asked to or for want of room, so does the
    model. Raises ValueError for a history that does not begin with an empty card."""
    allocator = Allocator(expandable=expandable)
    held: dict[int, Block] = {}
    reserved = allocated = 0
    most = (0, 0, 0)
    events = differing = 0
    first, at_first, shrinking = -1, "", False
    for what, where, size in _typed(entries):
        if what in _GROWS:
            reserved += size
        elif what in _SHRINKS:
            reserved -= size
            if reserved < 0:
                raise ValueError("memory was reserved before the history began")
            if not shrinking:
                allocator.release_cached()
        shrinking = what in _SHRINKS
        if what == "alloc":
            block = allocator.allocate(size)
            assert block is not None
            held[where] = block
            allocated += block.size
        elif what == "free_completed" and where in held:
            block = held.pop(where)
            allocated -= block.size
            allocator.free(block)
        else:
            continue
        most = tuple(map(max, most, (reserved, allocator.reserved, allocated)))  # type: ignore[assignment]
        if reserved != allocator.reserved:
            differing += 1
            if first < 0:
                first = events
                at_first = f"{what} of {size} bytes: {reserved} reserved, {allocator.reserved} here"
        events += 1
    return Compared(events, first, differing, (most[0], most[1]), most[2], at_first)


def _typed(entries: Iterable[Entry]) -> Iterator[tuple[str, int, int]]:
    for what, where, size in entries:
        assert isinstance(what, str)
        assert isinstance(where, int)
        assert isinstance(size, int)
        yield what, where, size
