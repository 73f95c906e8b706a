"""Before you apply: what a remedy would do to real rows of this file."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ftstudio.core.units import plural
from ftstudio.data.drafting.foreseen import Effect, Line
from ftstudio.ui.dataset.rows.change_label import ChangeLabel
from ftstudio.ui.dataset.rows.tinted import Tinted
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.text import IconLabel, text


class EffectCard(Tinted):
    def __init__(self, lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__("accent_soft", parent=parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("eye", "accent", 16))
        title = text(self.tr("Before you apply"), "small")
        restyle(title, "tone", "accent")
        head.addWidget(title)
        head.addStretch(1)
        column.addLayout(head)
        self._what = text("", "small", wrap=True)
        column.addWidget(self._what)
        self.lines = [ChangeLabel() for _ in range(lines)]
        for label in self.lines:
            column.addWidget(label)
        self._note = text("", "small", wrap=True)
        column.addWidget(self._note)
        self.hide()

    def what(self) -> str:
        return self._what.text()

    def note(self) -> str:
        return self._note.text()

    def wait(self, words: str) -> None:
        """Nothing is known yet."""
        self._show(words, [], "")

    def show_effect(self, title: str, effect: Effect) -> None:
        if effect.nothing:
            self._show(self.tr("“{title}” has nothing to do.").format(title=title), [], "")
            return
        said = [
            plural(count, *words)
            for count, words in (
                (effect.removed, self._removed()),
                (effect.changed, self._changed(effect)),
                (effect.added, self._added()),
            )
            if count
        ]
        one = many = self.tr("“{title}”: {what}.")
        if effect.tried:
            one = self.tr("“{title}”: about {what}, judged by 1 row.")
            many = self.tr("“{title}”: about {what}, judged by {n} rows.")
        what = self.tr(" and ").join(said)
        whole = plural(effect.tried, one, many, title=title, what=what)
        self._show(whole, effect.lines, self._remark(effect))

    def _removed(self) -> tuple[str, str]:
        return self.tr("1 row would be left out"), self.tr("{n} rows would be left out")

    def _changed(self, effect: Effect) -> tuple[str, str]:
        if "changed" not in {line.what for line in effect.lines}:
            return self.tr("1 row would be marked"), self.tr("{n} rows would be marked")
        return self.tr("1 row would change"), self.tr("{n} rows would change")

    def _added(self) -> tuple[str, str]:
        return self.tr("1 row would be added"), self.tr("{n} rows would be added")

    def _remark(self, effect: Effect) -> str:
        if effect.key == "hide_personal" and effect.changed:
            return self.tr(
                "The same address gets the same stand-in. What each one stands for stays outside "
                "the dataset."
            )
        if effect.key == "mark_near_duplicates" and effect.changed:
            return self.tr("All of them stay; a group never stands on both sides of the split.")
        return ""

    def _show(self, what: str, lines: list[Line], note: str) -> None:
        self.show()
        self._what.setText(what)
        for place, label in enumerate(self.lines):
            label.setVisible(place < len(lines))
            if place < len(lines):
                fill_line(label, lines[place])
        self._note.setText(note)
        self._note.setVisible(bool(note))


def fill_line(label: ChangeLabel, line: Line) -> None:
    """One row in one label: its number, what is another one, and why it goes."""
    number = label.tr("row {n}:").format(n=line.number) if line.number > 0 else ""
    tails = {
        "left out": label.tr("→ left out"),
        "added": label.tr("→ new row"),
        "marked": "",
        "changed": "",
    }
    label.set_parts(line.parts, number, tails[line.what])
