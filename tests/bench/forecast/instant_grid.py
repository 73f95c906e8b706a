"""A program: the exact live bytes of many trainings of known models on a card that is not there.

Prints a line of JSON for each: the case, and what tensors hold at the peak. Its own process, since
the stand-in for a card must be there before torch is.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftstudio.core.model_shape import ModelShape
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.planning.memory_range import counted
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not

# What a model's sizes are called in its config.json, in the order in which benches list them.
SIZES = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
    "intermediate_size", "vocab_size", "tie_word_embeddings",
)  # fmt: skip
CARD = "h100-80gb"
_FAMILIES = {
    "llama": "LlamaForCausalLM", "mistral": "MistralForCausalLM", "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM", "gemma3_text": "Gemma3ForCausalLM", "phi3": "Phi3ForCausalLM",
}  # fmt: skip
# Family, width, blocks, heads, of keys, their width, inner width, words, one table for both ends;
# from the config.json that each was published with.
MODELS: dict[str, tuple[str, int, int, int, int, int, int, int, bool]] = {
    "Qwen2.5-0.5B": ("qwen2", 896, 24, 14, 2, 64, 4864, 151936, True),
    "Qwen2.5-1.5B": ("qwen2", 1536, 28, 12, 2, 128, 8960, 151936, True),
    "Qwen2.5-7B": ("qwen2", 3584, 28, 28, 4, 128, 18944, 152064, False),
    "Qwen3-0.6B": ("qwen3", 1024, 28, 16, 8, 128, 3072, 151936, True),
    "Qwen3-4B": ("qwen3", 2560, 36, 32, 8, 128, 9728, 151936, True),
    "Llama-3.2-1B": ("llama", 2048, 16, 32, 8, 64, 8192, 128256, True),
    "Llama-3.1-8B": ("llama", 4096, 32, 32, 8, 128, 14336, 128256, False),
    "TinyLlama-1.1B": ("llama", 2048, 22, 32, 4, 64, 5632, 32000, False),
    "SmolLM2-360M": ("llama", 960, 32, 15, 5, 64, 2560, 49152, True),
    "Mistral-7B": ("mistral", 4096, 32, 32, 8, 128, 14336, 32768, False),
    "Gemma-3-1B": ("gemma3_text", 1152, 26, 4, 1, 256, 6912, 262144, True),
    "Phi-3-mini": ("phi3", 3072, 32, 32, 32, 96, 8192, 32064, False),
}
_PAIRS = ("dpo", "orpo", "simpo", "reward")
_ELSEWHERE = ("lora_gptq",)  # needs a folder that is compressed already


def cases(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Objective by method by settings, each drawn at random from what may be combined."""
    chance = random.Random(seed)
    pairs = [
        (goal, way)
        for goal in sorted(objectives())
        for way in sorted(methods())
        if way not in _ELSEWHERE and not why_not(objectives()[goal], methods()[way], None, "cuda")
    ]
    chance.shuffle(pairs)
    for number in range(count):
        goal, way = pairs[number % len(pairs)]
        yield _case(chance, goal, way)


def _case(chance: random.Random, goal: str, way: str) -> dict[str, Any]:
    name = chance.choice(sorted(MODELS))
    family, hidden, blocks, heads, groups, width, inner, words, tied = MODELS[name]
    twice = chance.random() < 0.5 and "activation_checkpointing" not in methods()[way].forbids
    drawn: dict[str, Any] = {}
    names = methods()[way].params.model_fields
    if "rank" in names and way != "vera":
        drawn["rank"] = chance.choice([8, 16, 64])
    if "dropout" in names and chance.random() < 0.3:
        drawn["dropout"] = 0.1
    if "targets" in names and chance.random() < 0.3:
        drawn["targets"] = "attention"
    return {
        "objective": goal,
        "method": way,
        "method_params": drawn,
        "objective_params": {"answer_tokens": 32} if objectives()[goal].generates else {},
        "name": name,
        "family": family,
        "sizes": {
            "hidden_size": hidden,
            "num_attention_heads": heads,
            "num_key_value_heads": groups,
            "head_dim": width,
            "intermediate_size": inner,
            "vocab_size": words,
            "num_hidden_layers": blocks,
            "tie_word_embeddings": tied,
        },
        "longest": chance.choice([256, 512, 1024, 2048]),
        "training": {
            "batch_size": chance.choice([2, 4] if goal in _PAIRS else [1, 2, 4]),
            "accumulation": chance.choice([1, 1, 2]),
            "activation_checkpointing": twice,
            "optimizer": chance.choice(["adamw_torch_fused", "adamw_torch", "adamw_8bit"]),
            "sample_questions": 0,
            "max_length": 2048,
        },
    }


