"""Which way to compute attention a model and a machine can take, and which one is taken, with why.

"sdpa" is PyTorch's own, which picks the best kernel of the card by itself; "flash" the package
flash-attn; "eager" the attention matrix written out.
"""

from __future__ import annotations

import importlib.util
from typing import Literal

from ftstudio.core.model_shape import ModelShape
from ftstudio.planning.card_kinds import kind_of
from ftstudio.planning.machine import Machine

Way = Literal["sdpa", "flash", "eager"]

# Causal language models of transformers 5.23 whose class says that it takes no SDPA …
EAGER_ONLY = frozenset(
    f"{name}ForCausalLM"
    for name in (
        "BigBird", "BigBirdPegasus", "Bloom", "CodeGen", "CpmAnt", "DeepseekV4", "FalconMamba",
        "Flint", "GPTJ", "GPTNeo", "GPTNeoXJapanese", "Gemma2", "Git", "GptOss", "GraniteMoeSWA",
        "GraniteSWA", "HYV4", "Inkling2", "Mamba", "Mamba2", "MegatronBert", "MiMoV2Flash", "Mpt",
        "Mvp", "ProphetNet", "RemBert", "RoFormer", "Rwkv", "TrOCR", "VaultGemma", "XGLM", "xLSTM",
    )
)  # fmt: skip
# … and those that take no FlashAttention.
NO_FLASH = frozenset(
    f"{name}ForCausalLM"
    for name in (
        "AXK2", "BigBird", "BigBirdPegasus", "Bloom", "Blt", "CodeGen", "CpmAnt", "DeepseekV32",
        "DeepseekV4", "Doge", "Dots3Note", "FalconMamba", "GPTNeoXJapanese", "Git", "GlmMoeDsa",
        "HYV4", "Inkling", "Inkling2", "Llama4", "Mamba", "Mamba2", "MegatronBert", "MiniMaxM3VL",
        "Mllama", "Mpt", "Mvp", "ProphetNet", "Qwen4Exp", "RemBert", "RoFormer", "Rwkv", "TrOCR",
        "XGLM", "xLSTM",
    )
)  # fmt: skip
_PACKAGE = "flash_attn"
FIRST_CAPABILITY = (8, 0)


def way(wanted: str, shape: ModelShape) -> Way:
    """What is taken: as wanted where the model can, and PyTorch's own where nothing is wanted."""
    if wanted == "flash" and shape.architecture not in NO_FLASH:
        return "flash"
    return "eager" if wanted == "eager" or shape.architecture in EAGER_ONLY else "sdpa"


def reason(wanted: str, shape: ModelShape) -> str:
    """Why, for a person who asks."""
    if wanted != "automatic":
        return "It was chosen."
    if way(wanted, shape) == "eager":
        return f"{shape.architecture} has no faster way."
    return "PyTorch takes the fastest kernel that this machine and these texts allow."


def unusable(shape: ModelShape, machine: Machine) -> dict[str, str]:
    """Ways that can't be taken -> why, in a sentence."""
    found = {}
    if why := why_no_flash(shape, machine) or _missing():
        found["flash"] = why
    if shape.architecture in EAGER_ONLY:
        found["sdpa"] = f"{shape.architecture} has no form for it."
    return found


def why_no_flash(shape: ModelShape, machine: Machine) -> str:
    """For this model on this machine, whatever is installed; empty where it can be."""
    if machine.device == "cpu":
        return "FlashAttention runs on a graphics card only."
    if shape.architecture in NO_FLASH:
        return f"{shape.architecture} has no form for FlashAttention."
    kind = kind_of(machine.name, machine.architecture, machine.total_bytes)
    if kind is not None and kind.capability < FIRST_CAPABILITY:
        return f"FlashAttention needs a card of the Ampere generation or newer; {kind.name} is not."
    return ""


def _missing() -> str:
    """Kernels from the Hub are no way either: they would be fetched when training begins."""
    if importlib.util.find_spec(_PACKAGE) is not None:
        return ""
    return "The package flash-attn is not installed."
