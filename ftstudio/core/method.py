"""What a method declares: which weights move, what that costs, and how to attach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ftstudio.core.model_shape import ModelShape
from ftstudio.core.pairing import Pairing, Trait
from ftstudio.core.params import Params
from ftstudio.core.training_settings import TrainingSettings


@dataclass(frozen=True)
class MethodSize:
    """Closed-form counts of a method on one model, for the memory bar. Elements and bytes."""

    trainable: int  # parameters that move
    added: int  # parameters beside the base (0 for full)
    base_bytes_per_weight: float | None  # None: as the device loads it (2 or 4)
    result_bytes: int  # what is saved
    extra_tokens: int = 0  # learned ones before every row, in activations of a token


@dataclass(frozen=True)
class Precision:
    """In how many bytes it computes, and what flows between the blocks is held."""

    width: int  # of a number that is computed with
    stream: int  # of a number between two blocks
    mixed: bool  # weights in float32 are read through narrow copies (autocast)
    mark: int  # of a mark that says which number was left out (dropout)


@dataclass(frozen=True)
class Kept:
    """What a method's own parts hold while a step is taken, beside what each block of the model
    keeps anyway. Bytes."""

    token: float = 0  # of each token in each block, for the way back
    lasting: float = 0  # of that, what computing twice does not free
    busy: float = 0  # of each token, at most, while one block is worked on; gone afterwards
    gone: float = 0  # of `token`, what is done with before its block's own gradients are largest
    writes: float = 0  # of each token, while answers are written: nothing is lowered there
    writes_weights: float = 0  # as `writes`, however many tokens there are
    weights: float = 0  # for the way back, however many tokens there are
    busy_weights: float = 0  # as `busy`, however many tokens there are
    ahead: float = 0  # of that kind, but on the way forward only
    state: float = 0  # always, beside the optimizer's numbers
    unkept: float | None = None  # of each token in the first block: nothing before it learns
    input_learns: bool = False  # what enters the first block learns: nothing there is left out
    moves: float = 0.0  # share of the blocks, counted from the end, whose own weights learn
    words: bool = False  # the output over all words learns
    key_tokens: int = 0  # learned keys and values before the text, in each block


@dataclass(frozen=True)
class Attaching:
    """What a method may need to know of the rest of the plan."""

    task: Literal["CAUSAL_LM", "SEQ_CLS"] = "CAUSAL_LM"
    head_modules: tuple[str, ...] = ()  # of a classification head: learned and saved whole
    tokenizer: str = ""  # folder
    seed: int = 0
    checkpointing: bool = False
    folder: Path | None = None  # the job's: what `convert` will need is kept there
    compares: bool = False  # the objective also asks the untouched model, adapter off


@dataclass(frozen=True)
class Method:
    """One way to move weights. Declared once per file in `techniques/methods/`.

    `Any` stands for torch-side classes, which this room must not import.
    """

    key: str
    title: str  # "LoRA"
    term: str  # "low-rank adaptation"
    promise: str  # one sentence
    when: str  # when to take it, and when not
    params: type[Params]
    size: Callable[[ModelShape, Params], MethodSize]
    # base model -> model whose trainable weights are set
    attach: Callable[[Any, Params, Attaching], Any]
    merges: bool  # can it be folded into the base?
    why_no_merge: str = ""
    order: int = 50  # among the cards; the first ten are shown at once
    traits: frozenset[Trait] = frozenset()
    evidence: str = ""  # what speaks against it, with figures and their source
    runs_in: str = ""  # where the result runs afterwards: vLLM, Ollama, llama.cpp
    defaults: dict[str, Any] = field(default_factory=dict)  # of TrainingSettings
    sources: dict[str, str] = field(default_factory=dict)  # default -> where it is from
    why_not: Callable[[Pairing], str | None] = lambda pairing: None
    # settings that the method can't be combined with: field of TrainingSettings -> why
    forbids: dict[str, str] = field(default_factory=dict)
    # its own settings that count for nothing beside this objective, on this model: name -> why
    ignores: Callable[[Pairing], dict[str, str]] = lambda pairing: {}
    learning_rate: Callable[[ModelShape], float] = lambda shape: 2e-4
    # how from_pretrained shall compress the base (a quantization config), device "cuda" or "cpu"
    quantize: Callable[[Params, str], Any] | None = None
    # an optimizer of its own: model, params, settings, learning rate
    optimizer: Callable[[Any, Params, TrainingSettings, float], Any] | None = None
    # trainer callbacks, once the number of steps is known: model, params, steps
    callbacks: Callable[[Any, Params, int], list[Any]] | None = None
    # rewrites the staged result so that it stands beside the untouched base: job folder, staged.
    # True where it did, and the base in memory is another one.
    convert: Callable[[Path, Path], bool] | None = None
    every_weight: bool = False  # none of the model's weights stays as it was
    # what peft calls the kind it saves, where it has another name there
    saved_as: str = ""
    imports: str = ""  # the module that makes peft know that kind
    # files in a saved version that only the learning needs, not the result
    scratch: tuple[str, ...] = ()
    takes: str = ""  # how the base folder itself must be compressed: "gptq"; empty for not at all
    # what its own parts hold while a step is taken
    keeps: Callable[[ModelShape, Params, Precision], Kept] = lambda shape, params, precision: Kept()
    missing: Callable[[], str | None] = lambda: None  # an optional package that is not there