def shape_of(case: dict[str, Any]) -> ModelShape:
    """Norms and offsets are left out: they are a few numbers in ten thousand."""
    sizes = case["sizes"]
    made = ModelShape(
        architecture=_FAMILIES[case["family"]], hidden=sizes["hidden_size"],
        layers=sizes["num_hidden_layers"], heads=sizes["num_attention_heads"],
        kv_heads=sizes["num_key_value_heads"], head_dim=sizes["head_dim"],
        ffn=sizes["intermediate_size"], vocab=sizes["vocab_size"],
        tied=sizes["tie_word_embeddings"], max_length=4096, parameters=1, dtype="bfloat16",
        weight_bytes=2,
    )  # fmt: skip
    weights = counted(made)
    return made.model_copy(update={"parameters": weights, "weight_bytes": 2 * weights})


def plan_of(case: dict[str, Any], folder: Path) -> Plan:
    config = {
        "architectures": [_FAMILIES[case["family"]]], "model_type": case["family"],
        "max_position_embeddings": 4096, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
        "dtype": "bfloat16", **case["sizes"],
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    return Plan(
        name="grid",
        dataset=DatasetRef(id="ds-000000000000", path=str(folder), name="none"),
        model=ModelRef(path=str(folder), name="drawn", sha256=""),
        objective=case["objective"],
        objective_params=case["objective_params"],
        method=case["method"],
        method_params=case["method_params"],
        training=case["training"],
    )


def main() -> None:
    from ftstudio.worker.simulation import shim

    warnings.simplefilter("ignore")
    shim.load()
    from ftstudio.planning.card_kinds import find_kind
    from ftstudio.worker.simulate import _surroundings
    from ftstudio.worker.simulation.trainers import NotSimulated, Wanted, rehearse

    kind = find_kind(CARD)
    for line in sys.stdin:
        case = json.loads(line)
        told: dict[str, Any] = {"case": case}
        device, fakes, hidden = _surroundings(kind)
        with tempfile.TemporaryDirectory() as name:
            plan = plan_of(case, Path(name))
            wanted = Wanted(
                plan, shape_of(case), device, case["longest"], hidden=hidden, fakes=fakes
            )
            try:
                done = rehearse(wanted)
            except NotSimulated as error:
                told["why"] = str(error)
            else:
                told["live"], told["parts"] = live_at_peak(done.trace)
        print("RESULT " + json.dumps(told), flush=True)


def live_at_peak(trace: Any) -> tuple[int, dict[str, int]]:
    """Of what is no workspace."""
    living: dict[int, tuple[int, str]] = {}
    now, most, at_most = 0, 0, {}
    for what, number, size, _phase, part in trace:
        if part == "workspace":
            continue
        if what == "alloc":
            living[number] = (size, part)
            now += size
            if now > most:
                most, at_most = now, dict(living)
        elif what == "free":
            living.pop(number)
            now -= size
    parts: dict[str, int] = {}
    for size, part in at_most.values():
        parts[part] = parts.get(part, 0) + size
    return most, parts


if __name__ == "__main__":
    main()
