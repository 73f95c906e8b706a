"""Labelling the rows of a file in its place on the shelf: which file, which column, where to; then
progress, cancel, and where the copy lies."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QProgressBar, QWidget

from ftstudio.adapters.card import AdapterCard
from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_count, plural
from ftstudio.data.columns.column_roles import find_text
from ftstudio.data.format import suffixes
from ftstudio.data.ingest.reading import read_file
from ftstudio.data.table import ROW_COLUMN
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.bridge import background
from ftstudio.ui.bridge.followed_job import FollowedJob
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.params_form import QuietCombo
from ftstudio.ui.widgets.text import ElidedLabel, text


@dataclass(frozen=True)
class Columns:
    """Which columns of a file may hold the text, and which one surely or likely does."""

    names: list[str]
    guess: str


class LabelCard(Card):
    """Hidden until it is asked for. One file at a time."""

    failed = Signal(object)  # StudioError
    opened = Signal(bool)  # open, or closed again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="soft", margin=14, spacing=8)
        self._workspace: Workspace | None = None
        self._card: AdapterCard | None = None
        self.source: Path | None = None
        self.out: Path | None = None
        self._job = FollowedJob(self)
        self._job.changed.connect(self._renew)
        self._job.over.connect(self._on_over)
        self._reading: background.Task[Columns] | None = None
        self._build()
        self.hide()

    def _build(self) -> None:
        self._title = text(self.tr("Label my rows"), "h3")
        self.cancel = button(self.tr("Cancel"), "secondary", small=True)
        self.cancel.clicked.connect(self._on_cancel)
        self.open_it = button(self.tr("Open the folder"), "secondary", "folder-open", small=True)
        self.open_it.clicked.connect(self._on_open)
        self.close_it = button(self.tr("Close"), "ghost", small=True)
        self.close_it.clicked.connect(self.let_go)
        top = QHBoxLayout()
        top.addWidget(self._title)
        top.addStretch(1)
        for part in (self.cancel, self.open_it, self.close_it):
            top.addWidget(part)
        self.body.addLayout(top)
        self._form = self._make_form()
        self.body.addWidget(self._form)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the labelling"))
        self._phase = text("", "small", wrap=True)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._phase)

    def _make_form(self) -> QWidget:
        form = QWidget()
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._file, self._place = ElidedLabel(""), ElidedLabel("")
        self.choose = button(self.tr("Choose a file …"), "secondary", small=True)
        self.choose.clicked.connect(self._on_choose)
        self.elsewhere = button(self.tr("Elsewhere …"), "secondary", small=True)
        self.elsewhere.clicked.connect(self._on_elsewhere)
        self.column = QuietCombo()
        self.column.setAccessibleName(self.tr("The column with the text"))
        self.start = button(self.tr("Label the rows"), "primary", "tag", small=True)
        self.start.clicked.connect(self._on_start)
        self._column_words = text(self.tr("Text"), "small")
        self._place_words = text(self.tr("Save as"), "small")
        for row, parts in enumerate((
            (text(self.tr("File"), "small"), self._file, self.choose),
            (self._column_words, self.column),
            (self._place_words, self._place, self.elsewhere),
        )):  # fmt: skip
            for at, part in enumerate(parts):
                grid.addWidget(part, row, at)
        grid.addWidget(self.start, 3, 2)
        return form

    # -- what is asked ------------------------------------------------------

    def ask(self, workspace: Workspace, card: AdapterCard) -> None:
        """Open for this result, with nothing chosen yet."""
        self.let_go()
        self._workspace, self._card = workspace, card
        self._title.setText(self.tr("Label my rows with {name}").format(name=card.name))
        self._show_form()
        self.show()
        self.choose.setFocus()
        self.opened.emit(True)

    def take_up(self, workspace: Workspace, card: AdapterCard, folder: JobFolder) -> None:
        """Show a labelling that is under way already; it may have been begun by a command."""
        if self._job.folder is not None or not self.isHidden():
            return
        self.ask(workspace, card)
        self.watch(folder)

    def let_go(self) -> None:
        """Stop following and hide; a labelling under way goes on."""
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self._job.let_go()
        self.source, self.out = None, None
        self.column.clear()
        self.hide()
        self.opened.emit(False)

    def _on_choose(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in suffixes())
        known = self.tr("Files that can be read ({patterns})").format(patterns=patterns)
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Which rows shall be labelled?"), "", known
        )
        if name:
            self.choose_file(Path(name))

    def choose_file(self, path: Path) -> None:
        """Look which columns it has; the copy is proposed beside it."""
        self.source, self.out = path, _free(path)
        self.column.clear()
        self._show_form()
        self._phase.setText(self.tr("Reading {name} …").format(name=path.name))
        self._phase.show()
        if self._reading is not None:
            self._reading.cancel()
        self._reading = background.run(
            self, lambda cancel: _columns(path, cancel), self._on_columns, self._on_unreadable
        )

    def _on_columns(self, found: Columns) -> None:
        self._reading = None
        self.column.addItems(found.names)
        self.column.setCurrentText(found.guess)
        self._phase.setText("" if found.names else self.tr("No column of it holds text."))
        self._show_form()

    def _on_unreadable(self, error: StudioError) -> None:
        self._reading, self.source, self.out = None, None, None
        self._show_form()
        self.failed.emit(error)

    def _on_elsewhere(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the labelled copy as"), str(self.out or ""),
            self.tr("Tables (*.csv *.xlsx)"),
        )  # fmt: skip
        if name:
            self.save_as(Path(name))

    def save_as(self, path: Path) -> None:
        self.out = path if path.suffix else path.with_suffix(".csv")
        self._show_form()

    def _show_form(self) -> None:
        asking = self._job.folder is None
        self._form.setVisible(asking)
        self._bar.setVisible(not asking)
        self.cancel.hide()
        self.open_it.hide()
        self.close_it.setVisible(True)
        self._file.setText(self.source.name if self.source else self.tr("No file chosen yet"))
        known = self.source is not None and self.column.count() > 0
        several = self.column.count() > 1
        self._column_words.setVisible(known and several)
        self.column.setVisible(known and several)
        self._place_words.setVisible(known)
        self._place.setVisible(known)
        self.elsewhere.setVisible(known)
        self._place.setText(str(self.out or ""))
        self.start.setEnabled(known)
        if asking and self._reading is None and (known or self.source is None):
            self._phase.setText("" if known else self.tr("Your file stays as it is; a copy gets "
                                                         "the labels."))  # fmt: skip
        self._phase.setVisible(bool(self._phase.text()))

    # -- at work ------------------------------------------------------------

    def _on_start(self) -> None:
        workspace, card, source, out = self._workspace, self._card, self.source, self.out
        if workspace is None or card is None or source is None or out is None:
            return
        column = self.column.currentText()
        name = self.tr("Label with {name}").format(name=card.name)
        self.start.setEnabled(False)
        payload = {
            "adapter_id": card.id, "source": str(source), "out": str(out), "columns": [column],
        }  # fmt: skip

        def work(cancel: background.Cancel) -> JobFolder:
            folder = create_job(workspace.jobs, "label", name, payload, workspace.root)
            launch.start(folder)
            return folder

        background.run(self, work, self.watch, self._on_not_started)

    def _on_not_started(self, error: StudioError) -> None:
        self.start.setEnabled(True)
        self.failed.emit(error)

    def watch(self, folder: JobFolder) -> None:
        self._job.follow(folder)
        self._renew()

    def _on_over(self) -> None:
        error = self._job.status.error
        if error is not None:
            self.failed.emit(StudioError(error.what, error.why, error.remedy, code=error.code))
            self._ask_again()

    def _ask_again(self) -> None:
        """What was chosen stays, to be mended."""
        self._job.let_go()
        self._show_form()

    def _renew(self) -> None:
        status, over = self._job.status, self._job.is_over
        self._form.hide()
        self._bar.setVisible(not over)
        self._bar.setRange(0, int(status.phase_total))  # 0 to 0: busy
        self._bar.setValue(int(status.phase_done))
        self.cancel.setVisible(not over)
        self.close_it.setVisible(over)
        self.open_it.setVisible(status.state == "finished")
        self._phase.setText(self._words_of(status))
        self._phase.show()

    def _words_of(self, status: RunStatus) -> str:
        if status.state == "finished":
            rows = int(status.scores.get("rows", 0))
            one = self.tr("1 row is labelled: {file}")
            many = self.tr("{n} rows are labelled: {file}")
            words = plural(rows, one, many, file=status.output)
            return " ".join([words, *(f"{n.what} {n.why}" for n in status.notices)])
        if status.state == "stopped":
            return self.tr("Cancelled. Nothing was written.")
        if status.phase == "evaluating" and status.phase_total:
            return self.tr("Labelling: row {done} of {total}").format(
                done=format_count(int(status.phase_done)),
                total=format_count(int(status.phase_total)),
            )
        return status.phase_text or self.tr("Starting …")

    def words(self) -> str:
        return self._phase.text()

    def _on_cancel(self) -> None:
        folder = self._job.folder
        if folder is not None:
            background.run(
                self, lambda cancel: launch.stop(folder, keep=False), _nothing, self.failed.emit
            )

    def _on_open(self) -> None:
        folder = Path(self._job.status.output).parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _columns(path: Path, cancel: background.Cancel) -> Columns:
    """The file is read by a child that can be ended, into a folder that goes at once."""
    scratch = Path(tempfile.mkdtemp(prefix="ftstudio-columns-"))
    try:
        table = read_file(path, scratch / "rows", cancelled=cancel)
        columns = [column for column in table.columns if column.name != ROW_COLUMN]
    except Cancelled:
        return Columns([], "")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    guess = find_text(columns)
    names = [column.name for column in columns if column.kind == "text"]
    names = names or [column.name for column in columns if column.kind != "empty"]
    if guess is not None and guess.name not in names:
        names.insert(0, guess.name)
    return Columns(names, guess.name if guess else next(iter(names), ""))


def _free(source: Path) -> Path:
    """A name beside the source that nothing has yet."""
    stem = source.name.partition(".")[0]
    suffix = ".xlsx" if source.suffix.lower() == ".xlsx" else ".csv"
    place = source.with_name(f"{stem} labelled{suffix}")
    number = 2
    while place.exists():
        place = source.with_name(f"{stem} labelled {number}{suffix}")
        number += 1
    return place


def _nothing(result: object) -> None:
    """What follows shows itself in the events."""
