"""What every page of the data wizard is: a title, a question or two, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ftstudio.ui.dataset.desk import Desk


@dataclass(frozen=True)
class Foot:
    """What stands at the foot of a page: the main button, and one muted sentence beside it."""

    primary: str
    enabled: bool = True
    missing: str = ""  # what is missing, for the reader of the screen
    hint: str = ""
    secondary: str = ""


class Foldable(Protocol):
    def set_narrow(self, narrow: bool) -> None: ...


class WizardPage(QWidget):
    """A page shows what lies on the desk and changes it through the desk alone.

    It knows no other page. `key` names it in the draft, `refresh` is called when the page comes
    into view and whenever the desk has changed.
    """

    key: str = ""
    columns: Foldable | None = None  # goes below one another in a narrow window
    foot_changed = Signal()
    forward = Signal()  # go on, as if the main button had been pressed

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def title(self) -> str:
        raise NotImplementedError

    def refresh(self) -> None:
        """Show what the desk holds now."""

    def foot(self) -> Foot:
        return Foot(self.tr("Continue"))

    def needs_decision(self) -> bool:
        """Whether the person has to look at this page before going on."""
        return False

    def reachable(self) -> bool:
        """Whether the page has anything to show yet."""
        return self.desk.facts is not None

    def primary(self) -> bool:
        """The main button was pressed. True: go on to the next page."""
        return True

    def secondary(self) -> None:
        """The quieter button beside it was pressed."""

    def left(self) -> None:
        """Another page comes into view, or the wizard closes."""

    def closed(self) -> None:
        """The wizard closes: nothing may go on looking."""
