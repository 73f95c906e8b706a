"""What kernels take on a card beside their outcome: the table of hidden temporaries.

Tensors without content show what an operator gives back, not what its CUDA code takes meanwhile.
Each rule below says where it was read. None could be measured here, except that published runs
on a T4 come out right with those for softmax, memory-efficient attention and 4-bit products;
`tests/gpu` measures each on a real card.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch

from ftstudio.planning.card_kinds import cublas_workspace
from ftstudio.worker.simulation.tracker import NOTHING, Taken

aten = torch.ops.aten
LIGHT_WORKSPACE = 1 << 20  # CublasHandlePool.cpp, parseCUDABlasLtWorkspaceSize
Rule = Callable[["Kernels", Any, Any, Any], Taken]

_PRODUCTS = {"aten::mm", "aten::addmm", "aten::bmm", "aten::baddbmm", "bitsandbytes::gemm_4bit",
             "bitsandbytes::int8_scaled_mm", "bitsandbytes::int8_mixed_scaled_mm"}  # fmt: skip


# Of all operators of torch, these alone have a kernel in builds with CUDA, and are put together
# from others where there is none (native_functions.yaml: CUDA beside CompositeImplicitAutograd).
ONLY_WITH_CUDA = ("silu_backward", "mish_backward", "_fused_rms_norm")


@contextmanager
def known_to_cuda() -> Iterator[None]:
    """Inside, a build without CUDA takes these operators as whole ones too. Else autograd goes
    through their pieces, and each leaves a tensor behind that no card would hold."""
    library: Any = torch.library.Library("aten", "IMPL")  # type: ignore[no-untyped-call]
    try:
        for name in ONLY_WITH_CUDA:
            if not torch._C._dispatch_has_kernel_for_dispatch_key(f"aten::{name}", "CUDA"):
                library.impl(name, _never, "CUDA")
        yield
    finally:
        library._destroy()


def _never(*given: Any, **named: Any) -> Any:
    raise NotImplementedError("there is no card: tensors without content never get here")


@contextmanager
def groups_of_any_type() -> Iterator[None]:
    """Inside, the product of groups (mixtures of experts) has a shape in all types, as it has a
    kernel in all (GroupedBlas.cpp falls back to one product for each group, which takes nothing).
    The shape that torch gives is for bfloat16 alone."""
    from torch import _meta_registrations as shapes

    plain = shapes._meta_grouped_mm_common

    def shaped(given: Any, weights: Any, *more: Any, **named: Any) -> Any:
        if given.dtype is torch.bfloat16 or named.get("scale_a") is not None:
            return plain(given, weights, *more, **named)
        dtype = named.get("out_dtype") or given.dtype
        made: Any = shapes._create_grouped_mm_output_tensor
        return made(given, weights, named.get("offs"), dtype)

    with patch.object(shapes, "_meta_grouped_mm_common", shaped):
        yield


class Kernels:
    """The `hidden` of a Tracker, for one architecture."""

    def __init__(self, capability: tuple[int, int]) -> None:
        self.capability = capability
        # Who has a workspace: forward and backward, of cuBLAS and of cuBLASLt.
        self._threads: set[tuple[bool, bool]] = set()

    def __call__(self, func: Any, args: Any, kwargs: Any, outcome: Any) -> Taken:
        name = func._schema.name
        kept = self._workspaces(_with_offset(name, args, kwargs)) if name in _PRODUCTS else ()
        rule = RULES.get(name)
        taken = rule(self, args, kwargs, outcome) if rule else NOTHING
        return Taken(taken.before, taken.after, kept) if kept else taken

    def _workspaces(self, light: bool) -> tuple[int, ...]:
        """CublasHandlePool.cpp: one per handle, and each thread has a handle. Autograd's own
        thread is the second. cuBLASLt takes another one there, which is small on every card."""
        backward = torch._C._current_graph_task_id() != -1
        wanted = {(backward, False), (backward, light)} - self._threads
        self._threads |= wanted
        return tuple(
            LIGHT_WORKSPACE if of_light else cublas_workspace(self.capability)
            for _, of_light in sorted(wanted)
        )


def _with_offset(name: str, args: Any, kwargs: Any) -> bool:
    """Blas.cpp, addmm_out_cuda_impl: an offset for each column is added by cuBLASLt. Products with
    packed weights end there too, where the weight is unpacked (`torch.nn.functional.linear`)."""
    if name == "aten::addmm":
        return bool(args[0].dim() == 1 and min(args[2].shape) > 1)
    return name == "bitsandbytes::gemm_4bit" and kwargs.get("bias") is not None


def _softmax_backward(kernels: Kernels, args: Any, kwargs: Any, outcome: Any) -> Taken:
    """SoftMax.cu, softmax_backward_cuda_out: `Tensor tmp = grad * output`."""
    return Taken(after=(_bytes(args[0]),))


def _flash_backward(kernels: Kernels, args: Any, kwargs: Any, outcome: Any) -> Taken:
    """flash_attn/flash_api.cpp, mha_bwd: softmax_d, dq_accum in float32 (rows rounded to 128,
    widths to 32), and keys' and values' gradients for every head where heads share them."""
    query, key = args[1], args[2]
    batch, heads, rows, width = query.shape
    rounded = _round(rows, 128)
    taken = [
        batch * heads * rounded * 4,
        batch * rounded * heads * _round(width, 32) * 4,
    ]
    if key.shape[1] != heads:
        taken += [batch * key.shape[2] * heads * _round(width, 8) * query.element_size()] * 2
    return Taken(after=tuple(taken))


def _efficient_backward(kernels: Kernels, args: Any, kwargs: Any, outcome: Any) -> Taken:
    """mem_eff_attention/kernel_backward.h: delta, and the queries' gradients in blocks of float32
    before they are rounded (16 bytes of bookkeeping each)."""
    query = args[1]
    batch, heads, rows, width = query.shape
    delta = batch * heads * _round(rows, 16) * 4
    if query.element_size() == 4:
        return Taken(after=(delta,))
    at_once = 64 if width <= 64 and kernels.capability < (8, 0) else 128
    blocks = -(-rows // at_once) * -(-width // 64)
    return Taken(after=(delta, batch * heads * blocks * (at_once * 64 * 4 + 16)))


def _embedding_backward(kernels: Kernels, args: Any, kwargs: Any, outcome: Any) -> Taken:
    """Embedding.cu and EmbeddingBackwardKernel.cu: above 3072 words they are sorted (two lists of
    numbers, twice), then summed in pieces of ten in float32."""
    gradient, words, vocabulary = args[0], args[1], args[2]
    count = words.numel()
    if count <= 3072:
        return NOTHING
    most = min(count, int(vocabulary))
    pieces = count // 10 + most
    lists = (count * 8,) * 4
    return Taken(after=(*lists, most * 8, pieces * gradient.shape[-1] * 4))


def _product_4bit(kernels: Kernels, args: Any, kwargs: Any, outcome: Any) -> Taken:
    """bitsandbytes/backends/cuda/ops.py: where its own kernel is not the faster one, the weight is
    unpacked whole; scales that are packed too are unpacked first."""
    given, _, shape = args[:3]
    inner = given.shape[-1]
    if _fused(given.dtype, given.numel() // inner, shape[0], inner, args[4]):
        return NOTHING
    taken: list[int] = []
    packed = kwargs.get("absmax_8bit")
    if packed is not None:
        taken += [packed.numel() * 4] * 2
    return Taken(before=(*taken, shape[0] * shape[1] * given.element_size()))


def _fused(dtype: torch.dtype, rows: int, outputs: int, inner: int, block: int) -> bool:
    from bitsandbytes.backends.cuda import ops

    if rows > ops._gemm_4bit_custom_max_m or inner % block:
        return False
    return bool(ops._gemm_4bit_use_custom_cuda(0, dtype, rows, outputs, inner))


def _product_8bit(kernels: Kernels, args: Any, kwargs: Any, outcome: Any) -> Taken:
    """bitsandbytes/backends/default/ops.py: the sums are made in int32 first."""
    made = outcome[0] if isinstance(outcome, tuple) else outcome
    return Taken(before=(made.numel() * 4,))


def _norms(kernels: Kernels, args: Any, kwargs: Any, outcome: Any) -> Taken:
    """ForeachReduceOp.cu: float32 for each piece of 65536 numbers of the largest tensor, for all
    tensors alike."""
    tensors = args[0]
    pieces = math.ceil(max(tensor.numel() for tensor in tensors) / 65536)
    return Taken(before=(len(tensors) * pieces * 4,))


RULES: dict[str, Rule] = {
    "aten::_softmax_backward_data": _softmax_backward,
    "aten::_scaled_dot_product_flash_attention_backward": _flash_backward,
    "aten::_scaled_dot_product_efficient_attention_backward": _efficient_backward,
    "aten::embedding_dense_backward": _embedding_backward,
    "aten::_foreach_norm": _norms,
    "bitsandbytes::gemm_4bit": _product_4bit,
    "bitsandbytes::int8_scaled_mm": _product_8bit,
    "bitsandbytes::int8_mixed_scaled_mm": _product_8bit,
}


def _bytes(tensor: torch.Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _round(number: int, unit: int) -> int:
    return -(-number // unit) * unit
