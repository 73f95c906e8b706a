"""LoRA: two thin matrices beside each linear layer learn, the base stays as it is."""

from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

from ftstudio.core.errors import StudioError
from ftstudio.core.method import Attaching, Kept, Method, MethodSize, Precision
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.pairing import Pairing
from ftstudio.core.params import Params, param
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.techniques.expert_targets import expert_keywords, router_elements, why_no_router
from ftstudio.techniques.lora_targets import (
    ALPHA_SOURCE,
    ATTENTION,
    FEED_FORWARD,
    RANK_SOURCE,
    RATE_SOURCE,
    RUNS_IN,
    LoraFamilyParams,
    attention_of,
    elements,
    learning_rate,
    lora_config,
    lora_keeps,
    present,
)

INITIAL = "initial-adapter.safetensors"  # in the job folder: where PiSSA began
_WEIGHTS, _CONFIG = "adapter_model.safetensors", "adapter_config.json"


class LoraParams(LoraFamilyParams):
    rank_stabilized: bool = param(
        False,
        title="Even strength at high capacity",
        term="rsLoRA",
        level="all",
        help="Divides by the square root of the capacity instead of the capacity; worth it from "
        "about 64 up.",
    )
    embeddings: bool = param(
        False,
        title="Learn new words too",
        term="train the embeddings",
        level="all",
        help="Also moves the table of words. Helps when your texts are full of words the model "
        "never saw, and makes the file much larger.",
    )
    start: Literal["standard", "pissa_niter_4", "pissa"] = param(
        "standard",
        title="Where it begins",
        term="initialisation",
        level="all",
        labels={
            "standard": "From nothing",
            "pissa_niter_4": "From what matters most (PiSSA, quick)",
            "pissa": "From what matters most (PiSSA, exact)",
        },
        help="PiSSA begins with the strongest directions of each layer and often learns faster. "
        "The quick form takes seconds, the exact one minutes on large models; the file is twice as "
        "large.",
    )
    b_ratio: float = param(
        1.0,
        title="Faster second half",
        term="LoRA+ ratio",
        level="all",
        minimum=1,
        maximum=32,
        step=1,
        help="How much larger the steps of the second matrix are; 1 is off. LoRA+ uses 2–16, with "
        "the step size halved.",
    )
    router: bool = param(
        False,
        title="Choose among experts anew",
        term="train the router",
        level="all",
        help="Only for a mixture of experts: also learns which expert answers. Usually off; moved "
        "with few examples, it sends everything to 1 or 2 of them.",
    )


def size(shape: ModelShape, params: Params) -> MethodSize:
    """rank × (in + out) per adapted layer, and the word table where it learns too."""
    p = cast(LoraParams, params)
    inner = elements(shape, p)
    if p.targets == "all-linear" and not p.router:
        inner -= router_elements(shape, p.rank)
    elif p.targets == "attention" and p.router:
        inner += router_elements(shape, p.rank)
    words = shape.vocab * shape.hidden if p.embeddings else 0
    trainable = inner + (words if shape.tied else 2 * words)
    # The word table of a tied model is saved twice, under both of its names.
    saved = trainable + (words if shape.tied else 0)
    if p.start != "standard":  # as a plain LoRA it holds where it began, too
        saved += inner
    return MethodSize(trainable, trainable, None, result_bytes=4 * saved)


def keeps(shape: ModelShape, params: Params, precision: Precision) -> Kept:
    """The branches, and where the word table learns, all that follows it."""
    words = cast(LoraParams, params).embeddings
    return replace(lora_keeps(shape, params, precision), words=words, input_learns=words)


