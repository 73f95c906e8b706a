"""How far a card reaches: the largest model that fits it, and the longest text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ftstudio.core.method import Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.objective import Objective
from ftstudio.core.params import Params
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.machine import Machine
from ftstudio.planning.memory import fits
from ftstudio.planning.memory_range import counted
from ftstudio.planning.whole import Beside, Taught, untaught, whole_need

_STEP = 64  # tokens


@dataclass(frozen=True)
class Size:
    """A size in which models are published, by the name of one that has it."""

    name: str
    shape: ModelShape

    @property
    def billions(self) -> float:
        return self.shape.parameters / 1e9


def _size(
    name: str, hidden: int, layers: int, heads: int, kv_heads: int, head_dim: int, ffn: int,
    vocab: int, tied: bool, architecture: str = "Qwen3ForCausalLM",
) -> Size:  # fmt: skip
    bare = ModelShape(
        architecture=architecture, hidden=hidden, layers=layers, heads=heads, kv_heads=kv_heads,
        head_dim=head_dim, ffn=ffn, vocab=vocab, tied=tied, max_length=131_072, parameters=1,
        dtype="bfloat16", weight_bytes=2,
    )  # fmt: skip
    weights = counted(bare)
    return Size(name, bare.model_copy(update={"parameters": weights, "weight_bytes": 2 * weights}))


# From the models' own config.json.
_LLAMA = "LlamaForCausalLM"
SIZES: tuple[Size, ...] = (
    _size("SmolLM2 135M", 576, 30, 9, 3, 64, 1_536, 49_152, True, _LLAMA),
    _size("Qwen3 0.6B", 1_024, 28, 16, 8, 128, 3_072, 151_936, True),
    _size("Llama 3.2 1B", 2_048, 16, 32, 8, 64, 8_192, 128_256, True, _LLAMA),
    _size("Qwen3 1.7B", 2_048, 28, 16, 8, 128, 6_144, 151_936, True),
    _size("Llama 3.2 3B", 3_072, 28, 24, 8, 128, 8_192, 128_256, True, _LLAMA),
    _size("Qwen3 4B", 2_560, 36, 32, 8, 128, 9_728, 151_936, True),
    _size("Mistral 7B", 4_096, 32, 32, 8, 128, 14_336, 32_768, False, "MistralForCausalLM"),
    _size("Llama 3.1 8B", 4_096, 32, 32, 8, 128, 14_336, 128_256, False, _LLAMA),
    _size("Qwen3 14B", 5_120, 40, 40, 8, 128, 17_408, 151_936, False),
    _size("Mistral Small 24B", 5_120, 40, 32, 8, 128, 32_768, 131_072, False, "MistralForCausalLM"),
    _size("Qwen3 32B", 5_120, 64, 64, 8, 128, 25_600, 151_936, False),
    _size("Llama 3.3 70B", 8_192, 80, 64, 8, 128, 28_672, 128_256, False, _LLAMA),
)


def largest_model(
    machine: Machine, method: Method, params: Params | Mapping[str, Any],
    training: TrainingSettings, longest: int, objective: Objective | None = None,
    objective_params: Params | None = None, sizes: Iterable[Size] = SIZES,
    beside: Beside | None = None, taught: Taught = untaught,
) -> Size | None:  # fmt: skip
    """The largest that fits with the settings as they are; None where not even the smallest."""

    def goes(size: Size) -> bool:
        need = whole_need(
            size.shape, method, params, training, machine.device, longest, objective,
            objective_params, machine.card, beside,
        )  # fmt: skip
        return fits(taught(need), machine.free_bytes) != "does not fit"

    ordered = sorted(sizes, key=lambda size: size.shape.parameters, reverse=True)
    return next((size for size in ordered if goes(size)), None)


def longest_text(
    machine: Machine, shape: ModelShape, method: Method, params: Params | Mapping[str, Any],
    training: TrainingSettings, objective: Objective | None = None,
    objective_params: Params | None = None, beside: Beside | None = None, taught: Taught = untaught,
) -> int:  # fmt: skip
    """Tokens, in whole steps of 64, up to what the model can read; 0 where not even 64 fit."""

    def goes(steps: int) -> bool:
        tokens = steps * _STEP
        settings = training.model_copy(update={"max_length": tokens})
        need = whole_need(
            shape, method, params, settings, machine.device, tokens, objective, objective_params,
            machine.card, beside,
        )  # fmt: skip
        return fits(taught(need), machine.free_bytes) != "does not fit"

    fewest, most = 0, max(1, shape.max_length // _STEP)
    while fewest < most:  # it never needs less for longer texts
        middle = (fewest + most + 1) // 2
        if goes(middle):
            fewest = middle
        else:
            most = middle - 1
    return fewest * _STEP
