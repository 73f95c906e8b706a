"""The columns page: what each column is, guessed first, chosen in the preview's own heads."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.data.columns.column_roles import beside
from ftstudio.data.ingest.several import LEFT_OUT
from ftstudio.data.layout import layouts
from ftstudio.data.table import Column, Problem
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.dataset.file.belief_card import SURE, BeliefCard
from ftstudio.ui.dataset.file.column_head import Choice, ColumnHead, State
from ftstudio.ui.dataset.file.mapping_table import MappingTable, wish
from ftstudio.ui.dataset.file.problem_strip import ProblemStrip
from ftstudio.ui.dataset.page import Foot, WizardPage
from ftstudio.ui.widgets.card import Card, line
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.table_view import RowsTable
from ftstudio.ui.widgets.text import ElidedLabel, text

MOST_COLUMNS = 60  # heads are widgets
_SHORT = ("label", "number", "good")  # roles of classes and numbers
_SAYING = 40  # characters from which a cell may say something, whatever its column is called
IN_ORDER = 7  # up to so many stand as in the file; of more, those that matter stand first


def _could_be(column: Column, role: str) -> bool:
    """Whether anybody would give it this role: an id or a date is nobody's answer."""
    if not column.filled or column.kind == "date":
        return False
    if role in _SHORT:
        return column.distinct < column.filled or column.filled < 3
    return not (beside(column) and column.mean_length < _SAYING)


