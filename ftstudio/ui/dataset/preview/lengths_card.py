"""How long the examples are in the chosen model's own tokens, where it stops reading, and what
reading more would cost."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.rendered import limits_within
from ftstudio.core.units import format_bytes, format_count, plural
from ftstudio.planning.longer_texts import FirstGuess
from ftstudio.ui.dataset.preview.length_plot import LengthPlot
from ftstudio.ui.dataset.preview.preview_result import Preview
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.text import ElidedLabel, text

_SHORT = Qt.ItemDataRole.UserRole + 1
_POPUP = 270  # pixels


class LimitBox(QComboBox):
    """Its list tells the share and the price of each limit; closed, it shows the limit alone."""

    def add(self, short: str, more: str, limit: int) -> None:
        self.addItem(more, limit)
        self.setItemData(self.count() - 1, short, _SHORT)

    def sizeHint(self) -> QSize:
        shorts = [str(self.itemData(i, _SHORT) or "") for i in range(self.count())]
        wide = max((self.fontMetrics().horizontalAdvance(short) for short in shorts), default=60)
        return QSize(wide + 58, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = str(self.currentData(_SHORT) or "")
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def showPopup(self) -> None:
        self.view().setMinimumWidth(_POPUP)
        super().showPopup()


class LengthsCard(Card):
    limit_chosen = Signal(int)
    model_chosen = Signal(str)  # path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=12, spacing=6)
        self._preview: Preview | None = None
        self._guess: FirstGuess | None = None
        head = QHBoxLayout()
        head.addWidget(text(self.tr("How long the examples are"), "h2"))
        head.addStretch(1)
        self.chip = Chip("", "ok", self)
        head.addWidget(self.chip)
        self.body.addLayout(head)
        self.body.addLayout(self._make_model())
        self.plot = LengthPlot()
        self.body.addWidget(self.plot, 1)
        self.body.addLayout(self._make_limit())
        self._more, self._cost = ElidedLabel("", "small"), ElidedLabel("", "small")
        self.body.addWidget(self._more)
        self.body.addWidget(self._cost)

    def _make_model(self) -> QHBoxLayout:
        row = QHBoxLayout()
        words = text(self.tr("Read by"), "muted")
        row.addWidget(words)
        self.models = QComboBox()
        self.models.setProperty("sz", "small")
        self.models.setAccessibleName(self.tr("Model whose tokens are counted"))
        self.models.setMinimumContentsLength(12)
        self.models.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.models.activated.connect(self._on_model)
        row.addWidget(self.models, 1)
        return row

    def _make_limit(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(text(self.tr("Longest text"), "muted"))
        self.limits = LimitBox()
        self.limits.setProperty("sz", "small")
        self.limits.setAccessibleName(self.tr("Longest text, in tokens"))
        self.limits.setToolTip(self.tr("The next longer or shorter one: + and –"))
        self.limits.activated.connect(self._on_limit)
        row.addWidget(self.limits)
        row.addWidget(text(self.tr("max length"), "faint"))
        row.addStretch(1)
        self.memory = text("", "h3")
        self.memory.setAccessibleName(self.tr("Memory that training would need"))
        row.addWidget(self.memory)
        return row

    def set_models(self, models: list[BaseModelInfo], chosen: str) -> None:
        self.models.clear()
        for model in models:
            self.models.addItem(model.ref.name, model.ref.path)
        self.models.setCurrentIndex(max(0, self.models.findData(chosen)))
        self.models.setEnabled(bool(models))

    def show_preview(self, preview: Preview, limit: int) -> None:
        if self._preview is None or not self._preview.counts_like(preview):
            self._guess = None
        self._preview = preview
        self._show_limits(preview, limit)
        self._show(preview, limit)

    def show_guess(self, guess: FirstGuess | None) -> None:
        """What each limit would cost; it comes a moment after the lengths."""
        self._guess = guess
        if self._preview is not None:
            limit = int(self.limits.currentData())
            self._show_limits(self._preview, limit)
            self._show(self._preview, limit)

    # ---- showing it ----
    def _show(self, preview: Preview, limit: int) -> None:
        total, cut = max(len(preview.lengths), 1), self._cut(preview, limit)
        self.plot.set_lengths(preview.tally, limit, preview.kind != "text")
        if cut:
            self.chip.set(self.tr("{share} cut off").format(share=self._share(cut, total)), "warn")
        else:
            self.chip.set(self.tr("None cut off"), "ok")
        self._more.setText(self._advice(preview, limit))
        self._show_cost(limit)

    def _cut(self, preview: Preview, limit: int) -> int:
        if preview.kind == "text":
            return 0
        if self._guess is not None:
            return self._guess.cut(limit)
        return preview.longer(limit)

    def _share(self, cut: int, total: int) -> str:
        share = 100 * cut / total
        return self.tr("under 0.1 %") if share < 0.1 else self.tr("{n} %").format(n=f"{share:.1f}")

    def _show_limits(self, preview: Preview, chosen: int) -> None:
        self.limits.clear()
        for limit in preview.limits:
            short = self.tr("{n} tokens").format(n=format_count(limit))
            self.limits.add(short, self._limit_words(preview, limit, short), limit)
        self.limits.setCurrentIndex(self.limits.findData(chosen))
        self.limits.updateGeometry()

    def _limit_words(self, preview: Preview, limit: int, short: str) -> str:
        """As a line of the list: how much is cut, and what it takes."""
        if self._guess is None:
            return short
        words = [short]
        if preview.kind != "text":
            cut = self._cut(preview, limit)
            none, some = self.tr("none cut"), self.tr("{share} cut")
            share = self._share(cut, max(len(preview.lengths), 1))
            words.append(some.format(share=share) if cut else none)
        words.append(format_bytes(self._guess.memory(limit).shown))
        if self._guess.fit(limit) == "does not fit":
            words.append(self.tr("too much"))
        return " · ".join(words)

    def _show_cost(self, limit: int) -> None:
        """The memory at this limit, and of what run it is: nobody has chosen one yet."""
        guess = self._guess
        if guess is None:
            self._cost.setText("")
            self.memory.setText("")
            return
        fit = guess.fit(limit)
        size = self.tr("≈ {size}").format(size=format_bytes(guess.memory(limit).shown))
        self.memory.setText(size)
        tones = {"fits": "", "tight": "warn", "does not fit": "bad"}
        restyle(self.memory, "tone", tones[fit])
        says = {
            "fits": self.tr("Fits"),
            "tight": self.tr("Tight"),
            "does not fit": self.tr("Does not fit"),
        }
        run, machine = guess.run, guess.machine
        words = self.tr("{fits} · {method}, {n} at a time · {free} free")
        method, many = run.method.title, run.training.batch_size
        free = format_bytes(machine.free_bytes)
        self._cost.setText(words.format(fits=says[fit], method=method, n=many, free=free))
        more = self.tr("Guessed for {method}, {n} at a time, on the {machine}; {free} are free.")
        if machine.device == "cpu":
            more = self.tr("Guessed for {method}, {n} at a time, on the processor, as there is no "
                           "graphics card; {free} of memory are free.")  # fmt: skip
        self.memory.setToolTip(more.format(method=method, n=many, machine=machine.name, free=free))

    def _advice(self, preview: Preview, limit: int) -> str:
        """What the next longer limit would change; without a cut, how long the longest is."""
        cut, most = self._cut(preview, limit), preview.model.shape.max_length
        if not cut:
            words = self.tr("{average} tokens on average, {longest} at most.")
            return words.format(
                average=format_count(preview.average), longest=format_count(preview.longest)
            )
        larger = [n for n in limits_within(most) if limit < n]
        if not larger:
            return plural(
                cut, self.tr("1 row is cut; this model reads no more than {limit} tokens."),
                self.tr("{n} rows are cut; this model reads no more than {limit} tokens."),
                limit=format_count(most),
            )  # fmt: skip
        left = self._cut(preview, larger[0])
        one = self.tr("{limit} tokens would cut 1 row, for {price}.")
        many = self.tr("{limit} tokens would cut {n} rows, for {price}.")
        if not left:
            many = self.tr("{limit} tokens would cut no row, for {price}.")
        price = self._price(limit, larger[0])
        return plural(left, one, many, limit=format_count(larger[0]), price=price)

    def _price(self, limit: int, longer: int) -> str:
        if self._guess is None:
            return self.tr("more memory")
        more = self._guess.memory(longer).shown - self._guess.memory(limit).shown
        if more <= 0:
            return self.tr("no more memory")
        return self.tr("{size} more memory").format(size=format_bytes(more))

    # ---- choosing ----
    def choose(self, limit: int) -> None:
        """As if the person had chosen it from the list."""
        self.limits.setCurrentIndex(max(0, self.limits.findData(limit)))
        self._on_limit()

    def step(self, by: int) -> None:
        """The next longer or shorter limit."""
        index = self.limits.currentIndex() + by
        if 0 <= index < self.limits.count():
            self.limits.setCurrentIndex(index)
            self._on_limit()

    def _on_limit(self) -> None:
        limit = int(self.limits.currentData())
        if self._preview is not None:
            self._show(self._preview, limit)
        self.limit_chosen.emit(limit)

    def _on_model(self) -> None:
        self.model_chosen.emit(str(self.models.currentData()))
