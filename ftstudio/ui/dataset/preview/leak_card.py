"""Leaks as four counted checks: what would make the figures of a trained model too good."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ftstudio.core.units import format_count, format_share, plural
from ftstudio.data.drafting.leak import Leak, LeakReport, Leaks
from ftstudio.ui.dataset.facts import Facts
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, Chip
from ftstudio.ui.widgets.text import ElidedLabel, IconLabel, text

_KEYS = ("same", "near", "test", "public")


class LeakCard(Card):
    test_wanted = Signal()
    pairs_wanted = Signal(str)  # which check
    together_wanted = Signal()
    leave_out_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=12, spacing=6)
        self.leaks: Leaks | None = None
        head = QHBoxLayout()
        head.addWidget(text(self.tr("Leaks"), "h2"))
        head.addWidget(text(self.tr("data leakage"), "faint"))
        head.addStretch(1)
        self.chip = Chip("", "ok", self)
        head.addWidget(self.chip)
        self.body.addLayout(head)
        self.body.addLayout(self._make_lines())
        foot = QHBoxLayout()
        self._more = ElidedLabel("", "small")
        self.together_button = button(self.tr("Keep them on one side"), "secondary", small=True)
        self.together_button.clicked.connect(self.together_wanted)
        self.leave_button = button(self.tr("Leave them out"), "secondary", small=True)
        self.leave_button.clicked.connect(self.leave_out_wanted)
        foot.addWidget(self._more, 1)
        foot.addWidget(self.together_button)
        foot.addWidget(self.leave_button)
        self.body.addLayout(foot)
        self.show_leaks(None, None)

    def _make_lines(self) -> QVBoxLayout:
        """Each line for itself: what one has to say must not cut the words of the others."""
        lines = QVBoxLayout()
        lines.setSpacing(2)
        words = {
            "same": self.tr("Same question on both sides"),
            "near": self.tr("Near-duplicates on both sides"),
            "test": self.tr("Your own test file"),
            "public": self.tr("Known public tests"),
        }
        self._lines: dict[str, tuple[IconLabel, ElidedLabel, QPushButton]] = {}
        for key in _KEYS:
            icon, label = IconLabel("clock", "muted", 16), ElidedLabel(words[key])
            count = button("", "link", small=True)
            count.setProperty("sz", "line")
            count.clicked.connect(partial(self.pairs_wanted.emit, key))
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(icon)
            line.addWidget(label, 1)
            line.addWidget(count)
            lines.addLayout(line)
            self._lines[key] = (icon, label, count)
            if key == "test":
                line.setSpacing(2)
                line.insertSpacing(1, 6)
                line.addWidget(self._make_test_button())
        return lines

    def _make_test_button(self) -> QPushButton:
        self.test_button = button("", "link", small=True)
        self.test_button.setProperty("sz", "line")
        self.test_button.setAccessibleName(self.tr("Choose my test file …"))
        self.test_button.clicked.connect(self.test_wanted)
        return self.test_button

    def said(self, key: str) -> str:
        """What stands at the end of a line, for tests and screen readers."""
        return self._lines[key][2].text()

    def pairs(self, key: str) -> list[Leak]:
        """The pairs behind a line."""
        if self.leaks is None:
            return []
        if key == "public":
            return [leak for report in self.leaks.benchmarks for leak in report.leaks]
        if key == "test":
            return list(self.leaks.test.leaks) if self.leaks.test else []
        return [leak for leak in self.leaks.own.leaks if (leak.how == "near") == (key == "near")]

    def show_share(self, share: float) -> None:
        self.chip.set(self.tr("Looking … {n}").format(n=format_share(share)), "neutral")

    def show_leaks(self, leaks: Leaks | None, facts: Facts | None) -> None:
        """None: they are being looked for."""
        self.leaks = leaks
        self._more.hide()
        self.together_button.hide()
        self.leave_button.hide()
        if leaks is None:
            self.test_button.setText(self.tr("Choose …"))
            self.chip.set(self.tr("Looking …"), "neutral")
            for key in _KEYS:
                self._line(key, None, "…")
            return
        near = leaks.own.rows.get("near", 0)
        public = sum(report.count for report in leaks.benchmarks)
        self._line("same", leaks.own.count - near, format_count(leaks.own.count - near))
        self._line("near", near, format_count(near))
        hit = format_count(sum(1 for report in leaks.benchmarks if report.count))
        one, many = self.tr("{hit} of 1 test"), self.tr("{hit} of {n} tests")
        words = plural(len(leaks.benchmarks), one, many, hit=hit)
        self._line("public", public, words if leaks.benchmarks else self.tr("none known here"))
        self._show_test(leaks.test)
        found = leaks.own.count + public + (leaks.test.count if leaks.test else 0)
        if found:
            self.chip.set(self.tr("{n} found").format(n=format_count(found)), "warn")
        else:
            self.chip.set(self.tr("None left"), "ok")
        self._show_remedies(leaks, near, facts)

    def _show_test(self, test: LeakReport | None) -> None:
        self.test_button.setText(self.tr("Choose …") if test is None else self.tr("Other …"))
        self._lines["test"][2].setVisible(test is not None)
        if test is None:
            self._line("test", None, self.tr("none chosen"))
            return
        one, many = self.tr("{hit} of 1 row"), self.tr("{hit} of {n} rows")
        words = plural(test.tried, one, many, hit=format_count(test.count))
        self._line("test", test.count, words)

    def _show_remedies(self, leaks: Leaks, near: int, facts: Facts | None) -> None:
        together = facts is not None and facts.draft.split.near
        self.together_button.setVisible(bool(near) and not together)
        learned = bool(leaks.test and leaks.test.count) or any(r.count for r in leaks.benchmarks)
        self.leave_button.setVisible(learned)
        sentence = ""
        if leaks.test and leaks.test.count:
            sentence = leaks.test.sentence
        elif near or leaks.own.count:
            sentence = leaks.own.sentence
        elif learned:
            names = ", ".join(report.against for report in leaks.benchmarks if report.count)
            words = self.tr("Questions of {names} stand among what is learned from.")
            sentence = words.format(names=names)
        self._more.setText(sentence)
        self._more.setVisible(bool(sentence))

    def _line(self, key: str, count: int | None, words: str) -> None:
        icon, label, link = self._lines[key]
        look = {None: ("minus", "muted"), 0: ("circle-check", "ok")}
        icon.set_icon(*look.get(count, ("triangle-alert", "warn")))
        link.setText(words)
        link.setEnabled(bool(count))
        shown = self.tr("Show the rows") if count else ""
        link.setToolTip(shown)
        link.setAccessibleName(f"{label.full_text()}: {words}")
