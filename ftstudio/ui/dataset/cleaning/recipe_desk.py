"""Keeping what was done as a recipe, and trying a recipe on this file before it is applied."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QMenu, QWidget

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_when
from ftstudio.data.drafting.replay import DryRun
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.recipe import Recipe
from ftstudio.data.versions.library import list_versions
from ftstudio.ui.bridge.background import run
from ftstudio.ui.dataset.cleaning.done_list import open_below
from ftstudio.ui.dataset.cleaning.recipe_dialog import RecipeDialog
from ftstudio.ui.dataset.desk import Desk
from ftstudio.ui.widgets.notice_bar import NoticeBar

_OFFERED = 8  # datasets whose recipe stands in the menu, the newest first


class RecipeDesk(QObject):
    """`show` opens a dialog over the page, `notice` says what came of it."""

    def __init__(
        self, desk: Desk, notice: NoticeBar, show: Callable[[QDialog], None], page: QWidget,
        anchor: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(page)
        self._desk, self._notice, self._show, self._page = desk, notice, show, page
        self._anchor = anchor  # what the choice of recipes opens below
        self.menu = QMenu(page)

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
        """Ask what to do as before: what a dataset was made by, or a recipe in a file. What it
        would do here is shown before anything is done."""
        workspace = self._desk.workspace
        run(self, lambda cancel: _with_recipes(workspace), self._offer, self._notice.show_error)

    def _offer(self, made: list[Recipe]) -> None:
        if not made:
            self.choose_file()
            return
        self.menu.clear()
        for recipe in made:
            words = self.tr("As for “{name}” · {when}")
            words = words.format(name=recipe.name, when=format_when(recipe.made))
            self.menu.addAction(words).triggered.connect(partial(self.try_on, recipe))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("From a recipe file …")).triggered.connect(self.choose_file)
        open_below(self.menu, self._anchor)

    def choose_file(self, *unused: object) -> None:
        folder = self._desk.studio.settings.last_folder
        kinds = self.tr("Recipes (*.json)")
        title = self.tr("Apply a recipe")
        name, _ = QFileDialog.getOpenFileName(self._page, title, folder, kinds)
        if name:
            self.try_on(Path(name))

    def try_on(self, wanted: Path | Recipe, *_: object) -> None:
        self._notice.clear()

        def work(session: DraftSession) -> DryRun | StudioError:
            try:
                return session.dry_run(Recipe.load(wanted) if isinstance(wanted, Path) else wanted)
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


def _with_recipes(workspace: Workspace) -> list[Recipe]:
    """What the newest datasets were made by; a mixture has no recipe."""
    found = []
    for version in list_versions(workspace):
        with contextlib.suppress(ValueError):  # of another version of the app
            recipe = Recipe.model_validate(version.manifest.get("recipe") or {})
            found.append(recipe.model_copy(update={"name": version.name}))
    return [recipe for recipe in found if recipe.layout][:_OFFERED]
