"""The frame of all dialogs about data: head, body, what went wrong, what is under way, foot.

Esc closes and ends what is under way; what must not be cut short is let finish, and said so.
Enter presses the main button, and Ctrl+Enter does from anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_share
from ftstudio.ui.bridge.background import Cancel, Task, run
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.meter import Meter
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.text import ElidedLabel, text

T = TypeVar("T")
_EDGE = 24  # pixels that the window around a dialog keeps at least


class DialogFrame(QDialog):
    """Fill `body`; `foot` takes what stands at the left of the buttons."""

    def __init__(self, parent: QWidget | None, width: int, height: int) -> None:
        super().__init__(parent)
        self._room = (width, height)
        self._keys_at: QWidget | None = None
        self._task: Task[Any] | None = None
        self._must_finish = False
        self._allowed = True
        self._held: list[QWidget] = []
        self._back_to: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 20)
        column.setSpacing(12)
        column.addLayout(self._frame_head())
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        column.addLayout(self.body, 1)
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        self.meter = Meter("")
        self.meter.hide()
        column.addWidget(self.meter)
        column.addLayout(self._frame_foot())
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._on_main_key)
        self.resize(width, height)

    def _frame_head(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(10)
        self._head_label, self._term_label = ElidedLabel("", "display"), text("", "faint")
        self._head_label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row.addWidget(self._head_label)
        row.addWidget(self._term_label)
        row.addStretch(1)
        column.addLayout(row)
        self.words = text("", "muted", wrap=True)
        column.addWidget(self.words)
        for label in (self._head_label, self._term_label, self.words):
            label.hide()
        return column

    def _frame_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(10)
        row.addLayout(self.foot, 1)
        self.close_button = button(self.tr("Close"), "primary")
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.reject)
        self.main_button: QPushButton = button("", "primary")
        self.main_button.hide()
        self.main_button.clicked.connect(self._on_main)
        row.addWidget(self.close_button)
        row.addWidget(self.main_button)
        return row

    # ---- what the dialog says of itself ----
    def set_head(self, head: str, term: str = "", words: str = "") -> None:
        """The title in it, the field's word for it, and a sentence below."""
        for label, said in (
            (self._head_label, head),
            (self._term_label, term),
            (self.words, words),
        ):
            label.setText(said)
            label.setVisible(bool(said))

    def set_main(self, words: str, kind: str = "primary", cancel: str = "",
                 by_enter: bool = True) -> None:  # fmt: skip
        """The button that does it; the other one closes. `by_enter`: a bare Enter presses it."""
        self.main_button.setText(words)
        restyle(self.main_button, "kind", kind)
        self.main_button.show()
        self.close_button.setText(cancel or self.tr("Cancel"))
        restyle(self.close_button, "kind", "ghost")
        self.close_button.setDefault(False)
        self.main_button.setDefault(by_enter)

    def allow(self, allowed: bool, missing: str = "") -> None:
        """Not allowed, the main button stays in the order of Tab and says what is missing."""
        self._allowed = allowed
        said = "" if allowed else missing
        restyle(self.main_button, "missing", not allowed)
        self.main_button.setToolTip(said)
        self.main_button.setAccessibleDescription(said)

    def allowed(self) -> bool:
        return self._allowed and self.main_button.isEnabled()

    def focus_first(self, widget: QWidget) -> None:
        """Where the keys go when it opens, and after a task."""
        self._keys_at = widget
        widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def do_main(self) -> None:
        """What the main button does; to be overridden."""
        self.accept()

    # ---- one task at a time ----
    def start(self, work: Callable[[Cancel], T], done: Callable[[T], None], doing: str = "",
              hold: tuple[QWidget, ...] = (), must_finish: bool = False,
              failed: Callable[[StudioError], None] | None = None) -> None:  # fmt: skip
        """In a thread; one that was under way is let go. `doing` stands over the bar, `hold` can't
        be used meanwhile, and what `must_finish` is not ended by closing."""
        self.let_go()
        self.notice.clear()
        self._must_finish = must_finish
        self._take_hold(hold)
        if doing:
            self.meter.set_title(doing)
            self.meter.set(0.02, "")
            self.meter.show()
        self._task = run(
            self, work, done, failed or self.fail, self._on_advanced, self._on_ended
        )  # fmt: skip

    def let_go(self) -> None:
        """End what is under way; nothing of it is told any more."""
        if self._task is not None:
            self._task.cancel()
        self._on_ended()

    @property
    def busy(self) -> bool:
        return self._task is not None

    def fail(self, error: StudioError) -> None:
        self.notice.show_error(error)

    def _take_hold(self, widgets: tuple[QWidget, ...]) -> None:
        focus = self.focusWidget()
        self._back_to = focus if focus in widgets else None
        self._held = [widget for widget in widgets if widget.isEnabled()]
        for widget in self._held:
            widget.setEnabled(False)

    def _on_advanced(self, share: float) -> None:
        self.meter.set(share, format_share(share))

    def _on_ended(self) -> None:
        self._task, self._must_finish = None, False
        self.meter.hide()
        for widget in self._held:
            widget.setEnabled(True)
        self._held = []
        if self._back_to is not None and self._back_to.isVisible():
            self._back_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self._back_to = None

    # ---- keys, size and place ----
    def _on_main(self) -> None:
        if self.allowed():
            self.do_main()

    def _on_main_key(self) -> None:
        if self.main_button.isHidden():
            for one in self.findChildren(QPushButton):
                if one.isDefault():
                    one.click()
        elif self.allowed():
            self.do_main()
        else:
            self.main_button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """In the middle of the window it belongs to, and no larger than that."""
        parent = self.parentWidget()
        if parent is not None and not event.spontaneous():
            around = parent.window()
            self.resize(
                min(self._room[0], around.width() - _EDGE),
                min(self._room[1], around.height() - _EDGE),
            )
            at = around.geometry().center() - self.rect().center()
            self.move(max(at.x(), 0), max(at.y(), 0))
        super().showEvent(event)
        if self._keys_at is not None:
            self._keys_at.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """The layout of a dialog does not keep room for wrapped lines by itself."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            layout = self.layout()
            self.setMinimumHeight(max(layout.heightForWidth(self.width()), 0) if layout else 0)
        return super().event(event)

    def done(self, result: int) -> None:
        if self._must_finish:
            self.notice.show_info(self.tr("This can't be cut short. It closes when it is done."))
            return
        self.let_go()
        super().done(result)
