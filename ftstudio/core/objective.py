"""What an objective declares: what to learn from, and how the worker builds its trainer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ftstudio.core.example import Example, ExampleKind
from ftstudio.core.params import Params
from ftstudio.core.training_settings import TrainingSettings


@dataclass(frozen=True)
class TokenRow:
    """One example as the model reads it: token ids, and which of them are learned."""

    input_ids: list[int]
    learned: list[bool]  # same length; True = counted in the loss
    cut: bool  # tokens beyond the limit were left out


@dataclass(frozen=True)
class TrainerInputs:
    """What the worker hands to an objective. `Any` stands for torch-side classes, which this
    room must not import: a PreTrainedModel (or PeftModel), its tokenizer, datasets.Dataset
    rows with `input_ids` and `labels` (-100 where nothing is learned), and TrainerCallbacks."""

    model: Any
    tokenizer: Any
    train: Any
    validation: Any
    arguments: dict[str, Any]  # keywords for the trainer's config class
    callbacks: list[Any]
    settings: TrainingSettings
    params: Params
    optimizers: tuple[Any, Any] = (None, None)


@dataclass(frozen=True)
class Objective:
    """One way to learn. Declared once per file in `techniques/objectives/`."""

    key: str
    title: str  # in the words of the wish: "Answer like these examples"
    term: str  # "supervised fine-tuning (SFT)"
    promise: str  # one sentence
    needs: str  # what data it needs, in words
    learns_from: ExampleKind
    params: type[Params]
    render: Callable[[Example, Any, Params, int], TokenRow]  # example, tokenizer, params, limit
    build_trainer: Callable[[TrainerInputs], Any]
