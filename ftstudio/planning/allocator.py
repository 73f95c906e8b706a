"""What PyTorch reserves of a card for a given order of births and deaths of storages.

A model of torch's native CUDACachingAllocator, by the rules of c10/cuda/CUDACachingAllocator.cpp
and c10/core/AllocatorConfig.h of torch 2.10 to 2.13 with default settings and one stream. The
driver gives out addresses from the top down: of free blocks of one size, that of the latest segment
is taken (published runs on a T4 whose loading is the same each time come out within 0.3 % so, and
up to 6.6 % off the other way round). What it does not know: other streams,
graph captures. Trace events are `(op, id, bytes, phase, part)`; `op` is "alloc", "free",
"phase" (a mark), or "empty" (cached memory is given back, as by `torch.cuda.empty_cache`).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Event = tuple[str, int, int, str, str]
Trace = Sequence[Event]

MIB = 1 << 20
UNIT = 512  # every request is a multiple of it
SMALL = 1 * MIB  # larger requests have a pool of their own
SMALL_SEGMENT = 2 * MIB
LARGE_SEGMENT = 20 * MIB  # asked of the driver for requests under LARGE_REQUEST
LARGE_REQUEST = 10 * MIB
GRANULE = 2 * MIB  # everything asked of the driver is a multiple of it

_PLACES = 52  # bits of an address: the sort key of a free block is its size, then its address
_TRIED = 16  # capacities between the least and the most
_TOP = 1 << (_PLACES - 1)
_FAR = LARGE_SEGMENT << 26  # address space of an expandable segment: more than any card has


@dataclass(frozen=True)
class Replayed:
    """Bytes as torch counts them: `max_memory_allocated`, `max_memory_reserved`, and what was
    alive when most was allocated. `oom_at`: the event that did not fit under the capacity."""

    peak_allocated: int
    peak_reserved: int
    live_at_peak: dict[str, int]
    oom_at: int | None = None
    peak_phase: str = ""
    releases: int = 0  # how often cached memory was given back because the card was full


class Block:
    """A stretch of a segment between its neighbours; `free` ones wait in their pool."""

    __slots__ = ("after", "at", "before", "free", "mapped", "pool", "size")

    def __init__(self, pool: Pool, at: int, size: int) -> None:
        self.pool, self.at, self.size = pool, at, size
        self.before: Block | None = None
        self.after: Block | None = None
        self.free, self.mapped = True, True


class Pool:
    """Free blocks by size, then address; in expandable segments also what is not mapped yet."""

    def __init__(self, segment: int, splits_from: int) -> None:
        self.segment, self.splits_from = segment, splits_from
        self.keys: list[int] = []
        self.blocks: dict[int, Block] = {}
        self.unmapped: list[Block] = []  # by address

    def put(self, block: Block) -> None:
        key = block.size << _PLACES | block.at
        insort(self.keys, key)
        self.blocks[key] = block

    def remove(self, block: Block) -> None:
        key = block.size << _PLACES | block.at
        del self.keys[bisect_left(self.keys, key)]
        del self.blocks[key]

    def best(self, size: int) -> Block | None:
        """The smallest free block that holds `size`, taken out."""
        index = bisect_left(self.keys, size << _PLACES)
        if index == len(self.keys):
            return None
        if self.unmapped:
            index = self._least_reaching(index)
        return self.blocks.pop(self.keys.pop(index))

    def _least_reaching(self, index: int) -> int:
        """A block before unmapped space counts with all it could grow into."""
        keys, blocks = self.keys, self.blocks
        block = blocks[keys[index]]
        after = block.after
        if after is None or after.mapped:
            return index  # nothing further reaches less than it holds
        reach = block.size + after.size
        while index + 1 < len(keys):
            further = _reach(blocks[keys[index + 1]])
            if further >= reach:
                break
            index, reach = index + 1, further
        return index


def _reach(block: Block) -> int:
    after = block.after
    return block.size + (after.size if after is not None and not after.mapped else 0)


class Allocator:
    """Gives out blocks; `None` when even the released cache leaves too little of `capacity`."""

    def __init__(self, capacity: int | None = None, expandable: bool = False) -> None:
        self.capacity = capacity
        self.expandable = expandable
        self.reserved = self.peak_reserved = 0
        self.releases = 0
        self.small = Pool(SMALL_SEGMENT, UNIT)
        self.large = Pool(LARGE_SEGMENT, UNIT if expandable else SMALL + UNIT)
        self._next_address = 0 if expandable else _TOP

    def allocate(self, wanted: int) -> Block | None:
        size = -(-wanted // UNIT) * UNIT
        pool = self.small if size <= SMALL else self.large
        block = pool.best(size) or self._grow(pool, size)
        if block is None:
            self.releases += 1
            self.release_cached()
            block = self._grow(pool, size)
            if block is None:
                return None
        if block.size - size >= pool.splits_from:
            _cut(block, size)
            rest = block.after
            assert rest is not None
            pool.put(rest)
        block.free = False
        return block

    def free(self, block: Block) -> None:
        block.free = True
        before, after = block.before, block.after
        if before is not None and before.free and before.mapped:
            block.pool.remove(before)
            _swallow_before(block, before)
        if after is not None and after.free and after.mapped:
            block.pool.remove(after)
            _swallow_after(block, after)
        block.pool.put(block)

    def release_cached(self) -> None:
        """Whole free segments go back to the driver; of expandable ones, all whole pages."""
        for pool in (self.large, self.small):
            for block in list(pool.blocks.values()):
                if self.expandable:
                    self._unmap(block)
                elif block.before is None and block.after is None:
                    pool.remove(block)
                    self.reserved -= block.size

    def copy(self, held: dict[int, Block]) -> tuple[Allocator, dict[int, Block]]:
        """Another one in the same state, and what is held of it."""
        made = Allocator(self.capacity, self.expandable)
        made.reserved, made.peak_reserved = self.reserved, self.peak_reserved
        made.releases, made._next_address = self.releases, self._next_address
        twins: dict[Block | None, Block] = {}
        for pool, other in ((self.small, made.small), (self.large, made.large)):
            used = [block for block in held.values() if block.pool is pool]
            for block in (*used, *pool.blocks.values(), *pool.unmapped):
                twin = twins[block] = Block(other, block.at, block.size)
                twin.free, twin.mapped = block.free, block.mapped
            other.keys = list(pool.keys)
            other.blocks = {key: twins[block] for key, block in pool.blocks.items()}
            other.unmapped = [twins[block] for block in pool.unmapped]
        for own, twin in twins.items():
            assert own is not None
            twin.before, twin.after = twins.get(own.before), twins.get(own.after)
        return made, {name: twins[block] for name, block in held.items()}

    def _grow(self, pool: Pool, size: int) -> Block | None:
        if self.expandable:
            return self._grow_expandable(pool, size)
        if pool is self.small:
            asked = SMALL_SEGMENT
        elif size < LARGE_REQUEST:
            asked = LARGE_SEGMENT
        else:
            asked = -(-size // GRANULE) * GRANULE
        if not self._reserve(asked):
            return None
        self._next_address -= asked + GRANULE  # from the top down, as the driver does
        return Block(pool, self._next_address, asked)

    def _reserve(self, size: int) -> bool:
        if self.capacity is not None and self.reserved + size > self.capacity:
            return False
        self.reserved += size
        if self.reserved > self.peak_reserved:
            self.peak_reserved = self.reserved
        return True

    # Expandable segments: one long stretch of addresses for each pool, pages mapped as needed.

    def _grow_expandable(self, pool: Pool, size: int) -> Block | None:
        """Maps pages from the lowest address where enough room lies in a row."""
        block = self._lowest_room(pool, size)
        if not block.mapped and not self._map(block, min(block.size, size)):
            return None
        while block.size < size:
            behind = block.after
            assert behind is not None
            if not self._map(behind, min(size - block.size, behind.size)):
                return None
            block = behind
        pool.remove(block)
        return block

    def _lowest_room(self, pool: Pool, size: int) -> Block:
        for block in pool.unmapped:
            before = block.before
            start = before if before is not None and before.free else block
            if _has_room(start, size):
                return start
        block = Block(pool, self._next_address, _FAR)
        self._next_address += block.size
        block.mapped = False
        pool.unmapped.append(block)
        return block

    def _map(self, block: Block, size: int) -> bool:
        pool = block.pool
        asked = -(-size // pool.segment) * pool.segment
        if not self._reserve(asked):
            return False
        pool.unmapped.remove(block)
        block.mapped = True
        if asked < block.size:
            _cut(block, asked)
            rest = block.after
            assert rest is not None
            rest.mapped = False
            insort(pool.unmapped, rest, key=_address)
        self._join(block)
        pool.put(block)
        return True

    def _unmap(self, block: Block) -> None:
        """Only pages that are free from end to end can go."""
        pool, page = block.pool, block.pool.segment
        start = -(-block.at // page) * page
        end = (block.at + block.size) // page * page
        if start >= end:
            return
        pool.remove(block)
        if start > block.at:
            front = block
            _cut(front, start - front.at)
            assert front.after is not None
            block = front.after
            pool.put(front)
        if block.at + block.size > end:
            _cut(block, end - start)
            assert block.after is not None
            pool.put(block.after)
        block.mapped = False
        self._join(block)
        insort(pool.unmapped, block, key=_address)
        self.reserved -= end - start

    def _join(self, block: Block) -> None:
        """With free neighbours that are mapped, or not mapped, like it."""
        before, after = block.before, block.after
        if before is not None and before.free and before.mapped == block.mapped:
            _leave(before)
            _swallow_before(block, before)
        if after is not None and after.free and after.mapped == block.mapped:
            _leave(after)
            _swallow_after(block, after)


def _has_room(start: Block, size: int) -> bool:
    here: Block | None = start
    while size > 0 and here is not None and here.free:
        size -= here.size
        here = here.after
    return size <= 0


def _address(block: Block) -> int:
    return block.at


def _leave(block: Block) -> None:
    if block.mapped:
        block.pool.remove(block)
    else:
        block.pool.unmapped.remove(block)


def _cut(block: Block, size: int) -> None:
    """`block` keeps its first `size` bytes; the rest becomes its free neighbour behind."""
    rest = Block(block.pool, block.at + size, block.size - size)
    rest.before, rest.after = block, block.after
    if rest.after is not None:
        rest.after.before = rest
    block.after, block.size = rest, size


def _swallow_before(block: Block, before: Block) -> None:
    block.at = before.at
    block.size += before.size
    block.before = before.before
    if block.before is not None:
        block.before.after = block


def _swallow_after(block: Block, after: Block) -> None:
    block.size += after.size
    block.after = after.after
    if block.after is not None:
        block.after.before = block


def replay(trace: Trace, *, capacity: int | None = None, expandable: bool = False) -> Replayed:
    """Runs the trace to its end, or to the first event that finds no room."""
    allocator = Allocator(capacity, expandable)
    held: dict[int, tuple[Block, str]] = {}
    live: dict[str, int] = {}
    at_peak: dict[str, int] = {}
    allocated = peak = 0
    rising, peak_phase, oom_at = False, "", None
    for index, (op, name, size, phase, part) in enumerate(trace):
        if op == "alloc":
            if size <= 0:
                continue  # torch gives nothing for nothing
            if name in held:
                raise ValueError(f"event {index}: storage {name} is born twice")
            block = allocator.allocate(size)
            if block is None:
                oom_at = index
                break
            held[name] = block, part
            allocated += block.size
            live[part] = live.get(part, 0) + block.size
            if allocated > peak:
                peak, rising, peak_phase = allocated, True, phase
        elif op == "free":
            if name not in held:
                continue  # it was empty
            if rising:
                at_peak, rising = dict(live), False
            block, part = held.pop(name)
            allocated -= block.size
            live[part] -= block.size
            allocator.free(block)
        elif op == "empty":
            allocator.release_cached()
    at_peak = live if rising else at_peak
    return Replayed(
        peak, allocator.peak_reserved, {name: size for name, size in at_peak.items() if size},
        oom_at, peak_phase, allocator.releases,
    )  # fmt: skip


def least_capacity(trace: Trace, expandable: bool = False) -> int:
    """The least memory, in whole granules, under which the trace still runs to its end.

    With other room, cached blocks go back at other moments, and now and then a little more turns
    out worse than a little less: capacities in between are tried too, and must all work.
    """
    top = replay(trace, expandable=expandable)
    fails = top.peak_allocated // GRANULE * GRANULE - GRANULE
    works = top.peak_reserved
    runs = _Trials(trace, fails, expandable).runs
    while works - fails > GRANULE:
        middle = (works + fails) // 2 // GRANULE * GRANULE
        if runs(middle):
            works = middle
        else:
            fails = middle
        if works - fails == GRANULE:
            fails, works = _worse_above(runs, works, top.peak_reserved) or (fails, works)
    return works


class _Trials:
    """A trace under one capacity after the other. Up to where the lowest of them is first too
    little all go alike: that is done once."""

    def __init__(self, trace: Trace, lowest: int, expandable: bool) -> None:
        self.steps = _steps(trace)
        self.held: dict[int, Block] = {}
        self.allocator = Allocator(max(0, lowest), expandable)
        self.alike = self._pass(self.allocator, self.held, self.steps, in_full=False)
        self.held, self.allocator = {}, Allocator(None, expandable)
        self._pass(self.allocator, self.held, self.steps[: self.alike])

    def runs(self, capacity: int) -> bool:
        """Whether all finds room."""
        allocator, held = self.allocator.copy(self.held)
        allocator.capacity = capacity
        rest = self.steps[self.alike :]
        return self._pass(allocator, held, rest) == len(rest)

    def _pass(
        self, allocator: Allocator, held: dict[int, Block], steps: Sequence[tuple[int, int]],
        in_full: bool = True,
    ) -> int:  # fmt: skip
        """How many steps were taken; in full, or as long as nothing cached had to go back."""
        allocate, free = allocator.allocate, allocator.free
        for index, (name, size) in enumerate(steps):
            if size > 0:
                block = allocate(size)
                if block is None or (allocator.releases and not in_full):
                    return index
                held[name] = block
            elif size == 0:
                free(held.pop(name))
            else:
                allocator.release_cached()
        return len(steps)


def _steps(trace: Trace) -> list[tuple[int, int]]:
    """The trace for many replays: a storage and its size where it is born, 0 where it dies; -1
    where cached memory is given back."""
    living = set()
    steps = []
    for op, name, size, _, _ in trace:
        if op == "alloc" and size > 0:
            living.add(name)
            steps.append((name, size))
        elif op == "free" and name in living:
            living.remove(name)
            steps.append((name, 0))
        elif op == "empty":
            steps.append((0, -1))
    return steps


def _worse_above(runs: Callable[[int], bool], least: int, top: int) -> tuple[int, int] | None:
    """The highest capacity tried above `least` that fails, and the next one tried."""
    step = max(GRANULE, (top - least) // _TRIED // GRANULE * GRANULE)
    capacity = top
    while (capacity := capacity - step) > least:
        if not runs(capacity):
            return capacity, capacity + step
    return None
