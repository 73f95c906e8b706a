"""Has a child process render the rows as a model would read them, and keeps what it found."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.example import canonical_hash
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.watched import heard
from ftstudio.jobs import launch
from ftstudio.jobs.events import Failed, Finished, Phase
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.ui.bridge.background import Cancel, run
from ftstudio.ui.bridge.job_watcher import JobWatcher
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.facts import SAMPLE, Facts
from ftstudio.ui.dataset.preview.preview_result import Preview, read_preview

_KEPT = 12  # results that lie in the workspace, the newest
_STALE = 86_400  # seconds
_LOOK = 64  # rows written between two looks at whether they are still wanted


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

    def start(self, facts: Facts, model: BaseModelInfo) -> None:
        key = _key(facts, model)
        if key in (self._wish, self._answered):
            return
        self.stop()
        self._wish = key
        home = self._desk.studio.workspace.previews
        self.advanced.emit(self.tr("Writing the rows out …"), -1.0)

        def work(session: DraftSession) -> Preview | JobFolder | None:
            kept = home / f"{key}.jsonl"
            if kept.is_file():
                return read_preview(kept, model)
            return _prepare(session, home, model, lambda: self._wish == key)

        def done(answer: Preview | JobFolder | None) -> None:
            if self._wish != key or answer is None:
                if isinstance(answer, JobFolder):
                    shutil.rmtree(answer.path, ignore_errors=True)
            elif isinstance(answer, Preview):
                self._answer(key, answer)
            else:
                self._follow(answer, model, home / f"{key}.jsonl")

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
                shutil.move(folder.output / "preview.jsonl", kept)
                key = self._wish
                self.stop()
                self._wish = key
                self._take_up(key, kept, model)
                return

    def _take_up(self, key: str, kept: Path, model: BaseModelInfo) -> None:
        """A million lengths are long to read: off the window's thread."""

        def work(cancel: Cancel) -> Preview:
            _forget_old(kept.parent)
            return read_preview(kept, model)

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


def _key(facts: Facts, model: BaseModelInfo) -> str:
    draft = facts.draft
    what = {
        "table": facts.table.sha256,
        "options": draft.options.model_dump(),
        "layout": draft.layout,
        "mapping": draft.mapping,
        "joined": [draft.joined_on, facts.table.details.get("its sha256")],
        "steps": [[step.key, step.params, step.rows_out] for step in draft.steps if not step.off],
        "model": model.ref.sha256,
        "schema": 5,
    }
    return canonical_hash(what)[:24]


def _prepare(
    session: DraftSession, home: Path, model: BaseModelInfo, wanted: Callable[[], bool]
) -> JobFolder | None:
    """A job over the rows as they are; None, and nothing is left of it, where nobody wants it any
    more."""
    payload = {
        "dataset": "", "model": model.ref.path, "longest": model.shape.max_length, "rows": SAMPLE,
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


def _forget_old(home: Path) -> None:
    kept = sorted(home.glob("*.json*"), key=lambda path: -path.stat().st_mtime)
    for path in kept[_KEPT:]:
        path.unlink(missing_ok=True)
    for left in home.glob("*/job.json"):  # of a window that ended before its preview did
        if left.stat().st_mtime < time.time() - _STALE:
            shutil.rmtree(left.parent, ignore_errors=True)
