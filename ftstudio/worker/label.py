"""Labels the rows of a file with a model that learned to: read → load → ask → write a copy."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from ftstudio.adapters import shelf
from ftstudio.adapters.base import find_base
from ftstudio.adapters.card import AdapterCard, read_card
from ftstudio.adapters.head_file import SavedHead, read_head
from ftstudio.basemodels.catalogue import find_model
from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.example import Example, Message
from ftstudio.core.paths import Workspace
from ftstudio.data.columns.column_roles import find_text
from ftstudio.data.ingest.reading import read_file
from ftstudio.data.layout import cell
from ftstudio.data.table import ROW_COLUMN
from ftstudio.data.versions.library import VERSION_FILE, load_version
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Finished, Notice, Phase, PhaseName, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.places import workspace_of
from ftstudio.techniques import objectives
from ftstudio.techniques.engine.heads import HeadCollator
from ftstudio.worker.attaching import attach_adapter
from ftstudio.worker.device import Device, choose_device
from ftstudio.worker.labelled_file import demand_place, free_name, write_table
from ftstudio.worker.model import load_model, load_tokenizer
from ftstudio.worker.reporter import Reporter

_AT_ONCE = 16  # texts of a batch
_CHUNK = 64 * _AT_ONCE  # texts sorted by length together, so that a batch is hardly filled up
Said = tuple[str | float, ...]
Tell = Callable[[PhaseName, str, float, float], None]


@dataclass
class Table:
    """The rows to be labelled, as text."""

    names: list[str]
    rows: list[dict[str, str | None]]
    columns: list[str]  # those that hold the text

    def text(self, row: dict[str, str | None]) -> str:
        return cell(row, dict.fromkeys(self.columns, "text"), "text")


@dataclass
class Labeller:
    """The model with its head, and how a text is given to it."""

    model: Any
    tokenizer: Any
    saved: SavedHead

    def __post_init__(self) -> None:
        self._collate = HeadCollator(self.tokenizer.pad_token_id)
        self._objective = objectives()[self.saved.objective]
        self._params = self._objective.params(**self.saved.params)

    def ids(self, text: str) -> list[int]:
        example = Example(messages=[Message(role="user", content=text)])
        rendered = self._objective.render(example, self.tokenizer, self._params, self.saved.limit)
        return rendered.input_ids

    def ask(self, rows: Sequence[list[int]]) -> list[Said]:
        batch = self._collate([{"input_ids": ids} for ids in rows])
        batch = {name: tensor.to(self.model.device) for name, tensor in batch.items()}
        with torch.inference_mode():
            logits = self.model(**batch, use_cache=False).logits.float().cpu()
        return [self._said(row) for row in logits]

    def _said(self, logits: torch.Tensor) -> Said:
        head = self.saved.head
        if head.kind == "number":
            return (round(float(logits[0]) * self.saved.spread + self.saved.mean, 6),)
        if head.kind == "several_labels":
            shares = torch.sigmoid(logits)
            chosen = [i for i, share in enumerate(shares.tolist()) if share > 0.5]
            # How sure it is of all that it says and does not say at once: of the least sure one.
            sure = float(torch.maximum(shares, 1 - shares).min())
            return "; ".join(head.labels[i] for i in chosen), round(sure, 4)
        share, place = torch.softmax(logits, -1).max(-1)
        return head.labels[int(place)], round(float(share), 4)


def run(folder: JobFolder) -> int:
    """The whole job, read top to bottom. Raises StudioError."""
    spec, began = folder.spec(), time.time()
    reporter = Reporter(folder)
    device = choose_device(os.environ.get("FTSTUDIO_DEVICE", ""))
    reporter.say(
        Started(
            pid=os.getpid(), device=device.kind, device_name=device.name, dtype=device.dtype,
            device_reason=device.reason,
        )
    )  # fmt: skip
    tell = _teller(reporter)
    out = Path(spec.payload["out"])
    try:
        tell("checking", "Checking the model", 0, 0)
        home = workspace_of(folder, spec)
        place, card, base = _model(spec.payload, Workspace(Path(home)) if home else None)
        saved = read_head(place)
        if saved is None or saved.head.kind == "reward":
            raise _does_not_label(card)
        table = _table(spec.payload, folder, tell)
        demand_place(out, len(table.rows))
        tell("loading", "Loading the model", 0, 0)
        labeller = _load(place, base, saved, device)
        said, empty = _label(labeller, table, tell)
        tell("saving", f"Writing {out.name}", 0, 0)
        names = ["prediction"] if saved.head.kind == "number" else ["prediction", "confidence"]
        own = [free_name(name, table.names) for name in names]
        rows = ([*(row.get(n) or "" for n in table.names), *said[i]] for i, row in _numbered(table))
        written = write_table(out, [*table.names, *own], rows, added=len(own))
    except Cancelled:
        reporter.say(Stopped(step=0, kept=False))
        return 0
    if empty:
        reporter.say(_left_empty(empty))
    if written != out:
        reporter.say(_another_name(out, written))
    scores = {"rows": float(len(table.rows)), "empty": float(empty)}
    reporter.say(
        Finished(output=str(written), scores=scores, seconds=round(time.time() - began, 1))
    )
    return 0


def _numbered(table: Table) -> Iterator[tuple[int, dict[str, str | None]]]:
    return enumerate(table.rows)


def _teller(reporter: Reporter) -> Tell:
    def tell(name: PhaseName, text: str, done: float, total: float) -> None:
        if any(isinstance(command, Stop) for command in reporter.commands()):
            raise Cancelled
        reporter.say(Phase(name=name, text=text, done=done, total=total, unit="rows"))

    return tell


def _model(
    payload: dict[str, Any], workspace: Workspace | None
) -> tuple[Path, AdapterCard, Path | None]:
    """The folder of the result, its card, and its base model (None: it is a whole model)."""
    if payload.get("adapter_id") and workspace:
        place = shelf.folder(workspace, str(payload["adapter_id"]))
    else:
        place = Path(str(payload.get("adapter_path", "")))
    card = read_card(place)
    if card.is_full_model:
        return place, card, None
    ref = find_base(workspace, card) if workspace else card.base
    return place, card, Path(find_model(Path(ref.path)).ref.path)


def _load(place: Path, base: Path | None, saved: SavedHead, device: Device) -> Labeller:
    # The head is learned and used in full precision on the CPU, and in the card's own on a card.
    model = load_model(base or place, device, head=saved.head)
    if base is not None:
        model = attach_adapter(model, place)
    tokenizer = load_tokenizer(base or place)
    return Labeller(model.eval(), tokenizer, saved)


def _table(payload: dict[str, Any], folder: JobFolder, tell: Tell) -> Table:
    """The rows of a file, read in a process that can be killed, or of a prepared dataset."""
    source = Path(payload["source"])
    if (source / VERSION_FILE).is_file():
        version = load_version(source)
        rows: list[dict[str, str | None]] = [
            {"text": "\n".join(m.content for m in example.messages) or example.text}
            for side in ("train", "validation", "test")
            for example in version.examples(side)
        ]
        return Table(["text"], rows, ["text"])

    def progress(share: float) -> None:
        tell("reading", f"Reading {source.name}", share, 1)

    raw = read_file(source, folder.path / "rows", progress=progress)
    names = [name for name in raw.column_names if name != ROW_COLUMN]
    wanted = [str(name) for name in payload.get("columns") or ()]
    if missing := [name for name in wanted if name not in names]:
        raise StudioError(
            f"{source.name} has no column “{missing[0]}”.",
            f"Its columns are: {', '.join(names)}.",
            "Name one of these.",
            code="no_column",
        )
    if not wanted:
        found = find_text(raw.columns)
        if found is None:
            raise StudioError(
                f"No column of {source.name} holds text.",
                f"Its columns are: {', '.join(names)}.",
                "Name the column to be read (--column NAME).",
                code="no_text_column",
            )
        wanted = [found.name]
    return Table(names, raw.rows(), wanted)


def _label(labeller: Labeller, table: Table, tell: Tell) -> tuple[list[Said], int]:
    """What is said of each row, in the order of the rows; and how many hold no text."""
    nothing: Said = ("",) if labeller.saved.head.kind == "number" else ("", "")
    said: list[Said] = [nothing] * len(table.rows)
    done = 0
    for start in range(0, len(table.rows), _CHUNK):
        chunk = table.rows[start : start + _CHUNK]
        read = [(start + i, labeller.ids(text)) for i, row in enumerate(chunk)
                if (text := table.text(row)).strip()]  # fmt: skip
        read = sorted((one for one in read if one[1]), key=lambda one: len(one[1]))
        for first in range(0, len(read), _AT_ONCE):
            batch = read[first : first + _AT_ONCE]
            tell("evaluating", "Labelling the rows", start + first, len(table.rows))
            for (place, _), answer in zip(batch, labeller.ask([i for _, i in batch]), strict=True):
                said[place] = answer
        done += len(read)
    return said, len(table.rows) - done


def _left_empty(count: int) -> Notice:
    return Notice(
        level="info",
        what=f"{count:,} rows were left without a label.",
        why="They hold no text.",
    )


def _another_name(wanted: Path, written: Path) -> Notice:
    return Notice(
        level="info",
        what=f"The copy is called {written.name}.",
        why=f"A file {wanted.name} appeared while the rows were labelled.",
    )


def _does_not_label(card: AdapterCard) -> StudioError:
    return StudioError(
        f"“{card.name}” does not label.",
        "It learned to write answers or to rank them, not to sort texts or give them numbers.",
        "Choose one that was trained with “Sort texts into classes” or “Give texts a number”.",
        code="no_labels",
    )
