"""Libraries that ask a fake for content are answered, and nothing stays changed afterwards."""

from __future__ import annotations

import copy

import pytest
import torch
import transformers.utils.import_utils as questions
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils.data import RandomSampler

from ftstudio.worker.simulation.stand_ins import as_if_real, in_order
from ftstudio.worker.simulation.values import KnownValues


def test_lists_and_arrays_have_the_shape_and_the_values_that_are_known() -> None:
    with FakeTensorMode(), KnownValues() as values, as_if_real(values):
        assert torch.tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
        assert torch.randn(2, 3).tolist() == [[0.0] * 3] * 2
        assert torch.tensor([5, 6]).numpy().tolist() == [5, 6]
        assert torch.randn(2, 3).numpy().shape == (2, 3)


def test_a_copy_belongs_to_the_same_mode_and_a_module_takes_another_precision() -> None:
    with FakeTensorMode(), KnownValues() as values, as_if_real(values):
        layer = torch.nn.Linear(3, 4)
        twin = copy.deepcopy(layer)
        total = (twin.weight + layer.weight).sum()
        assert twin.weight is not layer.weight
        assert isinstance(twin.weight, torch.nn.Parameter)
        before = layer.weight
        layer.to(torch.bfloat16)
        assert layer.weight is before
        assert layer.weight.dtype is torch.bfloat16
        assert total.shape == ()


def test_weights_have_a_place_and_other_tensors_none() -> None:
    with FakeTensorMode(), KnownValues() as values, as_if_real(values):
        layer, other = torch.nn.Linear(3, 4), torch.nn.Linear(3, 4)
        other.weight = layer.weight
        places = {weight.data_ptr() for weight in (layer.weight, other.weight, layer.bias)}
        assert len(places) == 2
        with pytest.raises(RuntimeError, match="data pointer"):
            torch.ones(3).data_ptr()


def test_what_an_optimizer_pages_lies_where_its_weights_do() -> None:
    functional = pytest.importorskip("bitsandbytes.functional")
    plain = functional.get_paged
    with FakeTensorMode(), KnownValues() as values, as_if_real(values):
        held = functional.get_paged(3, 4, dtype=torch.uint8, device=torch.device("cpu"))
        functional.fill(held, 0)
        assert (held.shape, held.dtype) == ((3, 4), torch.uint8)
        assert not getattr(held, "is_paged", False)  # nothing asks to fetch it
    assert functional.get_paged is plain


def test_what_was_changed_is_put_back() -> None:
    apply, asked = torch.nn.Module._apply, questions.is_fake_tensor
    with FakeTensorMode(), KnownValues() as values, as_if_real(values):
        assert torch.nn.Module._apply is not apply
    assert torch.nn.Module._apply is apply
    assert questions.is_fake_tensor is asked
    assert "numpy" not in vars(FakeTensor)


def test_rows_come_in_their_own_order() -> None:
    with in_order():
        assert list(RandomSampler(range(5))) == [0, 1, 2, 3, 4]
    assert {tuple(RandomSampler(range(50))) for _ in range(3)} != {tuple(range(50))}


def test_answers_of_a_round_stay_in_their_order() -> None:
    """Two runs that have drawn lots in between shall learn from the same answers."""
    trainers = [pytest.importorskip(f"trl.trainer.{name}_trainer") for name in ("grpo", "rloo")]
    given = {"completion_ids": torch.arange(50)}
    for trainer in trainers:
        plain = trainer.shuffle_sequence_dict
        with in_order():
            assert trainer.shuffle_sequence_dict(given)["completion_ids"].tolist() == [*range(50)]
        assert trainer.shuffle_sequence_dict is plain
        assert plain(given)["completion_ids"].tolist() != [*range(50)]
