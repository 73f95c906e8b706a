"""Has a child process render the rows as a model would read them, and keeps what it found."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from PySide6.QtCore import QObject, Signal

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.example import ExampleKind, canonical_hash
from ftstudio.data.session import DraftSession
from ftstudio.data.watched import heard
from ftstudio.jobs import launch
from ftstudio.jobs.events import Failed, Finished, Phase
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.ui.bridge.background import Cancel, run
from ftstudio.ui.bridge.job_watcher import JobWatcher
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.facts import SAMPLE, Facts

_KEPT = 12  # results that lie in the workspace, the newest
_STALE = 86_400  # seconds
_PIECE = 20_000  # lengths counted while no other thread gets a turn
_LOOK = 64  # rows written between two looks at whether they are still wanted


@dataclass(frozen=True)
class Preview:
    """What the worker wrote: some rows in full, the lengths of all."""

    model: BaseModelInfo
    kind: ExampleKind
    limit: int
    rows: dict[int, dict[str, Any]]  # by place among the examples
    lengths: list[int]
    source_rows: list[int]
    row_keys: list[str]  # see `Row.key`
    zero_learned: list[int]
    stop_learned: int
    refused: list[dict[str, Any]]

    @property
    def cut(self) -> int:
        """Rows whose end is lost. Documents go on in another piece."""
        return 0 if self.kind == "text" else self.longer(self.limit)

    def longer(self, limit: int) -> int:
        """How many are longer than this."""
        return sum(many for length, many in self.tally.items() if length > limit)

    @property
    def longest(self) -> int:
        return max([*self.tally, 0])

    @property
    def average(self) -> int:
        """Tokens, rounded down."""
        whole = sum(length * many for length, many in self.tally.items())
        return whole // max(len(self.lengths), 1)

    # What goes over all rows is made once, by the thread that reads the preview.
    @cached_property
    def tally(self) -> Counter[int]:
        """How many there are of each length: of a million rows a few thousand different ones."""
        found: Counter[int] = Counter()
        for start in range(0, len(self.lengths), _PIECE):
            found.update(self.lengths[start : start + _PIECE])
        return found

    @cached_property
    def by_row(self) -> dict[int, int]:
        """The length of each row of the file: the longest, where it holds several examples."""
        rows: dict[int, int] = {}
        for row, length in zip(self.source_rows, self.lengths, strict=True):
            rows[row] = max(length, rows.get(row, 0))
        return rows

    @cached_property
    def refused_places(self) -> frozenset[int]:
        """Of examples that the chat template refuses."""
        return frozenset(entry["place"] for entry in self.refused)

    @cached_property
    def barren_keys(self) -> tuple[str, ...]:
        """Of the rows with nothing to learn from, each once."""
        return tuple(dict.fromkeys(self.row_keys[place] for place in self.zero_learned))

    @cached_property
    def barren_longest(self) -> int:
        """Of those that have nothing to learn from because they are cut."""
        refused = self.refused_places
        cut = (self.lengths[place] for place in self.zero_learned if place not in refused)
        return max(cut, default=0)

    def counted(self) -> Preview:
        """With all sums made."""
        _ = self.tally, self.by_row, self.barren_keys, self.barren_longest
        return self

    def counts_like(self, other: Preview) -> bool:
        """The same lengths for the same model: what was reckoned from them holds on."""
        return self.lengths == other.lengths and self.model.ref.path == other.model.ref.path


class PreviewRun(QObject):
    """One at a time; a new wish ends the one before. The same wish is answered from disk."""

    advanced = Signal(str, float)  # what it is doing, share (-1: unknown)
    ready = Signal(object)  # Preview
    failed = Signal(object)  # StudioError

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._folder: JobFolder | None = None
        self._watcher: JobWatcher | None = None
        self._wish = ""
        self._answered = ""

    @property
    def running(self) -> bool:
        return bool(self._wish)

    def start(self, facts: Facts, model: BaseModelInfo, limit: int) -> None:
        """`limit` 0: what training would take."""
        key = _key(facts, model, limit)
        if key in (self._wish, self._answered):
            return
        self.stop()
        self._wish = key
        home = self._desk.studio.workspace.previews
        self.advanced.emit(self.tr("Writing the rows out …"), -1.0)

        def work(session: DraftSession) -> Preview | JobFolder | None:
            kept = home / f"{key}.json"
            if kept.is_file():
                return _read(kept, model)
            return _prepare(session, home, model, limit, lambda: self._wish == key)

        def done(answer: Preview | JobFolder | None) -> None:
            if self._wish != key or answer is None:
                if isinstance(answer, JobFolder):
                    shutil.rmtree(answer.path, ignore_errors=True)
            elif isinstance(answer, Preview):
                self._answer(key, answer)
            else:
                self._follow(answer, model, home / f"{key}.json")

        self._desk.ask(work, done)

    def stop(self) -> None:
        """Let go of the child, if there is one."""
        self._wish = ""
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher = None
        if self._folder is not None:
            launch.kill(self._folder)
            shutil.rmtree(self._folder.path, ignore_errors=True)
            self._folder = None

    def _follow(self, folder: JobFolder, model: BaseModelInfo, kept: Path) -> None:
        self._folder = folder
        try:
            launch.start(folder)
        except StudioError as error:
            self._fail(error)
            return
        watcher = JobWatcher(folder, self)

        def on_events(events: list[object]) -> None:
            if watcher is self._watcher:
                self._on_events(events, folder, model, kept)

        watcher.events_seen.connect(on_events)
        self._watcher = watcher
        watcher.start()

    def _on_events(
        self, events: list[object], folder: JobFolder, model: BaseModelInfo, kept: Path
    ) -> None:
        for event in events:
            if isinstance(event, Phase):
                share = event.done / event.total if event.total else -1.0
                self.advanced.emit(event.text + " …", share)
            elif isinstance(event, Failed):
                self._fail(StudioError(event.what, event.why, event.remedy, code=event.code))
                return
            elif isinstance(event, Finished):
                shutil.move(folder.output / "preview.json", kept)
                key = self._wish
                self.stop()
                self._wish = key
                self._take_up(key, kept, model)
                return

    def _take_up(self, key: str, kept: Path, model: BaseModelInfo) -> None:
        """A million lengths are long to read: off the window's thread."""

        def work(cancel: Cancel) -> Preview:
            _forget_old(kept.parent)
            return _read(kept, model)

        def done(found: Preview) -> None:
            if self._wish == key:
                self._answer(key, found)

        run(self, work, done, self._fail)

    def _answer(self, key: str, preview: Preview) -> None:
        self._wish, self._answered = "", key
        self.ready.emit(preview)

    def _fail(self, error: StudioError) -> None:
        self.stop()
        self.failed.emit(error)


