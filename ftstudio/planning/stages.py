"""Several runs as one path: each a job of its own, whose result the next ones build on.

A stage is an ordinary job that waits for those it needs; where an adapter is the result and the
next stage needs a whole model, a merge stands between. Nothing is kept beside the jobs.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.errors import StudioError
from ftstudio.core.method import Method
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import ModelRef, Plan, RewardChoice
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs import queue
from ftstudio.jobs.folder import RESULT_OF, JobFolder, JobKind, Staged, create_job
from ftstudio.jobs.history import RunRow, list_runs
from ftstudio.planning.advice import default_plan
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not, why_not_learn

StageState = Literal["waiting", "running", "done", "needs_a_look"]


@dataclass(frozen=True)
class Step:
    """One run of a recipe: its part, and which earlier parts it builds on. Which objective plays
    a part is declared by the objectives."""

    part: str
    data: str  # which of the person's datasets
    builds_on: str = ""  # the part whose result is the base; empty: the model that was chosen
    judged_by: str = ""  # the part whose result scores the answers

    @property
    def objective(self) -> str:
        return _player(self.part)

    @property
    def model(self) -> str:
        """The objective whose result is the base; empty: none."""
        return _player(self.builds_on) if self.builds_on else ""

    @property
    def reward(self) -> str:
        """The objective whose result scores the answers; empty: none."""
        return _player(self.judged_by) if self.judged_by else ""

    @property
    def title(self) -> str:
        return stage_words(self.objective)[0]

    @property
    def term(self) -> str:
        return stage_words(self.objective)[1]


def _player(part: str) -> str:
    """The key of the objective that plays this part, the first in the catalogue."""
    goals = objectives().values()
    return next(goal.key for goal in goals if goal.part and goal.part.key == part)


@dataclass(frozen=True)
class Recipe:
    key: str
    title: str
    term: str
    promise: str
    steps: tuple[Step, ...]
    data: dict[str, str]  # name -> what it must hold, in words
    instead: dict[str, str] = field(default_factory=dict)  # a dataset that may be left out -> which


RECIPES = {
    "rlhf": Recipe(
        "rlhf",
        "What people like, in three stages",
        "RLHF: SFT, reward model, PPO",
        "First it learns to answer, then a second model learns your taste, then the first is "
        "trained to please the second.",
        (
            Step("answers", "answers"),
            Step("judge", "pairs", builds_on="answers"),
            Step("practice", "questions", builds_on="answers", judged_by="judge"),
        ),
        {
            "answers": "questions with good answers",
            "pairs": "pairs of a better and a worse answer",
            "questions": "questions to practise on",
        },
        {"questions": "answers"},
    ),
    "domain": Recipe(
        "domain",
        "From documents to an assistant of your field",
        "Continued pretraining, SFT, DPO",
        "First it reads your documents, then it learns to answer, then it learns your taste.",
        (
            Step("documents", "texts"),
            Step("answers", "answers", builds_on="documents"),
            Step("taste", "pairs", builds_on="answers"),
        ),
        {
            "texts": "plain documents",
            "answers": "questions with good answers",
            "pairs": "pairs of a better and a worse answer",
        },
    ),
}


def stage_words(objective: str) -> tuple[str, str]:
    """What a stage with this objective is called in a path, and the field's term."""
    goal = objectives().get(objective)
    return (goal.part.title, goal.part.term) if goal and goal.part else ("", objective)


@dataclass(frozen=True)
class Stage:
    """One job to be made. Results of others are named by their stage's key, not yet a job's id."""

    key: str  # "instruct", "instruct merged", "reward", …
    kind: JobKind
    title: str
    needs: tuple[str, ...]  # keys of the stages it builds on
    plan: Plan | None = None  # "train"
    adapter: str = ""  # "merge": the stage whose adapter is folded in


