"""Writes answers with the model that learns, and tells how likely it finds them.

Shapes: B answers, T tokens of the longest answer, H the width of the model.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import GenerationConfig

from ftstudio.techniques.engine.experts import ASKED


@dataclass(frozen=True)
class Batch:
    """Questions and answers as one block, padded on the right.

    Padded on the right, a token stands at the same place as without padding, so no position has
    to be told to the model, and methods that add tokens in front need no care.
    """

    ids: Tensor  # [B, L]
    attention: Tensor  # [B, L]
    places: Tensor  # [B, T] where the logits that predict an answer's token stand
    answers: Tensor  # [B, T]
    mask: Tensor  # [B, T] True where there is a token of the answer

    def rows(self, chosen: Tensor) -> Batch:
        return Batch(
            self.ids[chosen], self.attention[chosen], self.places[chosen],
            self.answers[chosen], self.mask[chosen],
        )  # fmt: skip

    def __len__(self) -> int:
        return int(self.ids.shape[0])


@dataclass(frozen=True)
class Likely:
    """What a model thinks of a batch of answers, each [B, T], zero beyond the answer."""

    logp: Tensor
    entropy: Tensor
    hidden: Tensor | None = None  # [B, T, H] what the language-model head read
    balance: Tensor | None = None  # how unevenly experts were taken, where it was asked for


def stop_tokens(model: Any, tokenizer: Any) -> list[int]:
    """Every token that ends an answer: the tokenizer's, and those the model was published with."""
    own = getattr(model.generation_config, "eos_token_id", None)
    listed = own if isinstance(own, list) else [own]
    return sorted({t for t in (*listed, tokenizer.eos_token_id) if t is not None})


def write_answers(
    model: Any,
    prompts: Sequence[Sequence[int]],
    *,
    tokens: int,
    stops: Sequence[int],
    pad: int,
    at_a_time: int = 0,
) -> list[list[int]]:
    """One answer to each question, drawn from the model's own distribution.

    Temperature 1 and nothing cut from the tail: what is learned is that distribution, not one
    that the settings a model was published with (top-k, penalties) would bend. Each answer ends
    with its stop token where it has one.
    """
    answers: list[list[int]] = []
    step = at_a_time or len(prompts)
    with _plainly(model, stops, pad):
        for start in range(0, len(prompts), step):
            answers += _write(model, prompts[start : start + step], tokens, list(stops), pad)
    return answers


def _write(
    model: Any, prompts: Sequence[Sequence[int]], tokens: int, stops: list[int], pad: int
) -> list[list[int]]:
    width = max(len(prompt) for prompt in prompts)
    ids = [[pad] * (width - len(prompt)) + list(prompt) for prompt in prompts]
    mask = [[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts]
    with torch.no_grad():
        written = model.generate(
            input_ids=torch.tensor(ids, device=model.device),
            attention_mask=torch.tensor(mask, device=model.device),
            max_new_tokens=tokens,
            do_sample=True,
            temperature=1.0,
            top_p=1.0,
            top_k=0,
            num_beams=1,
            repetition_penalty=1.0,
            pad_token_id=pad,
            eos_token_id=stops,
            use_cache=True,
        )
    return [_ended(row[width:].tolist(), stops) for row in written]


def _ended(answer: list[int], stops: list[int]) -> list[int]:
    ends = (i for i, token in enumerate(answer) if token in stops)
    return answer[: next(ends, len(answer)) + 1]


@contextmanager
def _plainly(model: Any, stops: Sequence[int], pad: int) -> Iterator[None]:
    """Without the generation settings the model was published with: `generate` takes from there
    whatever a call leaves open. Without dropout and checkpointing, too."""
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    published, learning = base.generation_config, model.training
    base.generation_config = GenerationConfig(eos_token_id=list(stops), pad_token_id=pad)
    model.eval()
    try:
        yield
    finally:
        base.generation_config = published
        model.train(learning)


def as_batch(
    prompts: Sequence[Sequence[int]], answers: Sequence[Sequence[int]], pad: int, device: Any
) -> Batch:
    """Questions with their answers, side by side."""
    whole = [list(p) + list(a) for p, a in zip(prompts, answers, strict=True)]
    length = max(len(row) for row in whole)
    longest = max(len(answer) for answer in answers)
    starts = torch.tensor([len(prompt) for prompt in prompts])
    lengths = torch.tensor([len(answer) for answer in answers])
    places = starts[:, None] + torch.arange(longest)[None, :] - 1
    batch = Batch(
        ids=torch.tensor([row + [pad] * (length - len(row)) for row in whole]),
        attention=torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in whole]),
        places=places.clamp(max=length - 1),
        answers=torch.tensor([list(a) + [pad] * (longest - len(a)) for a in answers]),
        mask=torch.arange(longest)[None, :] < lengths[:, None],
    )
    return Batch(*(getattr(batch, name).to(device) for name in vars(batch)))