def _key(facts: Facts, model: BaseModelInfo, limit: int) -> str:
    draft = facts.draft
    what = {
        "table": facts.table.sha256,
        "options": draft.options.model_dump(),
        "layout": draft.layout,
        "mapping": draft.mapping,
        "steps": [[step.key, step.params, step.rows_out] for step in draft.steps],
        "model": model.ref.sha256,
        "limit": limit,
        "schema": 2,
    }
    return canonical_hash(what)[:24]


def _prepare(
    session: DraftSession,
    home: Path,
    model: BaseModelInfo,
    limit: int,
    wanted: Callable[[], bool],
) -> JobFolder | None:
    """A job over the rows as they are; None, and nothing is left of it, where nobody wants it any
    more."""
    payload = {
        "dataset": "", "model": model.ref.path, "limit": limit,
        "longest": model.shape.max_length, "rows": SAMPLE,
    }  # fmt: skip
    home.mkdir(mode=0o700, exist_ok=True)
    folder = create_job(home, "preview", "preview", payload)
    try:
        with open(folder.path / "examples.jsonl", "w", encoding="utf-8") as file:
            for place, example in enumerate(heard(session.examples(), session.watch)):
                if place % _LOOK == 0 and not wanted():
                    break
                file.write(example.model_dump_json() + "\n")
            else:
                return folder
    except BaseException:
        shutil.rmtree(folder.path, ignore_errors=True)
        raise
    shutil.rmtree(folder.path, ignore_errors=True)
    return None


def _read(path: Path, model: BaseModelInfo) -> Preview:
    try:
        raw = orjson.loads(path.read_bytes())
        return Preview(
            model=model,
            kind=raw["kind"],
            limit=raw["limit"],
            rows={row["place"]: row for row in raw["rows"]},
            lengths=raw["lengths"],
            source_rows=raw["source_rows"],
            row_keys=raw.get("row_keys") or [str(row) for row in raw["source_rows"]],
            zero_learned=raw["zero_learned"],
            stop_learned=raw["stop_learned"],
            refused=raw["refused"],
        ).counted()
    except (OSError, ValueError, KeyError) as error:
        path.unlink(missing_ok=True)
        raise StudioError(
            "The preview can't be shown.",
            "What was kept of it is damaged.",
            "Choose the model again to make it anew.",
            code="preview_damaged",
        ) from error


def _forget_old(home: Path) -> None:
    kept = sorted(home.glob("*.json"), key=lambda path: -path.stat().st_mtime)
    for path in kept[_KEPT:]:
        path.unlink(missing_ok=True)
    for left in home.glob("*/job.json"):  # of a window that ended before its preview did
        if left.stat().st_mtime < time.time() - _STALE:
            shutil.rmtree(left.parent, ignore_errors=True)
