"""A real training's every request to the card's allocator, replayed by our model of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ftstudio.gpu.cards import Card
from ftstudio.planning.allocator import MIB, Allocator, Block, Event
from tests.gpu.configurations import Configuration
from tests.gpu.history import compare
from tests.gpu.trials import let_go, prepare, start
from tests.unit.planning.test_allocator import GOLDEN, wild

# Torch's own figure of what was allocated may hold what no storage has asked for.
_SHARE = 0.001


@pytest.mark.gpu
@pytest.mark.timeout(600)
@pytest.mark.parametrize("expandable", [False, True], ids=["native", "expandable"])
@pytest.mark.parametrize(
    "one",
    [
        Configuration("Qwen2.5-0.5B", "instruct", "lora", 2, 512),
        Configuration("Qwen2.5-0.5B", "instruct", "full", 1, 512),
        Configuration("Qwen2.5-0.5B", "instruct", "qlora", 2, 512, {"optimizer": "adamw_8bit"}),
    ],
    ids=lambda one: one.method,
)
def test_each_event_of_a_training_counts_the_same(
    card: Card, tmp_path: Path, one: Configuration, expandable: bool
) -> None:
    if expandable and sys.platform == "win32":
        pytest.skip("segments do not grow on Windows")
    file = tmp_path / "history.json"
    made = let_go(
        start(
            prepare(one, tmp_path), tmp_path, FTSTUDIO_GPU_HISTORY=str(file),
            PYTORCH_CUDA_ALLOC_CONF=f"expandable_segments:{expandable}",
        ),
        lambda: 0,
    )  # fmt: skip
    assert not made.error, made.error
    found = compare(json.loads(file.read_text("utf-8")), expandable)
    print(f"{one.key}, expandable {expandable}: {found}")
    assert found.events > 2_000
    assert found.peak_reserved[0] == made.said["reserved"]
    assert abs(found.peak_allocated / made.said["allocated"] - 1) < _SHARE
    assert found.differing == 0, f"event {found.first} of {found.events}: {found.at_first}"


# What needs no card


def entries_of(trace: list[Event], expandable: bool) -> list[list[Any]]:
    """As the real allocator would tell of it, if it were as the model is."""
    allocator = Allocator(expandable=expandable)
    held: dict[int, Block] = {}
    told: list[list[Any]] = []
    for op, name, size, _phase, _part in trace:
        before = allocator.reserved
        if op == "alloc" and size:
            block = allocator.allocate(size)
            assert block is not None
            held[name] = block
            if allocator.reserved > before:
                told.append(["segment_alloc", 0, allocator.reserved - before])
            told.append(["alloc", block.at, size])
        elif op == "free" and name in held:
            block = held.pop(name)
            told += [["free_requested", block.at, size], ["free_completed", block.at, size]]
            allocator.free(block)
        elif op == "empty":
            allocator.release_cached()
            if allocator.reserved < before:
                told.append(["segment_free", 0, before - allocator.reserved])
    return told


@pytest.mark.parametrize("expandable", [False, True], ids=["native", "expandable"])
@pytest.mark.parametrize("name", [*GOLDEN, 1, 2])
def test_a_history_as_the_model_would_write_it_has_no_difference(
    name: str | int, expandable: bool
) -> None:
    trace = wild(name) if isinstance(name, int) else GOLDEN[name][0]
    told = entries_of(trace, expandable)
    found = compare(told, expandable)
    assert (found.first, found.differing, found.at_first) == (-1, 0, "")
    assert found.peak_reserved[0] == found.peak_reserved[1]
    assert found.events == sum(one[0] in ("alloc", "free_completed") for one in told)
    assert bool(told) == (found.peak_reserved[0] > 0)


def test_where_the_real_one_takes_more_the_event_is_named() -> None:
    told = [
        ["segment_alloc", 0, 2 * MIB], ["alloc", 10, 1000], ["segment_alloc", 0, 22 * MIB],
        ["alloc", 20, 5 * MIB], ["free_requested", 20, 5 * MIB], ["free_completed", 20, 5 * MIB],
    ]  # fmt: skip
    found = compare(told, expandable=False)
    assert (found.events, found.first, found.differing) == (3, 1, 2)
    assert found.at_first.startswith(f"alloc of {5 * MIB} bytes: {24 * MIB} reserved")
    assert found.peak_reserved == (24 * MIB, 22 * MIB)
    assert found.peak_allocated == 5 * MIB + 1024


def test_what_was_cached_is_given_back_where_the_real_one_did() -> None:
    told = [
        ["segment_alloc", 0, 20 * MIB], ["alloc", 10, 2 * MIB], ["free_completed", 10, 2 * MIB],
        ["segment_free", 0, 20 * MIB], ["segment_alloc", 0, 30 * MIB], ["alloc", 30, 30 * MIB],
    ]  # fmt: skip
    found = compare(told, expandable=False)
    assert found.differing == 0
    assert found.peak_reserved == (30 * MIB, 30 * MIB)


def test_a_history_that_begins_in_the_middle_is_refused() -> None:
    with pytest.raises(ValueError, match="before the history began"):
        compare([["segment_free", 0, 2 * MIB]], expandable=False)
