"""Which rows mean the same: read the rows, make vectors of them, compare each with each.

Vectors are kept by the model and the texts, so that another threshold needs no model.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ftstudio.basemodels.readers import Encoder, inspect_encoder
from ftstudio.core.errors import StudioError
from ftstudio.data import meant, row_outline
from ftstudio.data.finding.meaning import stars
from ftstudio.data.meant import RESULT_FILE, TEXTS_FILE, Handed
from ftstudio.jobs.events import Started
from ftstudio.jobs.folder import JobFolder
from ftstudio.worker.readers.kept_vectors import Kept
from ftstudio.worker.readers.reader_job import do, taken
from ftstudio.worker.waiting import Waiting

if TYPE_CHECKING:
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]

_FORM = 1  # raised when other vectors are made of the same texts
_COMPARE = "Comparing the rows"


def run(folder: JobFolder) -> int:
    """Do a "meaning" job: payload model, threshold, part, kept → `output/found.json`, which holds
    what the step is told."""

    def work(payload: dict[str, Any], waiting: Waiting) -> dict[str, Any]:
        waiting.tell("checking", "Checking the model")
        encoder = inspect_encoder(Path(payload["model"]))
        rows = taken(folder.path / TEXTS_FILE, meant.handed)
        found, cut = _compared(rows, encoder, payload, waiting)
        groups = meant.groups_of([row.key for row in rows], found)
        params = {
            "threshold": payload["threshold"], "part": payload["part"], "at": payload["threshold"],
            "parts": payload["part"], "by": encoder.name, "fingerprint": encoder.fingerprint,
            "groups": meant.written(groups),
            "read": row_outline.written({row.key: row.outline for row in rows}),
        }  # fmt: skip
        return {"params": params, "rows": len(rows), "groups": len(groups), "cut": cut,
                "grouped": sum(len(group.keys) for group in groups)}  # fmt: skip

    return do(folder, Started(pid=os.getpid(), device="cpu"), RESULT_FILE, work)


def _compared(
    rows: Sequence[Handed], encoder: Encoder, payload: dict[str, Any], waiting: Waiting
) -> tuple[list[tuple[int, float] | None], int]:
    texts = list(dict.fromkeys(text for row in rows for text in row.texts))
    vectors, cut = _vectors(texts, encoder, payload, waiting)
    place = {text: at for at, text in enumerate(texts)}
    count = min((len(row.texts) for row in rows), default=0)
    parts = [vectors[[place[row.texts[part]] for row in rows]] for part in range(count)]
    del vectors
    began = time.monotonic()

    def tell(share: float) -> None:
        passed = time.monotonic() - began
        left = passed / share - passed if share > 0.05 and passed > 0.5 else None
        waiting.tell("evaluating", _COMPARE, share, 1, left=left)

    apart = [row.apart for row in rows]
    found = stars(parts, float(payload["threshold"]), apart, tell) if parts else []
    return found, sum(any(text in cut for text in row.texts) for row in rows)


def _vectors(
    texts: Sequence[str], encoder: Encoder, payload: dict[str, Any], waiting: Waiting
) -> tuple[Vectors, set[str]]:
    """Of each text, of length 1; an empty text is like an empty one alone. And the texts that were
    longer than the model reads."""
    said = [text for text in texts if text.strip()]
    digest = hashlib.sha256(f"{_FORM}\0{encoder.fingerprint}".encode())
    for text in said:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    kept = Kept(Path(payload["kept"]) if payload.get("kept") else None, digest.hexdigest())
    made = kept.load(len(said))
    if made is None:
        made = _made(said, encoder, waiting)
        kept.save(*made)
    vectors, long = made
    whole = np.zeros((len(texts), vectors.shape[1] + 1), np.float32)
    filled = np.array([bool(text.strip()) for text in texts], bool)
    whole[filled, :-1] = vectors.astype(np.float32)
    norms = np.linalg.norm(whole, axis=1, keepdims=True)
    whole /= np.maximum(norms, 1e-12)  # as 16 bits hold them, the length is not quite 1
    whole[~filled, -1] = 1.0
    return whole, {said[at] for at in long.tolist()}


def _made(said: Sequence[str], encoder: Encoder, waiting: Waiting) -> tuple[Any, Any]:
    from ftstudio.worker.device import choose_device
    from ftstudio.worker.readers.embed import Embedder

    if not said:
        raise StudioError(
            "There is nothing to compare.", "No row holds any text.", "Add rows first.",
            code="nothing_to_compare",
        )  # fmt: skip
    waiting.tell("loading", "Loading the model")
    embedder = Embedder(encoder, choose_device(os.environ.get("FTSTUDIO_DEVICE", "")))

    def tell(done: int, left: float | None) -> None:
        waiting.tell("reading", "Reading the rows", done, len(said), "texts", left)

    vectors = embedder.vectors(said, tell)
    return vectors, np.array(embedder.long, np.int64)
