"""How far two people agree, and the way to what they judged differently."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ftstudio.core.units import format_count, plural
from ftstudio.data.annotation.agreement import Agreement, in_words
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.text import text


class AgreementCard(Card):
    """Hidden while one person alone has judged."""

    settle_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16, spacing=8)
        self.body.addWidget(text(self.tr("Agreement"), "h2"))
        self.figure = text("", "metric")
        self.words = text("", "small", wrap=True)
        self.settle = button("", "secondary", "scale", small=True)
        self.settle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.settle.clicked.connect(self._on_settle)
        for widget in (self.figure, self.words, self.settle):
            self.body.addWidget(widget)
        self._settling = False
        self.hide()

    def show_agreement(self, found: list[Agreement], left: int, settling: bool) -> None:
        self.setVisible(bool(found))
        if not found:
            return
        self._settling = settling
        first = found[0]
        value = first.kappa.value
        self.figure.setText("κ –" if value is None else f"κ {value:.2f}")
        name = self.tr("Cohen’s κ, weighted") if first.weighted else self.tr("Cohen’s κ")
        words = self.tr("{one} and {other}: {words} · {name}, rows judged by both: {n}, of these "
                        "{same} % the same. Each judges without seeing the other.")  # fmt: skip
        rows = first.kappa.rows
        same = round(100 * (rows - len(first.differ)) / rows) if rows else 0
        said = in_words(first.kappa)
        self.words.setText(
            words.format(one=first.one, other=first.other, name=name, same=same, words=said,
                         n=format_count(rows))
        )  # fmt: skip
        if settling:
            self.settle.setText(self.tr("Back to judging"))
        else:
            words = plural(left, self.tr("Settle 1 row"), self.tr("Settle {n} rows"))
            self.settle.setText(words)
        self.settle.setVisible(settling or left > 0)

    def _on_settle(self) -> None:
        self.settle_wanted.emit(not self._settling)
