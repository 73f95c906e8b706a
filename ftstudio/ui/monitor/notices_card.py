"""What the worker noticed: a warning with its remedy on top, the rest in a quiet list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.plan import Plan
from ftstudio.jobs.events import Notice
from ftstudio.jobs.reward_watch import is_of_reward
from ftstudio.jobs.status import RunStatus
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.regrid import take_out
from ftstudio.ui.widgets.text import IconLabel, text

_SHOWN = 3  # of the quiet list: the newest
_FIRST_PULL = 0.05  # where there was none at all


class NoticesCard(QWidget):
    """Hidden where there is nothing to say. What was dismissed stays away for this run."""

    closer_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dismissed: set[str] = set()
        self._shown: tuple[str, ...] = ()
        self._warned = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.warning = self._make_warning()
        column.addWidget(self.warning)
        self.quiet = Card(tone="soft", margin=14, spacing=8)
        self.quiet.add_title(self.tr("Worth knowing"))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.quiet.body.addLayout(self._lines)
        column.addWidget(self.quiet)
        self.hide()

    def _make_warning(self) -> Card:
        card = Card(tone="warn", margin=16)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(IconLabel("triangle-alert", "warn", 24), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        self._what = text("", "h2", wrap=True)
        self._why = text("", None, wrap=True)
        self._remedy = text("", None, wrap=True)
        for part in (self._what, self._why, self._remedy):
            words.addWidget(part)
        words.addStretch(1)
        row.addLayout(words, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(8)
        self.closer = button(self.tr("Start again, stay closer"), "primary", "rotate-ccw")
        self.closer.setToolTip(self.tr(
            "A new run with the settings of this one and twice the pull to the start "
            "(KL coefficient). This one goes on until you stop it."
        ))  # fmt: skip
        self.closer.clicked.connect(self.closer_asked)
        self.let_run = button(self.tr("Let it run"), "ghost")
        self.let_run.clicked.connect(self._on_let_run)
        buttons.addWidget(self.closer)
        buttons.addWidget(self.let_run)
        buttons.addStretch(1)
        row.addLayout(buttons)
        card.body.addLayout(row)
        return card

    def clear(self) -> None:
        """Another run is shown."""
        self._dismissed, self._shown, self._warned = set(), (), ""
        self.hide()

    def show_status(self, status: RunStatus, rewarded: bool) -> None:
        """`rewarded`: the run learns from scores, so that a pull to the start can be raised."""
        here = [one for one in status.notices if one.what not in self._dismissed]
        warned = [one for one in here if one.level == "warning" and rewarded and is_of_reward(one)]
        top = warned[-1] if warned else None
        others = [one for one in here if one is not top][-_SHOWN:]
        self._show_warning(top, status)
        self._show_quiet(others)
        self.setVisible(bool(top or others))

    def words(self) -> str:
        """What the warning says; empty where there is none."""
        if self.warning.isHidden():
            return ""
        return " ".join(part.text() for part in (self._what, self._why, self._remedy))

    def quiet_words(self) -> list[str]:
        return list(self._shown)

    def _show_warning(self, notice: Notice | None, status: RunStatus) -> None:
        self.warning.setVisible(notice is not None)
        if notice is None:
            return
        self._warned = notice.what
        self._what.setText(notice.what)
        self._why.setText(notice.why)
        self._remedy.setText(notice.remedy)
        over = status.is_over
        self.let_run.setText(self.tr("Not now") if over else self.tr("Let it run"))
        self.warning.setAccessibleName(f"{notice.what} {notice.why} {notice.remedy}")

    def _show_quiet(self, notices: list[Notice]) -> None:
        said = tuple(" ".join(p for p in (n.what, n.why, n.remedy) if p) for n in notices)
        self.quiet.setVisible(bool(said))
        if said == self._shown:
            return
        self._shown = said
        while (item := self._lines.itemAt(0)) is not None and (line := item.widget()) is not None:
            take_out(self._lines, line)
            line.deleteLater()
        for notice, words in zip(notices, said, strict=True):
            self._lines.addWidget(_line(words, notice.level == "warning"))

    def _on_let_run(self) -> None:
        self._dismissed.add(self._warned)
        self.warning.hide()
        self.setVisible(not self.quiet.isHidden())


def closer(plan: Plan) -> float:
    """Twice the pull to the start that this run had."""
    return 2 * float(plan.objective_params.get("kl_weight") or _FIRST_PULL)


def _line(words: str, warns: bool) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    icon = IconLabel("triangle-alert" if warns else "info", "warn" if warns else "muted", 16)
    row.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text(words, "small", wrap=True), 1)
    return line
