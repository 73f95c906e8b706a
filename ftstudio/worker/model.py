"""Loads a base model and its tokenizer from a folder: safetensors only, no code from the folder,
never the network."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
)
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES,
)
from transformers.utils import is_flash_attn_2_available

from ftstudio.core.errors import StudioError
from ftstudio.core.objective import Head
from ftstudio.planning.attending import FIRST_CAPABILITY
from ftstudio.worker.device import Device, choose_device

__all__ = ["Device", "choose_device", "load_model", "load_tokenizer"]


def load_tokenizer(path: Path | str) -> Any:
    """The folder's tokenizer, with a padding token that is not the end token where possible."""
    folder = Path(path)
    _check_folder(folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, use_fast=True
        )
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(folder, error) from error
    if not tokenizer.is_fast:
        raise _unreadable(folder, ValueError("its tokenizer has no tokenizer.json"))
    if tokenizer.pad_token is None:
        tokenizer.pad_token = _padding_token(tokenizer)
    tokenizer.padding_side = "right"
    return tokenizer


def load_model(
    path: Path | str,
    device: Device,
    weights: str = "",
    head: Head | None = None,
    compression: Any = None,
    attention: str = "automatic",
) -> Any:
    """The folder's model on `device`; `weights` overrides the precision the weights are held in.

    `head` puts a classification head in the place of the language-model head; `compression` is a
    quantization config of transformers; `attention` as in TrainingSettings. Raises StudioError for
    anything that is not a plain causal language model in safetensors.
    """
    folder = Path(path)
    _check_folder(folder)
    config = read_model_config(folder)
    kind = AutoModelForCausalLM
    if head is not None:
        kind = AutoModelForSequenceClassification
        give_head(config, head, folder, load_tokenizer(folder).pad_token_id)
    attends = attention_of(kind, config, attention, device.kind)
    extra: dict[str, Any] = {}
    if compression is not None:
        extra = {"quantization_config": compression, "device_map": {"": device.kind}}
    try:
        model = kind.from_pretrained(
            str(folder),
            config=config,
            dtype=getattr(torch, weights or device.dtype),
            attn_implementation=attends,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            **extra,
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        raise _unreadable(folder, error) from error
    if compression is None:
        return model.to(device.kind)
    _never_repack(model)
    return model


def attention_of(kind: Any, config: Any, wanted: str, device: str) -> str:
    """What transformers calls the way that is taken. Raises StudioError where it can't be."""
    model = kind._model_mapping[type(config)]
    model = model[0] if isinstance(model, (tuple, list)) else model
    if wanted == "flash":
        demand_flash(model, device)
        return "flash_attention_2"
    return "sdpa" if wanted != "eager" and model._supports_sdpa else "eager"


def demand_flash(model: Any, device: str) -> None:
    why = ""
    if device != "cuda":
        why = "It runs on a graphics card only."
    elif not model._supports_flash_attn:
        why = f"{model.__name__} has no form for it."
    elif torch.cuda.get_device_capability() < FIRST_CAPABILITY:
        why = "It needs a card of the Ampere generation or newer."
    elif not is_flash_attn_2_available():
        why = "The package flash-attn is not installed."
    if why:
        raise StudioError(
            "FlashAttention can't be used here.",
            why,
            "Leave the choice to the app: training.attention=automatic.",
            code="no_flash_attention",
        )


def _never_repack(model: Any) -> None:
    """WORKAROUND: after one look without gradients, bitsandbytes 0.50 repacks 4-bit weights for
    processors that compute in bfloat16. It fails where a layer's width is no multiple of 64, and
    what is unpacked from there later is garbage."""
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False


def give_head(config: Any, head: Head, folder: Path, pad: int) -> None:
    """Say in the configuration how many outputs the head has and what they mean."""
    if config.model_type not in MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES:
        raise StudioError(
            f"The model {folder.name} can't be taught to label or to score.",
            f"For its architecture ({config.model_type}) there is no form that does.",
            "Choose a model of a family such as Llama, Qwen, Gemma or Mistral.",
            code="no_head",
        )
    config.num_labels = head.outputs
    if head.labels:
        config.id2label = dict(enumerate(head.labels))
        config.label2id = {label: i for i, label in enumerate(head.labels)}
    problems = {
        "one_label": "single_label_classification",
        "several_labels": "multi_label_classification",
        "number": "regression",
    }
    if head.kind in problems:
        config.problem_type = problems[head.kind]
    config.pad_token_id = pad


def _check_folder(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise StudioError(
            f"There is no model in {folder}.",
            "The folder has no config.json.",
            "Choose the folder that holds config.json and the .safetensors files.",
            code="model_missing",
        )
    if not any(folder.glob("*.safetensors")):
        raise StudioError(
            f"The model {folder.name} can't be used.",
            "It has no .safetensors files; other weight files can run code when they are opened.",
            "Download the safetensors version of this model.",
            code="model_not_safetensors",
        )


def read_model_config(folder: Path) -> Any:
    """The configuration without the keys that name code or kernels to fetch."""
    try:
        raw = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from error
    kind = raw.get("model_type", "")
    if kind not in CONFIG_MAPPING or kind not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        raise StudioError(
            f"The model {folder.name} can't be used.",
            f"Its architecture ({kind or 'not named'}) is not a language model this app knows; "
            "code from model folders is never run.",
            "Choose a model of a known family, such as Llama, Qwen, Gemma or Mistral.",
            code="model_unknown",
        )
    if raw.get("quantization_config"):
        _demand_openable(folder, dict(raw["quantization_config"]))
    return CONFIG_MAPPING[kind].from_dict(without_code(raw))


def _demand_openable(folder: Path, packed: dict[str, Any]) -> None:
    """GPTQ is opened where its package is there; no other published compression is."""
    gptq = packed.get("quant_method") == "gptq"
    if gptq and all(importlib.util.find_spec(name) for name in ("gptqmodel", "optimum")):
        return
    way_out = ', or install what opens it: pip install "ftstudio[gptq]".' if gptq else "."
    raise StudioError(
        f"The model {folder.name} is already compressed.",
        "Its weights were quantised when it was published, and can't be opened here.",
        f"Choose the version of this model that is not quantised{way_out}",
        code="model_quantised",
    )


def without_code(value: Any) -> Any:
    """A configuration as it was read, without what names code or kernels to fetch."""
    if isinstance(value, dict):
        return {
            k: without_code(v)
            for k, v in value.items()
            if not k.startswith("_attn") and k not in ("auto_map", "attn_implementation")
        }
    return [without_code(v) for v in value] if isinstance(value, list) else value


def _padding_token(tokenizer: Any) -> str:
    """An unused special token, else the unknown one, else the end token: the mask of what is
    learned never depends on it, so even that is safe here."""
    names = [t for t in tokenizer.get_vocab() if t.startswith("<") and t.endswith(">")]
    for mark in ("pad", "reserved", "unused"):
        for name in sorted(names):
            if mark in name.lower():
                return str(name)
    return str(tokenizer.unk_token or tokenizer.eos_token)


def _unreadable(folder: Path, error: Exception) -> StudioError:
    return StudioError(
        f"The model {folder.name} can't be loaded.",
        f"Its files are damaged, incomplete, or not what they say: {str(error)[:300]}",
        "Copy or download the model again.",
        code="model_unreadable",
    )
