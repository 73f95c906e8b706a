"""The file page: drop or choose a file, see how it was read, and overrule what was guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_bytes, format_share, plural
from ftstudio.data.chosen_files import Chosen, choose_among, one_of_two
from ftstudio.data.draft import DraftOptions
from ftstudio.data.format import ReadOptions, known_kinds, suffixes
from ftstudio.data.ingest.several import JOINED, LEFT_OUT
from ftstudio.data.samples import list_samples
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.history import download_under_way
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.file.reading_card import ReadingCard
from ftstudio.ui.dataset.page import Foot, WizardPage
from ftstudio.ui.hub_panel import HubPanel
from ftstudio.ui.widgets.buttons import button, set_words
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.example_link import ExampleLink
from ftstudio.ui.widgets.file_drop import FileDrop
from ftstudio.ui.widgets.fitting_row import FittingRow
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text

_RECENT = 5
_NAME_ROOM = 240  # pixels of a recent file's name
# Failures that reading the file differently may mend.
_OTHERWISE = (
    "bad_row", "unknown_encoding", "wrong_encoding", "no_readable_row", "no_rows", "no_sheet"
)  # fmt: skip


def _together(options: ReadOptions) -> bool:
    """Several files of one folder were chosen by their names."""
    return JOINED in (options.sheet or "")


class ChooseFilePage(WizardPage):
    key = "file"
    example_wanted = Signal(object)  # a sample's path; None: the first

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._path: Path | None = None
        self._options = ReadOptions()
        self._left: tuple[Path, ...] = ()  # chosen with it, and not read
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        column.addWidget(self._make_file())
        column.addWidget(self._make_progress())
        self.drop = FileDrop(
            self.tr("Drop files or a folder here, or click to choose a file"),
            known_kinds(),
            list(suffixes()),
            desk.studio.settings.last_folder,
        )
        self.drop.chosen.connect(self._on_chosen)
        self.drop.several.connect(self.read_several)
        self.drop.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.drop.setMaximumHeight(340)
        column.addWidget(self.drop, 3)
        self.folder = button(self.tr("Choose a folder …"), "link", icon="folder-open", small=True)
        self.folder.clicked.connect(self._on_folder)
        self._ways = QWidget()
        ways = QHBoxLayout(self._ways)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.addStretch(1)
        ways.addWidget(self.folder)
        ways.addWidget(self._make_hub())
        ways.addStretch(1)
        column.addWidget(self._ways)
        column.addWidget(self.hub)
        self._recent = QWidget()
        column.addWidget(self._recent)
        self.columns = self.reading = ReadingCard()
        self.reading.options_chosen.connect(self._on_options)
        column.addWidget(self.reading, 2)
        self._filler = QWidget()
        column.addWidget(self._filler, 1)
        desk.busy_changed.connect(self._on_busy)

    def title(self) -> str:
        return self.tr("File")

    def _make_file(self) -> Card:
        card = Card(margin=16)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(IconLabel("file-spreadsheet", "accent", 28))
        words = QVBoxLayout()
        words.setSpacing(2)
        self._name, self._about = ElidedLabel("", "h3"), ElidedLabel("", "small")
        words.addWidget(self._name)
        words.addWidget(self._about)
        row.addLayout(words, 1)
        self.second = button(self.tr("Add a second file …"), "link", small=True)
        self.second.setToolTip(
            self.tr("Where questions and answers lie in two files that share an id")
        )
        self.second.clicked.connect(self.ask_second)
        row.addWidget(self.second)
        self.other = button(self.tr("Choose another file …"), icon="folder-open")
        self.other.clicked.connect(lambda: self.drop.ask())
        row.addWidget(self.other)
        card.body.addLayout(row)
        self._file = card
        card.hide()
        return card

    def _make_hub(self) -> QPushButton:
        """The network is used only on a click in the panel."""
        self.from_hub = button(self.tr("From Hugging Face …"), "link", icon="download", small=True)
        self.from_hub.clicked.connect(self._on_hub)
        self.hub = HubPanel(self.desk.studio.workspace, "dataset")
        self.hub.arrived.connect(self._on_arrived)
        self.hub.closed.connect(self.from_hub.show)
        return self.from_hub

    def _make_progress(self) -> Card:
        card = Card(margin=20)
        row = QHBoxLayout()
        row.setSpacing(20)
        self.meter = Meter("")
        row.addWidget(self.meter, 1)
        self.stop = button(self.tr("Cancel"), small=True)
        self.stop.clicked.connect(self._on_stop)
        row.addWidget(self.stop)
        card.body.addLayout(row)
        self._progress = card
        card.hide()
        return card

    # ---- for the wizard ----
    def needs_decision(self) -> bool:
        return self.desk.facts is None

    def reachable(self) -> bool:
        return True

    def foot(self) -> Foot:
        facts = self.desk.facts
        if self.desk.busy:
            return Foot(self.desk.busy, enabled=False, missing=self.desk.busy)
        if facts is None:
            return Foot(
                self.tr("Choose a file"),
                hint=self.tr("The file stays where it is; nothing leaves this computer"),
            )
        one, many = self.tr("1 row read"), self.tr("{n} rows read")
        count = plural(facts.table.row_count, one, many)
        return Foot(self.tr("Continue"), hint=count)

    def primary(self) -> bool:
        if self.desk.facts is not None:
            return True
        self.drop.ask()
        return False

    def read(self, path: Path, options: ReadOptions | None = None) -> None:
        """Read a file; the wizard goes on by itself when all is clear."""
        self._read(Chosen(path, options))

    def read_several(self, paths: Sequence[Path]) -> None:
        """Read files as one table where they lie side by side."""
        self._read(choose_among(paths))

    def read_one_of_two(self) -> bool:
        """Two files were read as one table, but have no columns in common: the larger is read by
        itself, and the other may complete it."""
        facts = self.desk.facts
        chosen = one_of_two(facts.table, self._options) if facts is not None else None
        if chosen is not None:
            self._read(chosen)
        return chosen is not None

    @property
    def other_half(self) -> Path | None:
        """The one file that was chosen with the one that was read."""
        return self._left[0] if len(self._left) == 1 and self._left[0].is_file() else None

    def join_other_half(self) -> None:
        if other := self.other_half:
            self.desk.join(other)

    def left_over(self) -> str:
        """What of several files was not read, and what to do with it; empty: nothing."""
        facts = self.desk.facts
        if facts is None:
            return ""
        out = facts.table.details.get(LEFT_OUT, "") if _together(self._options) else ""
        names = out or ", ".join(path.name for path in self._left[:5])
        if self.other_half:
            words = self.tr(
                "Only {read} was read: {names} has other columns or lies elsewhere. If both share "
                "an id, join them; else read it by itself and mix the two datasets."
            )
        else:
            words = self.tr(
                "Not read: {names}, with other columns or from elsewhere. Read them by themselves, "
                "and mix the datasets."
            )
        return words.format(read=facts.table.path.name, names=names) if names else ""

    def _read(self, chosen: Chosen) -> None:
        self.notice.clear()
        path, options = chosen.path, chosen.options
        self._path, self._options, self._left = path, options or ReadOptions(), chosen.left
        self._remember(path)
        self.desk.choose_file(path, options)

    def refresh(self) -> None:
        facts = self.desk.facts
        self._show_recent()
        self.drop.setVisible(facts is None and not self.desk.busy)
        self._show_ways(facts is None and not self.desk.busy)
        self._recent.setVisible(facts is None and not self.desk.busy)
        self._file.setVisible(facts is not None)
        self.reading.setVisible(facts is not None)
        self._filler.setVisible(facts is None)
        if facts is not None:
            self._path = facts.table.path
            self._options = ReadOptions(**facts.draft.options.model_dump())
            self._name.setText(facts.table.path.name)
            size = facts.table.size
            said = [format_bytes(size), str(facts.table.path.parent)] if size else []
            if joined := facts.table.details.get("joined with"):
                said.insert(0, self.tr("with {file}").format(file=joined))
            self._about.setText(" · ".join(said))
            self.reading.show_facts(facts)
        self.foot_changed.emit()

    def show_error(self, error: StudioError) -> None:
        """What went wrong, and what may be set differently; the file read before stays."""
        self.refresh()
        self.notice.show_error(error)
        if self.desk.facts is None and self._path is not None and self._path.exists():
            draft = DraftOptions(**self._options.__dict__)
            self.reading.show_options(self._path, draft)
            self.reading.setVisible(error.code in _OTHERWISE)

    # ---- recent files ----
    def _remember(self, path: Path) -> None:
        settings = self.desk.studio.settings
        recent = [line for line in settings.recent_files.splitlines() if line != str(path)]
        if _together(self._options):  # their folder is not what was chosen
            self.desk.studio.remember(last_folder=str(path))
            return
        self.desk.studio.remember(
            last_folder=str(path.parent), recent_files="\n".join([str(path), *recent][:_RECENT])
        )
        self.drop.start_folder = str(path.parent)

    def _show_recent(self) -> None:
        fresh = QWidget()
        row = QHBoxLayout(fresh)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        paths = [Path(line) for line in self.desk.studio.settings.recent_files.splitlines()]
        known = [path for path in paths if path.exists()][:_RECENT]
        if known:
            row.addWidget(text(self.tr("Used last:"), "muted"))
        links = FittingRow()
        for path in known:
            link = button("", "link", small=True)
            set_words(link, path.name, _NAME_ROOM)
            link.setToolTip(str(path))
            link.setObjectName(str(path))
            link.clicked.connect(self._on_recent)
            links.add(link)
        row.addWidget(links, 1)
        row.addWidget(text(self.tr("Nothing at hand?"), "muted"))
        samples = ExampleLink([(one.title, one.path) for one in list_samples()], small=True)
        samples.chosen.connect(self.example_wanted)
        row.addWidget(samples)
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._recent, fresh)
        self._recent.hide()
        self._recent.deleteLater()
        self._recent = fresh

    # ---- what happens ----
    def _on_chosen(self, path: object) -> None:
        assert isinstance(path, Path)
        self.read(path)

    def _on_recent(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.read(Path(sender.objectName()))

    def ask_second(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Add a second file"), self.drop.start_folder, self.drop.name_filter()
        )
        if name:
            self.notice.clear()
            self.desk.join(Path(name))

    def ask_more(self) -> None:
        """Further files with rows of the same kind, to be read together with this one."""
        if self._path is None:
            return
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Add rows from other files"), str(self._path.parent),
            self.drop.name_filter(),
        )  # fmt: skip
        own = [self._path]
        if _together(self._options):
            own = [self._path / name for name in (self._options.sheet or "").split(JOINED)]
        added = [path for path in map(Path, names) if path not in own]
        if added:
            self.read_several([*own, *added])

    def _on_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self.tr("Choose a folder"), self.drop.start_folder
        )
        if name:
            self.read(Path(name))

    def _show_ways(self, shown: bool) -> None:
        self._ways.setVisible(shown)
        if not shown:
            self.hub.hide()
            self.from_hub.show()

    def _on_hub(self) -> None:
        self.from_hub.hide()
        self.hub.ask()
        running = download_under_way(self.desk.studio.workspace, "dataset")
        if running is not None:
            self.hub.follow(JobFolder(running))

    def _on_arrived(self, folder: str) -> None:
        """What was fetched is read as if it had been chosen, unless another file was meanwhile."""
        if self.desk.facts is None and not self.desk.busy:
            self.read(Path(folder))
        self.from_hub.show()

    def closed(self) -> None:
        """A download goes on by itself, and is found again."""
        self.hub.shut_down()

    def _on_options(self, options: object) -> None:
        assert isinstance(options, ReadOptions)
        if self._path is None:
            return
        path = self._path
        if _together(self._options) and not _together(options):
            if options.sheet is None:
                options = replace(options, sheet=self._options.sheet)
            else:  # one of them alone
                path, options = path / options.sheet, replace(options, sheet=None)
        self.read(path, options)

    def _on_stop(self) -> None:
        self.desk.cancel()
        self.refresh()

    def _on_busy(self, doing: str, share: float) -> None:
        self._progress.setVisible(bool(doing))
        if doing:
            self.drop.hide()
            self._show_ways(False)
            self._recent.hide()
            self.meter.set_title(doing)
            self.meter.set(max(share, 0.02), format_share(share) if share >= 0 else "")
        elif self.desk.facts is None:
            self.drop.show()
            self._show_ways(True)
            self._recent.show()
        self.foot_changed.emit()
