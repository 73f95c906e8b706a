"""One text before and after: what went is struck through, what came is underlined on green."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QWidget

from ftstudio.data.differing import Part
from ftstudio.ui.theme import color, is_dark

_MARKS = str.maketrans({" ": "␣", "\n": "↵", "\t": "⇥", "\r": "", "\u00a0": "␣"})


class ChangeLabel(QLabel):
    """Colours follow the theme. Spoken, it is the text before, an arrow, and the text after."""

    def __init__(
        self, parent: QWidget | None = None, role: str = "small", broken: bool = False
    ) -> None:
        """`broken`: lines of a text stand below each other; else in one line, with a sign."""
        super().__init__(parent)
        self._broken = broken
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setProperty("role", role)
        self._dark = is_dark()
        self._parts: list[Part] = []
        self._head = self._tail = ""

    def set_parts(self, parts: list[Part], head: str = "", tail: str = "") -> None:
        """`head` before it and `tail` behind it are said in the label's own words."""
        self._parts, self._head, self._tail = parts, head, tail
        before = "".join(part.text for part in parts if part.kind != "new")
        after = "".join(part.text for part in parts if part.kind != "gone")
        said = before if before == after else f"{before} → {after}"
        self.setAccessibleName(" ".join(f"{head} {said} {tail}".split()))
        self._write()

    def plain(self) -> str:
        """What is said, without colours: for tests and screen readers."""
        return self.accessibleName()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._dark != is_dark():
            self._write()  # not at each such event: a new text brings about the next

    def _write(self) -> None:
        self._dark = is_dark()
        said = [f"<b>{escape(self._head)}</b> "] if self._head else []
        said += [_html(part, self._broken) for part in self._parts]
        if self._tail:
            said.append(f" <span>{escape(self._tail)}</span>")
        self.setText("".join(said))


def _html(part: Part, broken: bool) -> str:
    if part.kind == "same" and broken:
        return escape(part.text).replace("\n", "<br>")
    if part.kind == "same":
        return escape(" ".join(part.text.replace("\n", " ↵ ").split(" ")))
    words = escape(_visible(part.text))
    if part.kind == "gone":
        ink = color("bad").name()
        return f'<span style="color:{ink};text-decoration:line-through">{words}</span> '
    ground, ink = color("learn").name(), color("learn_t").name()
    style = f"background-color:{ground};color:{ink};text-decoration:underline"
    return f'<span style="{style}">{words}</span>'


def _visible(words: str) -> str:
    """Spaces at the ends and line breaks, made to be seen."""
    inner = words.strip()
    if not inner:
        return words.translate(_MARKS)
    start = words[: len(words) - len(words.lstrip())]
    end = words[len(words.rstrip()) :]
    return start.translate(_MARKS) + inner.replace("\n", "↵") + end.translate(_MARKS)
