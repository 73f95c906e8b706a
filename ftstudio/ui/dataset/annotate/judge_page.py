"""One row after another, judged by keys; every judgement is saved at once."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_count
from ftstudio.data.annotation.agreement import agreements
from ftstudio.data.annotation.deciding import disagreements, settled
from ftstudio.data.annotation.log import Judgement
from ftstudio.data.annotation.sitting import Sitting
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.ui.dataset.annotate.actions import (
    Actions,
    MarkActions,
    PairActions,
    ScoreActions,
)
from ftstudio.ui.dataset.annotate.agreement_card import AgreementCard
from ftstudio.ui.dataset.annotate.label_actions import LabelActions
from ftstudio.ui.dataset.annotate.mend_actions import MendActions
from ftstudio.ui.dataset.annotate.row_view import RowView
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button, set_icon
from ftstudio.ui.widgets.card import Card, Chip, line
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import ElidedLabel, text

_SIDE, _MANY = 276, 1_000


class JudgePage(QWidget):
    """Keys bubble up to the page from whatever has the focus; the fields of classes, long scores
    and answers take the letters, so there the commands need Alt."""

    left = Signal()
    use_wanted = Signal()
    settle_wanted = Signal(bool)  # True: settle; False: back to judging

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sitting: Sitting | None = None
        self._agreed: Sitting | None = None  # whose agreement is shown
        self.actions_bar: Actions = Actions()
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 24, 32, 24)
        column.setSpacing(12)
        column.addLayout(self._make_head())
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self._make_row(), 1)
        middle.addWidget(self._make_side())
        column.addLayout(middle, 1)
        column.addLayout(self._make_foot())
        for keys, slot in (("Alt+Right", self._on_skip), ("Alt+Left", self._on_back),
                           ("Alt+U", self._on_undo), ("Esc", self._on_leave)):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    # ---- building it ----
    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title, self.facts = ElidedLabel("", "h1"), ElidedLabel("", "muted")
        words.addWidget(self.title)
        words.addWidget(self.facts)
        row.addLayout(words, 1)
        self.use = button("", "secondary", "check")
        self.use.clicked.connect(self.use_wanted)
        row.addWidget(self.use)
        return row

    def _make_row(self) -> Card:
        self.card = Card(margin=16, spacing=10)
        head = QHBoxLayout()
        self.number = text("", "h3")
        self.chips = QHBoxLayout()
        self.chips.setSpacing(6)
        self.was = Chip("", "accent", self)
        head.addWidget(self.number)
        head.addWidget(self.was)
        head.addStretch(1)
        head.addLayout(self.chips)
        self.card.body.addLayout(head)
        self.view = RowView()
        self.card.body.addWidget(self.view, 1)
        self.others = text("", "small", wrap=True)
        self.card.body.addWidget(self.others)
        self.done_words = text("", "display", wrap=True)
        self.done_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.card.body.addWidget(self.done_words, 1)
        self._place = QVBoxLayout()
        self.card.body.addLayout(self._place)
        return self.card

    def _make_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        card = Card(margin=16, spacing=10)
        self.meter = Meter(self.tr("Judged by you"))
        card.body.addWidget(self.meter)
        self.speed = text("", "small", wrap=True)
        card.body.addWidget(self.speed)
        card.body.addWidget(line())
        self.saved = text(self.tr("Saved at every judgement. Stop whenever you like; you go on "
                                  "at this row."), "small", wrap=True)  # fmt: skip
        card.body.addWidget(self.saved)
        column.addWidget(card)
        self.agreement = AgreementCard()
        self.agreement.settle_wanted.connect(self.settle_wanted)
        column.addWidget(self.agreement)
        column.addStretch(1)
        return side

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.leave = button(self.tr("Leave"), icon="arrow-left")
        self.back = button("", "secondary", "chevron-left")
        self.undo = button("", "secondary", "undo-2")
        self.skip = button("", "secondary", "chevron-right")
        for target, slot in ((self.leave, self._on_leave), (self.back, self._on_back),
                             (self.undo, self._on_undo), (self.skip, self._on_skip)):  # fmt: skip
            target.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            target.clicked.connect(slot)
        row.addWidget(self.leave)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.undo)
        row.addWidget(self.skip)
        return row

    # ---- from outside ----
    def open(self, sitting: Sitting, title: str, name: str, use: str) -> None:
        self.sitting = sitting
        self.title.setText(title)
        words = self.tr("{name} · judged as {who}")
        if sitting.settling:
            words = self.tr("{name} · settled by {who}, with both judgements in sight")
        self.facts.setText(words.format(name=name, who=sitting.who))
        self.use.setText(use)
        old, self.actions_bar = self.actions_bar, _actions(sitting.task)
        self._place.addWidget(self.actions_bar)
        self._place.removeWidget(old)
        old.hide()
        old.deleteLater()
        self.actions_bar.said.connect(self._on_said)
        self._name_keys()
        self.notice.clear()
        self.refresh()

    def refresh(self) -> None:
        """Show the row that is before the person; the focus stands where the keys are taken."""
        sitting = self.sitting
        if sitting is None:
            return
        item = sitting.item
        for widget in (self.view, self.actions_bar, self.number):
            widget.setVisible(item is not None)
        self.done_words.setVisible(item is None)
        self.done_words.setText(self._done_words() if item is None else "")
        self.view.show_row(sitting)
        if item is not None:
            said = self.tr("Row {n}") if item.number > 0 else self.tr("A copy made by a step")
            self.number.setText(said.format(n=format_count(item.number)))
            self.actions_bar.show_row(sitting)
            self._show_flags(sorted(item.flags))
        mine = sitting.mine() if item is not None else None
        self.was.set(self.tr("judged already") if mine is not None else "", "accent")
        self._show_others(sitting)
        self._show_progress(sitting)
        self._show_agreement(sitting)
        self.back.setEnabled(sitting.place > 0)
        self.undo.setEnabled(sitting.can_undo)
        self.skip.setEnabled(item is not None)
        self.take_focus()

    def take_focus(self) -> None:
        target = self.actions_bar.focus_on() if self._has_row() else None
        (target or self).setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- showing it ----
    def _has_row(self) -> bool:
        return self.sitting is not None and self.sitting.item is not None

    def _name_keys(self) -> None:
        typing = self.actions_bar.typing
        self.use.setToolTip(self.tr("Ctrl+Enter"))
        names = ((self.back, self.tr("Back"), "Alt+←" if typing else "←"),
                 (self.undo, self.tr("Undo"), "Alt+U" if typing else "U"),
                 (self.skip, self.tr("Skip"), "Alt+→" if typing else "S"))  # fmt: skip
        for target, name, key in names:
            target.setText(self.tr("{what}  ·  {key}").format(what=name, key=key))
            target.setAccessibleName(name)
            target.setAccessibleDescription(self.tr("Key {key}").format(key=key))

    def _done_words(self) -> str:
        assert self.sitting is not None
        if not self.sitting.queue:
            return self.tr("There is nothing to judge in this order.")
        if self.sitting.settling:
            return self.tr("All that was judged differently is settled.")
        return self.tr("All rows are judged. Use the judgements now, or go back to look at them.")

    def _show_flags(self, flags: list[str]) -> None:
        while self.chips.count():
            item = self.chips.takeAt(0)
            if item is not None and (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()
        for flag in flags[:3]:
            self.chips.addWidget(Chip(flag.replace("_", " "), "warn"))

    def _show_others(self, sitting: Sitting) -> None:
        said = [self.tr("{who}: {what}").format(who=one.who, what=self._words(one))
                for one in sitting.others()]  # fmt: skip
        self.others.setText("   ·   ".join(said))
        self.others.setVisible(bool(said))

    def _words(self, one: Judgement) -> str:
        if one.good is not None:
            return self.tr("good") if one.good else self.tr("bad")
        if one.choice is not None and self.sitting is not None:
            if one.choice == "tie":
                return self.tr("equally good")
            first = (one.choice == "own") == self.sitting.own_first()
            return self.tr("A is better") if first else self.tr("B is better")
        if one.number is not None:
            return f"{one.number:g}"
        return ", ".join(one.labels) if one.labels else (one.answer or "")[:200]

    def _show_progress(self, sitting: Sitting) -> None:
        progress = sitting.progress()
        words = self.tr("{done} of {total}").format(
            done=format_count(progress.done), total=format_count(progress.total)
        )
        share = progress.done / progress.total if progress.total else 0.0
        self.meter.set(share, words, "ok" if share == 1 else "accent")
        kind = "primary" if sitting.log.taken else "secondary"  # there is nothing to use before
        set_icon(self.use, "check", kind)
        restyle(self.use, "kind", kind)
        said = []
        if progress.per_minute:
            speed = self.tr("{n} rows a minute").format(n=_speed(progress.per_minute))
            said.append(speed)
            minutes = progress.minutes_left or 0.0
            if progress.done < progress.total:
                left = self.tr("about {n} min left").format(n=max(1, round(minutes)))
                said.append(left)
        if progress.skipped:
            said.append(self.tr("{n} skipped, to come up again").format(n=progress.skipped))
        self.speed.setText(" · ".join(said) or self.tr("Your speed is shown after the first row."))

    def _show_agreement(self, sitting: Sitting) -> None:
        taken = sitting.log.taken
        if len(taken) > _MANY and len(taken) % 20 and sitting is self._agreed:
            return  # takes a while for so many
        self._agreed = sitting
        final = settled(taken)
        left = [key for key in disagreements(sitting.task, taken) if key not in final]
        self.agreement.show_agreement(agreements(sitting.task, taken), len(left), sitting.settling)

    # ---- what the person does ----
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._has_row() and not event.isAutoRepeat() and not _with_control(event):
            if self.actions_bar.take_key(event):
                return
            if not self.actions_bar.typing and self._command(event.key()):
                return
        undo = _with_control(event) and event.key() == Qt.Key.Key_Z
        if _with_control(event) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.use.click()
            return
        if undo or (not self._has_row() and self._command(event.key())):
            if undo:
                self._on_undo()
            return
        super().keyPressEvent(event)

    def _command(self, key: int) -> bool:
        commands = {
            int(Qt.Key.Key_S): self._on_skip, int(Qt.Key.Key_Right): self._on_skip,
            int(Qt.Key.Key_Left): self._on_back, int(Qt.Key.Key_U): self._on_undo,
        }  # fmt: skip
        if key in commands:
            commands[key]()
            return True
        return self.view.scroll_by(key)

    def _on_said(self, said: object) -> None:
        assert isinstance(said, dict)
        if self.sitting is None or self.sitting.item is None:
            return
        try:
            if "prefer" in said:
                self.sitting.prefer(said["prefer"])
            else:
                self.sitting.judge(**said)
        except StudioError as error:
            self.notice.show_error(error)
            return
        self.notice.clear()
        self.refresh()

    def _on_skip(self) -> None:
        self._do("skip")

    def _on_back(self) -> None:
        self._do("back")

    def _on_undo(self) -> None:
        self._do("undo")

    def _do(self, what: str) -> None:
        if self.sitting is None:
            return
        try:
            getattr(self.sitting, what)()
        except StudioError as error:
            self.notice.show_error(error)
            return
        self.refresh()

    def _on_leave(self) -> None:
        self.left.emit()


def _with_control(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def _actions(task: JudgingTask) -> Actions:
    match task.judging:
        case "mark":
            return MarkActions()
        case "pair":
            return PairActions()
        case "score":
            return ScoreActions(task.low, task.high)
        case "label":
            return LabelActions(task.several)
        case "mend":
            return MendActions()


def _speed(per_minute: float) -> str:
    """With a decimal only where it tells something."""
    return f"{per_minute:.0f}" if per_minute >= 10 else f"{per_minute:.1f}"
