"""Writes down the birth and the death of every storage: what a run holds on its device, and when.

It sees real tensors and tensors without content (FakeTensorMode) alike. It does not see what a
kernel takes and gives back inside itself; for that it asks `hidden`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

Event = tuple[str, int, int, str, str]  # "alloc"|"free"|"phase"|"empty", id, bytes, phase, part


@dataclass(frozen=True)
class Taken:
    """Blocks that a kernel takes inside itself: before its outcome is made and after it, both
    given back when it ends, and what is kept for good."""

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()


NOTHING = Taken()
Hidden = Callable[[Any, Any, Any, Any], Taken]  # operator, arguments, keywords, outcome

PART_OF_PHASE = {"load": "model", "optimizer": "optimizer", "answer": "cache"}
OTHERWISE = "activations"
BACKWARD = "backward"


_DEVICE = torch.ops.prim.device.default
_SUM, _SUM_IN_PLACE = torch.ops.aten.add.Tensor, torch.ops.aten.add_.Tensor


def _owners(args: tuple[Any, ...]) -> tuple[int, int]:
    """How many hold the first tensor, and how many its storage."""
    storage = args[0].untyped_storage()
    return args[0]._use_count(), torch._C._storage_Use_Count(storage._cdata)


class _Look(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts who holds a gradient that autograd alone holds: it differs from torch to torch."""

    found: tuple[int, int] = (-1, -1)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func is _SUM and torch._C._current_graph_task_id() != -1:
            self.found = _owners(args)
        return func(*args, **(kwargs or {}))


@cache
def _owners_alone() -> tuple[int, int]:
    look: Any = _Look()  # type: ignore[no-untyped-call]
    with torch.enable_grad(), look:
        one = torch.ones(2, requires_grad=True) * 2
        (one * 3 + one * 4).sum().backward()  # type: ignore[no-untyped-call]
    found: tuple[int, int] = look.found
    return found


