"""The review's list of settings: every line can be clicked and is edited in place."""

from __future__ import annotations

from typing import Any

from pydantic import create_model
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ftstudio.core.params import Params
from ftstudio.ui.setup.settings_words import Setting
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card, CardButton, line
from ftstudio.ui.widgets.params_form import ParamsForm
from ftstudio.ui.widgets.segmented import Segmented
from ftstudio.ui.widgets.text import ElidedLabel, text

_POPUP_WIDTH = 600


class SettingsCard(Card):
    clicked = Signal(object)  # Setting
    level_chosen = Signal(str)

    def __init__(self, level: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=20, spacing=6)
        head = self.add_title(self.tr("Settings in words"))
        self.level = Segmented([("simple", self.tr("Simple")), ("all", self.tr("All"))], level)
        self.level.chosen.connect(self.level_chosen)
        head.addWidget(self.level)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        self.rows: list[SettingRow] = []
        self._lines: list[QFrame] = []

    def show_settings(self, settings: list[Setting]) -> None:
        while len(self.rows) < len(settings):
            if self.rows:
                self._lines.append(line())
                self._list.addWidget(self._lines[-1])
            row = SettingRow()
            row.clicked.connect(self._on_clicked)
            self.rows.append(row)
            self._list.addWidget(row)
        for index, row in enumerate(self.rows):
            row.setVisible(index < len(settings))
            if index:
                self._lines[index - 1].setVisible(index < len(settings))
            if index < len(settings):
                row.show_setting(settings[index])

    def _on_clicked(self) -> None:
        row = self.sender()
        if isinstance(row, SettingRow) and row.setting is not None:
            self.clicked.emit(row.setting)


class SettingRow(CardButton):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", False)
        self.setProperty("settingrow", True)
        self.setting: Setting | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 5, 0, 5)
        row.setSpacing(12)
        self._title = text("", "small")
        words = QVBoxLayout()
        words.setSpacing(0)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._words = ElidedLabel("", "h3")
        self._term = ElidedLabel("", "faint")
        for label in (self._words, self._term):
            label.setAlignment(right)
            words.addWidget(label)
        row.addWidget(self._title)
        row.addLayout(words, 1)

    def show_setting(self, setting: Setting) -> None:
        self.setting = setting
        self._title.setText(setting.title)
        self._words.setText(setting.words)
        self._term.setText(setting.term)
        self._term.setVisible(bool(setting.term))
        name = self.tr("{title}: {words}. Click to change").format(
            title=setting.title, words=setting.words
        )
        self.setAccessibleName(name)


def popup_corner(size: QSize, clicked: QRect, top: int, screen: QRect) -> QPoint:
    """Under what was clicked, else above it, else where there is room: never over the title bar
    of the window, whose page begins at `top`, unless the screen ends before the pop-up does."""
    top, below = max(top, screen.top()), clicked.bottom() + 1
    lowest = screen.bottom() + 1 - size.height()
    if below <= lowest:
        y = below
    elif clicked.top() - size.height() >= top:
        y = clicked.top() - size.height()
    else:
        y = max(screen.top(), lowest if lowest < top else min(below, lowest))
    right = min(clicked.right(), screen.right()) + 1
    return QPoint(max(screen.left(), right - size.width()), y)


class Popup(QFrame):
    """Opens beside a line; a click elsewhere or Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", True)
        self.setFixedWidth(_POPUP_WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 18)
        self.column.setSpacing(12)

    def open_under(self, widget: QWidget) -> None:
        self.resize(self.width(), self.column.totalHeightForWidth(self.width()))
        clicked = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
        top = widget.window().mapToGlobal(QPoint(0, 0)).y()
        self.move(popup_corner(self.size(), clicked, top, widget.screen().availableGeometry()))
        self.show()

    def add_close(self) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        close = button(self.tr("Done"), "secondary", small=True)
        close.clicked.connect(self.close)
        row.addWidget(close)
        self.column.addLayout(row)


class FieldsPopup(Popup):
    """The form of a few fields of a group; `changed` carries only those."""

    changed = Signal(dict)

    def __init__(self, values: Params, fields: tuple[str, ...], reason: str,
                 parent: QWidget) -> None:  # fmt: skip
        super().__init__(parent)
        self.form = ParamsForm(part_of(type(values), fields), _only(values, fields), "all")
        self.form.changed.connect(self.changed)
        self.column.addWidget(self.form)
        if reason:
            self.column.addWidget(line())
            words = self.tr("Chosen for you: {reason}").format(reason=reason)
            self.column.addWidget(text(words, "small", wrap=True))
        self.add_close()


class NamePopup(Popup):
    changed = Signal(str)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.column.addWidget(text(self.tr("Name"), "h3"))
        self.field = QLineEdit(name)
        self.field.setAccessibleName(self.tr("Name of the run and of its result"))
        self.field.setMaxLength(80)
        self.field.selectAll()
        self.column.addWidget(self.field)
        self.add_close()

    def closeEvent(self, event: Any) -> None:
        self.changed.emit(self.field.text())
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)


def part_of(kind: type[Params], fields: tuple[str, ...]) -> type[Params]:
    """A Params class with only these fields of another, declarations and bounds included."""
    chosen: dict[str, Any] = {
        name: (info.annotation, info) for name, info in kind.model_fields.items() if name in fields
    }
    return create_model(f"PartOf{kind.__name__}", __base__=Params, **chosen)


def _only(values: Params, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in values.model_dump().items() if name in fields}
