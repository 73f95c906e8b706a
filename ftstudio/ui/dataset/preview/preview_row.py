"""One row as the model gets it: exact text or bubbles, walked by buttons and keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from ftstudio.core.example import ExampleKind
from ftstudio.core.rendered import Piece, RenderedRow
from ftstudio.core.units import format_count, plural
from ftstudio.data.texts import characters
from ftstudio.ui.dataset.facts import Sampled
from ftstudio.ui.dataset.preview.token_view import TokenView
from ftstudio.ui.dataset.rows.bubbles_view import BubblesView
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.widgets.buttons import button, icon_button
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import ElidedLabel, text

_LEGEND = (("learned", "learn_t"), ("read", "text"), ("marks", "muted"), ("cut", "plot2"))


_LEGEND_HEIGHT, _LEAST = 16, 140  # pixels


class PreviewRow(QWidget):
    """Knows one row at a time; which one that is, the page says."""

    moved = Signal(int)  # by so many rows; 0: to any

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._characters = 0  # of the row's own texts
        self._headed = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(self._make_head())
        column.addLayout(self._make_walk())
        self.tokens, self.bubbles = TokenView(), BubblesView()
        self._stack = QStackedWidget()
        self._stack.addWidget(self.tokens)
        self._stack.addWidget(self.bubbles)
        self.ground = Tinted("surface2")
        self.ground.setMinimumHeight(_LEAST)
        inside = QVBoxLayout(self.ground)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.addWidget(self._stack)
        column.addWidget(self.ground, 1)
        column.addLayout(self._make_legend())

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.addWidget(text(self.tr("What the model will see"), "h2"))
        head.addStretch(1)
        choices = [("exact", self.tr("Exact text")), ("bubbles", self.tr("Chat bubbles"))]
        self.view = Segmented(choices)
        self.view.chosen.connect(self._on_view)
        head.addWidget(self.view)
        return head

    def _make_walk(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.where = text("", "h3")
        self.side = ElidedLabel("", "small")
        self.previous = icon_button("chevron-left", self.tr("Previous row"), "secondary")
        self.previous.setToolTip(self.tr("Previous row · Left"))
        self.next = icon_button("chevron-right", self.tr("Next row"), "secondary")
        self.next.setToolTip(self.tr("Next row · Right"))
        self.any = button(self.tr("Any row"), "link", "shuffle", small=True)
        row.addWidget(self.where)
        row.addWidget(self.side, 1)
        for widget, by in ((self.previous, -1), (self.next, 1), (self.any, 0)):
            widget.clicked.connect(partial(self.moved.emit, by))
            row.addWidget(widget)
        return row

    def _make_legend(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.legend: dict[str, tuple[Tinted, QLabel]] = {}
        for key, token in _LEGEND:
            dot, label = Tinted(token, radius=3), text("", "small")
            dot.setFixedSize(10, 10)
            row.addWidget(dot)
            row.addWidget(label)
            row.addSpacing(8)
            self.legend[key] = (dot, label)
        self.clipped = text("", "small")
        row.addWidget(self.clipped)
        row.addStretch(1)
        row.addStrut(_LEGEND_HEIGHT)  # the place is kept while there is nothing to tell
        return row

    def set_tallest(self, height: int) -> None:
        """Of the text; what stands around it keeps its own height, without air between."""
        around = self.sizeHint().height() - self.ground.sizeHint().height()
        self.ground.setMaximumHeight(height)
        self.setMaximumHeight(height + around)

    # ---- showing a row ----
    def show_kind(self, kind: ExampleKind) -> None:
        """What the second view is called, by what a row is."""
        self._headed = kind in ("label", "number")  # no token of it is learned
        bubbles = self.tr("Chat bubbles")
        says: dict[ExampleKind, str] = {
            "chat": bubbles,
            "feedback": bubbles,
            "preference": self.tr("Both answers"),
            "label": self.tr("Text and class"),
            "number": self.tr("Text and number"),
            "text": self.tr("As a page"),
        }
        self.view.button("bubbles").setText(says[kind])

    def show_place(self, sampled: Sampled, total: int, step: int) -> None:
        """`step`: one row of so many is shown."""
        where = self.tr("Row {n} of {all}")
        where = where.format(n=format_count(sampled.place + 1), all=format_count(total))
        self.where.setText(where)
        sides = {
            "train": self.tr("training part"),
            "validation": self.tr("validation part"),
            "test": self.tr("test part"),
        }
        row = sampled.example.source_row
        words = self.tr("file row {row} · {side}") if row > 0 else self.tr("a copy · {side}")
        said = words.format(row=row, side=sides[sampled.side])
        if step > 1:
            said += " · " + self.tr("shown: one row in {n}").format(n=format_count(step))
        self.side.setText(said)
        self.side.setToolTip(self._step_words(step))
        self.ground.setAccessibleName(f"{where}, {said}")
        self.bubbles.set_example(sampled.example)
        self._characters = characters(sampled.example)

    def _step_words(self, step: int) -> str:
        if step < 2:
            return ""
        words = self.tr("Of so many rows one in {n} is written out; lengths and sums are of all.")
        return words.format(n=format_count(step))

    def show_tokens(self, row: RenderedRow | None, limit: int) -> None:
        """As the worker rendered it, read up to the limit; None while it does."""
        if row is None:
            self.show_words(self.tr("…"))
            return
        self.tokens.set_pieces(list(row.pieces_at(limit)))
        learned, read = row.learned_within(limit), row.within(limit)
        marks, cut = any(piece.special for piece in row.pieces), row.is_cut(limit)
        words = {
            "learned": plural(
                learned, self.tr("learned from: 1 token"), self.tr("learned from: {n} tokens")
            ),
            "read": self.tr("only read: {n}").format(n=format_count(read - learned)),
            "marks": self.tr("marks of the chat template"),
            "cut": self.tr("cut off: {n}").format(n=format_count(row.tokens - read)),
        }
        if not learned:
            words["learned"] = self.tr("nothing is learned")
        for key, (dot, label) in self.legend.items():
            label.setText(words[key])
            shown = {"cut": cut, "marks": marks, "learned": not self._headed}.get(key, True)
            dot.setVisible(shown)
            label.setVisible(shown)
        written = "".join(piece.text for piece in row.pieces)
        ends = len(written) < self._characters and written.endswith("…")
        whole = self.tr("too long to be shown here; whole under “{view}”")
        other = self.view.button("bubbles").text()
        self.clipped.setText(whole.format(view=other) if ends else "")

    def show_words(self, words: str) -> None:
        """In place of a row's text: why there is none."""
        self.tokens.set_pieces([Piece(words, learned=False, special=True)])
        self.clipped.setText("")
        for dot, label in self.legend.values():
            dot.hide()
            label.hide()

    # ---- two views ----
    def take_focus(self) -> None:
        shown = self.tokens if self.view.current() == "exact" else self.bubbles
        shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def toggle(self) -> None:
        key = "bubbles" if self.view.current() == "exact" else "exact"
        self.view.select(key)
        self._on_view(key)

    def turn(self, by: int) -> None:
        """A page of the text up or down, wherever the focus is."""
        bar = (self.tokens if self.view.current() == "exact" else self.bubbles).verticalScrollBar()
        bar.setValue(bar.value() + by * bar.pageStep())

    def _on_view(self, key: str) -> None:
        self._stack.setCurrentWidget(self.tokens if key == "exact" else self.bubbles)
