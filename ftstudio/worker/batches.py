"""From a frozen dataset to token rows: rendered once, written beside the run, read by mapping."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from datasets import Dataset

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.objective import Objective, TokenRow
from ftstudio.core.params import Params
from ftstudio.jobs.events import Notice
from ftstudio.worker.diagnose import nothing_learned

IGNORED = -100  # torch's own mark for "not counted in the loss"
_CHUNK = 512
_SCHEMA = pa.schema([("input_ids", pa.list_(pa.int32())), ("labels", pa.list_(pa.int32()))])


@dataclass
class Batches:
    """Token rows of one side, and what was noticed on the way."""

    rows: Any  # datasets.Dataset with input_ids and labels
    count: int = 0
    cut: int = 0  # longer than the limit: the end of the answer is lost
    nothing: int = 0  # left out: nothing in them is learned
    refused: int = 0  # left out: the chat format does not take them
    refusal: StudioError | None = None
    open_ended: int = 0  # no end token is learned
    longest: int = 0


@dataclass(frozen=True)
class Renderer:
    objective: Objective
    params: Params
    tokenizer: Any
    limit: int

    def __call__(self, example: Example) -> TokenRow:
        return self.objective.render(example, self.tokenizer, self.params, self.limit)


def make_batches(
    examples: Iterable[Example],
    renderer: Renderer,
    file: Path,
    tick: Callable[[int], None],
) -> Batches:
    """Render all examples into `file` and open it. `tick` hears the number done, now and then."""
    batches = Batches(rows=None)
    ends = set(renderer.tokenizer.all_special_ids)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    pending: list[dict[str, list[int]]] = []
    with pa.OSFile(str(part), "wb") as sink, pa.ipc.new_stream(sink, _SCHEMA) as writer:

        def flush() -> None:
            writer.write_table(pa.Table.from_pylist(pending, schema=_SCHEMA))
            pending.clear()

        for seen, example in enumerate(examples, 1):
            row = _rendered(example, renderer, batches)
            if row is not None:
                _note(row, ends, batches)
                pending.append(_tokens(row))
            if len(pending) >= _CHUNK:
                flush()
            if seen % 64 == 0:
                tick(seen)
        flush()
    os.replace(part, file)
    batches.rows = Dataset.from_file(str(file))
    batches.count = len(batches.rows)
    return batches


def demand_something(batches: Batches) -> None:
    """Raises StudioError when no row is left to learn from."""
    if batches.count:
        return
    if batches.refusal and not batches.nothing:
        raise batches.refusal
    raise nothing_learned(batches.nothing + batches.refused)


def _rendered(example: Example, renderer: Renderer, batches: Batches) -> TokenRow | None:
    try:
        row = renderer(example)
    except StudioError as error:
        if error.code == "no_chat_template":
            raise
        batches.refused += 1
        batches.refusal = batches.refusal or error
        return None
    batches.cut += row.cut
    # The first token is never predicted, so it can't be learned.
    if not any(row.learned[1:]):
        batches.nothing += 1
        return None
    return row


def _note(row: TokenRow, ends: set[int], batches: Batches) -> None:
    batches.longest = max(batches.longest, len(row.input_ids))
    last = max(i for i, bit in enumerate(row.learned) if bit)
    if not row.cut and row.input_ids[last] not in ends:
        batches.open_ended += 1


def _tokens(row: TokenRow) -> dict[str, list[int]]:
    labels = [
        token if bit else IGNORED for token, bit in zip(row.input_ids, row.learned, strict=True)
    ]
    return {"input_ids": row.input_ids, "labels": labels}


def what_was_lost(batches: Batches, limit: int) -> list[Notice]:
    """A notice for each kind of loss that is large enough to matter."""
    total = batches.count + batches.nothing + batches.refused
    notices: list[Notice] = []

    def note(what: str, why: str, remedy: str) -> None:
        notices.append(Notice(level="warning", what=what, why=why, remedy=remedy))

    if batches.cut > 0.05 * total:
        note(
            f"{batches.cut:,} of {total:,} examples are cut off.",
            f"They are longer than {limit:,} tokens, so the end of the answer is lost.",
            "Raise the longest text, or shorten these examples.",
        )
    if batches.nothing:
        note(
            f"{batches.nothing:,} of {total:,} examples were left out.",
            "No part of an answer is left in them.",
            "Raise the longest text, or fill in the empty answers.",
        )
    if batches.refusal:
        note(
            f"{batches.refused:,} of {total:,} examples were left out.",
            batches.refusal.why,
            batches.refusal.remedy,
        )
    if batches.open_ended > 0.01 * total:
        note(
            "The model may not learn where an answer ends.",
            "Its chat format puts no end mark behind answers.",
            "Expect long answers; the playground can limit their length.",
        )
    return notices
