"""How much memory training needs, part by part, from sizes alone: at once, without a trial.

Follows the trainers that are really used: TRL's with its fused output head, torch's AdamW, and
scaled-dot-product attention that never writes the attention matrix out. The peak is the largest
of a step's moments; see `memory_phases` and `memory_blocks`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ftstudio.core.method import Method, MethodSize, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Objective
from ftstudio.core.params import Params
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.attending import FIRST_CAPABILITY, Way, way
from ftstudio.planning.card_kinds import MIB, context, kind_of
from ftstudio.planning.margin import margin
from ftstudio.planning.memory_blocks import Rows, block_of, doubts, while_writing, without_way_back
from ftstudio.planning.memory_estimate import PARTS, MemoryEstimate
from ftstudio.planning.memory_phases import Moment, Step, moments, peak
from ftstudio.planning.memory_range import sound
from ftstudio.planning.recomputed import offloads

__all__ = [
    "PARTS",
    "Fit",
    "MemoryEstimate",
    "beyond_steps",
    "estimate",
    "fits",
    "live",
    "measured_fits",
]

Fit = Literal["fits", "tight", "does not fit"]
Device = Literal["cuda", "cpu"]

TIGHT_SHARE = 0.92  # of the free memory
_ADAPTER_BYTES = 4  # peft keeps what it trains in float32
# Python with torch, transformers, peft and trl: a training worker was seen at 750 MB in all.
_CPU_PROCESS = 800_000_000
_CUDA_PROCESS = 3_000_000_000  # with the libraries of CUDA; not measured by us
_SAMPLE_TOKENS = 96  # the longest sample answer that a look writes
_LEAST_ANSWER = 24  # tokens that the longest row has beside its question
# What the allocator keeps beyond what is asked of it, with segments that can grow: of what stays,
# and of what comes and goes. Replayed traces lie 1 to 6 % over what lives in all.
_ROUNDING, _ROUNDING_LIVELY = 0.005, 0.08
_AT_A_CHECK = ("sample answers", "look")  # moments of no step
_LIVELY = ("activations", "loss", "cache", "gradients")
# Shares of the figure between which it may lie: where a size was put in the place of a wrong one,
# and where blocks of this kind were never counted. Neither is measured.
_WRONG, _UNSURE = (0.5, 2.0), (0.85, 1.25)
_BLOCK_8BIT = 256  # numbers that share one scale in bitsandbytes' optimizers


@dataclass(frozen=True)
class _Asked:
    """The arguments of `estimate`, made whole."""

    shape: ModelShape
    method: Method
    params: Params
    training: TrainingSettings
    device: Device
    longest: int
    objective: Objective | None
    goal: Params | None
    card: str
    size: MethodSize

    @property
    def whole(self) -> bool:
        return self.size.added == 0

    @property
    def writes(self) -> int:
        if self.objective is None or self.goal is None:
            return 0
        return self.objective.writes(self.goal)


def estimate(
    shape: ModelShape,
    method: Method,
    method_params: Params | Mapping[str, Any],
    training: TrainingSettings,
    device: Device,
    longest: int,
    objective: Objective | None = None,
    objective_params: Params | None = None,
    card: str = "",
) -> MemoryEstimate:
    """The peak when the longest examples meet in one batch. `longest` is in tokens, with the
    answer that is written; without an objective it is that of plain supervised fine-tuning.
    `card` is its name, or its architecture. What can't be right gives a range and says why."""
    shape, wrong = sound(shape)
    unsure = doubts(shape)
    asked = _asked(
        shape, method, method_params, training, device, longest, objective, objective_params, card
    )
    top = _peak(asked)
    parts = {name: int(size) for name, size in top.parts.items()}
    held = sum(parts.values())
    if device == "cuda":
        kind = kind_of(card, card) if card else None
        parts["workspace"] = kind.workspace_bytes if kind else 2 * 32 * MIB
        architecture = kind.architecture if kind else card
        parts["context"] = int(context(architecture)[0] * MIB)
        lively = sum(parts.get(name, 0) for name in _LIVELY)
        parts["rounding"] = int(_ROUNDING * (held - lively) + _ROUNDING_LIVELY * lively)
    else:
        parts["context"] = _CPU_PROCESS
    eager = way(training.attention, shape) == "eager"
    air = margin(sum(parts.values()), eager)
    parts["margin"] = air.bytes
    why = [_how(top), *wrong, *unsure, air.why]
    made = MemoryEstimate(parts, ram=_ram(asked, parts), why=why, eager=eager)
    least = made.peak - parts.get("rounding", 0)
    spread = _WRONG if wrong else _UNSURE if unsure else (1.0, 1.0)
    low, high = (int(share * made.shown) for share in spread)
    return replace(made, least=least, low=low, high=high)


