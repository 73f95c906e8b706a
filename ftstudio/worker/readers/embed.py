"""Texts to vectors by an encoder, pooled as its folder says: one of length 1 for each text."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from transformers import AutoModel

from ftstudio.basemodels.headers import weight_files
from ftstudio.basemodels.readers import Encoder
from ftstudio.core.errors import StudioError
from ftstudio.worker.device import Device
from ftstudio.worker.readers.reading import Clock, batches, load_reader, reads_at_most

_TOLD = 512  # texts cut into tokens between two words
Tell = Callable[[int, float | None], None]  # rows done, seconds left
Vectors = npt.NDArray[np.float16]


class Embedder:
    """`long`: places of the texts that were longer than the model reads."""

    def __init__(self, encoder: Encoder, device: Device) -> None:
        self._encoder, self._device = encoder, device
        self._model, self._tokenizer = load_reader(AutoModel, encoder.transformer, device)
        self._limit = reads_at_most(self._model, self._tokenizer, encoder.limit)
        self._dense = [_dense(path, device) for path in encoder.dense]
        self.long: list[int] = []

    def vectors(self, texts: Sequence[str], tell: Tell) -> Vectors:
        encoded = []
        for place, text in enumerate(texts):
            encoded.append(self._ids(text, place))
            if place % _TOLD == 0:
                tell(0, None)
        lengths = [len(ids) for ids in encoded]
        clock, done = Clock(sum(lengths)), 0
        found: Vectors | None = None
        for places in batches(lengths, self._device.kind):
            made = self._embed([encoded[place] for place in places])
            if found is None:
                found = np.zeros((len(texts), made.shape[1]), np.float16)
            found[places] = made
            done += len(places)
            tell(done, clock.add(sum(lengths[place] for place in places)))
        return np.zeros((0, 1), np.float16) if found is None else found

    def _ids(self, text: str, place: int) -> list[int]:
        said = self._encoder.prompt + (text.lower() if self._encoder.lower else text)
        said = said.encode("utf-8", "replace").decode("utf-8")  # half of a pair has no token
        ids: list[int] = self._tokenizer(said, truncation=True, max_length=self._limit).input_ids
        if len(ids) >= self._limit:
            whole = self._tokenizer(said, truncation=False, verbose=False).input_ids
            if len(whole) > self._limit:
                self.long.append(place)
        return ids or [self._tokenizer.pad_token_id]

    def _embed(self, rows: Sequence[list[int]]) -> npt.NDArray[np.float16]:
        longest = max(map(len, rows))
        ids = torch.full((len(rows), longest), self._tokenizer.pad_token_id)
        mask = torch.zeros((len(rows), longest), dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = 1
        ids, mask = ids.to(self._device.kind), mask.to(self._device.kind)
        with torch.inference_mode():
            states = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            vectors = pooled(states, mask, self._encoder.pooling)
            for dense in self._dense:
                vectors = dense(vectors)
            vectors = torch.nn.functional.normalize(vectors, dim=-1)
        if not torch.isfinite(vectors).all():
            raise _no_numbers(self._encoder)
        made: npt.NDArray[np.float16] = vectors.cpu().numpy().astype(np.float16)
        return made


def pooled(states: torch.Tensor, mask: torch.Tensor, ways: Sequence[str]) -> torch.Tensor:
    """One vector of each text's words; several ways stand side by side."""
    weight = mask.unsqueeze(-1).to(states.dtype)
    count = weight.sum(1).clamp(min=1)
    found = []
    for way in ways:
        if way == "cls":
            found.append(states[:, 0])
        elif way == "lasttoken":
            last = (mask.cumsum(1) * mask).argmax(1)
            found.append(states[torch.arange(len(states), device=states.device), last])
        elif way == "max":
            found.append(states.masked_fill(weight == 0, -torch.inf).amax(1))
        elif way == "weightedmean":  # later words have seen more of the text
            place = torch.arange(1, states.shape[1] + 1, device=states.device)
            later = weight * place[None, :, None]
            found.append((states * later).sum(1) / later.sum(1).clamp(min=1))
        else:
            whole = (states * weight).sum(1)
            found.append(whole / (count.sqrt() if way == "mean_sqrt_len" else count))
    return torch.cat(found, -1)


def _dense(folder: Path, device: Device) -> Callable[[torch.Tensor], torch.Tensor]:
    """A layer behind the pooling, as sentence-transformers writes it."""
    raw: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    acts: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        "Tanh": torch.tanh, "Identity": lambda values: values, "ReLU": torch.relu,
        "GELU": torch.nn.functional.gelu,
    }  # fmt: skip
    named = str(raw.get("activation_function", "Identity")).rpartition(".")[2]
    tensors = load_file(str(weight_files(folder)[0]), device=device.kind)
    if named not in acts or "linear.weight" not in tensors:
        raise StudioError(
            f"{folder.parent.name} can't be used to compare meanings.",
            f"Its last layer ({folder.name}, {named}) is not known here.",
            "Choose another sentence embedding model.",
            code="unknown_module",
        )
    weight, bias = tensors["linear.weight"].float(), tensors.get("linear.bias")
    bias = None if bias is None else bias.float()
    act = acts[named]
    return lambda values: act(torch.nn.functional.linear(values, weight, bias))


def _no_numbers(encoder: Encoder) -> StudioError:
    return StudioError(
        f"{encoder.name} gave no numbers for some texts.",
        "It reckoned beyond what the card's precision holds, or its weights are damaged.",
        "Try it on the CPU (FTSTUDIO_DEVICE=cpu), or choose another model.",
        code="model_not_finite",
    )
