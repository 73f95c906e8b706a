"""The answer as a text to write or to mend."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ftstudio.data.annotation.sitting import Sitting
from ftstudio.ui.dataset.annotate.actions import Actions
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.text import text


class MendActions(Actions):
    typing = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.editor = QPlainTextEdit()
        self.editor.setTabChangesFocus(True)
        self.editor.setMinimumHeight(220)
        self.editor.setProperty("role", "read")
        self.editor.setAccessibleName(self.tr("The answer; write or mend it here"))
        self.editor.setPlaceholderText(self.tr("Write the answer that the model should give"))
        self.editor.installEventFilter(self)
        self.editor.textChanged.connect(self._on_changed)
        column.addWidget(self.editor)
        foot = QHBoxLayout()
        self.remark = text("", "small")
        foot.addWidget(self.remark, 1)
        self.keep = self._keyed(self.tr("Keep this answer"), self.tr("Ctrl+Enter"))
        self.keep.clicked.connect(self._on_keep)
        foot.addWidget(self.keep)
        column.addLayout(foot)
        self._shown = ""

    def show_row(self, sitting: Sitting) -> None:
        item, mine = sitting.item, sitting.mine()
        shown = item.shown("mend") if item else None
        own = (shown.text if shown.text is not None else shown.answer) if shown else ""
        self._shown = own
        known = mine.answer if mine is not None and mine.answer is not None else own
        self.editor.setPlainText(known)
        self.editor.document().clearUndoRedoStacks()
        self._on_changed()

    def focus_on(self) -> QWidget | None:
        return self.editor

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self.take_key(event)
        return super().eventFilter(watched, event)

    def take_key(self, event: QKeyEvent) -> bool:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep.click()
            return True
        return False

    def _on_changed(self) -> None:
        said = self.editor.toPlainText()
        restyle(self.keep, "missing", not said.strip())
        if not said.strip():
            self.remark.setText(self.tr("Write an answer first, or skip the row."))
        elif said == self._shown:
            self.remark.setText(self.tr("As it was: keeping it says that it is right."))
        else:
            self.remark.setText(self.tr("Changed by you."))

    def _on_keep(self) -> None:
        said = self.editor.toPlainText()
        if said.strip():
            self.said.emit({"answer": said})
