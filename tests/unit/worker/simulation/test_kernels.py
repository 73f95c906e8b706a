"""What kernels take inside themselves: each rule on shapes whose sum can be done by hand."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from ftstudio.planning.card_kinds import cublas_workspace
from ftstudio.worker.simulation import shim
from ftstudio.worker.simulation.kernels import (
    LIGHT_WORKSPACE,
    ONLY_WITH_CUDA,
    RULES,
    Kernels,
    groups_of_any_type,
)
from ftstudio.worker.simulation.tracker import NOTHING, Tracker

aten = torch.ops.aten
HALF = torch.float16


def blank(*shape: int, dtype: torch.dtype = HALF) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")


def taken(func, *args, capability=(8, 0), outcome=None, **kwargs):
    return Kernels(capability)(func, args, kwargs, outcome)


def test_most_kernels_take_nothing():
    assert taken(aten.add.Tensor, blank(4, 4), blank(4, 4)) == NOTHING


def test_softmax_backward_takes_another_gradient():
    gradient = blank(2, 3, 8, 8, dtype=torch.float32)
    found = taken(aten._softmax_backward_data.default, gradient, gradient, -1, torch.float32)
    assert found.after == (2 * 3 * 8 * 8 * 4,)


def test_flash_backward_sums_in_float32_and_widens_shared_heads():
    query, key = blank(2, 8, 100, 64), blank(2, 2, 100, 64)
    func = aten._scaled_dot_product_flash_attention_backward.default
    alike = taken(func, query, query, query, query)
    shared = taken(func, query, query, key, key)
    assert alike.after == (2 * 8 * 128 * 4, 2 * 8 * 128 * 64 * 4)
    assert shared.after == (*alike.after, *(2 * 100 * 8 * 64 * 2,) * 2)


@pytest.mark.parametrize(
    ("width", "capability", "rows"), [(64, (7, 5), 128), (64, (8, 0), 128), (128, (7, 5), 128)]
)
def test_efficient_backward_keeps_the_queries_gradients_in_float32(width, capability, rows):
    query = blank(2, 4, 100, width)
    func = aten._scaled_dot_product_efficient_attention_backward.default
    delta, sums = taken(func, query, query, query, query, capability=capability).after
    assert delta == 2 * 4 * 112 * 4
    assert sums >= 2 * 4 * rows * width * 4
    assert sums < 1.01 * 2 * 4 * rows * width * 4


def test_few_words_are_not_sorted_on_the_way_back():
    func = aten.embedding_dense_backward.default
    assert taken(func, blank(8, 16), blank(8, dtype=torch.int64), 100, -1, False) == NOTHING
    many = taken(func, blank(4000, 16), blank(4000, dtype=torch.int64), 100, -1, False)
    assert many.after[-1] == (400 + 100) * 16 * 4


def test_the_norm_of_many_counts_pieces_of_the_largest():
    tensors = [blank(65536 * 2 + 1), blank(5)]
    assert taken(aten._foreach_norm.Scalar, tensors, 2).before == (2 * 3 * 4,)


@pytest.mark.parametrize(("rows", "whole"), [(4, False), (2048, True)])
def test_packed_weights_are_unpacked_for_many_rows(rows, whole, monkeypatch):
    monkeypatch.setattr("ftstudio.worker.simulation.kernels._fused", lambda *given: rows < 1536)
    pytest.importorskip("bitsandbytes")
    func = torch.ops.bitsandbytes.gemm_4bit.default
    found = taken(func, blank(rows, 64), blank(1024, 1), [32, 64], blank(32), 64, "nf4")
    assert found.before == ((32 * 64 * 2,) if whole else ())


def test_each_thread_keeps_one_workspace():
    kernels = Kernels((7, 5))
    tracker = Tracker("cpu", hidden=kernels)
    with tracker:
        weight = torch.ones(4, 4, requires_grad=True)
        for _ in range(2):
            (torch.ones(2, 4) @ weight).sum().backward()
    kept = [size for op, _, size, _, part in tracker.trace if part == "workspace"]
    assert kept == [cublas_workspace((7, 5))] * 2


def test_products_with_an_offset_keep_a_light_workspace_beside():
    with Tracker("cpu", hidden=Kernels((7, 5))) as tracker:
        layer = torch.nn.Linear(4, 4)
        for _ in range(2):
            layer(torch.ones(2, 4, requires_grad=True)).sum().backward()
    kept = [size for op, _, size, _, part in tracker.trace if part == "workspace"]
    assert kept == [cublas_workspace((7, 5)), LIGHT_WORKSPACE, cublas_workspace((7, 5))]


def test_the_operators_that_only_cuda_has_whole_are_those_of_this_torch():
    torchgen = pytest.importorskip("torchgen")
    yaml = pytest.importorskip("yaml")
    table = Path(torchgen.__file__).parent / "packaged/ATen/native/native_functions.yaml"
    listed = yaml.load(table.read_text("utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    backends = {
        one["func"].split("(")[0]: {
            key.strip() for keys in one.get("dispatch") or {} for key in keys.split(",")
        }
        for one in listed
    }  # fmt: skip
    delegates = {one["func"].split("(")[0]: one.get("structured_delegate") for one in listed}
    found = {
        name
        for name, own in backends.items()
        if "CompositeImplicitAutograd" in own
        and "CUDA" in own | backends.get(delegates[name] or "", set())
    }
    assert found == set(ONLY_WITH_CUDA)


LEARN = """
from ftstudio.worker.simulation import shim
shim.load()
import torch
from ftstudio.planning.card_kinds import find_kind
from ftstudio.worker.simulation.fake_card import fake_card
from ftstudio.worker.simulation.tracker import Tracker
with fake_card(find_kind("t4")), Tracker("cuda") as tracker:
    given = torch.ones(1024, requires_grad=True, device="cuda")
    made = torch.nn.functional.silu(given)
    made.backward(torch.ones_like(made))
print(sum(op == "alloc" for op, *_ in tracker.trace))
"""


@pytest.mark.skipif(
    shim.needed() and not any(map(shutil.which, shim.COMPILERS)),
    reason="no card and no C++ compiler here",
)
def test_on_the_way_back_through_silu_a_card_holds_no_pieces():
    """What is given, its outcome, the gradients of both: in a build without CUDA it would be 9."""
    seen = subprocess.run(
        [sys.executable, "-c", LEARN], capture_output=True, text=True, timeout=250, check=False
    )
    assert seen.stdout.strip() == "4", seen.stderr


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_products_of_groups_have_a_shape_in_each_type(dtype):
    words, experts = blank(10, 16, dtype=dtype), blank(4, 16, 32, dtype=dtype)
    ends = blank(4, dtype=torch.int32)
    with groups_of_any_type():
        made = torch._grouped_mm(words, experts, offs=ends)
    assert made.shape == (10, 32)
    assert made.dtype is dtype


def test_every_rule_names_an_operator_that_there_is():
    pytest.importorskip("bitsandbytes")
    for name in RULES:
        space, operator = name.split("::")
        assert hasattr(getattr(torch.ops, space), operator)
