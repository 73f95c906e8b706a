"""One person taken out of all that the workspace keeps: found first, erased after a typed word."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ftstudio.adapters.learned import Learner, learned_from
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_count
from ftstudio.data.erase import Erased, Found, erase_person, find_person
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.bridge.background import Task, run
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.notice_bar import NoticeBar
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.text import text


@dataclass(frozen=True)
class _Look:
    found: Found
    learners: list[Learner]


class EraseDialog(QDialog):
    erased = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._look: _Look | None = None
        self._task: Task[_Look] | None = None
        self._erasing = False
        self.setWindowTitle(self.tr("Erase a person"))
        self.resize(760, 600)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 22, 28, 20)
        column.setSpacing(12)
        column.addWidget(text(self.tr("Erase a person"), "display"))
        words = self.tr(
            "Finds a name, an e-mail address or a number as it is written here, in every version, "
            "draft, copy of a file and result. Looking changes nothing."
        )
        column.addWidget(text(words, "muted", wrap=True))
        row = QHBoxLayout()
        self.person = QLineEdit()
        self.person.setPlaceholderText(self.tr("Name, e-mail address or number"))
        self.person.setAccessibleName(self.tr("Whom to look for"))
        self.person.returnPressed.connect(self.look)
        self.person.textEdited.connect(self._forget)
        self.find_button = button(self.tr("Look everywhere"), "secondary", "search")
        self.find_button.clicked.connect(self.look)
        row.addWidget(self.person, 1)
        row.addWidget(self.find_button)
        column.addLayout(row)
        self.notice = NoticeBar()
        column.addWidget(self.notice)
        self._card = Card(margin=16, spacing=6)
        self._inside = text(self.tr("Nothing was looked for yet."), "muted", wrap=True)
        self._card.body.addWidget(self._inside)
        self._card.body.addStretch(1)
        column.addWidget(PageArea(self._card), 1)
        column.addLayout(self._make_foot())
        self._forget()

    def _make_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        self.typed = QLineEdit()
        self.typed.setAccessibleName(self.tr("Type it again to confirm"))
        self.typed.setPlaceholderText(self.tr("Type it again to confirm"))
        self.typed.textChanged.connect(self._on_typed)
        self.close_button = button(self.tr("Close"), "ghost")
        self.close_button.clicked.connect(self.reject)
        self.erase_button = button(self.tr("Erase for good"), "danger")
        self.erase_button.clicked.connect(self._on_erase)
        foot.addWidget(self.typed, 1)
        foot.addWidget(self.close_button)
        foot.addWidget(self.erase_button)
        return foot

    # ---- looking ----
    def look(self) -> None:
        wanted, workspace = self.person.text().strip(), self._workspace
        if not wanted or self._erasing:
            return
        self._forget()
        self.find_button.setEnabled(False)
        self._say([self.tr("Looking everywhere …")])

        def work(cancel: object) -> _Look:
            found = find_person(workspace, wanted)
            return _Look(found, learned_from(workspace, found.versions))

        self._task = run(self, work, self._on_found, self._on_failed)

    def _on_found(self, look: _Look) -> None:
        self._task, self._look = None, look
        self.find_button.setEnabled(True)
        self._say(self._told(look))
        self.typed.setVisible(bool(look.found.places))
        self.erase_button.setVisible(bool(look.found.places))
        self.typed.clear()
        self._on_typed()

    def _told(self, look: _Look) -> list[str]:
        found = look.found
        if not found.places:
            said = [self.tr("“{text}” was found nowhere.").format(text=found.text)]
        else:
            words = self.tr("“{text}” stands in {n} places, {rows} times:")
            said = [
                words.format(
                    text=found.text, n=format_count(len(found.places)),
                    rows=format_count(found.rows),
                )
            ]  # fmt: skip
        kinds = {
            "version": self.tr("dataset"),
            "trash": self.tr("deleted dataset"),
            "draft": self.tr("draft"),
            "source": self.tr("copy of a file"),
            "file": self.tr("result"),
        }
        for place in found.places:
            said.append(f"• {kinds[place.kind]} “{place.name}”: {format_count(place.rows)}")
        for one in look.learners:
            words = self.tr("The {kind} “{name}” learned from it: train it anew.")
            said.append(words.format(kind=one.kind, name=one.name))
        for path in found.own_files:
            said.append(self.tr("Your own file is not touched: {path}").format(path=path))
        for path in found.unsearched[:10]:
            said.append(self.tr("Not looked into: {path}").format(path=path))
        return said

    def said(self) -> str:
        """All that is told now, for tests and screen readers."""
        return self._inside.text()

    def _say(self, lines: list[str]) -> None:
        self._inside.setText("\n".join(lines))

    def _forget(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._look = None
        self.find_button.setEnabled(True)
        self.typed.hide()
        self.erase_button.hide()
        self.notice.clear()

    # ---- erasing ----
    def _on_typed(self) -> None:
        same = self._look is not None and self.typed.text().strip() == self.person.text().strip()
        self.erase_button.setEnabled(same)
        words = "" if same else self.tr("Type it again first: this can't be undone.")
        self.erase_button.setToolTip(words)
        self.erase_button.setAccessibleDescription(words)
        restyle(self.typed, "tone", "")

    def _on_erase(self) -> None:
        wanted, workspace = self.person.text().strip(), self._workspace
        self._erasing = True
        for widget in (self.erase_button, self.typed, self.find_button, self.close_button):
            widget.setEnabled(False)

        def work(cancel: object) -> Erased:
            busy = [path for path in workspace.jobs.iterdir()
                    if launch.is_running(JobFolder(path))]  # fmt: skip
            return erase_person(workspace, wanted, busy)

        run(self, work, self._on_erased, self._on_failed)

    def _on_erased(self, done: Erased) -> None:
        self._ended()
        words = self.tr("{n} rows were erased, for good.").format(n=format_count(done.rows))
        said = [words]
        for old, new in done.replaced.items():
            now = self.tr("{old} is now {new}.") if new else self.tr("{old} is gone.")
            said.append(now.format(old=old, new=new))
        for place in done.left:
            said.append(self.tr("Still there, a run is at work: {path}").format(path=place.path))
        self._forget()
        self._say(said)
        self.erased.emit()

    def _on_failed(self, error: StudioError) -> None:
        self._ended()
        self._say([])
        self.notice.show_error(error)

    def _ended(self) -> None:
        self._erasing = False
        for widget in (self.typed, self.find_button, self.close_button):
            widget.setEnabled(True)
        self._on_typed()

    def done(self, result: int) -> None:
        if not self._erasing:  # what is being erased is let finish first
            if self._task is not None:
                self._task.cancel()
            super().done(result)