def why_no_path(method: Method) -> str | None:
    """Why results of this method can't be built on; None where they can."""
    if "whole" in method.traits or method.merges:
        return None
    why = method.why_no_merge or "What it learns can't be folded into the model."
    return f"The next stage needs a whole model. {why} Take LoRA or full fine-tuning."


def make_path(
    kind: str, model: BaseModelInfo, datasets: Mapping[str, DatasetVersion], *,
    method: str = "lora", name: str = "", changes: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Stage]:  # fmt: skip
    """The stages of a recipe with safe defaults. `changes` replace fields of the plans, by
    objective. Raises StudioError where a stage can't be, before anything runs."""
    recipe, chosen = RECIPES[kind], methods()[method]
    if sentence := why_no_path(chosen):
        raise _refused(f"A path can't be made with {chosen.title}.", sentence)
    whole = "whole" in chosen.traits
    bases = {step.model for step in recipe.steps if step.model}
    stages: list[Stage] = []
    for step in recipe.steps:
        version = _dataset(recipe, step, datasets)
        plan = _plan(step, version, model, chosen, whole, (changes or {}).get(step.objective, {}))
        title = objectives()[step.objective].title
        needs = [_base_of(step.model, whole)] if step.model else []
        needs += [step.reward] if step.reward else []
        plan = plan.model_copy(update={"name": f"{name or version.name}: {title}"})
        stages.append(Stage(step.objective, "train", title, tuple(needs), plan))
        if step.objective in bases and not whole:
            merged = _base_of(step.objective, whole)
            stages.append(
                Stage(merged, "merge", "Fold it into the model", (step.objective,),
                      adapter=step.objective)
            )  # fmt: skip
    return stages


def _base_of(step: str, whole: bool) -> str:
    return step if whole else f"{step} merged"


def _dataset(recipe: Recipe, step: Step, datasets: Mapping[str, DatasetVersion]) -> DatasetVersion:
    found = datasets.get(step.data) or datasets.get(recipe.instead.get(step.data, ""))
    if found is None:
        raise _refused(
            "Data for this path are missing.",
            f"It also needs {recipe.data[step.data]} ({step.data}).",
        )
    objective = objectives()[step.objective]
    if sentence := why_not_learn(objective, found.facts):
        raise _refused(f"{found.name} does not suit the stage “{objective.title}”.", sentence)
    return found


def _plan(
    step: Step, version: DatasetVersion, model: BaseModelInfo, method: Method, whole: bool,
    changes: Mapping[str, Any],
) -> Plan:  # fmt: skip
    objective = objectives()[step.objective]
    if sentence := why_not(objective, method, model.shape):
        raise _refused(f"The stage “{objective.title}” can't be trained so.", sentence)
    plan = default_plan(version, model, method.key, objective=step.objective)
    base = plan.model
    if step.model:
        reference = RESULT_OF + _base_of(step.model, whole)
        base = ModelRef(path=reference, name=base.name, sha256="", licence=base.licence,
                        source=reference)  # fmt: skip
    rewards = [RewardChoice(key="model", model=RESULT_OF + step.reward)] if step.reward else []
    plan = plan.model_copy(update={"model": base, "rewards": rewards})
    return Plan.model_validate({**plan.model_dump(), **_deep(plan, changes)})


