"""What was done to the rows, in order, each step with its own way back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.data.deciding import is_decision
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import only_marks, steps
from ftstudio.ui.theme import color
from ftstudio.ui.widgets.buttons import icon_button
from ftstudio.ui.widgets.card import Chip, line
from ftstudio.ui.widgets.row_keys import focused_at, go_among, walks
from ftstudio.ui.widgets.text import IconLabel, text

_BUTTON = 28  # pixels: two of them leave room for the titles


def open_below(menu: QMenu, under: QWidget) -> None:
    """As a button's own menu, without the arrow that Qt paints over a small icon."""
    menu.popup(under.mapToGlobal(under.rect().bottomLeft()))


def is_felt(step: AppliedStep) -> bool:
    """It found something to do, or is a person's decision."""
    return step.rows_in != step.rows_out or bool(step.changed) or is_decision(step.key)


class DoneRow(QFrame):
    """One step. Enter shows its rows, Delete takes it back, Alt and an arrow moves it; arrows,
    Home and End go to another."""

    rows_wanted = Signal(int)
    taken_back = Signal(int)
    moved = Signal(int, int)  # from, to
    walked = Signal(int)  # the key that goes to another row

    def __init__(self, place: int, clickable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place, self._clickable = place, clickable
        if clickable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._clickable and event.button() == Qt.MouseButton.LeftButton:
            self.rows_wanted.emit(self._place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not alt:
            self.rows_wanted.emit(self._place)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.taken_back.emit(self._place)
        elif alt and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if key == Qt.Key.Key_Down else -1
            self.moved.emit(self._place, self._place + by)
        elif walks(key) and not alt:
            self.walked.emit(key)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)


class DoneList(QWidget):
    """`editable`: steps can also be switched off, moved, changed, and opened by a click."""

    taken_back = Signal(int)  # place in the list
    switched = Signal(int, bool)  # place, on
    moved = Signal(int, int)  # from, to
    change_wanted = Signal(int)
    rows_wanted = Signal(int)

    def __init__(self, editable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editable = editable
        self.rows: list[DoneRow] = []
        self.menus: list[QMenu] = []
        self._follow: int | None = None  # where the step goes that is being moved
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._inside = QWidget()
        self._column.addWidget(self._inside)

    def set_steps(self, applied: list[AppliedStep], only_felt: bool = False) -> None:
        """`only_felt`: leave out the steps that found nothing to do, and count only those shown."""
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        at = focused_at(self.rows)
        self.rows, self.menus = [], []
        for place, step in enumerate(applied):
            if only_felt and not is_felt(step):
                continue
            if self.rows:
                column.addWidget(line())
            number = len(self.rows) + 1 if only_felt else place + 1
            self.rows.append(self._step(place, number, step, len(applied)))
            column.addWidget(self.rows[-1])
        if not self.rows:
            words = self.tr("Nothing had to be done.") if applied else self.tr("Nothing so far.")
            column.addWidget(text(words, "muted"))
        self._column.replaceWidget(self._inside, fresh)
        self._inside.hide()
        self._inside.deleteLater()
        self._inside = fresh
        if at is not None and self.rows and self._editable:
            at = self._follow if self._follow is not None else at
            self.rows[min(at, len(self.rows) - 1)].setFocus()
        self._follow = None

    def _step(self, place: int, shown_as: int, step: AppliedStep, count: int) -> DoneRow:
        frame = DoneRow(place, self._editable)
        frame.rows_wanted.connect(self.rows_wanted)
        frame.taken_back.connect(self.taken_back)
        frame.moved.connect(partial(self._on_moved, count))
        frame.walked.connect(partial(self._on_walked, frame))
        row = QHBoxLayout(frame)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(6)
        number = Chip(str(shown_as))
        number.setFixedWidth(34)
        row.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        title, did = steps()[step.key].title, self.what_it_did(step)
        words.addWidget(text(title, "muted" if step.off else "h3", wrap=True))
        words.addWidget(text(did, "small", wrap=True))
        if step.remark and not step.off:  # what it could not do
            remark = text(step.remark, "small", wrap=True)
            remark.setProperty("tone", "warn")
            words.addWidget(remark)
            did = f"{did}. {step.remark}"
        frame.setAccessibleName(f"{shown_as}. {title}: {did}")
        row.addLayout(words, 1)
        if self._editable:
            row.addWidget(self._more(place, step, count), 0, Qt.AlignmentFlag.AlignVCenter)
        back = icon_button("undo-2", self.tr("Take back: {title}").format(title=title))
        back.setFixedSize(_BUTTON, _BUTTON)
        back.clicked.connect(partial(self.taken_back.emit, place))
        row.addWidget(back, 0, Qt.AlignmentFlag.AlignVCenter)
        return frame

    def _more(self, place: int, step: AppliedStep, count: int) -> QWidget:
        title = steps()[step.key].title
        more = icon_button("ellipsis", self.tr("More: {title}").format(title=title))
        menu = QMenu(more)
        see = menu.addAction(self.tr("See its rows"))
        see.triggered.connect(partial(self.rows_wanted.emit, place))
        change = menu.addAction(self.tr("Change its settings …"))
        settings = [spec for spec in steps()[step.key].params.specs() if spec.title]
        change.setEnabled(bool(settings))
        change.triggered.connect(partial(self.change_wanted.emit, place))
        words = self.tr("Switch on") if step.off else self.tr("Switch off")
        menu.addAction(words).triggered.connect(partial(self.switched.emit, place, step.off))
        menu.addSeparator()
        for words, to in (
            (self.tr("Do it earlier"), place - 1),
            (self.tr("Do it later"), place + 1),
        ):
            action = menu.addAction(words)
            action.setEnabled(0 <= to < count)
            action.triggered.connect(partial(self.moved.emit, place, to))
        more.setFixedSize(_BUTTON, _BUTTON)
        more.clicked.connect(partial(open_below, menu, more))
        self.menus.append(menu)
        return more

    def _on_moved(self, count: int, place: int, to: int) -> None:
        if 0 <= to < count:
            self._follow = to
            self.moved.emit(place, to)

    def _on_walked(self, row: DoneRow, key: int) -> None:
        go_among(self.rows, row, key)

    def what_it_did(self, step: AppliedStep) -> str:
        if step.off:
            return self.tr("switched off")
        if is_decision(step.key):
            return self.tr("your decision; no row is changed")
        said = []
        changed = (step.changed, self.tr("1 row changed"), self.tr("{n} rows changed"))
        if only_marks(step.key):
            changed = (step.changed, self.tr("1 row marked"), self.tr("{n} rows marked"))
        for count, one, many in (
            (step.removed, self.tr("1 row left out"), self.tr("{n} rows left out")),
            (step.added, self.tr("1 row added"), self.tr("{n} rows added")),
            changed,
        ):
            if count:
                said.append(plural(count, one, many))
        return " · ".join(said) or self.tr("nothing to do in this file")


class RowsSum(QWidget):
    """Rows before → after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._before, self._after = text("", "number"), text("", "number")
        row.addWidget(self._before)
        row.addWidget(IconLabel("arrow-right", "muted", 18))
        row.addWidget(self._after)
        row.addWidget(text(self.tr("rows"), "small"))
        row.addStretch(1)

    def set(self, before: int, after: int) -> None:
        self._before.setText(format_count(before))
        self._after.setText(format_count(after))
        one = self.tr("1 row before, {after} after")
        many = self.tr("{n} rows before, {after} after")
        self.setAccessibleName(plural(before, one, many, after=format_count(after)))
