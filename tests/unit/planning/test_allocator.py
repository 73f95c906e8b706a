"""The allocator's model: golden traces worked out by hand, and what must hold for any trace."""

from __future__ import annotations

import itertools
import json
import random

import pytest

from ftstudio.planning.allocator import (
    GRANULE,
    MIB,
    UNIT,
    Allocator,
    Block,
    Event,
    least_capacity,
    replay,
)

KIB = 1024
both = pytest.mark.parametrize("expandable", [False, True], ids=["native", "expandable"])
seeds = pytest.mark.parametrize("seed", range(12))


def alloc(name: int, size: int, part: str = "model", phase: str = "load") -> Event:
    return "alloc", name, size, phase, part


def free(name: int) -> Event:
    return "free", name, 0, "", ""


def wild(seed: int, events: int = 500, alive_at_most: int = 40) -> list[Event]:
    """Sizes from 1 byte to 256 MiB, all magnitudes equally likely, as in a real step."""
    dice = random.Random(seed)
    made: list[Event] = []
    alive: list[int] = []
    for name in range(events):
        if alive and (len(alive) >= alive_at_most or dice.random() < 0.45):
            made.append(free(alive.pop(dice.randrange(len(alive)))))
        else:
            made.append(alloc(name, int(2 ** dice.uniform(0, 28)), dice.choice("abc")))
            alive.append(name)
    return made


