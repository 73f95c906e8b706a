"""A card of a chosen kind for tensors without content: what PyTorch and the libraries on it see.

Use it in a process of its own, after `shim.load()`: what it patches it puts back, what libraries
remember of a card they keep. Where a build of PyTorch finds a real card, only the chosen kind's
answers are put over the real one's; that path was written with care and never run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.utils._python_dispatch import _get_current_dispatch_mode_stack

from ftstudio.planning.card_kinds import CardKind
from ftstudio.worker.simulation.attention import attend_as_on
from ftstudio.worker.simulation.fakes import Fakes
from ftstudio.worker.simulation.kernels import known_to_cuda
from ftstudio.worker.simulation.tracker import Tracker

# Multiprocessors, from the makers' data sheets: bitsandbytes asks for them.
_PROCESSORS = {
    "t4": 40, "v100-16gb": 80, "v100-32gb": 80, "a100-40gb": 108, "a100-80gb": 108, "a10": 72,
    "a10g": 80, "a30": 56, "a40": 84, "l4": 58, "l40": 142, "l40s": 142, "rtx-3060": 28,
    "rtx-3070": 46, "rtx-3080": 68, "rtx-3090": 82, "rtx-4060": 24, "rtx-4060-ti": 34,
    "rtx-4070": 46, "rtx-4080": 76, "rtx-4090": 128, "rtx-5070": 48, "rtx-5080": 84,
    "rtx-5090": 170, "h100-80gb": 132, "h100-80gb-pcie": 114, "h200": 132, "b200": 148,
}  # fmt: skip
_PROCESSORS_ELSEWHERE = 60


@contextmanager
def fake_card(kind: CardKind) -> Iterator[FakeTensorMode]:
    """Inside, `cuda` is a card of this kind, and all tensors are without content."""
    with ExitStack() as stack:
        for target, name, value in _answers(kind):
            stack.enter_context(patch.object(target, name, value, create=True))
        stack.enter_context(patch.object(torch.nn.Module, "_apply", apply_to_weights))
        _foreach_for_fakes(stack)
        _let_bitsandbytes_ask(stack)
        stack.enter_context(known_to_cuda())
        stack.enter_context(attend_as_on(kind.capability))
        # It must not look for the card: small tensors would be made on it before they are fakes.
        stack.enter_context(patch.object(FakeTensorMode, "avoid_device_init", True))
        yield stack.enter_context(Fakes())


def _answers(kind: CardKind) -> Iterator[tuple[Any, str, Any]]:
    """Each question that is asked of `torch.cuda`, and what is told."""
    major, minor = kind.capability
    properties = SimpleNamespace(
        name=kind.name, major=major, minor=minor, total_memory=kind.total_bytes,
        multi_processor_count=_PROCESSORS.get(kind.key, _PROCESSORS_ELSEWHERE), warp_size=32,
        gcnArchName="", is_integrated=False, is_multi_gpu_board=False, L2_cache_size=4 << 20,
        max_threads_per_multi_processor=2048, shared_memory_per_block_optin=99 << 10,
    )  # fmt: skip

    def computes_bf16(including_emulation: bool = True) -> bool:
        return major >= 8 or including_emulation

    plain = {
        "is_available": True, "device_count": 1, "current_device": 0, "is_initialized": True,
        "get_device_capability": (major, minor), "get_device_name": kind.name,
        "get_device_properties": properties, "synchronize": None, "init": None,
        "_lazy_init": None, "set_device": None, "is_current_stream_capturing": False,
        "manual_seed": None, "manual_seed_all": None, "reset_peak_memory_stats": None,
        "ipc_collect": None, "_exchange_device": 0, "_maybe_exchange_device": 0,
    }  # fmt: skip
    for name, answer in plain.items():
        yield torch.cuda, name, _always(answer)
    yield torch.cuda, "is_bf16_supported", computes_bf16
    yield torch.cuda, "empty_cache", _empty_cache
    yield torch.cuda, "mem_get_info", _memory_of(kind)
    for name in ("memory_allocated", "memory_reserved"):
        yield torch.cuda, name, lambda device=None: _held()[0]
    for name in ("max_memory_allocated", "max_memory_reserved"):
        yield torch.cuda, name, lambda device=None: _held()[1]
    for name in ("current_stream", "default_stream"):
        yield torch.cuda, name, _always(_Stream())
    for name in ("Stream", "Event"):
        yield torch.cuda, name, _Stream
    yield torch.cuda, "get_rng_state", _state_of_chance
    yield torch.cuda, "get_rng_state_all", lambda: [_state_of_chance()]
    yield torch.cuda, "set_rng_state", _always(None)
    yield torch.cuda, "set_rng_state_all", _always(None)
    yield torch.Tensor, "pin_memory", lambda tensor, device=None: tensor
    yield torch.Tensor, "is_pinned", lambda tensor, device=None: False
    yield torch.Tensor, "record_stream", _always(None)


class _Stream:
    """Whatever is asked of a stream or an event: it is done already."""

    cuda_stream = 0
    device = torch.device("cuda", 0)

    def __init__(self, *given: Any, **named: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return _always(None)

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, *given: Any) -> None:
        pass


def _always(answer: Any) -> Any:
    return lambda *args, **kwargs: answer


def _tracker() -> Tracker | None:
    for mode in _get_current_dispatch_mode_stack():
        if isinstance(mode, Tracker):
            return mode
    return None


def _held() -> tuple[int, int]:
    tracker = _tracker()
    return (tracker.bytes, tracker.peak) if tracker else (0, 0)


def _empty_cache() -> None:
    tracker = _tracker()
    if tracker is not None:
        tracker.give_back_cached()


def _memory_of(kind: CardKind) -> Any:
    def free_and_total(device: Any = None) -> tuple[int, int]:
        taken = _held()[0] + kind.context_bytes
        return max(0, kind.total_bytes - taken), kind.total_bytes

    return free_and_total


def _state_of_chance(device: Any = None) -> torch.Tensor:
    return torch.zeros(16, dtype=torch.uint8)


def _foreach_for_fakes(stack: ExitStack) -> None:
    """Optimizers and the norm of gradients take whole lists at once only of types they know."""
    from torch.optim import optimizer
    from torch.utils import _foreach_utils

    for module in (optimizer, _foreach_utils):
        known = module._foreach_supported_types
        stack.enter_context(patch.object(module, "_foreach_supported_types", [*known, FakeTensor]))


def _let_bitsandbytes_ask(stack: ExitStack) -> None:
    """Its rules for a card's kernels lie in a module that a build without CUDA can't import."""
    if not hasattr(torch._C, "_cuda_getCurrentRawStream"):
        stream = patch.object(torch._C, "_cuda_getCurrentRawStream", _always(0), create=True)
        stack.enter_context(stream)


def apply_to_weights(module: Any, convert: Any, recurse: bool = True) -> Any:
    """As torch does with real tensors, by giving the weight other data. For fakes it would swap
    the tensors themselves, which fails as soon as anything else knows one of them."""
    if recurse:
        for child in module.children():
            child._apply(convert)
    for weight in module._parameters.values():
        if weight is None:
            continue
        with torch.no_grad():
            _replace(weight, convert(weight))
            if weight.grad is not None:
                _replace(weight.grad, convert(weight.grad))
    for name, buffer in module._buffers.items():
        if buffer is not None:
            module._buffers[name] = convert(buffer)
    return module


def _replace(tensor: Any, other: Any) -> None:
    """`tensor.data = other`, with the device that a fake says it lies on."""
    tensor.data = other
    if isinstance(tensor, FakeTensor):
        tensor.fake_device = other.device