def attach(model: Any, params: Params, attaching: Attaching) -> Any:
    """The base model with the adapter around it; only the adapter learns."""
    from peft import get_peft_model

    p = cast(LoraParams, params)
    more = {
        "use_rslora": p.rank_stabilized,
        **_words(model, p, attaching),
        **_experts(model, p),
    }
    kept = attaching.folder / INITIAL if attaching.folder else None
    goes_on = bool(kept and kept.exists())
    if p.start != "standard":
        _demand_pissa(model, p, attaching)
        if not goes_on:
            more["init_lora_weights"] = p.start
    adapted = get_peft_model(model, lora_config(model, p, attaching, **more))
    if p.start != "standard" and kept:
        if goes_on:
            _begin_again(adapted, kept)
        else:
            _keep(adapted, kept)
        # A version of this run is loaded onto the base as it is now, never split again.
        adapted.peft_config["default"].init_lora_weights = True
    return adapted


def _experts(model: Any, p: LoraParams) -> dict[str, Any]:
    layers = present(model, (*ATTENTION, *FEED_FORWARD))
    if p.targets == "attention":
        layers = attention_of(model)
    found = expert_keywords(model, layers, p.rank, p.alpha, p.targets == "all-linear", p.router)
    if p.router and not found:
        raise StudioError(
            "There is no router to train.",
            "This model has no experts that this app knows.",
            "Leave the router as it is.",
            code="no_router",
        )
    return found


def _words(model: Any, p: LoraParams, attaching: Attaching) -> dict[str, Any]:
    if not p.embeddings:
        return {}
    if attaching.head_modules:  # it has no second word table
        return {"modules_to_save": [*attaching.head_modules, "embed_tokens"]}
    tied = bool(getattr(model.config.get_text_config(), "tie_word_embeddings", False))
    # A tied word table must stay tied, or the merged model would speak another language than it
    # reads; an untied one has a second table to speak with.
    words: dict[str, Any] = (
        {"modules_to_save": ["embed_tokens"], "ensure_weight_tying": True}
        if tied
        else {"modules_to_save": ["embed_tokens", "lm_head"]}
    )
    return {"exclude_modules": ["lm_head"], **words}


