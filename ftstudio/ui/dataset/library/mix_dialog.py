"""Several versions as one: how much of each, and how often its rows would be seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.mixture import MOST_PASSES, Mixing
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_count, plural
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.data.versions.mix import Share, freeze_mix, shares_of
from ftstudio.ui.bridge.background import Cancel
from ftstudio.ui.dataset.few_notice import offer_going_on
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.meter import Bar
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import FieldLabel, text

_NAME = 260  # pixels of a version's name
_OFTEN = 3.0  # passes in one from which rows begin to be learned by heart


class MixDialog(DialogFrame):
    mixed = Signal(object)  # DatasetVersion

    def __init__(
        self,
        workspace: Workspace,
        first: DatasetVersion,
        others: Sequence[DatasetVersion],
        parent: QWidget | None = None,
    ) -> None:
        """`others` of another kind than the first can't be mixed with it: they are not shown."""
        super().__init__(parent, 860, 560)
        self._workspace = workspace
        self._versions = [first, *(one for one in others if one.facts.kind == first.facts.kind)]
        self.shares: list[Share] = []
        self.setWindowTitle(self.tr("Mix several datasets"))
        words = self.tr(
            "Only datasets of the same kind can be mixed. What one of them holds back for "
            "validation or a test is not learned from another, nor what says nearly the same."
        )
        self.set_head(self.tr("Mix several datasets into one"), words=words)
        self.how = Segmented(
            [("size", self.tr("By their size")), ("temperature", self.tr("More of the small ones")),
             ("weights", self.tr("By my own weights"))]
        )  # fmt: skip
        self.how.setAccessibleName(self.tr("How much of each"))
        self.how.chosen.connect(self._update)
        self.body.addWidget(self.how)
        self._lines = self._make_lines()
        self.body.addWidget(PageArea(self._lines), 1)
        self.sum = text("", "small", wrap=True)
        self.body.addWidget(self.sum)
        self._make_name(first)
        self.set_main(self.tr("Mix them"))
        self.focus_first(self.boxes[0])
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
        grid.setRowStretch(len(self._versions) + 1, 1)
        return box

    def _make_line(self, grid: QGridLayout, row: int, version: DatasetVersion) -> None:
        tick = QCheckBox(self._short(version.name))
        tick.setAccessibleName(version.name)
        made = datetime.fromtimestamp(version.created).strftime("%d %b %Y %H:%M")
        tick.setToolTip(f"{version.name} · {made}")
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

    def _short(self, name: str) -> str:
        mode = Qt.TextElideMode.ElideRight
        return self.fontMetrics().elidedText(name, mode, _NAME).replace("&", "&&")

    def _make_name(self, first: DatasetVersion) -> None:
        self.title = QLineEdit(self.tr("{name}, mixed").format(name=first.name[:70]))
        self.title.setAccessibleName(self.tr("Name of the mixture"))
        self.title.setMaxLength(80)
        name = FieldLabel(self.tr("Name"), self.title, "muted")
        self.foot.addWidget(name)
        self.foot.addWidget(self.title, 1)

    def _update(self) -> None:
        """How much of each it would be: quick, so it follows every change."""
        chosen = [place for place, box in enumerate(self.boxes) if box.isChecked()]
        how: Mixing = self.how.current()  # type: ignore[assignment]
        for weight in self.weights:
            weight.setEnabled(how == "weights")
        missing = ""
        try:
            weights = [self.weights[place].value() for place in chosen] if how == "weights" else ()
            self.shares = shares_of([self._versions[place] for place in chosen], how, weights)
        except StudioError as error:
            self.shares = []
            missing = f"{error.what} {error.why}"
        told = {share.version.id: share for share in self.shares}
        for place, version in enumerate(self._versions):
            self._show(place, told.get(version.id))
        whole = sum(share.taken for share in self.shares)
        one = self.tr("1 row to learn from in one pass over the mixture.")
        many = self.tr("{n} rows to learn from in one pass over the mixture.")
        self.sum.setText(missing or plural(whole, one, many))
        restyle(self.sum, "tone", "warn" if missing else "")
        self.allow(not missing, missing)

    def _show(self, place: int, share: Share | None) -> None:
        self._bars[place].set(share.share if share else 0.0)
        said = ""
        if share is not None:
            times = f"{share.epochs:.2g}"
            words = (
                self.tr("once · {share} %") if times == "1" else self.tr("{n} times · {share} %")
            )
            said = words.format(n=times, share=f"{100 * share.share:.0f}")
            if share.capped:
                said += self.tr(" · no more than {n} times").format(n=MOST_PASSES)
            elif share.epochs >= _OFTEN:
                said += self.tr(" · may be learned by heart")
        self.passes[place].setText(said)
        often = share is not None and share.epochs >= _OFTEN
        restyle(self.passes[place], "tone", "warn" if often else "")

    def do_main(self) -> None:
        self._mix(few=False)

    def _mix(self, few: bool) -> None:
        """`few`: go on with the rows there are to check with, however few."""
        shares, name = self.shares, self.title.text().strip() or self.windowTitle()
        workspace = self._workspace

        def work(cancel: Cancel) -> DatasetVersion:
            def tell(share: float) -> None:
                cancel.check()
                cancel.report(share)

            return freeze_mix(workspace, shares, name, progress=tell, few=few)

        hold = (self._lines, self.how, self.title, self.main_button)
        self.start(work, self._on_mixed, self.tr("Mixing"), hold, failed=self._on_failed)

    def _on_failed(self, error: StudioError) -> None:
        if not offer_going_on(self.notice, error, partial(self._mix, few=True)):
            self.fail(error)

    def _on_mixed(self, version: DatasetVersion) -> None:
        self.mixed.emit(version)
        self.accept()
