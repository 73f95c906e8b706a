"""Values that follow from known ones are known; what comes from a model is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch._subclasses.fake_tensor import DynamicOutputShapeException, FakeTensorMode

from ftstudio.worker.simulation.values import KnownValues


@pytest.fixture
def values() -> Iterator[KnownValues]:
    with FakeTensorMode(), KnownValues() as values:
        yield values


def test_what_is_padded_is_known(values: KnownValues) -> None:
    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    assert not mask.bool().all()
    assert int(mask.sum()) == 5
    assert mask[:1].bool().all()


def test_marks_of_learned_tokens_before_a_text_are_known(values: KnownValues) -> None:
    """peft makes them as numbers with a point."""
    mask = torch.cat([torch.ones(1, 4), torch.tensor([[1, 1, 1]])], dim=1)
    assert mask.to(torch.bool).all()
    assert values.of(torch.ones(16)) is None  # a weight


def test_a_written_value_is_the_new_one(values: KnownValues) -> None:
    counts = torch.zeros(4, dtype=torch.long)
    counts[1:3] = torch.tensor([7, 8])
    counts.add_(1)
    assert [int(x) for x in counts] == [1, 8, 9, 1]


def test_overwritten_by_something_unknown_nothing_is_known_of_it_or_its_views(
    values: KnownValues,
) -> None:
    counts = torch.zeros(4, dtype=torch.long)
    half = counts[:2]
    counts.copy_(torch.randn(4))
    assert values.of(counts) is None
    assert values.of(half) is None


def test_rows_are_picked_by_a_known_mask(values: KnownValues) -> None:
    weights = torch.randn(3, 5)
    kept = weights[torch.tensor([True, False, True])]
    assert kept.shape == (2, 5)
    assert values.of(kept) is None
    assert torch.tensor([0, 3, 0, 4]).nonzero().flatten().shape == (2,)


def test_a_mask_over_many_unknown_values_is_refused(values: KnownValues) -> None:
    unknown = torch.randn(5000)
    with pytest.raises(DynamicOutputShapeException):
        unknown[unknown > 0]


def test_an_unknown_number_is_answered_plausibly(values: KnownValues) -> None:
    loss = torch.randn(())
    assert loss.item() == 0.0
    assert not bool(torch.isnan(loss))
    assert values.of(loss) is None


def test_an_order_by_chance_is_an_order(values: KnownValues) -> None:
    order = torch.randperm(6)
    assert sorted(int(x) for x in order) == list(range(6))
