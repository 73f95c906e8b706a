"""Why the proposed values are what they are: each decision with its reason."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ftstudio.core.plan import Decision
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text


class ReasonsCard(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, tone="soft", margin=20, spacing=12)
        self.body.addWidget(text(self.tr("Why these values"), "h3"))
        self._rows: list[_Reason] = []

    def show_decisions(self, decisions: list[Decision]) -> None:
        while len(self._rows) < len(decisions):
            self._rows.append(_Reason())
            self.body.addWidget(self._rows[-1])
        for index, row in enumerate(self._rows):
            row.setVisible(index < len(decisions))
            if index < len(decisions):
                row.show_decision(decisions[index])
        self.setVisible(bool(decisions))


class _Reason(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        self._what = text("", None, wrap=True)
        self._why = text("", "small", wrap=True)
        column.addWidget(self._what)
        column.addWidget(self._why)

    def show_decision(self, decision: Decision) -> None:
        self._what.setText(f"{decision.name}: {decision.value}")
        self._why.setText(decision.reason)
