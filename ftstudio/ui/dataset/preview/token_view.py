"""The exact text of one row as the model gets it; what it learns from stands on green."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from ftstudio.core.rendered import Piece
from ftstudio.ui.theme import color, mono_font


class TokenView(QTextBrowser):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: list[Piece] = []
        self.setProperty("bare", True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.document().setDefaultFont(mono_font(12))
        self.document().setDocumentMargin(12)
        self.setAccessibleName(self.tr("The exact text of this row"))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def sizeHint(self) -> QSize:
        return QSize(360, 150)  # takes the room that is left; a long text must not push the rest

    def set_pieces(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_pieces", None):
            self._show()

    def _show(self) -> None:
        self.clear()
        cursor = QTextCursor(self.document())
        lines = QTextBlockFormat()
        lines.setLineHeight(150, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.setBlockFormat(lines)
        for piece in self._pieces:
            cursor.insertText(piece.text, _format(piece))
        self.moveCursor(QTextCursor.MoveOperation.Start)


def _format(piece: Piece) -> QTextCharFormat:
    form = QTextCharFormat()
    if piece.cut:
        form.setForeground(color("plot2"))
        form.setFontStrikeOut(True)
    elif piece.learned:
        form.setForeground(color("learn_t"))
        form.setBackground(color("learn"))
    else:
        form.setForeground(color("muted" if piece.special else "text"))
    return form
