"""Where names and addresses stand: read the rows, give each word a label, join words to names.

Texts longer than the model reads are read in windows that overlap; a word's label is taken from
the window in which it stands farthest from an edge.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.basemodels.readers import Gliner, ReaderModel, Tagger, inspect_names
from ftstudio.data import named, row_outline
from ftstudio.data.finding.names import Span, Word, joined
from ftstudio.data.named import RESULT_FILE, STRINGS_FILE, Handed
from ftstudio.jobs.events import Started
from ftstudio.jobs.folder import JobFolder
from ftstudio.worker.device import Device, choose_device
from ftstudio.worker.readers.gliner_names import GlinerReader
from ftstudio.worker.readers.reader_job import do, taken
from ftstudio.worker.readers.reading import load_reader, reads_at_most
from ftstudio.worker.readers.windows import SHARED, WindowReader
from ftstudio.worker.waiting import Waiting

Labels = Sequence[tuple[int, float]]  # of each token, the likeliest and its share


@dataclass(frozen=True)
class Window:
    """A part of a text: its tokens with the marks around them, and where each stands."""

    text: int  # its place among the texts
    ids: list[int]
    spans: list[tuple[int, int]]  # (0, 0) for a mark
    words: list[int | None]  # which word each token is a part of

    @property
    def tokens(self) -> int:
        return len(self.ids)


def run(folder: JobFolder) -> int:
    """Do a "names" job: payload model → `output/found.json`, which holds what the step is told."""
    device = choose_device(os.environ.get("FTSTUDIO_DEVICE", ""))

    def work(payload: dict[str, Any], waiting: Waiting) -> dict[str, Any]:
        waiting.tell("checking", "Checking the model")
        model = inspect_names(Path(payload["model"]))
        rows = taken(folder.path / STRINGS_FILE, named.handed)
        texts = list(dict.fromkeys(text for row in rows for text in row.strings if text.strip()))
        waiting.tell("loading", "Loading the model")
        reader = GlinerReader(model, device) if isinstance(model, Gliner) else Reader(model, device)
        found = dict(zip(texts, reader.read(texts, waiting), strict=True))
        return _told(rows, found, model)

    started = Started(pid=os.getpid(), device=device.kind, device_name=device.name)
    return do(folder, started, RESULT_FILE, work)


def _told(
    rows: Sequence[Handed], found: dict[str, list[Span]], model: ReaderModel
) -> dict[str, Any]:
    spans: dict[str, named.Spans] = {}
    counts: dict[str, int] = {}
    for row in rows:
        own = {at: found[text] for at, text in enumerate(row.strings) if found.get(text)}
        if own:
            spans[row.key] = own
        for some in own.values():
            for one in some:
                counts[one.kind] = counts.get(one.kind, 0) + 1
    params = {
        "spans": named.written(spans), "by": model.name, "fingerprint": model.fingerprint,
        "read": row_outline.written({row.key: row.outline for row in rows}),
    }  # fmt: skip
    return {"params": params, "rows": len(rows), "found": len(spans), "counts": counts}


class Reader(WindowReader[Window, Labels]):
    """The model, and how a text becomes windows and labels become names."""

    def __init__(self, tagger: Tagger, device: Device) -> None:
        from transformers import AutoModelForTokenClassification

        super().__init__(device)
        self._tagger = tagger
        kind = AutoModelForTokenClassification
        self._model, self._tokenizer = load_reader(kind, tagger.path, device)
        self._limit = reads_at_most(self._model, self._tokenizer)
        self._labels = {int(at): str(name) for at, name in self._model.config.id2label.items()}

    def cut(self, place: int, text: str) -> Iterator[Window]:
        said = "".join(sign if not "\ud800" <= sign <= "\udfff" else "?" for sign in text)
        cut = self._tokenizer(
            said, truncation=True, max_length=self._limit, stride=self._limit // SHARED,
            return_overflowing_tokens=True, return_offsets_mapping=True, verbose=False,
        )  # fmt: skip
        for at, ids in enumerate(cut["input_ids"]):
            spans = [(int(a), int(b)) for a, b in cut["offset_mapping"][at]]
            yield Window(place, ids, spans, cut.word_ids(at))

    def join(self, text: str, seen: Sequence[tuple[Window, Labels]]) -> list[Span]:
        words: dict[int, tuple[int, Word]] = {}
        for window, labels in seen:
            _keep(window, labels, words, self._tagger, self._labels)
        return joined((word for _, (_, word) in sorted(words.items())), text)

    def see(self, windows: Sequence[Window], texts: Sequence[str]) -> list[Labels]:
        """The likeliest label of each token, and its share."""
        import torch

        longest = max(len(window.ids) for window in windows)
        ids = torch.full((len(windows), longest), self._tokenizer.pad_token_id)
        mask = torch.zeros((len(windows), longest), dtype=torch.long)
        for place, window in enumerate(windows):
            ids[place, : len(window.ids)] = torch.tensor(window.ids)
            mask[place, : len(window.ids)] = 1
        with torch.inference_mode():
            given = {"input_ids": ids.to(self._device.kind),
                     "attention_mask": mask.to(self._device.kind)}  # fmt: skip
            shares, labels = self._model(**given).logits.float().softmax(-1).max(-1)
        both = zip(labels.tolist(), shares.tolist(), strict=True)
        return [list(zip(own, share, strict=True)) for own, share in both]


def _keep(
    window: Window, labels: Labels, words: dict[int, tuple[int, Word]],
    tagger: Tagger, names: dict[int, str],
) -> None:  # fmt: skip
    """Words by where they begin. Of a word in two windows the one farther from an edge counts;
    its first token says what it is, as such models are taught."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for at, word in enumerate(window.words):
        if word is not None and window.spans[at][1] > window.spans[at][0]:
            first.setdefault(word, at)
            last[word] = at
    for word, at in first.items():
        label, share = labels[at]
        start, end = window.spans[at][0], window.spans[last[word]][1]
        room = min(at, len(window.ids) - 1 - last[word])
        if start not in words or room > words[start][0]:
            made = Word(start, end, names.get(label, ""), tagger.kinds.get(label, ""), share)
            words[start] = (room, made)
