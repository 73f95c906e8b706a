"""What is trained on the card to hold our forecasts against it: goals by methods by settings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ftstudio.core.example import Example
from ftstudio.core.objective import Preparing
from ftstudio.core.plan import DatasetRef, ModelRef, Plan, RewardChoice
from ftstudio.data.versions.library import DatasetVersion, freeze
from ftstudio.techniques import methods, objectives

_SHORT = {"answer_tokens": 64, "look_questions": 4}
_SELECTIVE = {"activation_checkpointing": "selective"}
_OFFLOADED = {"activation_offload": True}
_SHORTER_ROWS = 72  # more than a trial looks at


@dataclass(frozen=True)
class Configuration:
    """`longest` in tokens, an answer that is written included."""

    model: str
    objective: str
    method: str
    batch: int
    longest: int
    training: dict[str, Any] = field(default_factory=dict)
    goal: dict[str, Any] = field(default_factory=dict)
    way: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        more = {**self.goal, **self.way, **self.training}
        told = " ".join(f"{name}={value}" for name, value in sorted(more.items()))
        size = f"{self.batch}x{self.longest}"
        return f"{self.model} {self.objective} {self.method} {size} {told}".rstrip()

    def dump(self) -> dict[str, Any]:
        return asdict(self)


def _of(model: str, objective: str, method: str, size: str, **more: Any) -> Configuration:
    batch, longest = map(int, size.split("x"))
    made = Configuration(model, objective, method, batch, longest)
    training = dict(more.pop("training", {}))
    if more.pop("twice", False):
        training["activation_checkpointing"] = "full"
    if "optimizer" in more:
        training["optimizer"] = more.pop("optimizer")
    goal = dict(more.pop("goal", _SHORT if objectives()[objective].generates else {}))
    return replace(made, training=training, goal=goal, way=more)


def configurations() -> list[Configuration]:
    """All of them; larger ones than a card holds are left out when they are run."""
    return [*_INSTRUCT, *_METHODS, *_GOALS, *_RECOMPUTED, *_WRITTEN_OUT]


_INSTRUCT = [
    _of("Qwen2.5-0.5B", "instruct", "full", "4x1024"),
    _of("Llama-3.2-1B", "instruct", "full", "2x1024", twice=True),
    _of("Qwen2.5-1.5B", "instruct", "full", "1x2048", twice=True, optimizer="adamw_8bit"),
    _of("Llama-3.2-3B", "instruct", "full", "1x1024", twice=True),
    _of("Llama-3.1-8B", "instruct", "lora", "1x2048", twice=True),
    _of("Llama-3.1-8B", "instruct", "lora", "4x1024", twice=True),
    _of("Llama-3.1-8B", "instruct", "lora", "2x512", rank=64, alpha=128),
    _of("Qwen2.5-7B", "instruct", "lora", "2x1024", dropout=0.1),
    _of("Mistral-7B", "instruct", "lora", "8x512", twice=True, training={"accumulation": 4}),
    _of("Qwen2.5-14B", "instruct", "lora", "1x2048", twice=True),
    _of("Qwen2.5-32B", "instruct", "lora", "1x512", twice=True),
    _of("Qwen3-0.6B", "instruct", "lora", "8x1024", optimizer="adamw_torch"),
    _of("Gemma-3-1B", "instruct", "lora", "2x1024"),
    _of("Phi-3-mini", "instruct", "lora", "2x1024", twice=True),
    _of("OLMoE-1B-7B", "instruct", "lora", "1x1024", twice=True),
]
_METHODS = [
    _of("Llama-3.1-8B", "instruct", "qlora", "1x4096", twice=True),
    _of("Qwen2.5-7B", "instruct", "qlora", "4x512"),
    _of("Qwen2.5-32B", "instruct", "qlora", "1x1024", twice=True, optimizer="paged_adamw_8bit"),
    _of("Llama-3.1-8B", "instruct", "lora_8bit", "2x512", twice=True),
    _of("Qwen2.5-1.5B", "instruct", "lora_8bit", "4x1024"),
    _of("Llama-3.2-3B", "instruct", "dora", "2x1024"),
    _of("Qwen2.5-7B", "instruct", "dora", "1x1024", twice=True),
    _of("Llama-3.1-8B", "instruct", "last_layers", "2x1024"),
    _of("Qwen2.5-7B", "instruct", "ia3", "2x1024"),
    _of("Llama-3.2-3B", "instruct", "oft", "2x512"),
    _of("Mistral-7B", "instruct", "vera", "2x1024"),
    _of("Llama-3.2-3B", "instruct", "adalora", "4x512"),
    _of("Llama-3.2-1B", "instruct", "adapter_layers", "4x1024"),
    _of("Qwen2.5-7B", "instruct", "adapter_layers", "1x2048", twice=True),
    _of("Llama-3.2-3B", "instruct", "prefix", "2x1024"),
    _of("Qwen3-8B", "instruct", "p_tuning_v2", "1x1024"),
    _of("Qwen2.5-1.5B", "instruct", "p_tuning", "4x512"),
    _of("Mistral-7B", "instruct", "prompt", "4x512"),
]
_GOALS = [
    _of("Llama-3.1-8B", "continue_pretraining", "lora", "2x2048", twice=True),
    _of("Qwen2.5-0.5B", "continue_pretraining", "full", "4x2048"),
    _of("Qwen2.5-1.5B", "continue_pretraining", "lora", "4x1024", goal={"pack": False}),
    _of("Qwen3-8B", "classify", "lora", "8x512"),
    _of("Llama-3.2-1B", "classify", "full", "16x256"),
    _of("Qwen2.5-0.5B", "classify", "adapter_layers", "8x512"),
    _of("Llama-3.2-3B", "score", "lora", "8x512"),
    _of("Llama-3.1-8B", "reward", "lora", "4x512", twice=True),
    _of("Qwen2.5-0.5B", "reward", "full", "4x512"),
    _of("Llama-3.1-8B", "dpo", "lora", "2x1024", twice=True),
    _of("Qwen2.5-0.5B", "dpo", "full", "2x1024"),
    _of("Qwen2.5-7B", "dpo", "qlora", "4x512"),
    _of("Llama-3.2-3B", "kto", "lora", "4x1024"),
    _of("Mistral-7B", "orpo", "lora", "2x1024", twice=True),
    _of("Qwen3-8B", "simpo", "lora", "2x1024", twice=True),
    _of("Qwen2.5-0.5B", "ppo", "lora", "4x512"),
    _of("Llama-3.2-1B", "ppo", "lora", "8x512"),
    _of("Qwen2.5-1.5B", "grpo", "lora", "4x512"),
    _of("Qwen2.5-0.5B", "grpo", "full", "4x256"),
    _of("Llama-3.2-1B", "rloo", "lora", "4x512"),
]


_RECOMPUTED = [
    _of("Llama-3.1-8B", "instruct", "lora", "2x1024", training=_SELECTIVE),
    _of("Qwen2.5-7B", "dpo", "qlora", "2x1024", training=_SELECTIVE),
    _of("Llama-3.1-8B", "instruct", "qlora", "2x4096", twice=True, training=_OFFLOADED),
]
_EAGER = {"attention": "eager"}
_WRITTEN_OUT = [
    _of("Llama-3.2-1B", "instruct", "lora", "2x1024", training=_EAGER),
    _of("Qwen2.5-7B", "instruct", "qlora", "1x2048", twice=True, training=_EAGER),
]


def part_of(all_of_them: list[Configuration], part: str) -> list[Configuration]:
    """`part` as "2/3": the second third; every third one, so that each part is like the others.
    Empty: all. Raises ValueError for what is no part."""
    if not part:
        return all_of_them
    number, _, count = part.partition("/")
    first, step = int(number), int(count)
    if not 1 <= first <= step:
        raise ValueError(f"there is no part {part}")
    return all_of_them[first - 1 :: step]


def plan_of(one: Configuration, base: Path, data: DatasetVersion) -> Plan:
    objective = objectives()[one.objective]
    training = {"batch_size": one.batch, "max_length": one.longest, "sample_questions": 0}
    known = objective.params.model_fields
    return Plan(
        name=one.key,
        dataset=DatasetRef(id=data.id, path=str(data.path), name=data.name),
        model=ModelRef(path=str(base), name=one.model, sha256=""),
        objective=one.objective,
        objective_params={name: value for name, value in one.goal.items() if name in known},
        method=one.method,
        method_params=one.way,
        training={**training, **one.training},
        rewards=[RewardChoice(key="length_between")] if objective.wants_rewards else [],
    )


def write_data(one: Configuration, folder: Path) -> DatasetVersion:
    """Rows of which as many as share a batch are as long as the longest, or one token shorter: the
    very ones that an estimate reckons with. The rest is short."""
    if (folder / "version.json").is_file():
        from ftstudio.data.versions.library import load_version

        return load_version(folder)
    long = _examples(one, one.longest, _long_ones(one))
    short = _examples(one, _short_limit(one), _SHORTER_ROWS)
    # A trial looks for the longest by its letters: the long ones have most of them.
    chosen = [
        example.model_copy(update={"source_row": row + 1, "group": str(row)})
        for row, example in enumerate([*short, *long])
    ]
    sides = ["validation" if row < 4 else "train" for row in range(len(chosen))]
    manifest = {"name": one.key[:60], "seed": 7, "sources": []}
    return freeze(chosen, sides, manifest, out=folder, few=True)  # type: ignore[arg-type]


def _long_ones(one: Configuration) -> int:
    objective = objectives()[one.objective]
    if objective.packs(objective.params(**_known(one))):
        return 2 * one.batch * 4  # documents, two to a row
    return one.batch


def _short_limit(one: Configuration) -> int:
    objective = objectives()[one.objective]
    written = objective.writes(objective.params(**_known(one)))
    return written + max((one.longest - written) // 4, 24)


def _known(one: Configuration) -> dict[str, Any]:
    fields = objectives()[one.objective].params.model_fields
    return {name: value for name, value in one.goal.items() if name in fields}


def _examples(one: Configuration, limit: int, count: int) -> list[Example]:
    from itertools import islice

    from ftstudio.core.dataset_facts import DatasetFacts
    from ftstudio.techniques.rendering import choose_template
    from ftstudio.worker.simulation.rows import examples_of, plain_tokenizer

    objective, method = objectives()[one.objective], methods()[one.method]
    params = objective.params(**_known(one))
    tokenizer = plain_tokenizer()
    choose_template(tokenizer, getattr(params, "template", "own"))
    kind = objective.learns_from[0]
    facts = DatasetFacts(kind=kind, labels={"yes": 9, "no": 9} if kind == "label" else {})
    head = objective.head(params, facts)
    preparing = Preparing(tokenizer, params, limit, "train", head, 7, method.traits)
    return list(islice(examples_of(objective, kind, preparing), count))
