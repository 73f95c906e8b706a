"""FakeTensorMode with a quicker memory: what an operator gave once for arguments of certain shapes
and types, it gives again.

PyTorch remembers the same, and decides here too what may be remembered; but its keys and its
copies are made for compilers, and take most of the time of a rehearsal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch._subclasses import fake_tensor
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode

_own: Any = fake_tensor  # with what it does not tell of itself
_PLAIN = frozenset(
    {int, float, bool, str, type(None), torch.dtype, torch.device, torch.layout,
     torch.memory_format}
)  # fmt: skip
_UNSAFE_VIEW = torch.ops.aten._unsafe_view.default
Make = Callable[[Any], Any]  # the outcome, by the arguments


class Fakes(FakeTensorMode):  # type: ignore[no-untyped-call]
    """In the place of FakeTensorMode, for shapes that are numbers."""

    def __init__(self) -> None:
        super().__init__()
        self._makers: dict[Any, Make | None] = {}  # None: it is computed each time

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled; the guard against it costs

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:  # fmt: skip
        key = self._key(func, args, kwargs)
        if key is None:
            return super().__torch_dispatch__(func, types, args, kwargs or {})
        make = self._makers.get(key)
        if make is not None:
            return make(args)
        outcome = super().__torch_dispatch__(func, types, args, kwargs or {})
        if key not in self._makers:
            self._makers[key] = self._maker(func, args, kwargs or {}, outcome)
        return outcome

    def _key(self, func: Any, args: Any, kwargs: Any) -> Any:
        """All that the outcome's form depends on; None where that is more than forms."""
        if torch.is_inference_mode_enabled():
            return None
        parts = [id(func), torch.get_default_dtype(), torch._C._get_default_device()]
        if not self._add(parts, args):
            return None
        if kwargs:
            parts.extend(kwargs)
            if not self._add(parts, kwargs.values()):
                return None
        return tuple(parts)

    def _add(self, parts: list[Any], given: Iterable[Any]) -> bool:
        for one in given:
            kind = type(one)
            if kind is FakeTensor:
                if one.fake_mode is not self or one.constant is not None:
                    return False
                if one.layout is not torch.strided or one.is_neg() or one.is_conj():
                    return False
                parts += (
                    kind, one.dtype, one.shape, one.stride(), one.storage_offset(),
                    one._fake_device, one.requires_grad,
                )  # fmt: skip
            elif kind in _PLAIN:
                parts += (kind, one)
            elif kind is list or kind is tuple:
                parts += (kind, len(one))
                if not self._add(parts, one):
                    return False
            else:
                return False
        return True

    def _maker(self, func: Any, args: Any, kwargs: Any, outcome: Any) -> Make | None:
        if not isinstance(outcome, (FakeTensor, tuple, type(None))):
            return None
        if func is _UNSAFE_VIEW:
            return self._view(0, outcome) if _shares(args[0], outcome) else None
        ask: Any = self._make_cache_entry
        outcomes: Any = outcome
        try:
            entry = ask(_own._CacheKeyState(None), None, func, args, kwargs, outcome)
        except _own._BypassDispatchCache:
            return None
        if not entry.is_output_tuple:
            return self._one(entry.output_infos[0], outcome)
        pairs = zip(entry.output_infos, outcomes, strict=True)
        makes = [self._one(info, one) for info, one in pairs]
        return lambda args: tuple(make(args) for make in makes)

    def _one(self, info: Any, outcome: Any) -> Make:
        if info.inplace_idx is not None:
            place = info.inplace_idx
            return lambda args: args[place]
        if info.metadata is None:
            return lambda args: outcome
        if info.view_idx is not None:
            return self._view(info.view_idx, outcome)
        return self._new(outcome)

    def _new(self, outcome: Any) -> Make:
        """Another tensor like this one."""
        shape, stride, dtype = tuple(outcome.shape), outcome.stride(), outcome.dtype
        wrap = _wrapper(self, outcome)
        empty_strided = torch.empty_strided

        def make(args: Any) -> Any:
            return wrap(empty_strided(shape, stride, dtype=dtype, device="meta"))

        return make

    def _view(self, place: int, outcome: Any) -> Make:
        """Another look, like this one, at the argument in this place."""
        shape, stride, dtype = tuple(outcome.shape), outcome.stride(), outcome.dtype
        offset = outcome.storage_offset()
        wrap = _wrapper(self, outcome)
        empty = torch.empty

        def make(args: Any) -> Any:
            made = empty(0, dtype=dtype, device="meta")
            made.set_(args[place].untyped_storage(), offset, shape, stride)
            return wrap(made)

        return make


def _wrapper(mode: Fakes, first: Any) -> Callable[[torch.Tensor], Any]:
    """What makes fakes like the first one; as FakeTensor.__new__ does, without its questions."""
    device, state = first._fake_device, dict(first.__dict__)
    subclass = torch.Tensor._make_subclass
    guard = torch._C._set_throw_on_mutable_data_ptr

    def wrap(plain: torch.Tensor) -> Any:
        made = subclass(
            FakeTensor, plain, False, dispatch_device=True, device_for_backend_keys=device
        )  # fmt: skip
        guard(made)
        made.__dict__.update(state)
        return made

    return wrap


def _shares(one: Any, other: Any) -> bool:
    return bool(one.untyped_storage()._cdata == other.untyped_storage()._cdata)