class MapColumnsPage(WizardPage):
    key = "columns"
    second_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(20)
        self.columns = self.belief = BeliefCard()
        self.belief.layout_chosen.connect(desk.set_layout)
        column.addWidget(self.belief)
        column.addWidget(self._table_card(), 1)
        self.strip = ProblemStrip()
        self.strip.show_rows.connect(self._on_show_rows)
        self.notice = NoticeBar()
        self.strip.failed.connect(self.notice.show_error)
        self.strip.exported.connect(self._on_exported)
        column.addWidget(self.strip)
        column.addWidget(self.notice)
        self._shown: tuple[str, list[str]] = ("", [])
        self._ordered: tuple[tuple[str, str], list[str]] = (("", ""), [])
        next_open = QShortcut(QKeySequence(Qt.Key.Key_F6), self)
        next_open.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        next_open.activated.connect(self.table.focus_next_open)

    def _table_card(self) -> Card:
        card = Card(margin=1, spacing=0)
        self.table = MappingTable()
        self.trouble = RowsTable()
        self.trouble.setProperty("bare", True)
        self.trouble.setFrameShape(QFrame.Shape.NoFrame)
        self.trouble.verticalHeader().setFixedWidth(72)
        self.trouble.setAccessibleName(self.tr("Rows with a problem"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.trouble)
        card.body.addWidget(self._stack, 1)
        card.body.addWidget(line())
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 8)
        self._remark = ElidedLabel("", "small")
        self._span = text("", "small")
        foot.addWidget(self._remark, 1)
        foot.addWidget(self._span)
        card.body.addLayout(foot)
        return card

    def title(self) -> str:
        return self.tr("Columns")

    # ---- what is decided, and what is not ----
    def states(self, facts: Facts) -> dict[str, State]:
        """Each column's state. A required role that no column has is asked of the likeliest.

        Where the layout is sure, a column that is left out needs no second look.
        """
        draft, guess = facts.draft, facts.guess
        found: dict[str, State] = {}
        for column in facts.table.columns:
            left_out = column.name not in draft.mapping and guess.confidence >= SURE
            sure = left_out or column.name in guess.sure or column.name in draft.confirmed
            found[column.name] = "fine" if sure else "guessed"
        if layouts()[draft.layout].missing(draft.mapping):
            role = layouts()[draft.layout].missing(draft.mapping)[0].key
            free = [c for c in facts.table.columns if c.name not in draft.mapping]
            free = [column for column in free if _could_be(column, role)]
            free.sort(key=lambda c: (c.name in draft.confirmed, -c.mean_length))
            for column in free[:1]:
                found[column.name] = "must"
        return found

    def needs_decision(self) -> bool:
        facts = self.desk.facts
        if facts is None:
            return True
        unsure = facts.guess.confidence < SURE and not facts.draft.confirmed
        unsure = unsure or LEFT_OUT in facts.table.details or bool(facts.problems.get("columns"))
        return unsure or any(state != "fine" for state in self.states(facts).values())

    def foot(self) -> Foot:
        facts = self.desk.facts
        if facts is None:
            return Foot(self.tr("Choose a file first"), enabled=False)
        missing = facts.problems.get("columns", [])
        if missing:
            role = layouts()[facts.draft.layout].missing(facts.draft.mapping)
            words = self.tr("Say which column is the {role} to go on")
            name = role[0].title.lower() if role else ""
            primary = words.format(role=name) if role else missing[0]
            second = "" if facts.draft.second else self.tr("Add a second file …")
            return Foot(primary, enabled=False, missing=missing[0], hint=missing[0],
                        secondary=second)  # fmt: skip
        if not facts.total:
            why = self.tr("No row of the file makes an example with these columns.")
            primary = self.tr("No row can be learned from yet")
            return Foot(primary, enabled=False, missing=why, hint="" if facts.troubled else why)
        guessed = [name for name, state in self.states(facts).items() if state == "guessed"]
        hint = ""
        if guessed:
            one = self.tr("“{column}” was guessed; going on confirms it")
            many = self.tr("{n} guesses are confirmed by going on")
            hint = plural(len(guessed), one, many, column=guessed[0])
        return Foot(self.tr("Continue"), hint=hint)

    def primary(self) -> bool:
        facts = self.desk.facts
        if facts is not None:
            guessed = [name for name, state in self.states(facts).items() if state == "guessed"]
            if guessed:
                self.desk.confirm(guessed)
        return True

    def secondary(self) -> None:
        """What no column holds may lie in another file, with the same ids."""
        self.second_wanted.emit()

    # ---- showing it ----
    def refresh(self) -> None:
        facts = self.desk.facts
        if facts is None:
            return
        self.belief.show_facts(facts)
        self._show_heads(facts)
        lines = "encoding" in facts.table.details
        self.strip.set_problems(facts.troubled, facts.table.path, lines)
        self._show_trouble(facts.troubled)
        self._show_foot(facts)
        self.foot_changed.emit()

    def _show_heads(self, facts: Facts) -> None:
        columns = self._columns(facts)
        names = [column.name for column in columns]
        if (facts.table.sha256 + str(facts.table.folder), names) != self._shown:
            self._shown = (facts.table.sha256 + str(facts.table.folder), names)
            heads = [ColumnHead(c.name, self._facts_of(c, facts)) for c in columns]
            for head in heads:
                head.role_chosen.connect(self.desk.set_role)
                head.confirmed.connect(self._on_confirmed)
            states = self.states(facts)
            wishes = [wish(c, states[c.name] != "fine") for c in columns]
            self.table.set_table(heads, wishes, facts.rows)
            self._tell_left_out(facts.table.details.get(LEFT_OUT, ""))
        states = self.states(facts)
        layout = layouts()[facts.draft.layout]
        choices = [Choice(role.key, role.title, role.term) for role in layout.roles]
        choices.append(Choice("", self.tr("Ignore")))
        for head in self.table.heads:
            head.show_roles(choices, facts.draft.mapping.get(head.name, ""), states[head.name])

    def _tell_left_out(self, names: str) -> None:
        """Files of other columns than the rest are not strung together silently."""
        self.notice.clear()
        if names:
            title = self.tr("Not every file was read: some have other columns.")
            more = self.tr("Left out: {names}. Go back to choose one under “File in it”, or to add "
                           "it as a second file.")  # fmt: skip
            self.notice.show_warning(title, more.format(names=names))

    def _columns(self, facts: Facts) -> list[Column]:
        """In one order for as long as the file and its layout stay: nothing jumps while roles
        are chosen."""
        columns = {column.name: column for column in facts.table.columns}
        if len(columns) <= IN_ORDER:
            return list(columns.values())
        key = (facts.table.sha256 + str(facts.table.folder), facts.draft.layout)
        if self._ordered[0] != key or not set(self._ordered[1]) <= set(columns):
            states = self.states(facts)
            first = [n for n in columns if n in facts.draft.mapping or states[n] == "must"]
            rest = sorted(set(columns) - set(first), key=list(columns).index)
            rest.sort(key=lambda name: states[name] == "fine")
            self._ordered = (key, [*first, *rest])
        return [columns[name] for name in self._ordered[1][:MOST_COLUMNS]]

    def _facts_of(self, column: Column, facts: Facts) -> str:
        rows = facts.table.row_count
        kinds = {
            "text": self.tr("text"),
            "number": self.tr("numbers"),
            "date": self.tr("dates"),
            "yes/no": self.tr("yes or no"),
            "list": self.tr("lists"),
            "object": self.tr("objects"),
            "empty": self.tr("empty"),
        }
        kind = kinds.get(column.kind, column.kind)
        if not column.filled:
            return self.tr("empty in every row")
        if column.distinct == column.filled and column.filled > 1 and column.distinct < 1000:
            kind = self.tr("{kind}, all different").format(kind=kind)
        elif column.distinct == 1 and column.filled > 20:
            kind = self.tr("always the same")
            if column.filled == rows:
                return kind
        elif column.distinct <= 20 and column.filled > 20:
            kind = self.tr("{n} values").format(n=column.distinct)
            if column.filled == rows:
                return kind
        if column.filled == rows:
            return self.tr("{kind} · all filled").format(kind=kind)
        return self.tr("{kind} · {n} filled").format(kind=kind, n=format_count(column.filled))

    def _show_trouble(self, problems: list[Problem]) -> None:
        def fetch(start: int, count: int) -> list[dict[str, object]]:
            part = problems[start : start + count]
            return [{"_row": p.row, "reason": p.reason, "text": p.text} for p in part]

        titles = [self.tr("What is wrong"), self.tr("What stands there")]
        self.trouble.set_source(["reason", "text"], len(problems), fetch, titles)
        self.trouble.stretch_columns({0: 1, 1: 1})

    def _show_foot(self, facts: Facts) -> None:
        if self._stack.currentWidget() is self.trouble:
            words = self.tr("These rows are left out. Point at a reason to read all of it.")
            self._remark.setText(words)
            self._span.setText(self._rows(len(facts.troubled)))
            return
        said = [self.tr("The preview is read by the same code as the import.")]
        ignored = [c.name for c in facts.table.columns if c.name not in facts.draft.mapping]
        if ignored:
            one = self.tr("1 column is ignored: {names}.")
            many = self.tr("{n} columns are ignored: {names}.")
            said.append(plural(len(ignored), one, many, names=", ".join(ignored)))
        hidden = len(facts.table.columns) - len(self.table.heads)
        if hidden:
            one = self.tr("1 column is not shown.")
            said.append(plural(hidden, one, self.tr("{n} columns are not shown.")))
        self._remark.setText(" ".join(said))
        shown, total = len(facts.rows), facts.table.row_count
        one, many = self.tr("1 row"), self.tr("All {n} rows")
        if shown != total:
            many = self.tr("First {shown} of {n} rows")
        self._span.setText(plural(total, one, many, shown=format_count(shown)))

    def _rows(self, count: int) -> str:
        return plural(count, self.tr("1 row"), self.tr("{n} rows"))

    def _on_confirmed(self, column: str) -> None:
        self.desk.confirm([column])

    def _on_show_rows(self, on: bool) -> None:
        self._stack.setCurrentWidget(self.trouble if on else self.table)
        if self.desk.facts is not None:
            self._show_foot(self.desk.facts)

    def _on_exported(self, path: object) -> None:
        words = self.tr("Exported to {path}").format(path=path)
        self.notice.show_info(words)
