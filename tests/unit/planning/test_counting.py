"""From a trace to an estimate: every byte in its part, the card's own share and air added."""

from __future__ import annotations

from dataclasses import replace

from ftstudio.planning.card_kinds import find_kind
from ftstudio.planning.counting import counted, uncounted
from ftstudio.planning.memory_estimate import MemoryEstimate

MIB = 1 << 20
CLOSED = MemoryEstimate(
    {"model": 90 * MIB, "context": 800 * MIB}, ram={"process": 3, "training": 90 * MIB}
)
TRACE = [
    ("phase", 0, 0, "load", ""),
    ("alloc", 1, 100 * MIB, "load", "model"),
    ("phase", 0, 0, "forward", ""),
    ("alloc", 2, 30 * MIB + 3, "forward", "activations"),
    ("alloc", 3, 10 * MIB, "forward", "something new"),
    ("free", 2, 30 * MIB + 3, "forward", "activations"),
    ("free", 3, 10 * MIB, "forward", "something new"),
    ("alloc", 4, 20 * MIB, "optimizer", "optimizer"),
]


def test_on_a_card_its_own_share_and_what_is_kept_are_added() -> None:
    kind = find_kind("t4")
    found = counted(TRACE, kind, False, CLOSED, ["A remark."])
    assert found.how == "exact"
    assert found.parts["model"] == 100 * MIB
    assert found.parts["activations"] == 40 * MIB + 512  # what is rounded up belongs to it
    assert found.parts["optimizer"] == 0  # it came later
    assert found.parts["context"] == kind.context_bytes
    assert found.parts["rounding"] >= 0
    assert found.parts["margin"] == 256 * MIB
    assert 140 * MIB < found.least - kind.context_bytes <= found.peak - kind.context_bytes
    assert found.ram == CLOSED.ram
    assert "A remark." in found.why


def test_where_segments_can_not_grow_rows_of_many_lengths_may_take_more() -> None:
    kind = find_kind("t4")
    grown, stiff = (counted(TRACE, kind, able, CLOSED) for able in (True, False))
    assert grown.low == grown.high == grown.shown
    assert stiff.low == stiff.shown
    assert stiff.high - stiff.shown == int(0.3 * stiff.parts["activations"]) > 0
    assert any("leave gaps" in sentence for sentence in stiff.why)
    assert not any("leave gaps" in sentence for sentence in grown.why)


def test_filled_up_to_one_length_leaves_no_gaps() -> None:
    found = counted(TRACE, find_kind("t4"), False, CLOSED, alike=True)
    assert found.low == found.high == found.shown
    assert not any("leave gaps" in sentence for sentence in found.why)


def test_on_the_processor_what_lives_is_what_is_held() -> None:
    found = counted(TRACE, None, False, CLOSED)
    assert found.parts["activations"] == 40 * MIB + 3
    assert found.parts["rounding"] == 0
    assert found.parts["context"] == 800 * MIB
    assert found.ram["training"] == 140 * MIB + 3


def test_what_could_not_be_counted_is_a_range_with_its_reason() -> None:
    found = uncounted(CLOSED, "It can't be told.")
    assert found.low < CLOSED.shown < found.high
    assert found.how == "instant"
    assert "It can't be told." in found.why[0]


def test_a_wider_range_of_before_is_not_narrowed() -> None:
    doubted = replace(CLOSED, low=CLOSED.shown // 10, high=10 * CLOSED.shown)
    found = uncounted(doubted, "It can't be told.")
    assert (found.low, found.high) == (doubted.low, doubted.high)
