"""A path as it would be started: its stages, what they take, and the command that does the same;
made in the background from what lies on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs import launch, queue
from ftstudio.jobs.folder import JobFolder
from ftstudio.planning.path_setup import (
    PathForecast,
    differing,
    forecast_path,
    open_parts,
    path_command,
    stage_changes,
)
from ftstudio.planning.stages import RECIPES, Recipe, Stage, create_path, make_path
from ftstudio.ui.bridge import background
from ftstudio.ui.setup.desk import SetupDesk


@dataclass(frozen=True)
class MadePath:
    recipe: Recipe
    name: str
    model: BaseModelInfo
    method: str
    datasets: dict[str, DatasetVersion]  # by part
    stages: list[Stage]
    forecast: PathForecast
    command: str

    def begin(self, workspace: Workspace) -> JobFolder:
        """All jobs at once; the first is started unless another run is at work. StudioError."""
        try:
            wait = queue.any_running(workspace)
            first = create_path(workspace, self.recipe.key, self.stages, title=self.name)[0]
            if not wait:
                launch.start(first)
                queue.remove(workspace, first.id)
        except OSError as error:
            raise StudioError(
                "The path could not be started.",
                f"The system says: {error.strerror or error}.",
                "Check that the workspace folder is writable and the disk is not full.",
                code="start_failed",
            ) from error
        return first


class PathMaking(QObject):
    changed = Signal()

    def __init__(self, desk: SetupDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked: object = None
        self.made: MadePath | None = None
        self.problem = ""

    def renew(self) -> None:
        """Make it anew where something it is made from has changed."""
        desk, recipe = self._desk, RECIPES.get(self._desk.draft.path)
        proposal, model = desk.proposal, desk.model
        if recipe is None or proposal is None or model is None:
            return
        known = {one.id: one for one in desk.around.datasets}
        data = {part: known[i] for part, i in desk.draft.path_data.items() if i in known}
        if open_parts(recipe, data):
            return
        first = {
            "training": proposal.training.model_dump(),
            "objective_params": desk.objective_params.model_dump(),
        }
        own = dict(desk.draft.method_params.get(proposal.method.key, {}))
        method, name = proposal.method.key, desk.name
        asked = (recipe.key, {k: v.id for k, v in data.items()}, model.ref.path, method, own,
                 first, name)  # fmt: skip
        if asked == self._asked:
            return
        self._asked, self.made, self.problem = asked, None, ""
        workspace = desk.workspace

        def work(cancel: background.Cancel) -> tuple[object, MadePath]:
            return asked, _make(workspace, recipe, name, model, method, data, own, first)

        background.run(self, work, self._on_made, self._on_refused)

    def _on_made(self, found: tuple[object, MadePath]) -> None:
        asked, made = found
        if asked == self._asked:
            self.made = made
            self.changed.emit()

    def _on_refused(self, error: StudioError) -> None:
        self._asked, self.problem = None, error.what
        self._desk.failed.emit(error)


def _make(
    workspace: Workspace, recipe: Recipe, name: str, model: BaseModelInfo, method: str,
    data: Mapping[str, DatasetVersion], own: Mapping[str, Any],
    first: Mapping[str, Mapping[str, Any]],
) -> MadePath:  # fmt: skip
    """What was set for the first stage is told from what is usual for it."""
    usual = make_path(recipe.key, model, data, method=method, name=name)
    plan = usual[0].plan
    assert plan is not None
    before = {"training": plan.training.model_dump(), "objective_params": plan.objective_params}
    changed = {group: differing(values, before[group]) for group, values in first.items()}
    changes = stage_changes(recipe, differing(own, plan.method_params), changed)
    stages = usual
    if changes:
        stages = make_path(recipe.key, model, data, method=method, name=name, changes=changes)
    folders = {part: str(version.path) for part, version in data.items()}
    return MadePath(
        recipe, name, model, method, dict(data), stages,
        forecast_path(workspace, stages, model, data),
        path_command(recipe.key, model.ref.path, method, name, folders, changes),
    )  # fmt: skip