def live(
    shape: ModelShape,
    method: Method,
    method_params: Params | Mapping[str, Any],
    training: TrainingSettings,
    device: Device,
    longest: int,
    objective: Objective | None = None,
    objective_params: Params | None = None,
    card: str = "",
) -> Moment:
    """What tensors hold at the peak, without what the card and its allocator add."""
    return _peak(
        _asked(
            sound(shape)[0], method, method_params, training, device, longest, objective,
            objective_params, card,
        )
    )  # fmt: skip


def beyond_steps(
    shape: ModelShape, method: Method, method_params: Params, training: TrainingSettings,
    device: Device, longest: int, objective: Objective, objective_params: Params, card: str = "",
) -> int:  # fmt: skip
    """By how many bytes a check on the validation rows takes more than any step does."""
    asked = _asked(
        sound(shape)[0], method, method_params, training, device, longest, objective,
        objective_params, card,
    )  # fmt: skip
    found = [*moments(_step(asked)), *_writing(asked)]
    steps = [moment for moment in found if moment.name not in _AT_A_CHECK]
    return int(peak(found).total - peak(steps).total)


def fits(estimate: MemoryEstimate, free: int) -> Fit:
    """By the upper end where the figure is a range: it must never be said to fit and then not."""
    return measured_fits(estimate.high, free)


def measured_fits(need: int, free: int) -> Fit:
    """Of a figure that is none of a range, as a measured one is."""
    if need > free:
        return "does not fit"
    return "tight" if need > TIGHT_SHARE * free else "fits"


def _asked(
    shape: ModelShape, method: Method, method_params: Params | Mapping[str, Any],
    training: TrainingSettings, device: Device, longest: int, objective: Objective | None,
    objective_params: Params | None, card: str,
) -> _Asked:  # fmt: skip
    params = (
        method_params
        if isinstance(method_params, Params)
        else method.params.model_validate(dict(method_params))
    )
    goal = objective_params or (objective.params() if objective else None)
    if objective and objective.generates and "dropout" in type(params).model_fields:
        params = params.model_copy(update={"dropout": 0.0})  # its trainers switch it off
    longest = max(1, min(longest, training.max_length))
    return _Asked(
        shape, method, params, training, device, longest, objective, goal, card,
        method.size(shape, params),
    )  # fmt: skip


def _peak(asked: _Asked) -> Moment:
    """The largest of all moments, with what is always there."""
    always = _always(asked)
    found = [*moments(_step(asked)), *_writing(asked)]
    top = peak(found)
    parts = {**always, **{name: size for name, size in top.parts.items() if size}}
    return Moment(top.name, parts)


def _always(asked: _Asked) -> dict[str, float]:
    shape, size = asked.shape, asked.size
    kept = asked.method.keeps(shape, asked.params, precision_of(asked))
    return {
        "model": _held(asked),
        "copies": _copies(asked),
        "adapter": size.added * _ADAPTER_BYTES,
        "optimizer": _state(asked) + kept.state,
    }


def _weights(asked: _Asked) -> int:
    """A head of a few outputs takes the place of the table that speaks."""
    shape = asked.shape
    silent = asked.objective is not None and not asked.objective.answers
    return shape.parameters - (shape.vocab * shape.hidden if silent and not shape.tied else 0)


def _held(asked: _Asked) -> float:
    """Bytes of the base. Its tables of words are never compressed below the width of computing."""
    width = _base_width(asked)
    gone = asked.shape.parameters - _weights(asked)
    return asked.shape.parameters * width - gone * max(2, width)


def _learning(asked: _Asked) -> int:
    gone = asked.shape.parameters - _weights(asked)
    return asked.size.trainable - (gone if asked.size.trainable == asked.shape.parameters else 0)


def _copies(asked: _Asked) -> float:
    if asked.objective is None or asked.goal is None or not asked.whole:
        return 0
    match asked.objective.copies(asked.goal):
        case "moving":
            return _learning(asked) * _base_width(asked)
        case "all":
            return _held(asked)
        case _:
            return 0


