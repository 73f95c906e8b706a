"""The shelf: every adapter and full model that was made or brought here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ftstudio.adapters import shelf
from ftstudio.adapters.card import AdapterCard
from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_bytes, format_when, plural
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.ui.adapters.adapter_panel import AdapterPanel, score_chip
from ftstudio.ui.adapters.shelf_reading import ShelfContent, in_order, matches, read_shelf
from ftstudio.ui.bridge import background
from ftstudio.ui.icons import icon
from ftstudio.ui.studio import Studio
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card_list import CardList, CardRow
from ftstudio.ui.widgets.empty_state import EmptyState, on_top
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import text

_NARROW = 900


class AdaptersPlace(QWidget):
    go = Signal(str, object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._content = ShelfContent([], {}, {}, frozenset())
        self._wanted = ""
        self.setAcceptDrops(True)
        page = QVBoxLayout(self)
        page.setContentsMargins(32, 28, 32, 28)
        page.setSpacing(16)
        page.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        page.addLayout(self._build_head())
        self.notice = NoticeBar()
        page.addWidget(self.notice)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_shelf())
        self._stack.addWidget(self._build_empty())
        page.addWidget(self._stack, 1)
        self._wire()

    # -- the page -----------------------------------------------------------

    def _build_head(self) -> QHBoxLayout:
        self._facts = text("", "muted")
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(text(self.tr("Adapters"), "h1"))
        titles.addWidget(self._facts)
        self.add = button(self.tr("Import adapter …"), "secondary", "plus")
        self.add.setToolTip(self.tr("A folder that peft wrote elsewhere. Dropping it works too."))
        head = QHBoxLayout()
        head.addLayout(titles)
        head.addStretch(1)
        head.addWidget(self.add)
        return head

    def _build_shelf(self) -> QWidget:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search names, notes, data"))
        self.search.setAccessibleName(self.tr("Search adapters"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(
            QAction(icon("search", "muted"), "", self.search),
            QLineEdit.ActionPosition.LeadingPosition,
        )
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order"))
        for key, words in (
            ("newest", self.tr("Newest")),
            ("score", self.tr("Best")),
            ("name", self.tr("By name")),
        ):
            self.order.addItem(words, key)
        self.cards = CardList(self.tr("Adapters"))
        self._left = left = QWidget()
        left.setMinimumWidth(250)
        left.setMaximumWidth(352)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.search, 1)
        row.addWidget(self.order)
        column.addLayout(row)
        column.addWidget(self.cards, 1)
        self.panel = AdapterPanel()
        both = QWidget()
        self._sides = sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, both)
        sides.setContentsMargins(0, 0, 0, 0)
        sides.setSpacing(20)
        sides.addWidget(left, 35)
        sides.addWidget(self.panel, 65)
        return both

    def _build_empty(self) -> QWidget:
        empty = EmptyState(
            "layers",
            self.tr("No adapters yet"),
            self.tr("When a run finishes, its result appears here. You can also drop an adapter "
                    "folder."),
            self.tr("New fine-tune"),
        )  # fmt: skip
        empty.action.connect(self._on_new)
        return on_top(empty)

    def _wire(self) -> None:
        self.add.clicked.connect(self._on_import)
        self.search.textChanged.connect(self._show_cards)
        self.order.activated.connect(self._show_cards)
        self.cards.moved.connect(self._on_moved)
        panel = self.panel
        panel.try_asked.connect(self._on_try)
        panel.label_asked.connect(self._on_label)
        panel.label_card.failed.connect(self.notice.show_error)
        panel.merge_asked.connect(self._on_merge)
        panel.export_asked.connect(self._on_export)
        panel.folder_asked.connect(self._on_open_folder)
        panel.command_asked.connect(self._on_command)
        panel.again_asked.connect(self._on_again)
        panel.delete_asked.connect(self._on_delete)
        panel.renamed.connect(self._on_renamed)
        panel.noted.connect(self._on_noted)
        panel.opened.connect(self._on_opened)
        panel.merge_card.merged.connect(self._on_merged)
        panel.merge_card.ended.connect(self.reload)

    # -- the shelf ----------------------------------------------------------

    def open(self, payload: object = None) -> None:
        """An adapter's id chooses it; None keeps what is chosen."""
        if isinstance(payload, str):
            self._wanted = payload
        self.reload()

    def reload(self) -> None:
        workspace = self._studio.workspace
        background.run(
            self, lambda cancel: read_shelf(workspace), self._on_content, self.notice.show_error
        )

    def _on_content(self, content: ShelfContent) -> None:
        self._content = content
        cards = content.cards
        self._facts.setText(self._facts_of(cards))
        self._stack.setCurrentIndex(0 if cards else 1)
        self._show_cards()

    def _facts_of(self, cards: list[AdapterCard]) -> str:
        if not cards:
            return self.tr("Versions you have trained. Merge one into its model to use it "
                           "elsewhere.")  # fmt: skip
        size = format_bytes(sum(card.size_bytes for card in cards))
        one = self.tr("What your models have learned. 1 adapter, {size}.")
        many = self.tr("What your models have learned. {n} adapters, {size}.")
        return plural(len(cards), one, many, size=size)

    def _show_cards(self) -> None:
        words = self.search.text().lower().split()
        shown = in_order(self._content.cards, str(self.order.currentData()))
        shown = [card for card in shown if matches(card, words)]
        self.cards.set_rows([self._row_of(card) for card in shown])
        wanted, self._wanted = self._wanted, ""
        if not (wanted and self.cards.select(wanted)) and not self.cards.current_key() and shown:
            self.cards.select(shown[0].id)
        self.panel.setVisible(bool(shown))
        self._show_current()

    def _row_of(self, card: AdapterCard) -> CardRow:
        chip, tone = score_chip(self, card)
        kind = self.tr("full model") if card.is_full_model else card.method_title
        base = card.base.name
        if card.id in self._content.lacking:
            base = self.tr("needs {base}, not here").format(base=base)
        data = card.dataset.name if card.dataset else self.tr("made elsewhere")
        return CardRow(
            key=card.id, title=card.name, chip=chip, tone=tone,
            lines=(" · ".join(p for p in (base, kind) if p),
                   f"{data} · {format_bytes(card.size_bytes)}"),
            note=format_when(card.created),
        )  # fmt: skip

    def current(self) -> AdapterCard | None:
        key = self.cards.current_key()
        return next((card for card in self._content.cards if card.id == key), None)

    def _on_moved(self, key: str) -> None:
        if key == self.panel.card_id:
            return  # the list was renewed around it
        self.panel.note.save()
        self.panel.command.hide()
        self.panel.merge_card.let_go()
        self.panel.label_card.let_go()
        self._show_current()

    def _show_current(self) -> None:
        card = self.current()
        if card is None:
            return
        if folder := self._content.merging.get(card.id):
            self.panel.merge_card.watch(folder)
        if folder := self._content.labelling.get(card.id):
            self.panel.label_card.take_up(self._studio.workspace, card, folder)
        head = self._content.heads.get(card.id)
        self.panel.show_card(card, card.id in self._content.lacking, head)

    # -- what can be done ---------------------------------------------------

    def _on_new(self) -> None:
        self.go.emit("train", None)

    def _on_try(self) -> None:
        if card := self.current():
            self.go.emit("play", card.id)

    def _on_label(self) -> None:
        if card := self.current():
            self.notice.clear()
            self.panel.label_card.ask(self._studio.workspace, card)

    def _on_again(self) -> None:
        if card := self.current():
            self.go.emit("train", {"from_run": card.run_id})

    def _on_opened(self, key: str) -> None:
        kind, _, name = key.partition(":")
        if kind == "run" and (self._studio.workspace.jobs / name).is_dir():
            self.go.emit("runs", name)
        elif kind == "run":
            self.notice.show_info(self.tr("The run was deleted; what it learned stays here."))
        else:
            self.go.emit("data", None)

    def _on_merge(self) -> None:
        card = self.current()
        if card is None:
            return
        workspace = self._studio.workspace
        name = self.tr("{name} merged").format(name=card.name)
        self.panel.merge.setEnabled(False)

        def work(cancel: background.Cancel) -> JobFolder:
            folder = create_job(
                workspace.jobs, "merge", name, {"adapter_id": card.id}, workspace.root
            )
            launch.start(folder)
            return folder

        def started(folder: JobFolder) -> None:
            self._content.merging[card.id] = folder
            self._show_current()

        background.run(self, work, started, self._on_not_merged)

    def _on_not_merged(self, error: StudioError) -> None:
        self.panel.merge.setEnabled(True)
        self.notice.show_error(error)

    def _on_merged(self, shelf_id: str) -> None:
        workspace = self._studio.workspace
        folder = workspace.adapters / shelf_id
        self.notice.show_info(
            self.tr("The full model lies in {folder}.").format(folder=folder),
            self.tr("Open the folder"),
            lambda: _open(folder),
        )

    def _on_export(self) -> None:
        card = self.current()
        if card is None:
            return
        start = str(self._studio.workspace.exports)
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Export into which folder?"), start)
        if chosen:
            self.export_to(card, Path(chosen) / card.id)

    def export_to(self, card: AdapterCard, target: Path) -> None:
        workspace = self._studio.workspace
        self.notice.show_info(self.tr("Exporting {name} …").format(name=card.name))

        def work(cancel: background.Cancel) -> Path:
            return shelf.export_folder(workspace, card.id, target)

        background.run(self, work, self._on_exported, self.notice.show_error)

    def _on_exported(self, target: Path) -> None:
        self.notice.show_info(
            self.tr("Exported to {folder}. Plain peft and transformers load it.").format(
                folder=target
            ),
            self.tr("Open the folder"),
            lambda: _open(target),
        )

    def _on_open_folder(self) -> None:
        if card := self.current():
            _open(self._studio.workspace.adapters / card.id)

    def _on_command(self) -> None:
        if card := self.current():
            self.panel.command.show_command(["ftstudio", "adapters", "merge", card.id])

    def _on_delete(self) -> None:
        card = self.current()
        if card is None:
            return
        workspace = self._studio.workspace

        def done(token: str) -> None:
            self.notice.show_undo(
                self.tr("“{name}” was deleted.").format(name=card.name),
                lambda: self._change(lambda: shelf.restore(workspace, token)),
            )
            self.reload()

        background.run(
            self, lambda cancel: shelf.delete(workspace, card.id), done, self.notice.show_error
        )

    def _on_renamed(self, adapter_id: str, name: str) -> None:
        workspace = self._studio.workspace
        self._change(lambda: shelf.rename(workspace, adapter_id, name))

    def _on_noted(self, adapter_id: str, words: str) -> None:
        workspace = self._studio.workspace
        self._change(lambda: shelf.set_note(workspace, adapter_id, words))

    def _change(self, work: Callable[[], AdapterCard]) -> None:
        background.run(self, lambda cancel: work(), self._on_changed, self.notice.show_error)

    def _on_changed(self, card: AdapterCard) -> None:
        if self.current() is None:
            self._wanted = card.id
        self.reload()

    # -- bringing one in ----------------------------------------------------

    def _on_import(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Which adapter folder?"))
        if chosen:
            self.import_from(Path(chosen))

    def import_from(self, path: Path) -> None:
        workspace = self._studio.workspace
        background.run(
            self,
            lambda cancel: shelf.import_folder(path, workspace),
            self._on_imported,
            self.notice.show_error,
        )

    def _on_imported(self, card: AdapterCard) -> None:
        self.notice.show_info(self.tr("“{name}” is on the shelf now.").format(name=card.name))
        self._wanted = card.id
        self.search.clear()
        self.reload()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_folder(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if path := _dropped_folder(event):
            event.acceptProposedAction()
            self.import_from(path)

    def minimumSizeHint(self) -> QSize:
        """What the narrow form needs; the wide form must not keep the window wide."""
        return QSize(480, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the adapter stands below the list."""
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        narrow = self.width() < _NARROW
        self._sides.setDirection(way.TopToBottom if narrow else way.LeftToRight)
        self._left.setMaximumWidth(16_777_215 if narrow else 352)

    # -- coming and going ---------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_current()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.panel.note.save()

    def shut_down(self) -> None:
        """The window closes; a merge and a labelling go on."""
        self.panel.note.save()
        self.panel.merge_card.let_go()
        self.panel.label_card.let_go()


def _dropped_folder(event: QDragEnterEvent | QDropEvent) -> Path | None:
    """Only adapter folders are taken here; all else is the window's to judge."""
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and (path / "adapter_config.json").is_file():
            return path
    return None


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