def how_likely(model: Any, batch: Batch, hidden: bool = False, balanced: bool = False) -> Likely:
    """log p of each token of the answers, and the entropy at its place, in float32.

    With `hidden`, also what the language-model head read there, for a head of another kind; with
    `balanced`, how evenly the model's experts were taken.
    """
    heard: list[Tensor] = []
    listener = None
    if hidden:
        head = model.get_output_embeddings()
        listener = head.register_forward_pre_hook(lambda module, given: heard.append(given[0]))
    try:
        said = model(
            input_ids=batch.ids, attention_mask=batch.attention, use_cache=False,
            **(ASKED if balanced else {}),
        )  # fmt: skip
    finally:
        if listener:
            listener.remove()
    logits = said.logits
    # Learned tokens before the text (prompt tuning) have logits of their own.
    extra = logits.shape[1] - batch.ids.shape[1]
    rows = torch.arange(len(batch), device=logits.device)[:, None]
    chosen = torch.log_softmax(logits[rows, batch.places + extra].float(), dim=-1)
    logp = chosen.gather(-1, batch.answers[..., None]).squeeze(-1)
    entropy = -(chosen.exp() * chosen).sum(-1)
    mask = batch.mask
    states = heard[-1][rows, batch.places + extra].float() if hidden else None
    return Likely(logp * mask, entropy * mask, states, said.aux_loss if balanced else None)


def how_likely_in_parts(model: Any, batch: Batch, at_a_time: int) -> Likely:
    """The same without learning from it, so many rows at a time."""
    with torch.no_grad():
        parts = [
            how_likely(model, batch.rows(rows))
            for rows in some_rows(torch.arange(len(batch), device=batch.ids.device), at_a_time)
        ]
    return Likely(torch.cat([p.logp for p in parts]), torch.cat([p.entropy for p in parts]))


def some_rows(order: Tensor, at_a_time: int) -> list[Tensor]:
    return [order[start : start + at_a_time] for start in range(0, len(order), at_a_time)]


class Reference:
    """The model as it was before it learned: the base under the adapter, or a frozen copy."""

    def __init__(self, model: Any, whole: bool) -> None:
        self.copy = copy.deepcopy(model).eval().requires_grad_(False) if whole else None

    @contextmanager
    def of(self, model: Any) -> Iterator[Any]:
        if self.copy is not None:
            yield self.copy
            return
        with model.disable_adapter():
            yield model


def without_dropout(model: Any) -> None:
    """Ratios of probabilities must tell what was learned, not which units were left out."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
        if isinstance(module, torch.nn.ModuleDict):  # an adapter's: DoRA reads its layer again
            for name, child in list(module.items()):  # wherever one is there, whatever its share
                if isinstance(child, torch.nn.Dropout):
                    module[name] = torch.nn.Identity()
        # Attention hands its share to a function; its module keeps it, or looks it up.
        if isinstance(getattr(module, "attention_dropout", None), float):
            module.attention_dropout = 0.0
        config: Any = getattr(module, "config", None)
        if getattr(config, "attention_dropout", 0):
            config.attention_dropout = 0.0