class Tracker(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Enter it after FakeTensorMode, around everything that is to be seen.

    `device` is the kind of device whose storages count, `vocabularies` the widths by which logits
    are known. `phase` marks what begins; while autograd runs backward it is always "backward".
    """

    def __init__(
        self, device: str, vocabularies: Iterable[int] = (), hidden: Hidden | None = None
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._device = device
        self._vocabularies = frozenset(vocabularies)
        self._hidden = hidden
        self._declared = self._shown = "load"
        self._events: list[tuple[str, int, int, str]] = [("phase", 0, 0, "load")]
        self._parts: dict[int, str] = {}
        self._living: dict[int, tuple[int, int, Any]] = {}  # storage's address → id, bytes, ref
        self._next = 1
        self._learned: list[torch.nn.Parameter] = []
        self._alone = _owners_alone()
        self.bytes = 0
        self.peak = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled; the guard against it costs

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        if func is _DEVICE and isinstance(args[0], FakeTensor):
            return args[0].fake_device  # asked for all the time
        kwargs = kwargs or {}
        if func is _SUM and self._sums_in_place(args):
            func = _SUM_IN_PLACE
        outcome = func(*args, **kwargs)
        self._settle_phase()
        taken = self._hidden(func, args, kwargs, outcome) if self._hidden else NOTHING
        if taken is NOTHING:
            self._see_all(outcome)
            return outcome
        for size in taken.kept:
            number = self._born(size, "workspace")
            self._living[-number] = (number, size, None)
        held = [self._take(size) for size in taken.before]
        self._see_all(outcome)
        held += [self._take(size) for size in taken.after]
        for number, size in held:
            self._died(number, size)
        return outcome

    # What the caller says

    def phase(self, name: str) -> None:
        """From here on it is `name`: load, forward, optimizer, look, answer …"""
        self.note_gradients()
        self._declared = name
        self._settle_phase()

    def own(self, tensors: Iterable[torch.Tensor], part: str) -> None:
        """These tensors are `part`, whenever they were born."""
        for tensor in tensors:
            known = self.see(tensor)
            if known:
                self._parts[known] = part

    @property
    def next(self) -> int:
        """The number of the storage that is born next."""
        return self._next

    def own_since(self, first: int, part: str) -> None:
        """What was born from this number on and still lives is `part`; workspaces stay what they
        are."""
        for number, _, reference in list(self._living.values()):
            if number >= first and reference is not None:
                self._parts[number] = part

    def own_model(self, model: torch.nn.Module, part: str = "model") -> None:
        """Its weights and buffers are `part`; what learns beside frozen weights is the adapter."""
        weights = list(model.parameters())
        frozen = [weight for weight in weights if not weight.requires_grad]
        learned = [weight for weight in weights if weight.requires_grad]
        self.own([*frozen, *model.buffers()], part)
        self.own(learned, "adapter" if frozen and part == "model" else part)
        self._learned.extend(learned)

    def own_optimizer(self, optimizer: torch.optim.Optimizer) -> None:
        for state in optimizer.state.values():
            values = state.values() if isinstance(state, dict) else [state]
            self.own([v for v in values if isinstance(v, torch.Tensor)], "optimizer")

    def note_gradients(self) -> None:
        """What hangs on the owned weights now, is gradients. Each change of phase asks itself."""
        self.own([w.grad for w in self._learned if w.grad is not None], "gradients")

    def give_back_cached(self) -> None:
        """What `torch.cuda.empty_cache` does."""
        self._events.append(("empty", 0, 0, self._shown))

    # What came of it

    @property
    def trace(self) -> list[Event]:
        """All events in order of time. A part is what its storage turned out to be."""
        return [
            (op, number, size, phase, self._parts.get(number, ""))
            for op, number, size, phase in self._events
        ]

    def living(self) -> dict[str, int]:
        """Bytes by part that are held right now."""
        found: dict[str, int] = {}
        for number, size, _ in list(self._living.values()):
            part = self._parts[number]
            found[part] = found.get(part, 0) + size
        return found

    def _sums_in_place(self, args: tuple[Any, ...]) -> bool:
        """Where a gradient comes from two sides, autograd adds to the first in its place if nothing
        else knows it, but never while a mode looks on: input_buffer.cpp, can_accumulate_inplace.
        """
        if torch._C._current_graph_task_id() == -1 or torch.is_grad_enabled():
            return False
        first, second = args[0], args[1]
        if not (isinstance(first, torch.Tensor) and isinstance(second, torch.Tensor)):
            return False
        same = first.shape == second.shape and first.dtype == second.dtype
        return same and first.is_contiguous() and _owners(args) == self._alone

    # How it sees

    def _see_all(self, outcome: Any) -> None:
        if isinstance(outcome, torch.Tensor):
            self.see(outcome)
            return
        for value in tree_iter(outcome):
            if isinstance(value, torch.Tensor):
                self.see(value)

    def see(self, tensor: torch.Tensor) -> int:
        """The id of the tensor's storage, written down if it is new; 0 if it does not count."""
        device = tensor.fake_device if isinstance(tensor, FakeTensor) else tensor.device
        if device.type != self._device:
            return 0
        try:
            storage = tensor.untyped_storage()
        except (NotImplementedError, RuntimeError):  # sparse and wrapped tensors own none
            return 0
        address, size = storage._cdata, storage.nbytes()
        known = self._living.get(address)
        if known is not None:
            number, before, reference = known
            if before != size:  # resized: the new block is there before the old one goes
                newer = self._born(size, self._parts[number])
                self._died(number, before)
                self._living[address] = (newer, size, reference)
                return newer
            return number
        number = self._born(size, self._part(tensor))
        reference = weakref.ref(storage, partial(self._gone, address))
        self._living[address] = (number, size, reference)
        return number

    def _part(self, tensor: torch.Tensor) -> str:
        shape = tensor.shape
        if self._shown == "load" or isinstance(tensor, torch.nn.Parameter):
            return "model"
        if self._shown == "optimizer":
            return "optimizer"
        if len(shape) > 1 and shape[-1] in self._vocabularies and tensor.is_floating_point():
            return "loss"
        return PART_OF_PHASE.get(self._shown, OTHERWISE)

    def _settle_phase(self) -> None:
        backward = torch._C._current_graph_task_id() != -1
        now = BACKWARD if backward else self._declared
        if now != self._shown:
            if self._shown == BACKWARD:
                self.note_gradients()
            self._shown = now
            self._events.append(("phase", 0, 0, now))

    def _born(self, size: int, part: str) -> int:
        number = self._next
        self._next += 1
        self._parts[number] = part
        self._events.append(("alloc", number, size, self._shown))
        self._count(size)
        return number

    def _take(self, size: int) -> tuple[int, int]:
        return self._born(size, PART_OF_PHASE.get(self._shown, OTHERWISE)), size

    def _died(self, number: int, size: int) -> None:
        self._events.append(("free", number, size, self._shown))
        self._count(-size)

    def _gone(self, address: int, _: Any) -> None:
        number, size, _ = self._living.pop(address)
        self._died(number, size)

    def _count(self, more: int) -> None:
        self.bytes += more
        self.peak = max(self.peak, self.bytes)
