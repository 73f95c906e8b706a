"""Answers that are written without content: the library's own `generate`, in fewer steps.

A run of hundreds of steps differs from step to step by one token of cache. So the question is
read, a few tokens are written, and the cache is let grow in strides up to its full length, where
the last tokens are written. Every answer is as long as it may be. The same on real tensors, so
that both can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from transformers.generation import utils
from transformers.generation.stopping_criteria import EosTokenCriteria

from ftstudio.worker.simulation.rows import FILLER

STEPS = 6  # that are taken of a long answer, the reading of the question among them
_generate = utils.GenerationMixin.generate
_next_keywords = utils.GenerationMixin._update_model_kwargs_for_generation


class _Writing:
    """One call of `generate`: how long the answer is, and how far the cache has grown."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens
        self.steps = min(tokens, STEPS)
        self.taken = 0
        self.strides = _strides(tokens - self.steps, self.steps - 3)

    def grow(self, keywords: dict[str, Any]) -> None:
        """After the second step and those that follow, the cache is let grow by a stride."""
        self.taken += 1
        stride = self.taken - 2
        if not 0 <= stride < len(self.strides):
            return
        more = self.strides[stride]
        cache: Any = keywords.get("past_key_values")
        for place, layer in enumerate(getattr(cache, "layers", ())):
            cache.update(_more(layer.keys, more), _more(layer.values, more), place)
        for name in ("attention_mask", "position_ids"):
            held = keywords.get(name)
            if held is not None:
                last = held[..., -1:]
                keywords[name] = torch.cat([held, last.expand(*held.shape[:-1], more)], -1)


def _strides(tokens: int, strides: int) -> list[int]:
    if tokens <= 0:
        return []
    each, rest = divmod(tokens, strides)
    return [each + (number < rest) for number in range(strides) if each + (number < rest)]


def _more(held: torch.Tensor, tokens: int) -> torch.Tensor:
    rows, heads, _, width = held.shape
    return held.new_zeros(rows, heads, 1, width).expand(rows, heads, tokens, width)


@contextmanager
def in_strides(begins: Callable[[], None], ends: Callable[[], None]) -> Iterator[None]:
    """Inside, `generate` writes in strides; `begins` and `ends` are called around each answer."""
    writing: list[_Writing] = []

    def generate(self: Any, inputs: Any = None, generation_config: Any = None, **more: Any) -> Any:
        tokens = more.pop("max_new_tokens", None) or generation_config.max_new_tokens
        held = _Writing(int(tokens))
        writing.append(held)
        begins()
        try:
            with ExitStack() as stack:
                if generation_config is not None:
                    stack.enter_context(
                        patch.object(generation_config, "max_new_tokens", held.steps)
                    )
                else:
                    more["max_new_tokens"] = held.steps
                found = _generate(self, inputs, generation_config, **more)
        finally:
            writing.pop()
            ends()
        asked = found[:, : found.shape[1] - held.steps]
        said = _said(len(found), held.tokens, generation_config).to(found.device)
        return torch.cat([_known_question(asked, inputs, more), said], 1)

    def keywords(self: Any, *given: Any, **named: Any) -> Any:
        found = _next_keywords(self, *given, **named)
        if writing:
            writing[-1].grow(found)
        return found

    def never(self: Any, ids: Any, *rest: Any, **more: Any) -> Any:
        return torch.zeros(len(ids), dtype=torch.bool, device=ids.device)

    with (
        patch.object(utils.GenerationMixin, "generate", generate),
        patch.object(utils.GenerationMixin, "_update_model_kwargs_for_generation", keywords),
        patch.object(EosTokenCriteria, "__call__", never),
        patch.object(utils.DeferredStopCheck, "is_supported", staticmethod(lambda *a, **k: False)),
    ):
        yield


def _said(rows: int, tokens: int, config: Any) -> torch.Tensor:
    """Of several answers the first is one token shorter: they are filled up, as they mostly are."""
    ends = getattr(config, "eos_token_id", None)
    ends = ends[0] if isinstance(ends, list) else ends
    said = [[FILLER] * tokens for _ in range(rows)]
    if rows > 1 and tokens > 1 and isinstance(ends, int):
        said[0][-2] = ends
    return torch.tensor(said, dtype=torch.long)


def _known_question(written: Any, inputs: Any, more: dict[str, Any]) -> Any:
    """The question as it was given, whose tokens are known; what is written, is not."""
    given = inputs if inputs is not None else more.get("input_ids")
    return written if given is None or given.shape != written.shape else given
