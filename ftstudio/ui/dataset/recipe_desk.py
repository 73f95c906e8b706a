"""Keeping what was done as a recipe, and trying a recipe on this file before it is applied."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.data.recipe import Recipe
from ftstudio.data.replay import DryRun
from ftstudio.data.session import DraftSession
from ftstudio.ui.bridge.background import run
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.dataset.recipe_dialog import RecipeDialog
from ftstudio.ui.widgets.notice_bar import NoticeBar


class RecipeDesk(QObject):
    """`show` opens a dialog over the page, `notice` says what came of it."""

    def __init__(
        self, desk: Desk, notice: NoticeBar, show: Callable[[QDialog], None], page: QWidget
    ) -> None:
        super().__init__(page)
        self._desk, self._notice, self._show, self._page = desk, notice, show, page

    def keep(self) -> None:
        """Save what was done, to do it again on another file."""
        facts = self._desk.facts
        if facts is None:
            return
        folder = Path(self._desk.studio.settings.last_folder)
        start = str(folder / f"{facts.draft.name}.recipe.json")
        kinds = self.tr("Recipes (*.json)")
        title = self.tr("Keep as a recipe")
        name, _ = QFileDialog.getSaveFileName(self._page, title, start, kinds)
        if name:
            path = Path(name if name.endswith(".json") else f"{name}.json")
            self._desk.ask(lambda session: session.recipe(), partial(self._save, path))

    def _save(self, path: Path, recipe: Recipe) -> None:
        words = self.tr("The recipe is kept in {file}. Apply it to next month's file.")
        said = words.format(file=path.name)
        run(
            self,
            lambda cancel: recipe.save(path),
            lambda _: self._notice.show_info(said),
            self._notice.show_error,
        )

    def choose(self) -> None:
        """Ask for a recipe, and show what it would do here before anything is done."""
        folder = self._desk.studio.settings.last_folder
        kinds = self.tr("Recipes (*.json)")
        title = self.tr("Apply a recipe")
        name, _ = QFileDialog.getOpenFileName(self._page, title, folder, kinds)
        if name:
            self.try_on(Path(name))

    def try_on(self, path: Path) -> None:
        self._notice.clear()

        def work(session: DraftSession) -> DryRun | StudioError:
            try:
                return session.dry_run(Recipe.load(path))
            except StudioError as error:  # told here; the desk goes on with what waits
                return error

        self._desk.ask(work, self._on_tried)

    def _on_tried(self, answer: DryRun | StudioError) -> None:
        if isinstance(answer, StudioError):
            self._notice.show_error(answer)
            return
        dialog = RecipeDialog(answer, self._page)
        dialog.accepted.connect(partial(self._desk.replay, answer.recipe))
        self._show(dialog)
