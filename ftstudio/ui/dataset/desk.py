"""The draft on the desk: every page's change happens here, off the window's thread, undoable.

Pages read `facts` and never touch the session, which only one background task holds at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.drafting.twins import forget_twins
from ftstudio.data.format import ReadOptions
from ftstudio.data.recipe import Recipe
from ftstudio.data.sides.split import SplitChoice
from ftstudio.data.step import steps
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.bridge.collector import spare_large_data
from ftstudio.ui.dataset.closer_run import CloserRun
from ftstudio.ui.dataset.facts import Facts, gather
from ftstudio.ui.studio import Studio

Act = Callable[[DraftSession, Cancel], None]
# What changes no example: undo leaves it as it is.
_NOTED = (
    "page", "name", "model", "licence", "licence_from", "second_licence", "second_licence_from",
    "commercial",
)  # fmt: skip


@dataclass
class _Errand:
    """One thing to do with the session. `fresh`: the facts have to be gathered anew."""

    doing: str
    act: Act
    done: Callable[[], None] | None = None
    fresh: bool = True
    reads: bool = False  # it reads the file: long, and nothing is lost by ending it


class Desk(QObject):
    """Holds one draft for as long as the wizard is open."""

    changed = Signal()  # `facts` are new
    busy_changed = Signal(str, float)  # what it is doing ("" = nothing), share done (-1: unknown)
    failed = Signal(object)  # StudioError
    file_read = Signal()
    frozen = Signal(object)  # DatasetVersion
    rested = Signal()  # nothing is under way and nothing waits
    _broke = Signal()

    def __init__(self, studio: Studio, draft: Draft, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.facts: Facts | None = None
        self.saved_at = ""
        self.undo = QUndoStack(self)
        self._draft = draft
        self._new = not draft.table  # nothing of it was read before
        self._session: DraftSession | None = None
        self._waiting: list[_Errand] = []
        self._lengths: tuple[Mapping[int, int], int] | None = None
        self._task: Task[Facts | None] | None = None
        self._doing = ""
        self._share = -1.0
        self._reading = False
        self._ended = False
        self._broke.connect(self._on_broke)
        self.closer = CloserRun(self)  # first: pages show what it is about to do
        self.changed.connect(self._on_rows)
        spare_large_data(self)

    # ---- what pages may ask for ----
    @property
    def busy(self) -> str:
        return self._doing

    @property
    def workspace(self) -> Workspace:
        return self.studio.workspace

    def open(self, done: Callable[[], None] | None = None) -> None:
        """Take the draft up where it was left."""
        if self._draft.table:
            self._add(_Errand(self.tr("Opening the draft …"), _nothing, done, reads=True))
        elif done:
            done()

    def choose_file(self, path: Path, options: ReadOptions | None = None) -> None:
        def act(session: DraftSession, cancel: Cancel) -> None:
            known = session.draft.file
            session.choose_file(path, options, cancel.report, cancel)
            if session.draft.file != known:
                apply_safe_steps(session)
            if not known:
                forget_twins(session.workspace, session.draft)

        def done() -> None:
            self.undo.clear()
            self.file_read.emit()

        self.closer.allow()

        self._add(
            _Errand(self.tr("Reading {file} …").format(file=path.name), act, done, reads=True)
        )

    def join(self, path: Path) -> None:
        """Put a second file beside the one that was read, by the id that both have."""

        def act(session: DraftSession, cancel: Cancel) -> None:
            session.join(path)
            if not session.draft.steps:
                apply_safe_steps(session)

        doing = self.tr("Joining {file} …").format(file=path.name)
        self._add(_Errand(doing, act, self.undo.clear, reads=True))

    def set_layout(self, key: str) -> None:
        self._edit(self.tr("layout"), lambda session: session.set_layout(key))

    def set_role(self, column: str, role: str) -> None:
        title = self.tr("role of {column}").format(column=column)
        self._edit(title, lambda session: session.set_role(column, role or None))

    def confirm(self, columns: list[str]) -> None:
        """The person looked at these columns' guesses and left them."""

        def change(session: DraftSession) -> None:
            for column in columns:
                session.confirm(column)

        self._edit(self.tr("confirmed columns"), change)

    def apply(self, title: str, step_key: str, params: dict[str, Any] | None = None) -> None:
        self._edit(title, lambda session: session.apply(step_key, params))

    def take_back(self, index: int) -> None:
        self._edit(self.tr("step taken back"), lambda session: session.undo(index))

    def switch(self, index: int, on: bool) -> None:
        title = self.tr("step switched on") if on else self.tr("step switched off")
        self._edit(title, lambda session: session.switch(index, on))

    def move(self, index: int, to: int) -> None:
        self._edit(self.tr("order of the steps"), lambda session: session.move(index, to))

    def change(self, index: int, params: dict[str, Any]) -> None:
        title = self.tr("settings of a step")
        self._edit(title, lambda session: session.change(index, params))

    def leave_out(self, rows: Sequence[int | str], why: str) -> None:
        self._edit(self.tr("rows left out"), lambda session: session.leave_out(rows, why))

    def replay(self, recipe: Recipe) -> None:
        """Do what a recipe says in the place of this draft's own columns, steps and split."""
        title = self.tr("recipe “{name}”").format(name=recipe.name)
        self._edit(title, lambda session: session.replay(recipe))

    def keep_together(self, column: str) -> None:
        """Rows with the same text in this column stay on one side of the split; "": none."""
        self._edit(self.tr("keep together"), lambda session: session.set_group_column(column))

    def set_split(self, choice: SplitChoice) -> None:
        self._edit(self.tr("split"), lambda session: session.set_split(choice))

    def go_on_with_few(self) -> None:
        """Freeze with the rows there are to check with, however few."""
        title = self.tr("going on with few rows to check with")
        self._edit(title, lambda session: session.go_on_with_few())

    def set_lengths(self, lengths: Mapping[int, int], limit: int) -> None:
        """What the preview counted: rows too long for the model are known from now on."""
        self._lengths = (lengths, limit)
        self._add(_Errand("", lambda session, cancel: session.set_lengths(lengths, limit)))

    def note(self, **values: Any) -> None:
        """Remember small things (page, name, model, licence) that change no example."""

        def act(session: DraftSession, cancel: Cancel) -> None:
            for name, value in values.items():
                setattr(session.draft, name, value)
            session.draft.save(session.workspace)

        for name, value in values.items():
            setattr(self._draft, name, value)
        if self._draft.file or self.facts:
            self._add(_Errand("", act, fresh=False))

    def ask(self, work: Callable[[DraftSession], Any], done: Callable[[Any], None]) -> None:
        """Read something large from the session, off the window's thread."""
        answers: list[Any] = []

        def act(session: DraftSession, cancel: Cancel) -> None:
            answers.append(work(session))

        self._add(_Errand("", act, lambda: done(answers[0]), fresh=False))

    def freeze(self, name: str) -> None:
        versions: list[DatasetVersion] = []

        def act(session: DraftSession, cancel: Cancel) -> None:
            def told(share: float) -> None:
                cancel.check()
                cancel.report(share)

            versions.append(session.freeze(told, name))

        def done() -> None:
            self._ended = True
            self.closer.end()
            self.frozen.emit(versions[0])

        self._add(_Errand(self.tr("Freezing the dataset …"), act, done, fresh=False))

    def cancel(self) -> None:
        """Stop what is under way, a closer look too, which waits from then on for being asked for,
        or for another file. The thread may take a moment: it keeps the old session."""
        self.closer.stop()
        if self._task is not None:
            self._task.cancel()
            self._session = None
            if self.facts is not None:
                self._draft = self.facts.draft.model_copy(deep=True)
            elif self._new:
                self._draft = Draft()  # what the thread still saves of the other one goes
        self._on_broke()

    def leave(self) -> None:
        """The wizard goes away: nobody waits for a reading or a closer look any more. Changes are
        let finish."""
        self.closer.end()
        if self._reading:
            self.cancel()

    @property
    def draft(self) -> Draft:
        """What was chosen so far, as far as it is known in the window."""
        return self._draft

    @property
    def resting(self) -> bool:
        """All that was asked for is done and saved."""
        return self._task is None and not self._waiting

    @property
    def lengths(self) -> tuple[Mapping[int, int], int] | None:
        """Tokens by row number and the limit, once the preview has counted them."""
        return self._lengths

    # ---- one after another ----
    def _edit(self, title: str, change: Callable[[DraftSession], None]) -> None:
        drafts: list[Draft] = []

        def act(session: DraftSession, cancel: Cancel) -> None:
            drafts.append(session.draft.model_copy(deep=True))
            change(session)
            drafts.append(session.draft.model_copy(deep=True))

        def done() -> None:
            if drafts[0].model_dump(exclude={"changed"}) != drafts[1].model_dump(
                exclude={"changed"}
            ):
                self.undo.push(_DraftChange(self, title, drafts[0], drafts[1]))

        self._add(_Errand(self.tr("Checking …"), act, done))

    def put_back(self, draft: Draft) -> None:
        """Show another state of the same draft: for undo and redo."""

        def act(session: DraftSession, cancel: Cancel) -> None:
            noted = {name: getattr(session.draft, name) for name in _NOTED}
            back = draft.model_copy(update=noted, deep=True)
            if session.put_back(back):
                self._draft = back
                return
            back.save(self.studio.workspace)
            fresh = DraftSession.open(self.studio.workspace, back, cancel)
            if self._lengths is not None:
                fresh.set_lengths(*self._lengths)
            fresh.watch = session.watch
            self._session, self._draft = fresh, back

        self._add(_Errand(self.tr("Checking …"), act))

    def _add(self, errand: _Errand) -> None:
        if self._ended:  # the draft is gone; nothing may bring it back to life
            return
        self._waiting.append(errand)
        self._next()

    def _next(self) -> None:
        if self._task is not None or not self._waiting:
            return
        errand = self._waiting.pop(0)
        self._reading = errand.reads
        self._say(errand.doing or self._doing, -1)

        draft = self._draft

        def work(cancel: Cancel) -> Facts | None:
            try:
                if self._session is None:
                    self._session = DraftSession.open(self.studio.workspace, draft, cancel)
                session = self._session
                session.watch = lambda share: cancel.check()
                errand.act(session, cancel)
                session = self._session or session  # undo may have put another in its place
                return gather(session) if errand.fresh else None
            except (StudioError, Cancelled):
                raise
            except Exception:
                self._broke.emit()  # the crash hook says what; the desk must not wait for ever
                raise
            finally:
                if cancel() and draft.id != self._draft.id:
                    draft.delete(self.studio.workspace)  # nothing was done in it

        self._task = run(
            self, work, lambda facts: self._on_done(facts, errand), self._on_failed,
            self._on_advanced,
        )  # fmt: skip

    def _on_done(self, facts: Facts | None, errand: _Errand) -> None:
        self._task, self._reading = None, False
        self.saved_at = time.strftime("%H:%M")
        if errand.fresh:
            self.facts = facts
        if not self._waiting:
            self._say("", -1)
        if errand.fresh:
            self.changed.emit()
        if errand.done:
            errand.done()
        self._tell_given_up()
        self._next()
        if self.resting:
            self.rested.emit()

    def _tell_given_up(self) -> None:
        if self._session is not None and (error := self._session.given_up()):
            self.failed.emit(error)

    def _on_rows(self) -> None:
        settled = self.facts is not None and self.facts.report is not None
        self.closer.keep_up(self.facts if settled else None)

    def _on_failed(self, error: StudioError) -> None:
        self._on_broke()
        self.failed.emit(error)

    def _on_broke(self) -> None:
        self._task, self._reading = None, False
        self._waiting.clear()
        self._say("", -1)
        self.rested.emit()

    def _on_advanced(self, share: float) -> None:
        if self._doing and abs(share - self._share) >= 0.01:
            self._say(self._doing, share)

    def _say(self, doing: str, share: float) -> None:
        self._doing, self._share = doing, share
        self.busy_changed.emit(doing, share)


def apply_safe_steps(session: DraftSession) -> None:
    """What nobody would object to, done at once and listed, each to be taken back: stray spaces,
    rows without a question or an answer, and rows that stand there twice."""
    for key, step in steps().items():
        if step.by_default:
            session.apply(key)


def _nothing(session: DraftSession, cancel: Cancel) -> None:
    """Opening the session is all there is to do."""


class _DraftChange(QUndoCommand):
    """One edit: the draft before it and after it."""

    def __init__(self, desk: Desk, title: str, before: Draft, after: Draft) -> None:
        super().__init__(title)
        self._desk, self._before, self._after = desk, before, after
        self._done = True  # the edit is made already when it is pushed

    def redo(self) -> None:
        if self._done:
            self._done = False
            return
        self._desk.put_back(self._after)

    def undo(self) -> None:
        self._desk.put_back(self._before)
