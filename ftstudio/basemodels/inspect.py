"""Looks at a model folder: what it is, whether it can be used, and why not. No torch."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ftstudio.basemodels.headers import read_weights
from ftstudio.basemodels.licence import read_licence
from ftstudio.basemodels.shape import read_shape
from ftstudio.basemodels.source import read_source
from ftstudio.core.errors import StudioError
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.plan import ModelRef

_MAX_JSON = 64_000_000
_TOKENIZER_FILES = (
    "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "vocab.json", "merges.txt", "chat_template.jinja",
)  # fmt: skip


@dataclass(frozen=True)
class BaseModelInfo:
    """A usable base model. `problems` are sentences worth reading; none of them forbids it."""

    ref: ModelRef
    shape: ModelShape
    has_chat_template: bool
    problems: list[str] = field(default_factory=list)


def folder_there(folder: Path) -> Path:
    """Its whole path. Raises StudioError where there is no folder of this name."""
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        raise StudioError(
            f"The model folder {folder} is not there.",
            "It was moved, renamed or deleted, or its drive is not connected.",
            "Choose the folder again, or another model.",
            code="model_missing",
        )
    return folder


def inspect_model(folder: Path, name: str = "", source: str = "") -> BaseModelInfo:
    """Raises StudioError, in words with a way out, where the folder can't be trained from."""
    folder = folder_there(folder)
    weights = read_weights(folder)
    origin = read_source(folder)
    title = name or (origin.name if origin else plain_name(folder))
    config = check_config(folder, title)
    _refuse_without_tokenizer(folder)
    shape = read_shape(title, config, weights)
    ref = ModelRef(
        path=str(folder),
        name=title,
        sha256=_digest(folder, weights.digest),
        licence=read_licence(folder),
        source=source or (origin.text if origin else str(folder)),
    )
    return BaseModelInfo(ref, shape, has_chat_template(folder), _remarks(folder, config))


def check_config(folder: Path, name: str) -> dict[str, Any]:
    """config.json alone, before any weights are there: refuses what could never be used."""
    config = _read_config(folder)
    _refuse_foreign_code(name, config)
    _refuse_compressed(name, config)
    return config


def plain_name(folder: Path) -> str:
    """`org--name`, as downloads are stored, reads org/name."""
    return folder.name.replace("--", "/", 1)


def has_chat_template(folder: Path) -> bool:
    if (folder / "chat_template.jinja").is_file():
        return True
    return bool(_read_json(folder / "tokenizer_config.json").get("chat_template"))


def _read_config(folder: Path) -> dict[str, Any]:
    config = _read_json(folder / "config.json")
    if not config:
        raise StudioError(
            f"{folder.name} can't be used as a base model.",
            "Its config.json is missing or can't be read.",
            "Choose the folder that holds config.json and model.safetensors.",
            code="model_no_config",
        )
    return config


def _read_json(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _MAX_JSON:
            return {}
        value = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def is_known_to_transformers(model_type: str) -> bool:
    """Whether the installed library has a class of its own for it; looked up as a folder name,
    because importing the library takes seconds."""
    spec = importlib.util.find_spec("transformers")
    if spec is None or not spec.submodule_search_locations or not model_type.isidentifier():
        return False
    home = Path(spec.submodule_search_locations[0]) / "models"
    return (home / model_type).is_dir()


def _refuse_foreign_code(name: str, config: dict[str, Any]) -> None:
    model_type = str(config.get("model_type", "")).replace("-", "_")
    if is_known_to_transformers(model_type):
        return
    if config.get("auto_map"):
        raise StudioError(
            f"{name} can't be used as a base model.",
            "It works only with program code that comes with the model, and such code is "
            "never run here.",
            "Choose a model that Transformers knows by itself, like Llama, Qwen or Mistral.",
            code="model_remote_code",
        )
    raise StudioError(
        f"{name} can't be used as a base model.",
        f"Its kind, {model_type or 'not named in config.json'}, is not known to this version.",
        "Choose another model, or update the app.",
        code="model_unknown_kind",
    )


def _refuse_compressed(name: str, config: dict[str, Any]) -> None:
    if not config.get("quantization_config"):
        return
    kind = str(dict(config["quantization_config"]).get("quant_method", "a compressed format"))
    if kind == "gptq":  # one method learns on these, and says itself what it needs
        return
    raise StudioError(
        f"{name} can't be used as a base model.",
        f"Its weights are already compressed ({kind}), which this version can't train from.",
        "Choose the original model in bfloat16 or float16, or a version compressed by GPTQ.",
        code="model_quantized",
    )


def _refuse_without_tokenizer(folder: Path) -> None:
    files = {name for name in _TOKENIZER_FILES if (folder / name).is_file()}
    if files & {"tokenizer.json", "tokenizer.model"} or {"vocab.json", "merges.txt"} <= files:
        return
    raise StudioError(
        f"{folder.name} can't be used as a base model.",
        "It has no tokenizer, so text can't be turned into what the model reads.",
        "Copy tokenizer.json and tokenizer_config.json into the folder.",
        code="model_no_tokenizer",
    )


def _remarks(folder: Path, config: dict[str, Any]) -> list[str]:
    remarks = []
    if config.get("auto_map"):
        remarks.append("It brings program code of its own, which is not run.")
    if any(folder.glob("*.bin")):
        remarks.append("Its .bin files are not opened; the safetensors are used.")
    return remarks


def _digest(folder: Path, weights: str) -> str:
    digest = hashlib.sha256(weights.encode())
    for name in ("config.json", *_TOKENIZER_FILES):
        file = folder / name
        if file.is_file():
            digest.update(name.encode() + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