def _deep(plan: Plan, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Groups of settings are changed one by one, everything else is replaced."""
    before = plan.model_dump()
    return {
        name: {**before[name], **value} if isinstance(value, Mapping) else value
        for name, value in changes.items()
    }


def create_path(
    workspace: Workspace, kind: str, stages: Sequence[Stage], *, title: str = ""
) -> list[JobFolder]:
    """All jobs of the path at once, at the end of the queue, in their order. None is started."""
    path_id = f"path-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    made: dict[str, JobFolder] = {}
    for number, stage in enumerate(stages, 1):
        place = Staged(id=path_id, stage=number, stages=len(stages),
                       title=title or RECIPES[kind].title)  # fmt: skip
        made[stage.key] = create_job(
            workspace.jobs, stage.kind, stage.plan.name if stage.plan else stage.title,
            _payload(stage, made), workspace.root,
            after=[made[key].id for key in stage.needs], path=place,
        )  # fmt: skip
    for folder in made.values():
        queue.enqueue(workspace, folder)
    return list(made.values())


def _payload(stage: Stage, made: Mapping[str, JobFolder]) -> dict[str, Any]:
    def named(reference: str) -> str:
        return RESULT_OF + made[reference.removeprefix(RESULT_OF)].id

    if stage.plan is None:
        return {"adapter_path": named(stage.adapter)}
    plan = stage.plan
    if plan.model.path.startswith(RESULT_OF):
        path = named(plan.model.path)
        base = plan.model.model_copy(update={"path": path, "source": path})
        plan = plan.model_copy(update={"model": base})
    rewards = [
        choice.model_copy(update={"model": named(choice.model)})
        if choice.model.startswith(RESULT_OF)
        else choice
        for choice in plan.rewards
    ]
    return plan.model_copy(update={"rewards": rewards}).model_dump(mode="json")


@dataclass(frozen=True)
class StageStatus:
    """Where one stage stands, for the window."""

    row: RunRow
    number: int
    state: StageState
    sentence: str = ""  # why it waits, or what is wrong

    @property
    def title(self) -> str:
        return self.row.name

    @property
    def objective(self) -> str:
        """Empty for a merge between two stages."""
        return str(self.row.spec.payload.get("objective", "")) if self.row.spec else ""

    @property
    def figures(self) -> dict[str, float]:
        return dict(self.row.status.scores)


@dataclass(frozen=True)
class PathStatus:
    id: str
    title: str
    stages: list[StageStatus]

    @property
    def done(self) -> bool:
        return all(stage.state == "done" for stage in self.stages)

    @property
    def current(self) -> StageStatus | None:
        """The first that is not done."""
        return next((stage for stage in self.stages if stage.state != "done"), None)


def path_status(workspace: Workspace, path_id: str) -> PathStatus:
    """All stages of a path, by its id or by the id of one of its runs. StudioError."""
    rows = [row for row in list_runs(workspace, ("train", "merge")) if row.spec and row.spec.path]
    places = [(row.spec.path, row) for row in rows if row.spec and row.spec.path]
    known = {place.id for place, row in places if path_id in (place.id, row.id)}
    if not known:
        raise StudioError(
            f"The path “{path_id}” was not found.",
            "There is no such path here, or its runs were deleted.",
            "Look at the list of runs, and give the id of the path or of one of its runs.",
            code="path_not_found",
        )
    own = sorted(
        ((place, row) for place, row in places if place.id in known), key=lambda one: one[0].stage
    )
    stages = [_stage_status(workspace, place.stage, row) for place, row in own]
    return PathStatus(own[0][0].id, own[0][0].title, stages)


def _stage_status(workspace: Workspace, number: int, row: RunRow) -> StageStatus:
    status = row.status
    match status.state:
        case "finished":
            return StageStatus(row, number, "done")
        case "running":
            return StageStatus(row, number, "running")
        case "waiting":
            sentence = queue.why_waits(workspace, row.folder)
            needed = row.spec.after if row.spec else []
            lost = any(not (workspace.jobs / job_id).is_dir() for job_id in needed)
            return StageStatus(row, number, "needs_a_look" if lost else "waiting", sentence)
        case "stopped" if status.kept:
            return StageStatus(row, number, "done", "Ended early; its best version was kept.")
        case "stopped":
            return StageStatus(row, number, "needs_a_look", "Ended without a result.")
        case "paused":
            return StageStatus(
                row, number, "needs_a_look", status.pause_reason or "Paused; go on with it."
            )
        case _:
            what = status.error.what if status.error else "It did not end well."
            return StageStatus(row, number, "needs_a_look", what)


def _refused(what: str, why: str) -> StudioError:
    return StudioError(
        what, why, "Choose other data or another method, or train the stages one by one.",
        code="path_refused",
    )  # fmt: skip
