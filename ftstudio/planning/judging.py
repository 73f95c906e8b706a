"""What models that score answers hold while others learn: their weights stay on the card."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Any, Literal

from ftstudio.basemodels.catalogue import find_model
from ftstudio.basemodels.headers import tensors_of
from ftstudio.core.errors import StudioError
from ftstudio.core.plan import RewardChoice

# As the shelf of adapters has them, which planning does not know.
CARD, ADAPTER_CONFIG, ADAPTER_WEIGHTS = (
    "ftstudio_card.json", "adapter_config.json", "adapter_model.safetensors",
)  # fmt: skip
_ADAPTER_BYTES = 4  # peft holds what was learned in float32


def judges_bytes(choices: Sequence[RewardChoice], device: Literal["cuda", "cpu"]) -> int:
    """Of all reward models among these; nothing for one that is not here any more."""
    held = 0
    for choice in choices:
        if choice.model:
            with contextlib.suppress(StudioError):
                held += _held(Path(choice.model), 2 if device == "cuda" else 4)
    return held


def _held(folder: Path, width: int) -> int:
    base = base_of(folder)
    shape = find_model(base).shape
    count = shape.parameters
    if base != folder and not shape.tied:  # a score takes the place of the table that speaks
        count -= shape.vocab * shape.hidden
    return count * width + _ADAPTER_BYTES * sum(map(prod, learned_shapes(folder)))


def learned_shapes(folder: Path) -> Iterator[tuple[int, ...]]:
    """Of all that an adapter holds beside its base; nothing of a whole model."""
    file = folder / ADAPTER_WEIGHTS
    if not (folder / ADAPTER_CONFIG).is_file() or not file.is_file():
        return
    for tensor in tensors_of(file):
        yield tensor.shape


def fingerprint(folder: Path) -> list[Any]:
    """Of all that its memory depends on: the base's config, and what is held beside it."""
    base = base_of(folder)
    try:
        beside = sorted(learned_shapes(folder))
    except StudioError:
        beside = []
    return [_read(base / "config.json") or str(base), beside]


def base_of(folder: Path) -> Path:
    """The whole model that a reward model is, or is an adapter to."""
    card = _read(folder / CARD)
    base = card.get("base")
    if isinstance(base, dict):
        return folder if card.get("is_full_model") else Path(str(base.get("path", "")))
    wish = _read(folder / ADAPTER_CONFIG)
    return Path(str(wish.get("base_model_name_or_path", ""))) if wish else folder


def _read(file: Path) -> dict[str, Any]:
    """Empty where it is not there or no such file; what is wrong with it, others say."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
