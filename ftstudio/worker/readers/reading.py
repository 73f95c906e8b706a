"""Models that read rows: loaded without code or network, fed in batches of like length, and told
to stop when nobody waits any more."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from ftstudio.core.errors import StudioError
from ftstudio.worker.device import Device
from ftstudio.worker.model import load_tokenizer, without_code

_LONGEST = 8_192  # tokens that are read of one text at most
_TOKENS = {"cpu": 4_096, "cuda": 32_768}  # of a batch, with what fills it up
_ROWS = 256  # of a batch
NOT_NEEDED = ("pooler.", "bert.pooler.", "roberta.pooler.", "electra.pooler.")


def load_reader(kind: Any, folder: Path, device: Device) -> tuple[Any, Any]:
    """The model of this class and its tokenizer. Raises StudioError where weights are missing:
    transformers would make them up by chance."""
    tokenizer = load_tokenizer(folder)
    try:
        raw = without_code(json.loads((folder / "config.json").read_text("utf-8")))
        config = CONFIG_MAPPING[raw["model_type"]].from_dict(raw)
        model, told = kind.from_pretrained(
            str(folder), config=config, dtype=device.torch_dtype, use_safetensors=True,
            trust_remote_code=False, local_files_only=True, output_loading_info=True,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        raise unreadable(folder, str(error)[:300]) from error
    missing = [key for key in told["missing_keys"] if not key.startswith(NOT_NEEDED)]
    if missing:
        raise unreadable(folder, f"{len(missing)} weights are missing, first {min(missing)}")
    return model.eval().to(device.kind), tokenizer


def reads_at_most(model: Any, tokenizer: Any, wish: int = 0) -> int:
    """Tokens of one text, marks at both ends included."""
    config = model.config
    places = int(getattr(config, "max_position_embeddings", 0) or 0)
    if config.model_type in ("roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "mpnet"):
        places -= int(config.pad_token_id or 0) + 1  # their first places are never used
    known = [n for n in (places, int(tokenizer.model_max_length), wish) if 0 < n < 10**6]
    return min([*known, _LONGEST])


def batches(lengths: Sequence[int], device: str) -> Iterator[list[int]]:
    """Places of rows of like length, the longest first, so that little is filled up and what fails
    for want of memory fails at once."""
    order = sorted(range(len(lengths)), key=lambda place: -lengths[place])
    batch: list[int] = []
    for place in order:
        longest = lengths[batch[0]] if batch else lengths[place]
        if batch and (len(batch) >= _ROWS or longest * (len(batch) + 1) > _TOKENS[device]):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


class Clock:
    """How long the rest takes, by what was done so far."""

    def __init__(self, whole: float) -> None:
        self._whole, self._done, self._began = max(whole, 1e-9), 0.0, time.monotonic()

    def add(self, part: float) -> float | None:
        """Seconds left; None as long as that can't be told."""
        self._done += part
        passed, share = time.monotonic() - self._began, min(1.0, self._done / self._whole)
        return passed / share - passed if share > 0.02 and passed > 0.5 else None


def unreadable(folder: Path, why: str) -> StudioError:
    return StudioError(
        f"The model {folder.name} can't be loaded.",
        f"Its files are damaged, incomplete, or not what they say: {why}.",
        "Copy or download the model again.",
        code="model_unreadable",
    )