def _state(asked: _Asked) -> float:
    """Two numbers of each weight that learns, in float32 or in 8 bits with scales. A table of words
    that are read stays in float32: transformers asks bitsandbytes for that."""
    if "8bit" in asked.training.optimizer:
        kept = asked.method.keeps(asked.shape, asked.params, precision_of(asked))
        words = asked.shape.vocab * asked.shape.hidden if kept.words and kept.input_learns else 0
        return (_learning(asked) - words) * 2 * (1 + 4 / _BLOCK_8BIT) + words * 8
    return _learning(asked) * 8


def _base_width(asked: _Asked) -> float:
    known = asked.size.base_bytes_per_weight
    return (2 if asked.device == "cuda" else 4) if known is None else known


def precision_of(asked: _Asked) -> Precision:
    if asked.device == "cpu":
        return Precision(width=4, stream=4, mixed=False, mark=4)
    stream = 4 if asked.whole and _base_width(asked) >= 4 else 2
    return Precision(width=2, stream=stream, mixed=True, mark=1)


def _step(asked: _Asked) -> Step:
    shape, objective, training = asked.shape, asked.objective, asked.training
    precision = precision_of(asked)
    kept = asked.method.keeps(shape, asked.params, precision)
    at_once = training.batch_size * (objective.sequences if objective else 1)
    length = asked.longest + asked.size.extra_tokens
    packed = bool(objective and asked.goal and objective.packs(asked.goal))
    # Learned tokens before a single row are read like its own; learned keys are none of its tokens.
    # So are answers of one round, which are filled up to its longest before they are parted.
    written = bool(
        objective and objective.generates and asked.goal
        and objective.writes_at_once(asked.goal, training) * training.accumulation > 1
    )  # fmt: skip
    masked = at_once > 1 or packed or kept.key_tokens > 0 or written
    unsaid = asked.size.extra_tokens
    if asked.writes:  # of what it wrote itself only the answers are learned from
        unsaid += max(0, asked.longest - asked.writes)
    taken = _kernel(asked, masked)
    rows = Rows(at_once, length, masked and taken != "flash", kept.key_tokens, unsaid, taken)
    gradients = 4.0 * _learning(asked)
    head = "tiles"
    if objective and not objective.answers:
        head = "few"
    elif objective and objective.whole_logits:
        head = "whole"
    return Step(
        shape=shape,
        precision=precision,
        kept=kept,
        block=block_of(shape, precision, kept, rows),
        rows=rows,
        checkpointing=training.recomputes,
        head=head,
        answers=min(asked.writes or length, length),
        triton=asked.device == "cuda" and sys.platform.startswith("linux"),
        gradients=gradients,
        adapter_gradients=gradients if asked.size.added else 0.0,
        before=gradients if _gathers(asked) else 0.0,
        moves=_moves(asked),
        selective=training.activation_checkpointing == "selective",
        offload=offloads(training, asked.device),
    )


def _gathers(asked: _Asked) -> bool:
    """Whether gradients of an earlier batch wait for the next one of the same step."""
    own_steps = asked.objective is not None and asked.objective.own_steps
    return asked.training.accumulation > 1 and not own_steps


def _kernel(asked: _Asked, masked: bool) -> Way | Literal["math"]:
    """Before Ampere no fast kernel of PyTorch takes heads that share keys as they are; rows that
    are filled up have them repeated before (sdp_utils.cpp, transformers' sdpa_attention.py)."""
    shape, taken = asked.shape, way(asked.training.attention, asked.shape)
    kind = kind_of(asked.card, asked.card) if asked.card and asked.device == "cuda" else None
    old = kind is not None and kind.capability < FIRST_CAPABILITY
    shared = shape.kv_heads < shape.heads
    return "math" if taken == "sdpa" and old and shared and not masked else taken


def _moves(asked: _Asked) -> float:
    """AdamW that goes through all weights at once on a card makes a copy of what it moves."""
    if asked.training.optimizer == "adamw_torch" and asked.device == "cuda":
        return 4.0 * _learning(asked)
    return 0.0


