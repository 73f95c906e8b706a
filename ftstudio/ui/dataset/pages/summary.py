"""The last page: what will be frozen, how it came to be, and under which name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.units import format_bytes, format_count, plural
from ftstudio.data.kind import TITLES, classes_in_words
from ftstudio.data.layout import layouts
from ftstudio.data.step import steps
from ftstudio.ui.dataset.cleaning.done_list import DoneList, is_felt
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.draft_command import draft_command
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.few_card import FewCard
from ftstudio.ui.dataset.licence_box import LicenceBox, Source
from ftstudio.ui.dataset.open_points import OpenPoints
from ftstudio.ui.dataset.page import Foot, WizardPage
from ftstudio.ui.dataset.rows.part_words import part_said
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.dataset.rows.two_columns import TwoColumns, fill
from ftstudio.ui.dataset.split_bar import PARTS, SplitBar
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, line
from ftstudio.ui.widgets.command_card import CommandCard
from ftstudio.ui.widgets.text import ElidedLabel, FieldLabel, IconLabel, text

Link = tuple[str, str]  # page key, what the button says


class SummaryPage(WizardPage):
    key = "summary"
    page_wanted = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._keep_only = False
        left = QVBoxLayout()
        left.setSpacing(18)
        left.addWidget(self._make_what())
        left.addWidget(self._make_story(), 1)
        self.command = CommandCard()
        left.addWidget(self.command)
        self.columns = TwoColumns(left, self._make_right(), 360)
        fill(self, self.columns)

    def title(self) -> str:
        return self.tr("Summary")

    @property
    def keep_only(self) -> bool:
        """Whether the person wants the data without going on to training."""
        return self._keep_only

    # ---- building it ----
    def _make_what(self) -> Card:
        card = Card(margin=20, spacing=12)
        row = QHBoxLayout()
        row.setSpacing(12)
        self.name = QLineEdit()
        self.name.setMaxLength(80)
        self.name.setAccessibleName(self.tr("Name of the dataset"))
        self.name.editingFinished.connect(self._on_named)
        self.name.textChanged.connect(self._on_typed)
        label = FieldLabel(self.tr("Name"), self.name, "muted")
        row.addWidget(label)
        row.addWidget(self.name, 1)
        card.body.addLayout(row)
        card.body.addLayout(self._make_figures())
        self._kind = ElidedLabel("", "muted")
        card.body.addWidget(self._kind)
        return card

    def _make_figures(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(14)
        self._figures: dict[str, QLabel] = {}
        names = (
            ("file", self.tr("rows in the file")),
            ("read", self.tr("read")),
            ("left", self.tr("examples kept")),
        )
        for place, (key, words) in enumerate(names):
            if place:
                row.addWidget(IconLabel("arrow-right", "muted", 18))
            column = QVBoxLayout()
            column.setSpacing(0)
            self._figures[key] = text("", "metric")
            column.addWidget(self._figures[key])
            column.addWidget(text(words, "small"))
            row.addLayout(column)
        row.addStretch(1)
        return row

    def _make_story(self) -> Card:
        card = Card(margin=20, spacing=10)
        head = QHBoxLayout()
        head.addWidget(text(self.tr("What was done"), "h2"))
        head.addStretch(1)
        card.body.addLayout(head)
        self._lines: dict[str, ElidedLabel] = {}
        for key, icon, change in (
            ("file", "file-spreadsheet", self.tr("Change")),
            ("columns", "table", self.tr("Check the columns")),
        ):
            card.body.addLayout(self._make_line(key, icon, change))
            card.body.addWidget(line())
        row = QHBoxLayout()
        row.addWidget(IconLabel("sparkles", "muted", 18))
        row.addWidget(text(self.tr("Cleaned"), "h3"))
        self._cleaned = text("", "small")
        row.addWidget(self._cleaned)
        row.addStretch(1)
        row.addWidget(self._link("clean", self.tr("Report card")))
        card.body.addLayout(row)
        self.done = DoneList()
        self.done.taken_back.connect(self.desk.take_back)
        card.body.addWidget(self.done)
        self.points = OpenPoints()
        self.points.decide.connect(self._on_decide)
        self.points.look.connect(self._on_look)
        self.desk.closer.looked.connect(self._show_points)
        card.body.addWidget(self.points)
        card.body.addStretch(1)
        return card

    def _make_line(self, key: str, icon: str, change: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(IconLabel(icon, "muted", 18))
        self._lines[key] = ElidedLabel("")
        row.addWidget(self._lines[key], 1)
        row.addWidget(self._link(key, change))
        return row

    def _link(self, page: str, words: str) -> QWidget:
        link = button(words, "link", small=True)
        link.setObjectName(page)
        link.clicked.connect(self._on_link)
        return link

    def _make_right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        split = Card(margin=16, spacing=8)
        head = QHBoxLayout()
        head.addWidget(text(self.tr("Split"), "h2"))
        head.addStretch(1)
        head.addWidget(self._link("preview", self.tr("See what the model will read")))
        split.body.addLayout(head)
        self.bar = SplitBar()
        split.body.addWidget(self.bar)
        split.body.addLayout(self._make_sides())
        split.body.addWidget(line())
        split.body.addLayout(self._make_together())
        column.addWidget(split)
        self.few = FewCard()
        self.few.split_chosen.connect(self.desk.set_split)
        self.few.accepted.connect(self.desk.go_on_with_few)
        column.addWidget(self.few)
        source = Card(margin=16, spacing=8)
        source.body.addWidget(text(self.tr("Where it comes from"), "h2"))
        self._source, self._hash = ElidedLabel(""), ElidedLabel("", "small")
        source.body.addWidget(self._source)
        source.body.addWidget(self._hash)
        source.body.addWidget(line())
        self.licence = LicenceBox()
        self.licence.chosen.connect(self._on_licence)
        self.licence.use_chosen.connect(self._on_use)
        source.body.addWidget(self.licence)
        column.addWidget(source)
        self._frozen = frozen = Card(margin=16, spacing=4)
        head = frozen.add_title(self.tr("What happens now"))
        words = self.tr(
            "The examples are written once, with every step and their hash, and never changed "
            "again: a run can always say what it learned from. Your file stays as it is. "
            "Any model can be trained with them. Their card and lineage stand under Data."
        )
        frozen.body.addWidget(text(words, "small", wrap=True))
        self.show_command = button(self.tr("Show command"), "link", "terminal", small=True)
        self.show_command.clicked.connect(self._on_command)
        head.addWidget(self.show_command)
        column.addWidget(frozen)
        column.addStretch(1)
        return column

    def _make_sides(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        self._sides: dict[str, QLabel] = {}
        names = {
            "train": self.tr("to learn from"),
            "validation": self.tr("held back for validation"),
            "test": self.tr("held back for a test"),
        }
        for row, (part, token) in enumerate(PARTS):
            dot = Tinted(token, radius=3)
            dot.setFixedSize(10, 10)
            grid.addWidget(dot, row, 0)
            grid.addWidget(text(names[part]), row, 1)
            self._sides[part] = text("", "small")
            grid.addWidget(self._sides[part], row, 2, Qt.AlignmentFlag.AlignRight)
        return grid

    def _make_together(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(text(self.tr("Keep together by"), "muted"))
        self._together = QComboBox()
        self._together.setProperty("sz", "small")
        self._together.setAccessibleName(self.tr("Column whose rows stay on one side"))
        self._together.setToolTip(
            self.tr("Rows with the same customer, case or document stay on one side of the split.")
        )
        self._together.activated.connect(self._on_together)
        row.addWidget(self._together, 1)
        return row

    # ---- what is missing ----
    def needs_decision(self) -> bool:
        return True  # the last page is never passed over

    def reachable(self) -> bool:
        facts = self.desk.facts
        return facts is not None and facts.total > 0

    def foot(self) -> Foot:
        facts = self.desk.facts
        if self.desk.busy:
            return Foot(self.desk.busy, enabled=False, missing=self.desk.busy)
        problems = facts.problems.get("summary", []) if facts else [""]
        for page in ("file", "columns", "clean", "preview"):
            problems = [*problems, *(facts.problems.get(page, []) if facts else [])]
        if facts is not None and facts.few_asks and facts.few is not None:
            words, why = self.tr("Say how to go on with few rows"), facts.few.what
            return Foot(words, enabled=False, missing=why, hint=why)
        if problems:
            return Foot(problems[0], enabled=False, missing=problems[0])
        if not self.name.text().strip():
            words = self.tr("Give the dataset a name to go on")
            return Foot(words, enabled=False, missing=words)
        return Foot(
            self.tr("Freeze and continue"),
            hint=self.tr("Next: choose the model and what it should learn"),
            secondary=self.tr("Only keep the data"),
        )

    def primary(self) -> bool:
        self._keep_only = False
        self.desk.freeze(self.name.text().strip())
        return False

    def secondary(self) -> None:
        self._keep_only = True
        self.desk.freeze(self.name.text().strip())

    # ---- showing it ----
    def refresh(self) -> None:
        facts = self.desk.facts
        if facts is None:
            return
        if not (self.name.hasFocus() and self.name.isModified()):  # by keys it has focus at once
            self.name.setText(facts.draft.name)
            self.name.setCursorPosition(0)  # of a long name the beginning is seen
        trouble = len(facts.troubled)
        self._figures["file"].setText(format_count(facts.table.rows_in_file))
        self._figures["read"].setText(format_count(facts.table.rows_in_file - trouble))
        self._figures["left"].setText(format_count(facts.total))
        said = [TITLES[facts.kind], classes_in_words(facts.classes)]
        self._kind.setText(" · ".join(part for part in said if part))
        self._lines["file"].setText(self._file_words(facts))
        self._lines["columns"].setText(self._columns_words(facts))
        self.done.set_steps(facts.draft.steps, only_felt=True)
        self._cleaned.setText(self._cleaned_words(facts))
        self._show_points()
        self.show_command.setVisible(bool(draft_command(facts.draft)))
        self.command.hide()
        self.bar.set_counts(facts.counts)
        self.few.show_facts(facts)
        self._frozen.setHidden(facts.few_asks)  # there is room for one of them
        for part, label in self._sides.items():
            label.setText(format_count(facts.counts.get(part, 0)))
        self._source.setText(facts.table.path.name)
        words = self.tr("{size} · sha256 {hash}…")
        size = format_bytes(facts.table.size)
        self._hash.setText(words.format(size=size, hash=facts.table.sha256[:16]))
        self._hash.setToolTip(facts.table.sha256)
        draft = self.desk.draft  # what was noted last need not be among the facts yet
        sources = [Source(facts.table.path.name, draft.licence, draft.licence_from)]
        if draft.second:
            name = Path(draft.second).name
            sources.append(Source(name, draft.second_licence, draft.second_licence_from))
        self.licence.show_sources(sources, draft.commercial)
        self._show_together(facts)
        self.foot_changed.emit()

    def _cleaned_words(self, facts: Facts) -> str:
        """What a person decided was not done by itself."""
        felt = [one for one in facts.draft.steps if is_felt(one)]
        if not felt:
            return ""
        if all(steps()[one.key].by_default for one in felt):
            return self.tr("done because it is safe; each can be taken back")
        return self.tr("each can be taken back")

    def _file_words(self, facts: Facts) -> str:
        details = facts.table.details
        said = [self.tr("Read {file}").format(file=facts.table.path.name)]
        said += filter(None, [part_said(facts.table)])
        said += [details[key] for key in ("encoding", "separator") if key in details]
        if facts.troubled:
            one = self.tr("1 row with a problem left out")
            many = self.tr("{n} rows with a problem left out")
            said.append(plural(len(facts.troubled), one, many))
        return " · ".join(said)

    def _columns_words(self, facts: Facts) -> str:
        layout = layouts()[facts.draft.layout]
        titles = {role.key: role.title for role in layout.roles}
        said = [
            self.tr("{role}: “{column}”").format(column=name, role=titles[role])
            for name, role in facts.draft.mapping.items()
        ]
        ignored = len(facts.table.columns) - len(facts.draft.mapping)
        if ignored:
            said.append(self.tr("{n} ignored").format(n=ignored))
        return " · ".join(said)

    def _show_points(self) -> None:
        facts = self.desk.facts
        if facts is not None and facts.report is not None:
            self.points.show_points(facts, self.desk.closer)

    # ---- what happens ----
    def _on_named(self) -> None:
        name = self.name.text().strip()
        facts = self.desk.facts
        if name and facts is not None and name != facts.draft.name:
            self.desk.note(name=name)

    def _on_typed(self) -> None:
        self.foot_changed.emit()

    def _on_command(self) -> None:
        facts = self.desk.facts
        if facts is not None:
            name = self.name.text().strip() or facts.draft.name
            draft = facts.draft.model_copy(update={"name": name})
            self.command.show_command(draft_command(draft))

    def _on_licence(self, place: int, key: str) -> None:
        if place:
            self.desk.note(second_licence=key, second_licence_from="")
        else:
            self.desk.note(licence=key, licence_from="")

    def _on_use(self, commercial: bool | None) -> None:
        self.desk.note(commercial=commercial)

    def _on_decide(self) -> None:
        self.page_wanted.emit("clean")

    def _on_look(self) -> None:
        facts = self.desk.facts
        if facts is not None:
            self.desk.closer.start(facts)
            self._show_points()

    def _show_together(self, facts: Facts) -> None:
        names = [name for name in facts.table.column_names if name not in facts.draft.mapping]
        wanted = facts.draft.group_column
        self._together.clear()
        self._together.addItem(self.tr("none"), "")
        for name in dict.fromkeys([*names, *([wanted] if wanted else [])]):
            self._together.addItem(name, name)
        self._together.setCurrentIndex(max(0, self._together.findData(wanted)))
        self._together.setEnabled(self._together.count() > 1)

    def _on_together(self) -> None:
        self.desk.keep_together(str(self._together.currentData()))

    def _on_link(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.page_wanted.emit(sender.objectName())
