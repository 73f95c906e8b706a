"""Four figures of a run, each with a word that says whether it is as it should be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from ftstudio.core.objective import Measure
from ftstudio.core.units import format_bytes, format_count, plural
from ftstudio.data.sides.split import ENOUGH
from ftstudio.planning.peak import Peak
from ftstudio.ui.monitor.run_record import RunRecord
from ftstudio.ui.monitor.status_sentence import Judgement, overfit_gap
from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.regrid import lay_out
from ftstudio.ui.widgets.text import text


class MetricTile(Card):
    """A title, a figure, a chip."""

    def __init__(self, title: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=16, spacing=4)
        self._title = text(title, "small")
        self._value = text("–", "metric")
        self._chip = Chip("…", "neutral", self)
        for part in (self._title, self._value, self._chip):
            self.body.addWidget(part)
        self.setToolTip(tip)

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def set(self, value: str, word: str, tone: str) -> None:
        self._value.setText(value)
        self._chip.set(word, tone)
        self.setAccessibleName(f"{self._title.text()}: {value}, {word}")

    def value(self) -> str:
        return self._value.text()

    def word(self) -> str:
        return self._chip.text()


class MetricTiles(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = MetricTile(
            self.tr("Loss now"), self.tr("How wrong the model is on what it learns from: loss.")
        )
        self.unseen = MetricTile(
            self.tr("On unseen examples"),
            self.tr("How wrong it is on examples that it does not learn from: validation loss."),
        )
        self.speed = MetricTile(
            self.tr("Speed"), self.tr("Tokens (word pieces) learned from in a second.")
        )
        self.memory = MetricTile(self.tr("Memory"), self.tr("What the run holds of the memory."))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(14)
        self._columns = 0
        self._arrange(4)

    def tiles(self) -> list[MetricTile]:
        return [self.loss, self.unseen, self.speed, self.memory]

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        lay_out(self._grid, self.tiles(), columns, most=4)

    def set_narrow(self, narrow: bool) -> None:
        """Two by two where four would be cut."""
        self._arrange(2 if narrow else 4)

    def show_record(
        self, record: RunRecord, judgement: Judgement, measures: Sequence[Measure] = ()
    ) -> None:
        """Where the run is judged by a figure of its own, that one's looks stand for the loss's."""
        over = record.status.is_over
        self.loss.set_title(self.tr("Loss on training examples") if over else self.tr("Loss now"))
        self._show_loss(record, judgement)
        judged = next((one for one in measures if one.key == record.judge.key), None)
        looks = (
            record.curves[judged.key].validation if judged and judged.key in record.curves else []
        )
        if judged and looks:
            self._show_figure(record, judged, looks)
        else:
            self._show_unseen(record)
        self._show_speed(record)

    def _last_word(self, record: RunRecord) -> str:
        paused = record.status.state == "paused"
        return self.tr("When it paused") if paused else self.tr("When it ended")

    def _show_loss(self, record: RunRecord, judgement: Judgement) -> None:
        words = {
            "starting": self.tr("Not yet"),
            "too_early": self.tr("Just begun"),
            "falling": self.tr("Falling"),
            "slowing": self.tr("Levelling off"),
            "plateau": self.tr("Hardly moving"),
            "rising": self.tr("Rising"),
            "diverged": self.tr("Out of bounds"),
            "overfitting": self.tr("Learning by heart"),
        }
        if not len(record.series):
            self.loss.set("–", words["starting"], "neutral")
            return
        value = float(record.series.smoothed[-1])
        if record.status.is_over:
            self.loss.set(f"{value:.2f}", self._last_word(record), "neutral")
            return
        if judgement.kind in ("gaining", "standing", "losing"):  # said of another figure
            self.loss.set(f"{value:.2f}", self.tr("Not judged by it"), "neutral")
            return
        self.loss.set(f"{value:.2f}", words[judgement.kind], judgement.tone)

    def _rough(self, record: RunRecord, figure: str = "") -> str:
        """The title of what was seen on unseen rows; with few of them it is said at once."""
        rows = record.status.validation_rows
        title = self.tr("On unseen examples")
        if 0 < rows < ENOUGH:
            one = self.tr("On 1 unseen example, rough")
            title = plural(rows, one, self.tr("On {n} unseen examples, rough"))
        return f"{title}: {figure}" if figure else title

    def _show_figure(
        self, record: RunRecord, judged: Measure, looks: Sequence[tuple[float, float]]
    ) -> None:
        """The newest look at the figure that counts, and how it stands among the looks."""
        self.unseen.set_title(self._rough(record, judged.term))
        self.unseen.setToolTip(
            self.tr("“{figure}” on examples that it does not learn from.").format(
                figure=judged.title
            )
        )
        sign = -1.0 if judged.better == "less" else 1.0
        values = [sign * value for _, value in looks]
        if len(looks) == 1:
            word, tone = self.tr("First look"), "neutral"
        elif values[-1] < max(values):
            word, tone = self.tr("Past its best"), "warn"
        elif values[-1] > values[0]:
            word, tone = self.tr("Best so far"), "ok"
        else:
            word, tone = self.tr("No gain yet"), "neutral"
        self.unseen.set(f"{looks[-1][1]:.3g}", word, tone)

    def _show_unseen(self, record: RunRecord) -> None:
        self.unseen.set_title(self._rough(record))
        points = record.series.validation
        if not points:
            self.unseen.set("–", self.tr("Not tried yet"), "neutral")
            return
        step, loss = points[-1]
        best = min(value for _, value in points)
        if step == 0:
            word, tone = self.tr("Before training"), "neutral"
        elif overfit_gap(points):
            word, tone = self.tr("Gap is growing"), "warn"
        elif loss <= best:
            word, tone = self.tr("Best so far"), "ok"
        else:
            word, tone = self.tr("Near its best"), "accent"
        self.unseen.set(f"{loss:.2f}", word, tone)

    def _show_speed(self, record: RunRecord) -> None:
        status = record.status
        if not status.tokens_per_second:
            self.speed.set("–", self.tr("Not yet"), "neutral")
            return
        value = self.tr("{count} tok/s").format(count=format_count(round(status.tokens_per_second)))
        if status.is_over:
            self.speed.set(value, self._last_word(record), "neutral")
        elif record.speed_is_low():
            self.speed.set(value, self.tr("Slow just now"), "warn")
        else:
            self.speed.set(value, self.tr("Normal"), "ok")

    def show_measured(self, peak: Peak) -> None:
        """After the end, what was measured beside what was foretold."""
        title = self.tr("Memory of {card}").format(card=peak.card)
        self.memory.set_title(title if peak.card else self.tr("Memory"))
        word = self.tr("Measured")
        if peak.foretold:
            word = self.tr("Measured · {size} foretold").format(size=format_bytes(peak.foretold))
        self.memory.set(format_bytes(peak.took), word, "ok")
        self.memory.setToolTip(peak.in_words())

    def show_memory(self, title: str, used: int, total: int) -> None:
        """`used` of `total` bytes; an unknown total (0) shows the figure alone."""
        self.memory.setToolTip(self.tr("What the run holds of the memory."))
        self.memory.set_title(title)
        if not used:
            self.memory.set("–", self.tr("Not known yet"), "neutral")
        elif not total:
            self.memory.set(format_bytes(used), self.tr("When it ended"), "neutral")
        else:
            share = used / total
            number, unit = format_bytes(total).split(" ", 1)
            shown = f"{used / 1e9:.1f}" if unit == "GB" else format_bytes(used)
            value = self.tr("{used} of {total}").format(used=shown, total=f"{number} {unit}")
            word = self.tr("{share} %").format(share=round(100 * share))
            if share > 0.92:
                word = self.tr("{share} %, nearly full").format(share=round(100 * share))
            self.memory.set(value, word, "warn" if share > 0.92 else "accent")
