"""What a longer limit costs is reckoned for one run that stays the same otherwise."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.planning.limits import SIZES
from ftstudio.planning.longer_texts import counted_lengths, first_guess
from ftstudio.planning.machine import Machine

GB = 10**9
CARD = Machine("cuda", "RTX 4090", 24 * GB, 21 * GB, 16)
PROCESSOR = Machine("cpu", "2 processor cores", 25 * GB, 20 * GB, 2)
QWEN_8B = next(size.shape for size in SIZES if "8B" in size.name)
SMALL = SIZES[0].shape
TOKENS = [100] * 900 + [900] * 90 + [3_000] * 10


def guess(shape=QWEN_8B, tokens=TOKENS, machine=CARD, **facts):
    facts = {"kind": "chat", "train": 950, "validation": 50} | facts
    return first_guess(shape, Counter(tokens), DatasetFacts(**facts), machine, Path("/"))


def test_rows_past_a_limit_are_counted():
    found = guess()
    assert [found.cut(limit) for limit in (99, 100, 899, 900, 2_999, 3_000)] == [
        1_000, 100, 100, 10, 10, 0,
    ]  # fmt: skip


def test_a_longer_limit_costs_memory_up_to_the_longest_row():
    found = guess()
    at = [found.memory(limit).shown for limit in (256, 512, 1_024, 2_048)]
    assert at == sorted(at)
    assert at[-1] > at[0]
    assert found.memory(3_000).shown == found.memory(8_192).shown, "no row is longer than 3,000"


def test_only_the_limit_differs(monkeypatch):
    found = guess()
    seen = []
    import ftstudio.planning.longer_texts as module

    real = module.estimate
    monkeypatch.setattr(
        module, "estimate", lambda *args: seen.append((args[1:3], args[3])) or real(*args)
    )
    found.memory(256)
    found.memory(4_096)
    (one, first), (two, second) = seen
    assert one == two
    assert first.model_copy(update={"max_length": 0}) == second.model_copy(update={"max_length": 0})
    assert (first.max_length, second.max_length) == (256, 4_096)


def test_it_says_what_does_not_fit():
    found = guess(machine=Machine("cuda", "RTX 4090", 24 * GB, 6 * GB, 16))
    assert found.fit(8_192) == "does not fit"
    assert guess(SMALL, machine=PROCESSOR).fit(256) == "fits"


@pytest.mark.parametrize("kind", ["chat", "preference", "feedback", "label", "number", "text"])
def test_every_kind_of_data_has_a_guess(kind):
    labels = {"repair": 500, "billing": 450} if kind == "label" else {}
    found = guess(SMALL, machine=PROCESSOR, kind=kind, labels=labels)
    assert not found.run.refusal
    assert found.memory(256).shown > 0


def test_lengths_are_those_that_were_counted():
    lengths = counted_lengths(tuple(TOKENS), 50)
    assert (lengths.rows, lengths.validation_rows) == (950, 50)
    assert (lengths.longest, lengths.most, lengths.mean) == (3_000, 3_000, 201.0)
    assert lengths.spread == tuple(TOKENS)
    assert counted_lengths((), 0).longest == 64
