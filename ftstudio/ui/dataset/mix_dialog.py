"""Several versions as one: how much of each, and how often its rows would be seen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.mixture import Mixing
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_count
from ftstudio.data.library import DatasetVersion
from ftstudio.data.mix import Share, freeze_mix, shares_of
from ftstudio.ui.bridge.background import run
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.meter import Bar, Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import text

_OFTEN = 3.0  # passes in one from which rows begin to be learned by heart


class MixDialog(QDialog):
    mixed = Signal(object)  # DatasetVersion

    def __init__(
        self,
        workspace: Workspace,
        first: DatasetVersion,
        others: Sequence[DatasetVersion],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._versions = [first, *(one for one in others if one.facts.kind == first.facts.kind)]
        self.shares: list[Share] = []
        self.setWindowTitle(self.tr("Mix several datasets"))
        self.resize(820, 520)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 20)
        column.setSpacing(12)
        column.addWidget(text(self.tr("Mix several datasets into one"), "display"))
        words = self.tr(
            "Only datasets of the same kind can be mixed. What one of them holds back for "
            "validation or a test is not learned from another."
        )
        column.addWidget(text(words, "muted", wrap=True))
        self.how = Segmented(
            [("size", self.tr("By their size")), ("temperature", self.tr("More of the small ones")),
             ("weights", self.tr("By my own weights"))]
        )  # fmt: skip
        self.how.chosen.connect(self._update)
        column.addWidget(self.how)
        column.addWidget(self._make_lines())
        self.sum = text("", "small", wrap=True)
        column.addWidget(self.sum)
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        column.addStretch(1)
        self.meter = Meter(self.tr("Mixing"))
        self.meter.hide()
        column.addWidget(self.meter)
        column.addLayout(self._make_foot(first))
        self._update()

    def _make_lines(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(3, 1)
        heads = (self.tr("Dataset"), self.tr("Rows"), self.tr("Weight"),
                 self.tr("Share of the mixture"), self.tr("Each row is seen"))  # fmt: skip
        for place, words in enumerate(heads):
            grid.addWidget(text(words, "small"), 0, place)
        self.boxes: list[QCheckBox] = []
        self.weights: list[QDoubleSpinBox] = []
        self._bars: list[Bar] = []
        self.passes: list[QLabel] = []
        for row, version in enumerate(self._versions, 1):
            self._make_line(grid, row, version)
        return box

    def _make_line(self, grid: QGridLayout, row: int, version: DatasetVersion) -> None:
        tick = QCheckBox(version.name)
        tick.setChecked(row <= 2)
        tick.toggled.connect(self._update)
        weight = QDoubleSpinBox()
        weight.setRange(0.1, 100)
        weight.setSingleStep(0.5)
        weight.setDecimals(1)
        weight.setAlignment(Qt.AlignmentFlag.AlignCenter)
        weight.setValue(1)
        weight.setAccessibleName(self.tr("Weight of {name}").format(name=version.name))
        weight.valueChanged.connect(self._update)
        rows = text(format_count(version.counts.get("train", 0)))
        bar, passes = Bar(), text("", "small")
        self.boxes.append(tick)
        self.weights.append(weight)
        self._bars.append(bar)
        self.passes.append(passes)
        for place, widget in enumerate((tick, rows, weight, bar, passes)):
            grid.addWidget(widget, row, place, Qt.AlignmentFlag.AlignVCenter)

    def _make_foot(self, first: DatasetVersion) -> QHBoxLayout:
        foot = QHBoxLayout()
        name = text(self.tr("Name"), "muted")
        self.title = QLineEdit(self.tr("{name}, mixed").format(name=first.name))
        self.title.setAccessibleName(self.tr("Name of the mixture"))
        self.title.setMaxLength(80)
        cancel = button(self.tr("Cancel"), "ghost")
        cancel.clicked.connect(self.reject)
        self.mix_button = button(self.tr("Mix them"), "primary")
        self.mix_button.clicked.connect(self._on_mix)
        name.setBuddy(self.title)
        foot.addWidget(name)
        foot.addWidget(self.title, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.mix_button)
        return foot

    def _update(self) -> None:
        """How much of each it would be: quick, so it follows every change."""
        chosen = [place for place, box in enumerate(self.boxes) if box.isChecked()]
        how: Mixing = self.how.current()  # type: ignore[assignment]
        for weight in self.weights:
            weight.setEnabled(how == "weights")
        self.notice.clear()
        try:
            weights = [self.weights[place].value() for place in chosen] if how == "weights" else ()
            self.shares = shares_of([self._versions[place] for place in chosen], how, weights)
        except StudioError as error:
            self.shares = []
            self.notice.show_error(error)
        told = {share.version.id: share for share in self.shares}
        for place, version in enumerate(self._versions):
            self._show(place, told.get(version.id))
        whole = sum(share.taken for share in self.shares)
        words = self.tr("{n} rows to learn from in one pass over the mixture.")
        self.sum.setText(words.format(n=format_count(whole)) if self.shares else "")
        self.mix_button.setEnabled(bool(self.shares))

    def _show(self, place: int, share: Share | None) -> None:
        self._bars[place].set(share.share if share else 0.0)
        words = self.tr("{n} times · {share} %")
        said = ""
        if share is not None:
            said = words.format(n=f"{share.epochs:.2g}", share=f"{100 * share.share:.0f}")
            if share.epochs >= _OFTEN:
                said += self.tr(" · may be learned by heart")
        self.passes[place].setText(said)
        often = share is not None and share.epochs >= _OFTEN
        restyle(self.passes[place], "tone", "warn" if often else "")

    def _on_mix(self) -> None:
        shares, name = self.shares, self.title.text().strip() or self.windowTitle()
        self.mix_button.setEnabled(False)
        self.meter.show()
        run(
            self,
            lambda cancel: freeze_mix(self._workspace, shares, name, progress=cancel.report),
            self._on_mixed,
            self._on_failed,
            lambda share: self.meter.set(share, f"{share:.0%}"),
        )

    def _on_mixed(self, version: DatasetVersion) -> None:
        self.mixed.emit(version)
        self.accept()

    def _on_failed(self, error: StudioError) -> None:
        self.meter.hide()
        self.mix_button.setEnabled(True)
        self.notice.show_error(error)
