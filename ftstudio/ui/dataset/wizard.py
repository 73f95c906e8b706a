"""The data wizard: five pages over one draft; those with nothing to ask are passed over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.units import plural
from ftstudio.data.draft import Draft
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.page import WizardPage
from ftstudio.ui.dataset.pages.choose_file import ChooseFilePage
from ftstudio.ui.dataset.pages.clean import CleanPage
from ftstudio.ui.dataset.pages.map_columns import MapColumnsPage
from ftstudio.ui.dataset.pages.preview import PreviewPage
from ftstudio.ui.dataset.pages.summary import SummaryPage
from ftstudio.ui.dataset.rows.part_words import part_said
from ftstudio.ui.dataset.rows.two_columns import NARROW
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.file_drop import dropped_paths
from ftstudio.ui.widgets.focus_order import order_as_seen
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.wizard_frame import WizardFrame

PAGES: list[type[WizardPage]] = [
    ChooseFilePage,
    MapColumnsPage,
    CleanPage,
    PreviewPage,
    SummaryPage,
]


class DataWizard(QWidget):
    closed = Signal()
    example_wanted = Signal(object)  # a sample's path; None: the first
    frozen = Signal(object, bool)  # DatasetVersion, go on to training

    def __init__(self, studio: Studio, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = Desk(studio, draft, self)
        self.pages = [page(self.desk) for page in PAGES]
        self.frame = WizardFrame([page.title() for page in self.pages])
        self._make_actions()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.notice = NoticeBar()
        self.frame.add_above_foot(self.notice)
        column.addWidget(self.frame, 1)
        self._index = 0
        self.setAcceptDrops(True)
        self._connect()
        self._start_at = next((i for i, p in enumerate(self.pages) if p.key == draft.page), 0)
        self._show(0)
        self.desk.open(self._on_opened)

    # ---- building it ----
    def _make_actions(self) -> None:
        self.leave = button(self.tr("Save and leave"), "ghost")
        self.leave.clicked.connect(self._on_leave)
        self.undo = button(self.tr("Undo"), "secondary", "undo-2")
        self.undo.clicked.connect(self.desk.undo.undo)
        self.frame.header_actions.addWidget(self.leave)
        self.frame.header_actions.addWidget(self.undo)
        QShortcut(QKeySequence.StandardKey.Undo, self).activated.connect(self.desk.undo.undo)
        for keys in ("Ctrl+Shift+Z", "Ctrl+Y"):  # the second is not everywhere the usual one
            QShortcut(QKeySequence(keys), self).activated.connect(self.desk.undo.redo)
        self.desk.undo.indexChanged.connect(self._on_undo_changed)
        self._on_undo_changed()

    def _connect(self) -> None:
        frame, desk = self.frame, self.desk
        frame.back.connect(self._on_back)
        frame.primary.connect(self._on_primary)
        frame.secondary.connect(self._on_secondary)
        frame.step_chosen.connect(self._show)
        desk.changed.connect(self._on_changed)
        desk.file_read.connect(self._on_file_read)
        desk.failed.connect(self._on_failed)
        desk.busy_changed.connect(self._on_busy)
        desk.frozen.connect(self._on_frozen)
        for page in self.pages:
            page.foot_changed.connect(self._show_foot)
        self.file_page.example_wanted.connect(self.example_wanted)
        self.summary_page.page_wanted.connect(self.go_to)
        cleaning = self.pages[2]
        assert isinstance(cleaning, CleanPage)
        cleaning.page_wanted.connect(self._on_remedied_elsewhere)
        columns = self.pages[1]
        assert isinstance(columns, MapColumnsPage)
        columns.second_wanted.connect(self.file_page.ask_second)

    @property
    def file_page(self) -> ChooseFilePage:
        page = self.pages[0]
        assert isinstance(page, ChooseFilePage)
        return page

    @property
    def summary_page(self) -> SummaryPage:
        page = self.pages[-1]
        assert isinstance(page, SummaryPage)
        return page

    @property
    def page(self) -> WizardPage:
        return self.pages[self._index]

    # ---- from outside ----
    def read(self, path: Path) -> None:
        self._show(0)
        self.file_page.read(path)

    def read_several(self, paths: Sequence[Path]) -> None:
        """Files that were dropped at once, or one of them."""
        self._show(0)
        self.file_page.read_several(paths)

    def go_to(self, key: str) -> None:
        for index, page in enumerate(self.pages):
            if page.key == key and index <= max(self._index, self._reachable()):
                self._show(index)

    def _on_remedied_elsewhere(self, page: str) -> None:
        """“more” is the file page, asked for further files at once."""
        self.go_to("file" if page == "more" else page)
        if page == "more":
            self.file_page.ask_more()

    def close_draft(self) -> None:
        """The wizard goes away; the draft lies on disk already."""
        self.page.left()
        for page in self.pages:
            page.closed()
        self.desk.leave()

    # ---- moving ----
    def _show(self, index: int) -> None:
        if index != self._index:
            self.page.left()
            self.notice.clear()
        self._index = index
        self.frame.set_page(self.page)
        self._refresh()
        self._show_header()
        self._show_foot()
        if self.desk.facts is not None and self.desk.facts.draft.page != self.page.key:
            self.desk.note(page=self.page.key)

    def _refresh(self) -> None:
        self.page.refresh()
        QTimer.singleShot(0, self, self._order)  # once what was made anew is laid out

    def _order(self) -> None:
        order_as_seen(self.frame)

    def _next(self) -> None:
        """The next page that has something to ask, from here on."""
        later = range(self._index + 1, len(self.pages))
        self._show(next((i for i in later if self.pages[i].needs_decision()), len(self.pages) - 1))

    def _reachable(self) -> int:
        """The last page that may be gone to: none after one that still blocks."""
        last = 0
        for index, page in enumerate(self.pages):
            if not page.reachable():
                break
            last = index
            if not page.foot().enabled and index < len(self.pages) - 1 and page.key != "file":
                break
        return last

    def _show_header(self) -> None:
        facts = self.desk.facts
        said = []
        if facts is not None:
            said.append(facts.table.path.name)
            said += filter(None, [part_said(facts.table)])
            if facts.total:
                said.append(plural(facts.total, self.tr("1 example"), self.tr("{n} examples")))
            if self.desk.saved_at:
                said.append(self.tr("draft saved {time}").format(time=self.desk.saved_at))
        words = " · ".join(said) or self.tr("Bring a file; everything is saved as you go.")
        self.frame.set_header(self.tr("Prepare data"), words)

    def _show_foot(self) -> None:
        foot = self.page.foot()
        frame = self.frame
        frame.set_primary(foot.primary, foot.enabled, foot.missing)
        frame.set_hint(foot.hint)
        frame.set_secondary(foot.secondary)
        frame.stepper.set_state(self._index, self._reachable())

    # ---- what happens ----
    def _on_opened(self) -> None:
        if self.desk.facts is not None:
            reachable = self._reachable()
            self._show(min(self._start_at, reachable))

    def _on_back(self) -> None:
        if self._index == 0:
            self._on_leave()
        else:
            self._show(self._index - 1)

    def _on_primary(self) -> None:
        if self.page.primary():
            if self.page.key == "file":
                self._next()
            else:
                self._show(min(self._index + 1, len(self.pages) - 1))

    def _on_secondary(self) -> None:
        self.page.secondary()

    def _on_file_read(self) -> None:
        self.notice.clear()
        if self.file_page.read_one_of_two():
            return
        self._next()
        if words := self.file_page.left_over():
            joining = self.tr("Join by id") if self.file_page.other_half else ""
            self.notice.show_info(words, joining, self.file_page.join_other_half)

    def _on_changed(self) -> None:
        self._show_header()
        self._refresh()
        self._show_foot()

    def _on_busy(self, doing: str, share: float) -> None:
        self.frame.primary_button.setEnabled(not doing or doing == self.tr("Checking …"))
        self._show_foot()

    def _on_failed(self, error: StudioError) -> None:
        if self.page is self.file_page:
            self.file_page.show_error(error)
        else:
            self.notice.show_error(error)
        self._show_foot()

    def _on_frozen(self, version: DatasetVersion) -> None:
        self.page.left()
        self.frozen.emit(version, not self.summary_page.keep_only)

    def _on_undo_changed(self) -> None:
        stack = self.desk.undo
        self.undo.setEnabled(stack.canUndo())
        words = self.tr("Undo: {what} (Ctrl+Z)").format(what=stack.undoText())
        self.undo.setToolTip(words if stack.canUndo() else "")

    def _on_leave(self) -> None:
        self.close_draft()
        self.closed.emit()

    # ---- dropping a file anywhere ----
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_paths(event)
        if paths:
            event.acceptProposedAction()
            self.read_several(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for page in self.pages:
            if page.columns is not None:
                page.columns.set_narrow(self.width() < NARROW)

    def hideEvent(self, event: QEvent) -> None:
        self.page.left()
        super().hideEvent(event)  # type: ignore[arg-type]
