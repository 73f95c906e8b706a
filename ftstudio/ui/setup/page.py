"""What every set-up page is: a title, a question or two, and what stands at its foot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ftstudio.ui.setup.desk import SetupDesk


@dataclass(frozen=True)
class Foot:
    """The main button, one muted sentence beside it, and a quieter button."""

    primary: str
    enabled: bool = True
    missing: str = ""
    hint: str = ""
    secondary: str = ""


class SetupPage(QWidget):
    """Shows what lies on the desk and changes it through the desk alone; knows no other page."""

    key = ""
    foot_changed = Signal()
    forward = Signal()  # go on, as if the main button had been pressed
    go_to = Signal(str)  # another page of the set-up, by its key
    leave = Signal(str, object)  # another place of the window

    def __init__(self, desk: SetupDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def title(self) -> str:
        raise NotImplementedError

    def facts(self) -> str:
        return ""

    def fit_width(self, width: int) -> None:
        """Lay out anew for so many pixels; a page in a scroll area can't see that it is narrow."""

    def refresh(self) -> None:
        """Show what the desk holds now."""

    def foot(self) -> Foot:
        return Foot(self.tr("Continue"))

    def asks(self) -> bool:
        """Whether there is anything to ask; without, the page is passed over."""
        return True

    def answered(self) -> bool:
        """Whether one may go on from here."""
        return True

    def primary(self) -> bool:
        """The main button was pressed. True: go on."""
        return self.answered()

    def shut_down(self) -> None:
        """The window closes: end threads."""

    def secondary(self) -> None:
        """The quieter button was pressed."""
