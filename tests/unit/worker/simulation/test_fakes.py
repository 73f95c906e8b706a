"""What is given again is what PyTorch's own mode gives: forms, sharing, and what is not a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.nn import functional

from ftstudio.worker.simulation.fakes import Fakes


def products() -> list[Any]:
    a, b = torch.ones(3, 4), torch.ones(4, 5, dtype=torch.float16)
    return [a @ b.float(), torch.mm(a, a.t()), a.bfloat16() * 2, a[1:, ::2] + 1, a.sum(-1), a > 0]


def views() -> list[Any]:
    a = torch.zeros(2, 3, 4)
    b = a[1].transpose(0, 1)
    return [a, b, a.view(6, 4)[2:], a.expand(5, 2, 3, 4), b.detach(), a[..., 1].unsqueeze(0)]


def hidden_views() -> list[Any]:
    a = torch.ones(2, 3, 8)
    made = torch.ops.aten._unsafe_view(a, [6, 8])
    return [a, made, functional.linear(a, torch.ones(5, 8))]


def in_place() -> list[Any]:
    a, other = torch.ones(4), torch.empty(0)
    torch.mul(a, 2, out=other)
    return [a, a.add_(1), a.view(2, 2).zero_(), a.fill_(3), other, torch.empty(3).uniform_()]


def several() -> list[Any]:
    a = torch.ones(2, 6)
    first, second, third = a.split(2, -1)
    return [
        first, second, third, *torch.max(a, 1), *torch._foreach_mul([a, first.clone()], 2.0),
        functional.layer_norm(a, [6]), torch.cat([a, a], 1), *torch.sort(a),
    ]  # fmt: skip


def of_types() -> list[Any]:
    """1 and 1.0 are equal as keys, but make other tensors."""
    a = torch.ones(3, dtype=torch.int64)
    return [a * 1, a * 1.0, a * True, torch.full((2,), 1), torch.full((2,), 1.0), a.to(torch.int32)]


def learned() -> list[Any]:
    weight = torch.nn.Parameter(torch.ones(4, 4))
    (functional.gelu(torch.ones(3, 4) @ weight).sum() * 2).backward()
    assert weight.grad is not None
    with torch.autocast("cpu", torch.bfloat16):
        half = torch.ones(2, 4) @ weight
    return [weight.grad, weight.detach(), half, weight * 1]


def form(tensor: Any) -> tuple[Any, ...]:
    kept = tensor.untyped_storage()
    return (
        type(tensor), tensor.dtype, tuple(tensor.shape), tensor.stride(), tensor.storage_offset(),
        tensor.device, tensor.requires_grad, kept.nbytes(), torch._C._dispatch_keys(tensor),
        tensor.constant is None, tensor.is_leaf,
    )  # fmt: skip


def sharing(tensors: list[Any]) -> list[list[int]]:
    """Which of them lie in the same storage, and which are the very same."""
    places = [one.untyped_storage()._cdata for one in tensors]
    first = [places.index(place) for place in places]
    same = [next(i for i, other in enumerate(tensors) if other is one) for one in tensors]
    return [first, same]


@pytest.mark.parametrize(
    "work", [products, views, hidden_views, in_place, several, of_types, learned]
)
def test_again_it_is_as_pytorch_would_give_it(work: Callable[[], list[Any]]):
    with FakeTensorMode():
        plain = work()
    mode = Fakes()
    with mode:
        rounds = [work(), work(), work()]
    assert any(mode._makers.values())  # the later rounds were given again
    for given in rounds:
        assert list(map(form, given)) == list(map(form, plain))
        assert sharing(given) == sharing(plain)


def test_each_has_a_storage_of_its_own_that_dies_with_it():
    with Fakes():
        a = torch.ones(5)
        first, second = a * 2, a * 2
    assert first.untyped_storage()._cdata != second.untyped_storage()._cdata
    assert isinstance(second, FakeTensor)
    assert second.fake_mode is first.fake_mode


def test_numbers_that_are_known_stay_known():
    with Fakes():
        for number in (3, 5, 3):
            assert torch.tensor(number).item() == number
            assert (torch.tensor(number) * 2).item() == number * 2
