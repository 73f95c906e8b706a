"""All datasets and unfinished drafts, the newest first, and the one that is chosen."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from ftstudio.core.units import plural
from ftstudio.data.draft import Draft
from ftstudio.data.kind import TITLES
from ftstudio.data.samples import list_samples
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.ui.dataset.library.version_panel import VersionPanel
from ftstudio.ui.icons import icon
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.card_list import CardList, CardRow
from ftstudio.ui.widgets.empty_state import EmptyState
from ftstudio.ui.widgets.example_link import ExampleLink
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import ElidedLabel, text


class DraftPanel(Card):
    """An unfinished draft: where it stands, go on, or delete."""

    go_on = Signal(object)  # Draft
    delete = Signal(object)  # Draft

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=24, spacing=12)
        self.draft: Draft | None = None
        self._name, self._facts = ElidedLabel("", "display"), ElidedLabel("", "muted")
        self._words = text("", wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        resume = button(self.tr("Go on"), "primary", "arrow-right")
        resume.clicked.connect(self._on_go_on)
        remove = button(self.tr("Delete draft"), "ghost", "trash-2")
        remove.clicked.connect(self._on_delete)
        row.addWidget(resume)
        row.addWidget(remove)
        row.addStretch(1)
        for widget in (self._name, self._facts, self._words):
            self.body.addWidget(widget)
        self.body.addSpacing(4)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def show_draft(self, draft: Draft) -> None:
        self.draft = draft
        self._name.setText(draft.name or self.tr("Unfinished draft"))
        self._facts.setText(draft.file)
        pages = {
            "file": self.tr("choosing the file"),
            "columns": self.tr("the columns"),
            "clean": self.tr("cleaning"),
            "preview": self.tr("the preview"),
            "summary": self.tr("the summary"),
        }
        words = self.tr("Not frozen yet. You stopped at {page}; nothing is lost.")
        self._words.setText(words.format(page=pages.get(draft.page, draft.page)))

    def _on_go_on(self) -> None:
        self.go_on.emit(self.draft)

    def _on_delete(self) -> None:
        self.delete.emit(self.draft)


class LibraryView(QWidget):
    bring = Signal()
    judge = Signal()
    erase = Signal()
    example = Signal(object)  # a sample's path; None: the first

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._versions: dict[str, DatasetVersion] = {}
        self._drafts: dict[str, Draft] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 28)
        column.setSpacing(16)
        column.addLayout(self._make_head())
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_empty())
        self._stack.addWidget(self._make_full())
        column.addWidget(self._stack, 1)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(text(self.tr("Data"), "h1"))
        self._facts = ElidedLabel("", "muted")
        words.addWidget(self._facts)
        row.addLayout(words, 1)
        self.samples = ExampleLink([(one.title, one.path) for one in list_samples()])
        self.samples.chosen.connect(self.example)
        self.try_button = self.samples.link
        self.bring_button = button(self.tr("Bring a file"), "secondary", "plus")
        self.bring_button.clicked.connect(self.bring)
        self.judge_button = button(self.tr("Judge rows"), "secondary", "thumbs-up")
        self.judge_button.clicked.connect(self.judge)
        self.erase_button = button(self.tr("Erase a person …"), "ghost")
        self.erase_button.clicked.connect(self.erase)
        row.addWidget(self.erase_button)
        row.addWidget(self.samples)
        row.addWidget(self.judge_button)
        row.addWidget(self.bring_button)
        return row

    def _make_empty(self) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        self.empty = EmptyState(
            "file-spreadsheet",
            self.tr("Bring a spreadsheet"),
            self.tr(
                "Questions in one column, answers in another: that is enough to begin. "
                "You can also drop a file anywhere here."
            ),
            self.tr("Choose a file"),
            "folder-open",
        )
        self.empty.action.connect(self.bring)
        column.addStretch(1)
        column.addWidget(self.empty)
        column.addStretch(2)
        return box

    def _make_full(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        left = QVBoxLayout()
        left.setSpacing(10)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names and files"))
        self.search.setAccessibleName(self.tr("Search names and files"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(
            QIcon(icon("search", "muted")), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.textChanged.connect(self._show_list)
        left.addWidget(self.search)
        self.list = CardList(self.tr("Datasets and drafts"))
        self.list.moved.connect(self._on_moved)
        left.addWidget(self.list, 1)
        side = QWidget()
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(330)
        row.addWidget(side)
        self.version_panel, self.draft_panel = VersionPanel(), DraftPanel()
        self._panels = QStackedWidget()
        self._panels.addWidget(self.version_panel)
        self._panels.addWidget(self.draft_panel)
        row.addWidget(self._panels, 1)
        return box

    def show_things(self, versions: list[DatasetVersion], drafts: list[Draft]) -> None:
        self._versions = {version.id: version for version in versions}
        self._drafts = {draft.id: draft for draft in drafts if draft.file}
        filled = bool(self._versions or self._drafts)
        self._stack.setCurrentIndex(1 if filled else 0)
        said = []
        if versions:
            said = [plural(len(versions), self.tr("1 dataset"), self.tr("{n} datasets"))]
        if self._drafts:
            one, many = self.tr("1 unfinished draft"), self.tr("{n} unfinished drafts")
            said.append(plural(len(self._drafts), one, many))
        empty = self.tr("Nothing here yet.")
        self._facts.setText(" · ".join(said) if filled else empty)
        self.bring_button.setVisible(filled)
        self.erase_button.setVisible(filled)
        self.judge_button.setVisible(filled)
        self._show_list()

    def versions(self) -> list[DatasetVersion]:
        """All that are shown here, the newest first."""
        return sorted(self._versions.values(), key=lambda one: -one.created)

    def select(self, key: str) -> None:
        self.list.select(key)

    def selected(self) -> str:
        return self.list.current_key()

    def _show_list(self) -> None:
        wanted = self.search.text().casefold().strip()
        rows = [(d.changed, self._draft_row(d)) for d in self._drafts.values()]
        rows += [(v.created, self._version_row(v)) for v in self._versions.values()]
        rows.sort(key=lambda row: -row[0])
        shown = [row for _, row in rows if wanted in row.spoken().casefold()]
        self.list.set_rows(shown)
        if shown and not self.list.current_key():
            self.list.select(shown[0].key)
        elif shown:
            self._on_moved(self.list.current_key())

    def _version_row(self, version: DatasetVersion) -> CardRow:
        sources = [str(s.get("name", "")) for s in version.manifest.get("sources", [])]
        return CardRow(
            key=version.id,
            title=version.name,
            lines=(TITLES[version.facts.kind], ", ".join(sources)),
            chip=plural(version.total, self.tr("1 row"), self.tr("{n} rows")),
            tone="ok",
            note=self._age(version.created),
        )

    def _draft_row(self, draft: Draft) -> CardRow:
        file = draft.file.replace("\\", "/").rsplit("/", 1)[-1]
        return CardRow(
            key=draft.id,
            title=draft.name or file,
            lines=(self.tr("Unfinished draft"), file),
            chip=self.tr("Draft"),
            tone="warn",
            note=self._age(draft.changed),
        )

    def _age(self, when: float) -> str:
        days = (time.time() - when) / 86_400
        if days < 1 and time.localtime().tm_mday == time.localtime(when).tm_mday:
            return time.strftime("%H:%M", time.localtime(when))
        if days < 6:
            return time.strftime("%a", time.localtime(when))
        return time.strftime("%d %b", time.localtime(when))

    def _on_moved(self, key: str) -> None:
        if key in self._versions:
            self.version_panel.show_version(self._versions[key])
            self._panels.setCurrentWidget(self.version_panel)
        elif key in self._drafts:
            self.draft_panel.show_draft(self._drafts[key])
            self._panels.setCurrentWidget(self.draft_panel)