def _demand_pissa(model: Any, p: LoraParams, attaching: Attaching) -> None:
    config = model.config.get_text_config()
    experts = getattr(config, "num_local_experts", 0) or getattr(config, "num_experts", 0)
    narrowest = min(
        config.num_key_value_heads * (config.hidden_size // config.num_attention_heads),
        config.hidden_size,
    )
    why = _why_no_pissa(p, int(experts or 0), narrowest, attaching.compares)
    if why:
        raise StudioError(
            "PiSSA can't be the start here.",
            why,
            "Begin from nothing instead, which is the usual way.",
            code="no_pissa",
        )


def _why_no_pissa(p: LoraParams, experts: int, narrowest: int, compares: bool) -> str:
    if experts:
        return "The experts of this model are held as one block, which PiSSA can't take apart."
    if compares:
        return (
            "This goal compares with the untouched model in every step, and PiSSA changes the "
            "model that lies under the adapter."
        )
    if p.rank > narrowest:
        return f"The narrowest layer of this model has {narrowest} directions, less than asked for."
    return ""


def why_not(pairing: Pairing) -> str | None:
    p, shape = pairing.params, pairing.shape
    if not isinstance(p, LoraParams):
        return None
    if p.router and (said := why_no_router(shape)):
        return said
    if p.start == "standard":
        return None
    narrowest = min(shape.kv_heads * shape.head_dim, shape.hidden) if shape else p.rank
    why = _why_no_pissa(p, shape.experts if shape else 0, narrowest, pairing.compares)
    return f"{why} Let it begin from nothing." if why else None


def ignores(pairing: Pairing) -> dict[str, str]:
    said = why_no_router(pairing.shape)
    return {"router": said} if said else {}


def _keep(adapted: Any, kept: Path) -> None:
    from safetensors.torch import save_file

    state = {name: weight.detach().cpu().contiguous() for name, weight in _inner(adapted).items()}
    half = kept.with_suffix(".part")
    save_file(state, str(half))
    os.replace(half, kept)


def _begin_again(adapted: Any, kept: Path) -> None:
    """A run that goes on takes the same start, on whatever machine: the split is not made anew."""
    from peft import set_peft_model_state_dict
    from peft.tuners.lora import LoraLayer
    from safetensors.torch import load_file

    set_peft_model_state_dict(adapted, load_file(str(kept)))
    for layer in adapted.modules():
        if isinstance(layer, LoraLayer):
            weight = layer.get_base_layer().weight
            rest = weight.data.float() - layer.get_delta_weight("default").float()
            weight.data = rest.to(weight.dtype)


def _inner(adapted: Any) -> dict[str, Any]:
    from peft import get_peft_model_state_dict

    state = get_peft_model_state_dict(adapted, save_embedding_layers=False)
    return {name: weight for name, weight in state.items() if "lora_" in name}


def convert(job: Path, staged: Path) -> bool:
    """As a plain LoRA beside the untouched base: where it came to, less where it began.

    PiSSA writes W as (W − B₀A₀) + B₀A₀ and moves the second part to BA, so the change is
    BA − B₀A₀ = [B, −B₀]·[A; A₀]: a LoRA of twice the rank.
    """
    if not (job / INITIAL).exists():
        return False
    import torch
    from safetensors.torch import load_file, save_file

    began, weights = load_file(str(job / INITIAL)), load_file(str(staged / _WEIGHTS))
    config = json.loads((staged / _CONFIG).read_text("utf-8"))
    # alpha and rank both double; divided by the root of the rank, that is too much by √2.
    loudness = 1 / math.sqrt(2) if config["use_rslora"] else 1.0
    for name, first in began.items():
        if "lora_A" in name:
            weights[name] = torch.cat([weights[name], first])
        else:
            weights[name] = torch.cat([weights[name], -first], dim=1) * loudness
    save_file(weights, str(staged / _WEIGHTS), metadata={"format": "pt"})
    config |= {"r": 2 * config["r"], "lora_alpha": 2 * config["lora_alpha"]}
    (staged / _CONFIG).write_text(json.dumps(config, indent=2), "utf-8")
    return True


def optimizer(model: Any, params: Params, settings: TrainingSettings, rate: float) -> Any:
    """LoRA+: the second matrix of each pair takes larger steps. None where that is off."""
    p = cast(LoraParams, params)
    if p.b_ratio == 1:
        return None
    from peft.optimizers import create_loraplus_optimizer
    from torch.optim import AdamW

    kind: Any = AdamW
    more: dict[str, Any] = {"fused": settings.optimizer == "adamw_torch_fused"}
    if "8bit" in settings.optimizer:
        import bitsandbytes

        paged = settings.optimizer.startswith("paged") and model.device.type == "cuda"
        kind = bitsandbytes.optim.PagedAdamW8bit if paged else bitsandbytes.optim.AdamW8bit
        more = {}
    return create_loraplus_optimizer(
        model,
        kind,
        lr=rate,
        loraplus_lr_ratio=p.b_ratio,
        loraplus_weight_decay=settings.weight_decay,
        **more,
    )


LORA = Method(
    key="lora",
    title="LoRA",
    term="low-rank adaptation",
    promise="Learns in a small file beside the model, which stays as it is.",
    when="The right choice for nearly everyone: little memory, a small file, and several can share "
    "one model. Take Full when there are very many examples of something wholly new.",
    params=LoraParams,
    size=size,
    attach=attach,
    keeps=keeps,
    merges=True,
    order=10,
    runs_in=f"{RUNS_IN} Merged everywhere.",
    sources={
        "rank": RANK_SOURCE,
        "alpha": ALPHA_SOURCE,
        "learning_rate": RATE_SOURCE,
        "start": "“PiSSA” (Meng et al., 2024); the quick form by four steps of a randomised "
        "decomposition, as its authors advise",
        "b_ratio": "off, since the best ratio differs by model and task, as “LoRA+” (Hayou et al., "
        "2024) says",
    },
    why_not=why_not,
    ignores=ignores,
    learning_rate=learning_rate,
    optimizer=optimizer,
    convert=convert,
)
