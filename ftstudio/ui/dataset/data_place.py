"""The place for data: what there is, and the wizard that makes more of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.data.draft import Draft, bring_back, list_drafts
from ftstudio.data.format import suffixes
from ftstudio.data.samples import example_file, is_sample, made_of
from ftstudio.data.versions.library import (
    DatasetVersion,
    delete_version,
    list_versions,
    restore_version,
)
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.dataset.annotate.place import AnnotatePlace
from ftstudio.ui.dataset.library.library_desk import LibraryDesk
from ftstudio.ui.dataset.library.library_view import LibraryView
from ftstudio.ui.dataset.wizard import DataWizard
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.file_drop import dropped_paths

_Things = tuple[list[DatasetVersion], list[Draft]]


class DataPlace(QWidget):
    go = Signal(str, object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.wizard: DataWizard | None = None
        self.annotate: AnnotatePlace | None = None
        self._looking: Task[_Things] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._stack = QStackedWidget()
        column.addWidget(self._stack)
        self.library = LibraryView()
        self._stack.addWidget(self.library)
        self.setAcceptDrops(True)
        view = self.library
        view.bring.connect(self.bring)
        view.judge.connect(self.judge)
        view.example.connect(self._on_example)
        view.version_panel.use.connect(self._on_use)
        view.version_panel.delete.connect(self._on_delete_version)
        self.desk = LibraryDesk(studio, view, self)
        self.desk.look.connect(self._look)
        view.draft_panel.go_on.connect(self.open_draft)
        view.draft_panel.delete.connect(self._on_delete_draft)

    def open(self, payload: object = None) -> None:
        """None: what was here before. Paths: read them. "example": the sample. "new": a file."""
        if payload == "example":
            self._on_example()
        elif payload == "new":
            self.open_draft(Draft())
        elif isinstance(payload, Path) and is_sample(payload):
            self._on_example(payload)
        elif isinstance(payload, Path):
            self.read(payload)
        elif isinstance(payload, list):
            self.read_several(payload)
        elif self.wizard is None and self.annotate is None:
            self._look()

    # ---- the wizard ----
    def bring(self) -> None:
        """Ask for a file, or several of a folder, then read them."""
        patterns = " ".join(f"*{suffix}" for suffix in suffixes())
        known = self.tr("Files that can be read ({patterns})").format(patterns=patterns)
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Choose files"),
            self._studio.settings.last_folder,
            known + ";;" + self.tr("All files (*)"),
        )
        if names:
            self.read_several([Path(name) for name in names])

    def read(self, path: Path) -> None:
        self.read_several([path])

    def read_several(self, paths: Sequence[Path]) -> None:
        self.open_draft(Draft())
        assert self.wizard is not None
        self.wizard.read_several(paths)

    def open_draft(self, draft: object) -> None:
        assert isinstance(draft, Draft)
        self._close_annotate()
        self._close_wizard()
        self.wizard = DataWizard(self._studio, draft)
        self.wizard.closed.connect(self._on_closed)
        self.wizard.example_wanted.connect(self._on_example)
        self.wizard.frozen.connect(self._on_frozen)
        self._stack.addWidget(self.wizard)
        self._stack.setCurrentWidget(self.wizard)

    # ---- judging ----
    def judge(self) -> None:
        """Let a person judge rows of what is selected."""
        self._close_annotate()
        self._look_no_more()
        self.annotate = AnnotatePlace(self._studio)
        self.annotate.closed.connect(self._on_judged)
        self.annotate.draft_made.connect(self._on_draft_made)
        self.annotate.version_made.connect(self._on_version_made)
        self._stack.addWidget(self.annotate)
        self._stack.setCurrentWidget(self.annotate)
        self.annotate.open(self.library.selected())

    def _close_annotate(self) -> None:
        if self.annotate is None:
            return
        gone, self.annotate = self.annotate, None
        self._stack.setCurrentWidget(self.library)
        self._stack.removeWidget(gone)
        gone.hide()
        gone.deleteLater()

    def _on_judged(self) -> None:
        self._close_annotate()
        self._look()

    def _on_draft_made(self, draft: Draft, words: str) -> None:
        self._close_annotate()
        self._look(draft.id)
        self.library.notice.show_info(words, self.tr("Open it"), partial(self._open_kept, draft.id))

    def _open_kept(self, draft_id: str) -> None:
        """As it lies on the disk now: a person may have been erased from it meanwhile."""
        try:
            self.open_draft(Draft.load(self._studio.workspace, draft_id))
        except StudioError as error:
            self.library.notice.show_error(error)

    def _on_version_made(self, version: DatasetVersion, words: str) -> None:
        self._close_annotate()
        self._look(version.id)
        use = self.tr("Use for training")
        self.library.notice.show_info(words, use, partial(self._on_use, version))

    def shut_down(self) -> None:
        """The window closes: end a reading that is under way."""
        if self.wizard is not None:
            self.wizard.close_draft()

    def _close_wizard(self) -> None:
        if self.wizard is None:
            return
        wizard, self.wizard = self.wizard, None
        wizard.close_draft()
        self._stack.setCurrentWidget(self.library)
        self._stack.removeWidget(wizard)
        wizard.hide()
        if wizard.desk.resting:
            wizard.deleteLater()
        else:  # its last changes are still being saved
            wizard.desk.rested.connect(partial(self._on_rested, wizard))

    def _on_rested(self, wizard: DataWizard) -> None:
        """What a left draft holds now is on the disk: the list shows it as it is."""
        wizard.deleteLater()
        if self.wizard is None:
            self._look()

    def _on_closed(self) -> None:
        resting = self.wizard is not None and self.wizard.desk.resting
        self._close_wizard()
        if resting:  # else the list waits until the draft is saved: an older one would be offered
            self._look()

    def _on_frozen(self, version: DatasetVersion, go_on: bool) -> None:
        wanted = self.wizard.summary_page.name.text().strip() if self.wizard else ""
        self._close_wizard()
        self._look(version.id)
        if go_on:
            self.go.emit("train", version.id)
        words = self.tr("“{name}” is kept.").format(name=version.name)
        again = wanted in version.also
        if again:
            words = self.tr(
                "The same rows were frozen before as “{name}”: it is one dataset, and “{other}” is "
                "now another name of it."
            ).format(name=version.name, other=wanted)
        if again or not go_on:
            self.library.notice.show_info(
                words, self.tr("Use for training"), partial(self._on_use, version)
            )

    def _on_example(self, sample: Path | None = None) -> None:
        """What was made of it before is taken up again; otherwise it is read."""
        workspace = self._studio.workspace

        def work(cancel: Cancel) -> tuple[Path, Draft | DatasetVersion | None]:
            path = sample or example_file()
            return path, made_of(workspace, path)

        run(self, work, self._on_example_found, self._on_no_example)

    def _on_example_found(self, found: tuple[Path, Draft | DatasetVersion | None]) -> None:
        path, made = found
        if isinstance(made, Draft):
            if self.wizard is None or self.wizard.desk.draft.id != made.id:
                self.open_draft(made)
        elif made is not None:
            self._close_wizard()
            self._look(made.id)
            words = self.tr("The example is prepared already: “{name}”.").format(name=made.name)
            self.library.notice.show_info(
                words, self.tr("Use for training"), partial(self._on_use, made)
            )
        elif self.wizard is not None and not self.wizard.desk.draft.file:
            self.wizard.read(path)  # the empty draft that is open takes it
        else:
            self.read(path)

    def _on_no_example(self, error: StudioError) -> None:
        self._close_wizard()
        self.library.notice.show_error(error)

    # ---- what there is ----
    def _look(self, select: str = "") -> None:
        workspace = self._studio.workspace

        def done(things: _Things) -> None:
            self.library.show_things(*things)
            if select:
                self.library.select(select)

        self._look_no_more()
        self._looking = run(
            self,
            lambda cancel: (list_versions(workspace), list_drafts(workspace)),
            done,
            self.library.notice.show_error,
        )

    def _look_no_more(self) -> None:
        """What an earlier look finds is old by now; it must not be shown over the newer."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _on_use(self, version: DatasetVersion) -> None:
        self.go.emit("train", version.id)

    def _on_delete_version(self, version: DatasetVersion) -> None:
        workspace = self._studio.workspace
        self._look_no_more()

        def failed(error: StudioError) -> None:
            self._look()
            self.library.notice.show_error(error)

        def done(token: str) -> None:
            self._look()
            words = self.tr("“{name}” was deleted.").format(name=version.name)
            self.library.notice.show_undo(words, partial(self._bring_back, token))

        run(
            self,
            lambda cancel: delete_version(version, workspace),
            done,
            failed,
        )

    def _bring_back(self, token: str) -> None:
        workspace = self._studio.workspace
        run(
            self,
            lambda cancel: restore_version(token, workspace),
            lambda version: self._look(version.id),
            self.library.notice.show_error,
        )

    def _on_delete_draft(self, draft: Draft) -> None:
        try:
            token = draft.put_aside(self._studio.workspace)
        except StudioError as error:
            self.library.notice.show_error(error)
            return
        self._look()
        words = self.tr("The draft “{name}” was deleted.").format(name=draft.name)
        self.library.notice.show_undo(words, partial(self._put_draft_back, token))

    def _put_draft_back(self, token: str) -> None:
        try:
            self._look(bring_back(self._studio.workspace, token).id)
        except StudioError as error:
            self.library.notice.show_error(error)

    # ---- dropping a file anywhere ----
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_paths(event)
        if paths:
            event.acceptProposedAction()
            self.read_several(paths)
