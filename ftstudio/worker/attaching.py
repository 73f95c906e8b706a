"""Puts a saved adapter onto a loaded base model: safetensors only, and it must fit."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel, get_peft_model_state_dict

from ftstudio.adapters.files import ADAPTER_CONFIG, ADAPTER_WEIGHTS, check_safetensors, read_config
from ftstudio.core.errors import StudioError


def attach_adapter(model: Any, adapter: Path) -> Any:
    """The base with the adapter on it, ready to answer or to merge. Raises StudioError."""
    read_config(adapter / ADAPTER_CONFIG)
    saved = check_safetensors(adapter / ADAPTER_WEIGHTS)  # without it peft would open a pickle
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what they say of missing parts is checked below
            attached = PeftModel.from_pretrained(
                model, str(adapter), is_trainable=False, local_files_only=True
            )
    except (ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        raise _does_not_fit(adapter, str(error)[:200]) from error
    _check_all_were_taken(attached, adapter, set(saved))
    return attached


def _check_all_were_taken(attached: Any, adapter: Path, saved: set[str]) -> None:
    """peft passes over layers that the base lacks, and leaves others at their start values."""
    wanted = {
        name
        for name in get_peft_model_state_dict(attached, save_embedding_layers=False)
        if "lora_" in name
    }
    odd = wanted ^ {name for name in saved if "lora_" in name}
    if odd:
        raise _does_not_fit(adapter, f"{len(odd)} of its parts have no place there.")


def _does_not_fit(adapter: Path, why: str) -> StudioError:
    return StudioError(
        f"The adapter {adapter.name} does not fit this model.",
        f"It was made for another one: {why}",
        "Choose the base model that the adapter's card names.",
        code="adapter_does_not_fit",
    )