# --- golden traces: (events, allocated, reserved natively, reserved with expandable segments)
GOLDEN = {
    "one byte": ([alloc(1, 1)], 512, 2 * MIB, 2 * MIB),
    "nothing": ([alloc(1, 0), free(1)], 0, 0, 0),
    "1 MiB is small": ([alloc(1, MIB), alloc(2, MIB)], 2 * MIB, 2 * MIB, 2 * MIB),
    "a byte more is large": ([alloc(1, MIB + 1)], MIB + 512, 20 * MIB, 20 * MIB),
    # 9 + 9 of 20 MiB; the 2 MiB left hold 1.5, the remaining 0.5 MiB are not split off, so that
    # they count as allocated. Expandable segments do split them off.
    "the tail is kept": (
        [alloc(1, 9 * MIB), alloc(2, 9 * MIB), alloc(3, 3 * MIB // 2)],
        20 * MIB, 20 * MIB, 20 * MIB,
    ),  # expandable: 19.5 MiB allocated, tested below
    # From 10 MiB on a segment of its own, in steps of 2 MiB; the odd MiB of each is not split off.
    # Expandable: one row of 20 MiB pages.
    "own segments": ([alloc(1, 11 * MIB), alloc(2, 11 * MIB)], 24 * MIB, 24 * MIB, 40 * MIB),
    # 30 MiB free between: 12 MiB take the first, 18 MiB are left in the segment and serve 18.
    "split and reused": (
        [alloc(1, 30 * MIB), free(1), alloc(2, 12 * MIB), alloc(3, 18 * MIB)],
        30 * MIB, 30 * MIB, 40 * MIB,
    ),
    # Neighbours grow together again: after both are gone, 30 MiB fit in one piece.
    "merged": (
        [alloc(1, 30 * MIB), free(1), alloc(2, 12 * MIB), alloc(3, 18 * MIB),
         free(2), free(3), alloc(4, 30 * MIB)],
        30 * MIB, 30 * MIB, 40 * MIB,
    ),
    # Two separate segments never merge natively: 40 MiB need a third. Expandable: one row.
    "fragments": (
        [alloc(1, 20 * MIB), alloc(2, 20 * MIB), free(1), free(2), alloc(3, 40 * MIB)],
        40 * MIB, 80 * MIB, 40 * MIB,
    ),
    # Best fit: 14 MiB go into the block of 16, not into that of 40.
    "best fit": (
        [alloc(1, 40 * MIB), alloc(2, 16 * MIB), free(1), free(2), alloc(3, 14 * MIB),
         alloc(4, 40 * MIB)],
        56 * MIB, 56 * MIB, 60 * MIB,
    ),
    "given back": (
        [alloc(1, 40 * MIB), free(1), ("empty", 0, 0, "", ""), alloc(2, 60 * MIB)],
        60 * MIB, 60 * MIB, 60 * MIB,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_traces(name: str) -> None:
    trace, allocated, native, expandable = GOLDEN[name]
    assert (replay(trace).peak_allocated, replay(trace).peak_reserved) == (allocated, native)
    assert replay(trace, expandable=True).peak_reserved == expandable


def test_an_unsplit_tail_counts_as_allocated_only_natively() -> None:
    trace = GOLDEN["the tail is kept"][0]
    assert replay(trace, expandable=True).peak_allocated == 19 * MIB + 512 * KIB


def test_small_requests_share_a_segment_of_2_mib() -> None:
    trace = [alloc(name, 700 * KIB) for name in range(4)]  # two to a segment
    assert replay(trace).peak_reserved == 4 * MIB
    # In one row of pages, three of 700 KiB lie across the border of two pages.
    assert replay([*trace, alloc(9, 600 * KIB)], expandable=True).peak_reserved == 4 * MIB


def test_of_two_places_alike_that_of_the_later_segment_is_taken() -> None:
    """The driver gives out addresses from the top down."""
    card = Allocator()
    first, second = card.allocate(64 * MIB), card.allocate(64 * MIB)
    card.free(first)
    card.free(second)
    again = card.allocate(40 * MIB)
    assert again.at == second.at < first.at


def test_a_full_card_gives_its_cache_back_before_it_fails() -> None:
    trace = [alloc(1, 40 * MIB), free(1), alloc(2, 50 * MIB)]
    assert replay(trace).peak_reserved == 90 * MIB
    small = replay(trace, capacity=50 * MIB)
    assert (small.oom_at, small.peak_reserved, small.releases) == (None, 50 * MIB, 1)
    assert replay(trace, capacity=48 * MIB).oom_at == 2
    assert least_capacity(trace) == 50 * MIB


def test_a_split_segment_cannot_be_given_back() -> None:
    trace = [alloc(1, 40 * MIB), free(1), alloc(2, 12 * MIB), alloc(3, 50 * MIB)]
    assert least_capacity(trace) == 90 * MIB
    # Expandable: of the first 40 MiB one page of 20 is held, the other stays mapped and is used.
    assert least_capacity(trace, expandable=True) == 80 * MIB


def test_unmapped_pages_are_mapped_again_at_the_lowest_place() -> None:
    card = Allocator(capacity=100 * MIB, expandable=True)
    first, second, third = (card.allocate(20 * MIB) for _ in range(3))
    assert first is not None
    assert second is not None
    assert third is not None
    card.free(first)
    card.free(second)
    wide = card.allocate(60 * MIB)  # does not fit before the third: the free pages go
    assert wide is not None
    assert (card.releases, card.reserved) == (1, 80 * MIB)
    assert wide.at == third.at + third.size
    back = card.allocate(20 * MIB)  # and come back in the hole
    assert back is not None
    assert (back.at, card.reserved) == (first.at, 100 * MIB)
    assert card.allocate(20 * MIB) is None


def test_the_parts_at_the_peak_add_up_to_it() -> None:
    trace = [
        alloc(1, 30 * MIB, "model"), alloc(2, 20 * MIB, "activations", "forward"),
        alloc(3, 10 * MIB, "gradients", "backward"), free(2), alloc(4, 5 * MIB, "optimizer"),
    ]  # fmt: skip
    done = replay(trace)
    assert done.live_at_peak == {
        "model": 30 * MIB, "activations": 20 * MIB, "gradients": 10 * MIB,
    }  # fmt: skip
    assert (done.peak_allocated, done.peak_phase) == (60 * MIB, "backward")


def test_a_trace_that_was_json_replays_alike() -> None:
    trace = wild(3)
    assert replay(json.loads(json.dumps(trace))) == replay(trace)


def test_a_storage_born_twice_is_a_broken_trace() -> None:
    with pytest.raises(ValueError, match="born twice"):
        replay([alloc(1, 5), alloc(1, 5)])


@both
@seeds
def test_blocks_never_overlap_and_their_segments_hold_them(seed: int, expandable: bool) -> None:
    allocator = Allocator(capacity=1_500 * MIB if seed % 2 else None, expandable=expandable)
    held: dict[int, Block] = {}
    for op, name, size, _phase, _part in wild(seed):
        if op == "alloc":
            block = allocator.allocate(size)
            if block is not None:
                assert block.size >= size
                assert block.size % UNIT == 0
                held[name] = block
        elif name in held:
            allocator.free(held.pop(name))
        places = sorted((block.at, block.size) for block in held.values())
        for (start, length), (following, _size) in itertools.pairwise(places):
            assert start + length <= following
        assert sum(block.size for block in held.values()) <= allocator.reserved
        waiting = sum(
            block.size
            for pool in (allocator.small, allocator.large)
            for block in pool.blocks.values()
        )
        assert allocator.reserved == waiting + sum(block.size for block in held.values())
    for block in held.values():
        allocator.free(block)
    allocator.release_cached()
    assert allocator.reserved == 0
    assert not allocator.small.keys
    assert not allocator.large.keys


@both
@seeds
def test_reserved_covers_allocated_covers_requested(seed: int, expandable: bool) -> None:
    trace = wild(seed)
    requested = most = 0
    sizes: dict[int, int] = {}
    for op, name, size, _phase, _part in trace:
        if op == "alloc":
            sizes[name] = size
        requested += size if op == "alloc" else -sizes[name]
        most = max(most, requested)
    done = replay(trace, expandable=expandable)
    assert done.peak_reserved >= done.peak_allocated >= most
    assert done.peak_reserved % GRANULE == 0
    assert sum(done.live_at_peak.values()) == done.peak_allocated


@both
@seeds
def test_the_least_capacity_is_the_edge(seed: int, expandable: bool) -> None:
    trace = wild(seed, events=300, alive_at_most=25)
    top = replay(trace, expandable=expandable)
    least = least_capacity(trace, expandable)
    assert top.peak_allocated - GRANULE < least <= top.peak_reserved
    assert replay(trace, capacity=least, expandable=expandable).oom_at is None
    assert replay(trace, capacity=least - GRANULE, expandable=expandable).oom_at is not None
    for more in range(least, top.peak_reserved + GRANULE, 16 * GRANULE):
        assert replay(trace, capacity=more, expandable=expandable).oom_at is None


@both
def test_a_longer_trace_never_needs_less(expandable: bool) -> None:
    trace = wild(5, events=200)
    peaks = [replay(trace[:length], expandable=expandable) for length in range(0, 200, 20)]
    assert [one.peak_reserved for one in peaks] == sorted(one.peak_reserved for one in peaks)
    assert [one.peak_allocated for one in peaks] == sorted(one.peak_allocated for one in peaks)


@both
@seeds
def test_a_copy_goes_on_as_the_first_would(seed: int, expandable: bool) -> None:
    trace = wild(seed)
    first = Allocator(2_000 * MIB, expandable)
    held: dict[int, Block] = {}

    def go_on(allocator: Allocator, held: dict[int, Block], part: list[Event]) -> list[int]:
        reserved = []
        for op, name, size, _phase, _part in part:
            if op == "alloc" and (block := allocator.allocate(size)) is not None:
                held[name] = block
            elif op == "free" and name in held:
                allocator.free(held.pop(name))
            reserved.append(allocator.reserved)
        return reserved

    go_on(first, held, trace[:300])
    second, also_held = first.copy(held)
    there = go_on(second, also_held, trace[300:])
    assert there == go_on(first, held, trace[300:])
    assert [(b.at, b.size) for b in held.values()] == [(b.at, b.size) for b in also_held.values()]
    assert not set(map(id, held.values())) & set(map(id, also_held.values()))
