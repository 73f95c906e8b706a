"""An operation as it can be written down: its name, and what its arguments are like."""

from __future__ import annotations

import json
from typing import Any

import torch
from torch.utils._pytree import tree_iter, tree_map_only

from ftstudio.planning.allocator import UNIT

Written = dict[str, Any]
_PLAIN = (bool, int, float, str, type(None))
# Where small numbers stand for words: these alone may be given others than 0, all of them low.
_WORDS = {"aten::embedding": 1, "aten::embedding_dense_backward": 1}
_LOW = 100


class Unwritable(Exception):
    """An argument that can't be made again."""


class Recorder:
    """The `hidden` of a Tracker: asks the rules, and keeps each distinct operation once."""

    def __init__(self, rules: Any) -> None:
        self.rules = rules
        self.seen: dict[str, Written] = {}
        self.unwritable: set[str] = set()

    def __call__(self, func: Any, args: Any, kwargs: Any, outcome: Any) -> Any:
        taken = self.rules(func, args, kwargs, outcome)
        if not any(one.device.type == "cuda" for one in _tensors((args, kwargs, outcome))):
            return taken
        try:
            written = write(func, args, kwargs)
        except Unwritable:
            self.unwritable.add(str(func))
            return taken
        key = json.dumps(written, sort_keys=True)
        if key not in self.seen:
            rule = sum(map(rounded, (*taken.before, *taken.after)))
            made = [[list(one.shape), str(one.dtype)] for one in _tensors(outcome)]
            self.seen[key] = {**written, "rule": rule, "made": made}
        return taken


def rounded(size: int) -> int:
    return -(-size // UNIT) * UNIT


def write(func: Any, args: Any, kwargs: Any) -> Written:
    """Raises Unwritable for what is neither a tensor, a number, nor a list of them."""
    return {
        "name": func._schema.name,
        "overload": func._schema.overload_name,
        "args": [_write(one) for one in args],
        "kwargs": {name: _write(one) for name, one in kwargs.items()},
    }


def _write(value: Any) -> Any:
    match value:
        case torch.Tensor():
            if value.layout is not torch.strided:
                raise Unwritable(value.layout)
            return {
                "tensor": [list(value.shape), list(value.stride()), _name(value.dtype),
                           value.device.type]
            }  # fmt: skip
        case torch.dtype():
            return {"dtype": _name(value)}
        case torch.device():
            return {"device": value.type}
        case torch.layout() | torch.memory_format():
            return {"of_torch": _name(value)}
        case list() | tuple():
            return [_write(one) for one in value]
        case _ if isinstance(value, _PLAIN):
            return value
        case _:
            raise Unwritable(type(value))


def _name(value: Any) -> str:
    return str(value).removeprefix("torch.")


def made(written: Written, device: str) -> tuple[Any, list[Any], dict[str, Any]]:
    """The operation and arguments like those, with content, on `device`."""
    space, _, name = written["name"].partition("::")
    func = getattr(getattr(torch.ops, space), name)
    func = getattr(func, written["overload"] or "default")
    words = _WORDS.get(written["name"])
    args = [_made(one, device, place == words) for place, one in enumerate(written["args"])]
    kwargs = {key: _made(one, device, False) for key, one in written["kwargs"].items()}
    return func, args, kwargs


def _made(value: Any, device: str, words: bool) -> Any:
    if isinstance(value, list):
        return [_made(one, device, words) for one in value]
    if not isinstance(value, dict):
        return value
    if "tensor" in value:
        return _tensor(*value["tensor"], device, words)
    if "dtype" in value or "of_torch" in value:
        return getattr(torch, next(iter(value.values())))
    return torch.device(device if value["device"] == "cuda" else value["device"])


def _tensor(
    shape: list[int], strides: list[int], dtype: str, where: str, device: str, words: bool
) -> torch.Tensor:
    kind = getattr(torch, dtype)
    place = device if where == "cuda" else where
    if any(step == 0 and length > 1 for length, step in zip(shape, strides, strict=True)):
        once = [1 if step == 0 else length for length, step in zip(shape, strides, strict=True)]
        single = _tensor(once, strides, dtype, where, device, words)
        return single.as_strided(shape, strides)  # what is spread out can't be written to
    made = torch.empty_strided(shape, strides, dtype=kind, device=place)
    if words:
        return made.random_(0, _LOW)
    if kind is torch.bool:
        return made.fill_(True)
    if kind is torch.uint8:
        return made.random_(0, 256) if made.numel() > 1 else made.zero_()
    if kind.is_floating_point and made.element_size() > 1:
        return made.fill_(0.01)
    return made.zero_()  # places and counts: 0 is always one


def sizes_of(outcome: Any) -> list[list[Any]]:
    return [[list(one.shape), str(one.dtype)] for one in _tensors(outcome)]


def storages(value: Any) -> dict[int, int]:
    """Bytes of each storage on a card that is held by these tensors."""
    return {
        one.untyped_storage().data_ptr(): one.untyped_storage().nbytes()
        for one in _tensors(value)
        if one.device.type == "cuda"
    }


def let_go(value: Any) -> Any:
    """The same without its tensors."""
    return tree_map_only(torch.Tensor, lambda one: None, value)


def _tensors(value: Any) -> list[torch.Tensor]:
    return [one for one in tree_iter(value) if isinstance(one, torch.Tensor)]