def _writing(asked: _Asked) -> list[Moment]:
    """Answers are written with keys and values of all that stands before."""
    objective, training, shape = asked.objective, asked.training, asked.shape
    made = []
    width = precision_of(asked).width if _base_width(asked) < 4 else 4
    per_token = 2 * shape.layers * shape.kv_heads * shape.head_dim * width
    precision = precision_of(asked)
    kept = asked.method.keeps(shape, asked.params, precision)
    alone = without_way_back(shape, precision)
    busy = max(alone, kept.writes)
    if (objective is None or objective.answers) and training.sample_questions:
        made += _sample_answers(asked, busy)
    if objective and objective.generates:
        assert asked.goal is not None
        count = objective.writes_at_once(asked.goal, training)
        asks = max(1, asked.longest - asked.writes)
        plain = count * asks * while_writing(shape, width) + kept.ahead
        added = count * asks * kept.writes + kept.writes_weights
        work = max(plain, added) + _scores(asked, count, asks)
        made.append(_wrote("answers", count * asks * per_token, work))
        made.append(_wrote("answers", count * asked.longest * per_token, 0.0))
        tokens = training.batch_size * asked.longest
        # A look asks how likely answers are, of whole logits, which are raised to float32.
        said = tokens * shape.vocab * (4 + (2 if precision_of(asked).mixed else 0))
        scores = _scores(asked, training.batch_size, asked.longest)
        made.append(Moment("look", {"activations": tokens * alone + scores}))
        made.append(Moment("look", {"activations": tokens * 2 * shape.hidden, "loss": said}))
    return made


def _sample_answers(asked: _Asked, busy: float) -> list[Moment]:
    """At a check on the validation rows. `busy`: bytes of each token while one block works."""
    shape, training, precision = asked.shape, asked.training, precision_of(asked)
    kept = asked.method.keeps(shape, asked.params, precision)
    ahead = asked.size.extra_tokens or kept.key_tokens  # learned: they are asked one by one
    count = 1 if ahead else training.answers_at_once
    tokens = count * (asked.longest + _SAMPLE_TOKENS)
    cache = tokens * 2 * shape.layers * shape.kv_heads * shape.head_dim * precision.width
    scores = _scores(asked, count, max(1, asked.longest - _LEAST_ANSWER))
    made = [_wrote("sample answers", cache, tokens * busy + scores)]
    if precision.mixed and precision.stream > precision.width:
        # Held in float32: autocast keeps a narrow copy of each weight that learns until the words
        # are said, and makes one of the table that says them, whether it learns or not.
        step = _step(asked)
        narrow = step.learning_blocks * step.block.weights
        table = precision.width * shape.vocab * shape.hidden
        said = narrow + table + tokens * precision.stream * shape.hidden
        made.append(_wrote("sample answers", cache, said))
        made.append(_wrote("sample answers", cache, narrow + tokens * busy + scores))
    return made


def _scores(asked: _Asked, rows: int, tokens: int) -> float:
    """Written out they are there at once: narrow, the same in float32, and what softmax makes."""
    if way(asked.training.attention, asked.shape) != "eager":
        return 0.0
    width = precision_of(asked).width
    return rows * asked.shape.heads * tokens**2 * (8 + (width if width < 4 else 0))


def _wrote(name: str, cache: float, busy: float) -> Moment:
    return Moment(name, {"cache": cache, "activations": busy})


def _ram(asked: _Asked, parts: dict[str, int]) -> dict[str, int]:
    if asked.device == "cpu":
        rest = sum(parts.values()) - parts["context"]
        return {"process": _CPU_PROCESS, "training": rest}
    compressed = asked.size.base_bytes_per_weight not in (None, 4.0)
    ram = {"process": _CUDA_PROCESS, "loading": asked.shape.weight_bytes if compressed else 0}
    if not compressed:  # loaded whole, then brought to the card
        ram["loading"] = int(asked.shape.parameters * _base_width(asked))
    if "paged" in asked.training.optimizer:
        ram["paged optimizer"] = int(_state(asked))
    if offloads(asked.training, asked.device):
        ram["offload"] = _offloaded(_step(asked))
    return ram


def _offloaded(step: Step) -> int:
    """What enters each block. Pinned memory is handed out in powers of two
    (CachingHostAllocator.h)."""
    one = step.rows.tokens * step.precision.stream * step.shape.hidden
    return step.shape.layers * (1 << (max(1, one) - 1).bit_length())


def _how(top: Moment) -> str:
    return f"Calculated from the model's sizes; most is needed {_WHEN[top.name]}."


_WHEN = {
    "forward": "at the end of reading a batch",
    "head": "where words are compared with what was said",
    "lowered": "at the end of reading, with narrow copies of what learns",
    "last norm": "at the beginning of the way back",
    "top block": "in the last block of the model, on the way back",
    "bottom block": "in the first block of the model, on the way back",
    "words": "at the end of the way back, where words enter",
    "optimizer": "while the weights are moved",
    "sample answers": "while sample answers are written",
    "answers": "while answers are written",
    "look": "at a check on the validation rows (evaluation), where answers are compared with the "
    "untouched model",
}
