"""A model as far as it is known: from its folder, its config.json alone, or only from its name.

Refuses only a path where nothing is. Where something is missing or damaged, a middling model of
the size that is told stands in, with one sentence for it, and factors between which the figures
may lie.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.basemodels.catalogue import find_model
from ftstudio.basemodels.config_shape import shape_of_config, shape_of_name
from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.units import format_bytes

_CONFIG = "config.json"
_MOST_JSON = 64_000_000
# Between which factors of the figure the truth may lie.
_SURE = (1.0, 1.0)
_UNCHECKED = (0.95, 1.1)  # counted from the config, held against no weights
_OTHER_KIND = (0.75, 1.5)
_BY_SIZE = (0.7, 1.5)
_BY_NOTHING = (0.1, 10.0)  # of a middling model: from a small one to the largest
_USUAL, _USUAL_WORDS = "8B", "8 billion weights"


@dataclass(frozen=True)
class Outline:
    """`doubts` is empty where all is known. `folder` holds at least a config.json; `config` is such
    a file by another name."""

    name: str
    shape: ModelShape
    low: float = 1.0
    high: float = 1.0
    doubts: tuple[str, ...] = ()
    folder: Path | None = None
    info: BaseModelInfo | None = None
    config: Path | None = None


def outline(text: str, known: Iterable[BaseModelInfo] = ()) -> Outline:
    """Of a config.json, a model folder, a model on this computer, or a name from the Hub. Raises
    StudioError for a path where nothing is."""
    if not text.strip():
        raise StudioError(
            "No model is named.",
            "What follows --config is empty.",
            "Give a config.json, a model folder, or a model's name like Qwen/Qwen3-8B.",
            code="model_not_found",
        )
    path = Path(text).expanduser()
    if path.is_dir():
        return _of_folder(path)
    if path.is_file():
        return _of_file(path)
    for info in known:
        if text.lower() in (info.ref.name.lower(), Path(info.ref.path).name.lower()):
            return _whole(info)
    if path.is_absolute() or text[:1] in ".~" or text.count("/") > 1 or text.endswith(".json"):
        raise StudioError(
            f"{text} is not there.",
            "It was moved, renamed or deleted, or its drive is not connected.",
            "Give a config.json, a model folder, or a model's name like Qwen/Qwen3-8B.",
            code="model_not_found",
        )
    return _of_name(text)


def _of_folder(folder: Path) -> Outline:
    try:
        return _whole(find_model(folder))
    except StudioError as error:
        trouble = f"{error.what} {error.why}"
    if (folder / _CONFIG).is_file():
        return _of_config(folder / _CONFIG, folder.name, trouble)
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    if size > 10_000_000:
        return _of_bytes(folder.name, size, trouble)
    return _of_name(folder.name, trouble)


def _of_file(path: Path) -> Outline:
    folder = path.resolve().parent
    has_weights = any(folder.glob("*.safetensors*"))
    if path.name == _CONFIG and has_weights:
        return _of_folder(folder)
    name = folder.name if path.name == _CONFIG else path.stem
    return _of_config(path, name)


def _whole(info: BaseModelInfo) -> Outline:
    return Outline(info.ref.name, info.shape, folder=Path(info.ref.path), info=info)


def _of_config(path: Path, name: str, trouble: str = "") -> Outline:
    config = _read(path)
    if config is None:
        return _of_name(name, trouble or f"{path.name} is no config.json: it can't be read.")
    shape, doubts = shape_of_config(config)
    folder = path.resolve().parent if path.name == _CONFIG else None
    config_file = None if folder else path.resolve()
    if shape.parameters and not doubts:
        low, high = _UNCHECKED if trouble else _SURE
        said = (f"{trouble} The figures follow from its config.json.",) if trouble else ()
        return Outline(name, shape, low, high, said, folder, config=config_file)
    told = shape_of_name(name)
    low, high = _OTHER_KIND if shape.parameters else (_BY_SIZE if told else _BY_NOTHING)
    words = [trouble, *doubts]
    if not shape.parameters:
        shape = _filled(shape, told or _usual())
        words.append(_stands_in(told))
    sentence = " ".join(word for word in words if word)
    return Outline(name, shape, low, high, (sentence,), folder, config=config_file)


def _stands_in(told: ModelShape | None) -> str:
    """Whose sizes are taken where the config does not tell them."""
    if told is not None:
        return "What is missing was taken from a middling model of the size that its name tells."
    return (
        f"What is missing was taken from a middling model of {_USUAL_WORDS}; its name tells no "
        "size, so the range goes from the smallest models to the largest."
    )


def _of_bytes(name: str, size: int, trouble: str) -> Outline:
    """Weights there are, but nothing says how they are arranged."""
    made = shape_of_name(f"{max(0.01, size / 2e9):.2f}B") or _usual()
    sentence = f"{trouble} Its weights take {format_bytes(size)}; a middling model of that size "
    return Outline(name, made, *_BY_SIZE, (sentence + "was taken.",))


def _of_name(name: str, trouble: str = "") -> Outline:
    told = shape_of_name(name)
    why = trouble or f"{name} is not on this computer, and nothing is asked of the network."
    if told is not None:
        sentence = f"{why} A middling model of the size that its name tells was taken."
        return Outline(name, told, *_BY_SIZE, (sentence,))
    sentence = (
        f"{why} Its name tells no size either: a middling model of {_USUAL_WORDS} stands in, and "
        "the range goes from the smallest models to the largest."
    )
    return Outline(name, _usual(), *_BY_NOTHING, (sentence,))


def _filled(shape: ModelShape, usual: ModelShape) -> ModelShape:
    """What is missing taken from a middling model; its count as well."""
    sizes = ("hidden", "layers", "heads", "kv_heads", "head_dim", "ffn", "vocab")
    if not all(getattr(shape, name) for name in ("hidden", "layers", "heads")):
        changes = {name: getattr(usual, name) for name in sizes}
    else:
        changes = {name: getattr(usual, name) for name in sizes if not getattr(shape, name)}
    count = {"parameters": usual.parameters, "weight_bytes": usual.weight_bytes}
    return shape.model_copy(update={**changes, **count, "experts": 0, "experts_per_token": 0})


def _usual() -> ModelShape:
    made = shape_of_name(_USUAL)
    assert made is not None
    return made


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > _MOST_JSON:
            return None
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
