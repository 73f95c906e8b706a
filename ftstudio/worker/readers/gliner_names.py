"""Where names and addresses stand, by a GLiNER model: it is asked for kinds in words, and answers
with places. Texts longer than it reads are read in windows that overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import torch
from safetensors import SafetensorError

from ftstudio.basemodels.headers import read_weights
from ftstudio.basemodels.readers import Gliner
from ftstudio.data.finding.names import Span
from ftstudio.worker.device import Device
from ftstudio.worker.readers.reading import NOT_NEEDED, reads_at_most, unreadable
from ftstudio.worker.readers.windows import SHARED, WindowReader

# The words that such models are taught with, and what they are to us.
ASKED = {"person": "name", "address": "address", "location": "place",
         "organization": "organisation"}  # fmt: skip
_MAYBE, _SURE = 0.3, 0.5  # the model's own share; the second is what its makers take
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Window:
    """A part of a text. What begins in `own` is taken from it, the rest from its neighbours."""

    text: int  # its place among the texts
    start: int
    end: int
    own: tuple[int, int]
    tokens: int


class GlinerReader(WindowReader[Window, list[Span]]):
    """The model, and how a text becomes windows and its answers become names."""

    def __init__(self, gliner: Gliner, device: Device) -> None:
        super().__init__(device)
        self._model = _loaded(gliner, device)
        processor = self._model.data_processor
        self._splitter, self._tokenizer = processor.words_splitter, processor.transformer_tokenizer
        encoder = self._model.model.token_rep_layer.bert_layer.model
        asked = self._tokenizer(list(ASKED), add_special_tokens=False)["input_ids"]
        prompt = sum(len(ids) + 1 for ids in asked) + 3  # a mark each, one behind, both ends
        self._tokens = max(16, reads_at_most(encoder, self._tokenizer) - prompt)
        self._prompt, self._words = prompt, int(self._model.config.max_len)

    def cut(self, place: int, text: str) -> Iterator[Window]:
        """Of as many words as it reads at once; a word too long for it is left out."""
        text = _SURROGATES.sub("?", text)
        words = [(start, end) for _, start, end in self._splitter(text)]
        if not words:
            return
        pieces = self._tokenizer([text[a:b] for a, b in words], add_special_tokens=False)
        sizes = [len(ids) for ids in pieces["input_ids"]]
        for first, last in _runs(sizes, self._tokens):
            yield from self._run(place, words[first:last], sizes[first:last])

    def _run(
        self, place: int, words: Sequence[tuple[int, int]], sizes: Sequence[int]
    ) -> Iterator[Window]:
        sums = [0, *accumulate(sizes)]
        first, begin = 0, words[0][0]
        while True:
            last = first + 1
            while (last < len(words) and last - first < self._words
                   and sums[last + 1] - sums[first] <= self._tokens):  # fmt: skip
                last += 1
            over = last == len(words)
            following = max(first + 1, last - (last - first) // SHARED)
            until = words[-1][1] if over else words[(following + last) // 2][0]
            tokens = sums[last] - sums[first] + self._prompt
            yield Window(place, words[first][0], words[last - 1][1], (begin, until), tokens)
            if over:
                return
            first, begin = following, until

    def see(self, windows: Sequence[Window], texts: Sequence[str]) -> Iterator[list[Span]]:
        parts = [_SURROGATES.sub("?", texts[one.text][one.start : one.end]) for one in windows]
        told = self._model.inference(
            parts, list(ASKED), threshold=_MAYBE, batch_size=len(parts), flat_ner=True
        )
        for window, own in zip(windows, told, strict=True):
            spans = [
                Span(window.start + one["start"], window.start + one["end"], ASKED[one["label"]],
                     float(one["score"]) >= _SURE)
                for one in own
            ]  # fmt: skip
            yield [one for one in spans if window.own[0] <= one.start < window.own[1]]

    def join(self, text: str, seen: Sequence[tuple[Window, list[Span]]]) -> list[Span]:
        found: list[Span] = []
        for one in sorted((one for _, own in seen for one in own), key=lambda one: one.start):
            if not found or one.start >= found[-1].end:
                found.append(one)
        return found


def _runs(sizes: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """Rows of words of which none alone is too long."""
    first = 0
    for place, size in enumerate([*sizes, most + 1]):
        if size > most:
            if place > first:
                yield first, place
            first = place + 1


def _loaded(gliner: Gliner, device: Device) -> Any:
    """Raises StudioError where weights are missing: the package would make them up by chance."""
    from gliner import GLiNER
    from gliner.utils import MissedPackageException

    try:
        model = GLiNER.from_pretrained(
            str(gliner.path), local_files_only=True, map_location=device.kind
        )
    except torch.OutOfMemoryError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, ImportError,
            SafetensorError, MissedPackageException) as error:  # fmt: skip
        raise unreadable(gliner.path, str(error)[:300]) from error
    there = read_weights(gliner.path).tensors
    missing = [one for one in model.model.state_dict() if one not in there]
    missing = [one for one in missing if not any(part in one for part in NOT_NEEDED)]
    if missing:
        raise unreadable(gliner.path, f"{len(missing)} weights are missing, first {min(missing)}")
    return model
