"""Keeps the values of small tensors beside their fakes: token ids, masks, counts, orders of rows.

What a trainer decides by its data (is anything padded? how many tokens are learned?) it then
decides as in a real run. Values that come from a model are not known; where one is asked for, a
plausible number is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter, tree_map_only

MOST = 1 << 20  # elements that are followed
_FEW = 1024
_MASKS = (torch.bool, torch.uint8)
_aten = torch.ops.aten
_ASKED = (_aten._local_scalar_dense.default, _aten.equal.default)
_LIFTED = (_aten.lift_fresh.default, _aten.lift_fresh_copy.default)
_PICKERS = (_aten.index.Tensor, _aten.index_put.default, _aten.index_put_.default)
_SPECIAL = frozenset(map(id, (*_ASKED, *_LIFTED, *_PICKERS)))
_PLACE = "known_values"  # among a fake's attributes


class KnownValues(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Enter it after FakeTensorMode, before the tracker."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stale: set[int] = set()  # storages of reals that are not true any more
        self._kept: list[torch.Tensor] = []

    def of(self, fake: Any) -> torch.Tensor | None:
        """The real values, where they are known."""
        real: torch.Tensor | None = fake.__dict__.get(_PLACE)
        if real is None or real.untyped_storage()._cdata in self._stale:
            return None
        return real

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # nothing is compiled; the guard against it costs

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if id(func) not in _SPECIAL and not _may_be_known(args, kwargs):
            return func(*args, **kwargs)
        if func in _ASKED:
            return self._answer(func, args)
        if func in _LIFTED:
            outcome = func(*args, **kwargs)
            if outcome.numel() <= MOST:
                setattr(outcome, _PLACE, args[0])
            return outcome
        if _picks_by_mask(func, args):
            args = self._with_places(args)
        given = list(_tensors(args, kwargs))
        known = [self.of(tensor) for tensor in given]
        if given and all(one is not None for one in known):
            return self._both(func, args, kwargs)
        if any(one is not None for one in known):
            outcome = func(*args, **kwargs)
            self._forget_written(func, args)
            return outcome
        if given or not _counts(func, args, kwargs):
            return func(*args, **kwargs)
        return self._both(func, args, kwargs)

    def _answer(self, func: Any, args: tuple[Any, ...]) -> Any:
        reals = [self.of(one) for one in args if isinstance(one, torch.Tensor)]
        if all(real is not None for real in reals):
            with no_dispatch():
                return func(*reals)
        asked = args[0]
        if func is _aten.equal.default or asked.dtype is torch.bool:
            return False
        return 0.0 if asked.is_floating_point() else 1

    def _both(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The operation on the fakes and on their values."""
        if torch.Tag.dynamic_output_shape in func.tags:
            return self._from_real(self._real(func, args, kwargs), _device(args))
        outcome = func(*args, **kwargs)
        fakes = [one for one in tree_iter(outcome) if isinstance(one, torch.Tensor)]
        if any(fake.numel() > MOST for fake in fakes):
            self._forget_written(func, args)
            return outcome
        real = self._real(func, args, kwargs)
        reals = [one for one in tree_iter(real) if isinstance(one, torch.Tensor)]
        for fake, value in zip(fakes, reals, strict=True):
            setattr(fake, _PLACE, value)
        return outcome

    def _real(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args, kwargs = tree_map_only(torch.Tensor, self.of, (args, kwargs))
        if kwargs.get("device") is not None:
            kwargs = {**kwargs, "device": torch.device("cpu")}
        kwargs.pop("pin_memory", None)
        with no_dispatch():
            return func(*args, **kwargs)

    def _from_real(self, real: Any, device: torch.device) -> Any:
        def fake(one: torch.Tensor) -> torch.Tensor:
            made = torch.empty(one.shape, dtype=one.dtype, device=device)
            setattr(made, _PLACE, one)
            return made

        return tree_map_only(torch.Tensor, fake, real)

    def _with_places(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Rows picked by a mask are as many as it marks: places instead of the mask. A few figures
        whose mask is not known are taken whole: they are those that are numbers at all."""
        places: list[Any] = []
        for one in args[1]:
            if not isinstance(one, torch.Tensor) or one.dtype not in _MASKS:
                places.append(one)
                continue
            mask = self.of(one)
            if mask is None and one.numel() > _FEW:
                return args  # the fakes say that they can't tell
            with no_dispatch():
                if mask is None:
                    mask = torch.ones(one.shape, dtype=torch.bool)
                found = mask.nonzero(as_tuple=True)
            places += [self._from_real(place, one.device) for place in found]
        return (args[0], places, *args[2:])

    def _forget_written(self, func: Any, args: tuple[Any, ...]) -> None:
        for place in _written(func):
            real = args[place].__dict__.get(_PLACE) if place < len(args) else None
            if real is not None:
                self._stale.add(real.untyped_storage()._cdata)
                self._kept.append(real)  # so that its address is not given again


def _tensors(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[torch.Tensor]:
    for one in (*args, *kwargs.values()):
        if isinstance(one, torch.Tensor):
            yield one
        elif isinstance(one, (list, tuple)):
            yield from (other for other in one if isinstance(other, torch.Tensor))


def _may_be_known(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Is there a tensor whose values are known, or none at all? Asked of all operations."""
    none = True
    for one in _tensors(args, kwargs):
        if _PLACE in one.__dict__:
            return True
        none = False
    return none


def _counts(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Does it make whole numbers out of nothing?"""
    dtype = kwargs.get("dtype")
    if dtype is not None:
        return dtype in (torch.int64, torch.int32, torch.bool)
    if func is _aten.full.default:
        return isinstance(args[1], int)
    if func is _aten.ones.default:  # learned tokens before a text are marked as read
        return len(args[0]) == 2
    return func.overloadpacket in (_aten.arange, _aten.randperm)


def _picks_by_mask(func: Any, args: tuple[Any, ...]) -> bool:
    if func not in _PICKERS:
        return False
    return any(isinstance(one, torch.Tensor) and one.dtype in _MASKS for one in args[1])


def _device(args: tuple[Any, ...]) -> torch.device:
    return next(one.device for one in tree_iter(args) if isinstance(one, torch.Tensor))


@cache
def _written(func: Any) -> tuple[int, ...]:
    return tuple(
        place
        for place, one in enumerate(func._schema.arguments)
        if one.alias_info is not None and one.alias_info.is_write
    )
