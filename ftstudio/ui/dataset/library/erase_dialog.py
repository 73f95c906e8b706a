"""One person taken out of all that the workspace keeps: found first, erased after a typed word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from ftstudio.adapters.learned import Learner, learned_from
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.core.units import format_count, plural
from ftstudio.data.versions.erase import Erased, Found, Place, find_person
from ftstudio.data.versions.erase_report import erase_with_report
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder
from ftstudio.ui.bridge.background import Cancel
from ftstudio.ui.dataset.rows.dialog_frame import DialogFrame
from ftstudio.ui.theme import restyle
from ftstudio.ui.widgets.buttons import button
from ftstudio.ui.widgets.card import Card
from ftstudio.ui.widgets.page_area import PageArea
from ftstudio.ui.widgets.text import text


@dataclass(frozen=True)
class _Look:
    found: Found
    learners: list[Learner]


class EraseDialog(DialogFrame):
    erased = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent, 780, 600)
        self._workspace = workspace
        self._look: _Look | None = None
        self.report: Path | None = None  # of what was erased last
        self.setWindowTitle(self.tr("Erase a person"))
        words = self.tr(
            "Finds a name, an e-mail address or a number as it is written here, in every version, "
            "draft, copy of a file and result. Looking changes nothing."
        )
        self.set_head(self.tr("Erase a person"), words=words)
        row = QHBoxLayout()
        row.setSpacing(10)
        self.person = QLineEdit()
        self.person.setPlaceholderText(self.tr("Name, e-mail address or number"))
        self.person.setAccessibleName(self.tr("Whom to look for"))
        self.person.textEdited.connect(self._forget)
        self.find_button = button(self.tr("Look everywhere"), "secondary", "search")
        self.find_button.clicked.connect(self.look)
        row.addWidget(self.person, 1)
        row.addWidget(self.find_button)
        self.body.addLayout(row)
        card = Card(margin=16, spacing=6)
        self._inside = text("", wrap=True)
        self._inside.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._inside.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        card.body.addWidget(PageArea(self._inside))
        self.body.addWidget(card, 1)
        self.typed = QLineEdit()
        self.typed.setAccessibleName(self.tr("Type it again to confirm"))
        self.typed.setPlaceholderText(self.tr("Type it again to confirm"))
        self.typed.textChanged.connect(self._on_typed)
        self.foot.addWidget(self.typed, 1)
        self.save_button = button(self.tr("Save the report …"), "secondary", "save")
        self.save_button.clicked.connect(self._on_save)
        self.foot.addWidget(self.save_button)
        self.foot.addStretch(0)
        self.set_main(self.tr("Erase for good"), "danger", self.tr("Close"), by_enter=False)
        self.focus_first(self.person)
        self._forget()
        self._say([self.tr("Nothing was looked for yet.")], quiet=True)

    # ---- looking ----
    def look(self) -> None:
        wanted, workspace = self.person.text().strip(), self._workspace
        if not wanted:
            self.person.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._forget()
        self._say([self.tr("Looking everywhere …")], quiet=True)

        def work(cancel: Cancel) -> _Look:
            found = find_person(workspace, wanted, lambda share: cancel.check())
            return _Look(found, learned_from(workspace, found.versions))

        self.start(work, self._on_found, hold=(self.find_button,), failed=self._on_failed)

    def _on_found(self, look: _Look) -> None:
        self._look = look
        self._say(self._told(look))
        self._offer(bool(look.found.places))
        self.typed.clear()
        self._on_typed()
        if look.found.places:
            self.typed.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer(self, offered: bool) -> None:
        """A bare Enter looks; it never erases."""
        self.save_button.hide()
        self.typed.setVisible(offered)
        self.main_button.setVisible(offered)
        self.find_button.setDefault(not offered)

    def _told(self, look: _Look) -> list[str]:
        found = look.found
        if not found.places:
            said = [self.tr("“{text}” was found nowhere.").format(text=found.text)]
        else:
            said = [self._sum(found)]
        kinds = {
            "version": self.tr("dataset"),
            "trash": self.tr("deleted dataset"),
            "draft": self.tr("draft"),
            "source": self.tr("copy of a file"),
            "file": self.tr("result"),
        }
        for place in found.places:
            said.append(f"• {kinds[place.kind]} “{place.name}”: {self._much(place)}")
        said += map(self._learned, look.learners)
        for path in found.own_files:
            said.append(self.tr("Your own file is not touched: {path}").format(path=path))
        for path in found.unsearched[:10]:
            said.append(self.tr("Not looked into: {path}").format(path=path))
        return said

    def _sum(self, found: Found) -> str:
        if not found.rows:
            return self.tr("“{text}” stands in no row, but here:").format(text=found.text)
        one = self.tr("“{text}” stands in 1 row, of which there are {copies} copies:")
        if found.copies == 1:
            one = self.tr("“{text}” stands in 1 row:")
        many = self.tr("“{text}” stands in {n} rows, of which there are {copies} copies:")
        copies = format_count(found.copies)
        return plural(found.rows, one, many, text=found.text, copies=copies)

    def _much(self, place: Place) -> str:
        if place.kind == "draft" and not place.rows:
            return self.tr("made of such a copy")
        if place.kind in ("draft", "file"):
            return plural(place.rows, self.tr("1 mention"), self.tr("{n} mentions"))
        much = plural(place.rows, self.tr("1 row"), self.tr("{n} rows"))
        return much + (self.tr(", and what is told of it") if place.described else "")

    def _learned(self, one: Learner) -> str:
        words = self.tr("The {kind} “{name}” learned from it: train it anew.")
        if one.deleted:
            words = self.tr("The {kind} “{name}” learned from it: don't bring it back.")
        return words.format(kind=one.kind, name=one.name)

    def said(self) -> str:
        """All that is told now, for tests and screen readers."""
        return self._inside.text()

    def _say(self, lines: list[str], quiet: bool = False) -> None:
        self._inside.setText("\n".join(lines))
        restyle(self._inside, "role", "muted" if quiet else "")

    def _forget(self) -> None:
        self.let_go()
        self._look = None
        self._offer(False)
        self.notice.clear()

    # ---- erasing ----
    def _on_typed(self) -> None:
        same = self._look is not None and self.typed.text().strip() == self.person.text().strip()
        self.allow(same, self.tr("Type it again first: this can't be undone."))

    def do_main(self) -> None:
        workspace, look = self._workspace, self._look
        if look is None:
            return

        def work(cancel: Cancel) -> tuple[Erased, Path]:
            busy = [path for path in workspace.jobs.iterdir()
                    if launch.is_running(JobFolder(path))]  # fmt: skip
            return erase_with_report(workspace, look.found, look.learners, busy)

        hold = (self.person, self.typed, self.find_button, self.main_button, self.close_button)
        self.start(work, self._on_erased, self.tr("Erasing, for good"), hold, must_finish=True,
                   failed=self._on_failed)  # fmt: skip

    def _on_erased(self, made: tuple[Erased, Path]) -> None:
        done, self.report = made
        single = self.tr("1 row was erased for good, all {copies} copies of it.")
        if done.copies == 1:
            single = self.tr("1 row was erased for good.")
        many = self.tr("{n} rows were erased for good, all {copies} copies of them.")
        if not done.rows:
            many = self.tr("No row named the person; the mentions were erased for good.")
        said = [plural(done.rows, single, many, copies=format_count(done.copies))]
        for old, new in done.replaced.items():
            now = self.tr("The dataset “{name}” is without the person now.")
            if not new:
                now = self.tr("The dataset “{name}” is gone: nothing was left of it.")
            said.append(now.format(name=done.names[old]))
        for place in done.left:
            why = self.tr("Still there, a run is at work: {path}")
            if place.path == self._workspace.settings_file:
                why = self.tr("Still there, it is a setting of yours: {path}")
            said.append(why.format(path=place.path))
        said += map(self._learned, self._look.learners if self._look else [])
        words = self.tr("What was done, and who learned from it, without the person: {path}")
        said.append(words.format(path=self.report))
        self._forget()
        self._say(said)
        self.save_button.show()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.erased.emit()

    def _on_save(self) -> None:
        """A copy where the person wants it; the report itself stays in the workspace."""
        if self.report is None:
            return
        title = self.tr("Save the report")
        wanted = str(Path.home() / self.report.name)
        chosen, _ = QFileDialog.getSaveFileName(self, title, wanted, "Markdown (*.md)")
        if not chosen:
            return
        try:
            write_text(Path(chosen), self.report.read_text("utf-8"))
        except OSError as error:
            what = self.tr("{path} could not be written.").format(path=chosen)
            why = self.tr("The system says: {why}.").format(why=error.strerror or error)
            self.fail(StudioError(what, why, self.tr("Choose another place."), code="disk"))

    def _on_failed(self, error: StudioError) -> None:
        self._say([])
        self.fail(error)
