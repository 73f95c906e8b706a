"""What of the way forward is kept for the way back, what is computed again, and what waits in the
computer's memory meanwhile."""

from __future__ import annotations

from typing import Any

from torch.utils.checkpoint import CheckpointPolicy, create_selective_checkpoint_contexts

from ftstudio.core.training_settings import TrainingSettings
from ftstudio.planning.recomputed import about_square, offloads

_PRODUCTS = ("aten::mm", "aten::addmm")
_PACKED = "bitsandbytes::gemm_4bit"
_ATTENTION = ("scaled_dot_product", "flash_attn", "flash_attention", "efficient_attention")


def recomputing(settings: TrainingSettings, device: str) -> dict[str, Any]:
    """The keywords of transformers' `activation_checkpointing_kwargs`."""
    chosen: dict[str, Any] = {"use_reentrant": False}
    if settings.activation_checkpointing == "selective":
        chosen["context_fn"] = selective
    elif offloads(settings, device):
        chosen["offload"] = True  # transformers puts save_on_cpu around each layer's input
    return chosen


def selective() -> Any:
    """Attention and the products around it are kept; all else of a block is computed again."""
    return create_selective_checkpoint_contexts(_policy)  # type: ignore[no-untyped-call]


def _policy(context: Any, operator: Any, *given: Any, **named: Any) -> CheckpointPolicy:
    name = operator._schema.name
    if name in _PRODUCTS:
        keep = about_square(*given[-1].shape)
    elif name == _PACKED:
        keep = about_square(*given[2])
    else:
        keep = any(word in name for word in _ATTENTION)
    return CheckpointPolicy.MUST_SAVE if keep else CheckpointPolicy.PREFER_RECOMPUTE
