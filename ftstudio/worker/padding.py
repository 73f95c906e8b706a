"""Fills every batch up to one length, so that each takes the same memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.nn import functional

IGNORED = -100  # what no loss looks at
_MARKS = {"attention_mask": 0, "completion_mask": 0, "labels": IGNORED}

Collator = Callable[[list[dict[str, Any]]], dict[str, Any]]


class SameLength:
    """A collator that goes on where another ends: its rows, [B, L], become [B, `length`] with what
    is neither read nor learned. Rows that hold several documents stay as they are: they are filled
    with documents, not up."""

    def __init__(self, inner: Collator, length: int, pad: int) -> None:
        self.inner, self.length, self.pad = inner, length, pad

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        batch = self.inner(rows)
        if "position_ids" in batch:
            return batch
        for ids in [name for name in batch if name.endswith("input_ids")]:
            width = batch[ids].shape[1]
            before = ids.removesuffix("input_ids")
            filled = {ids: self.pad, **{before + name: value for name, value in _MARKS.items()}}
            for name, value in filled.items():
                held = batch.get(name)
                if isinstance(held, Tensor) and held.ndim == 2 and held.shape[1] == width:
                    batch[name] = self._filled(held, value)
        return batch

    def _filled(self, held: Tensor, value: int) -> Tensor:
        return functional.pad(held, (0, max(0, self.length - held.shape[1])), value=value)


def fill_up(trainer: Any, length: int) -> None:
    """From now on this trainer's batches have rows of `length` tokens, or of more."""
    pad = trainer.processing_class.pad_token_id
    trainer.data_collator = SameLength(trainer.data_collator, length, pad)
