"""What a path of several runs needs before it is made: data for each stage, a method that may be
built on, time and memory of the whole, and the command that does the same."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.method import Method
from ftstudio.core.model_shape import ModelShape
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.jobs.folder import RESULT_OF, JobFolder
from ftstudio.planning.lengths import measure
from ftstudio.planning.machine import this_machine
from ftstudio.planning.past_runs import past_runs
from ftstudio.planning.proposal import Proposal, Situation, propose
from ftstudio.planning.stages import Recipe, Stage, why_no_path
from ftstudio.techniques import methods, objectives
from ftstudio.techniques.fitting import why_not, why_not_learn

_MERGE_SECONDS = 20.0


def fitting(recipe: Recipe, name: str, datasets: Sequence[DatasetVersion]) -> list[DatasetVersion]:
    """Those that every stage which reads this part can learn from."""
    goals = [objectives()[step.objective] for step in recipe.steps if step.data == name]
    return [one for one in datasets if not any(why_not_learn(goal, one.facts) for goal in goals)]


def settle(
    recipe: Recipe, wanted: Mapping[str, str], datasets: Sequence[DatasetVersion]
) -> dict[str, str]:
    """Part -> dataset: what is wanted where it fits, else the only one that does. A part that may
    be left out, and one with several to choose from, stay open."""
    settled: dict[str, str] = {}
    for name in recipe.data:
        ids = [one.id for one in fitting(recipe, name, datasets)]
        if wanted.get(name) in ids:
            settled[name] = wanted[name]
        elif len(ids) == 1 and name not in recipe.instead:
            settled[name] = ids[0]
    return settled


def open_parts(recipe: Recipe, settled: Collection[str]) -> list[str]:
    """The parts that must still be chosen."""
    return [name for name in recipe.data if name not in settled and name not in recipe.instead]


def lacks(recipe: Recipe, datasets: Sequence[DatasetVersion]) -> tuple[int, str]:
    """How many stages could be trained today, and what the others wait for; empty: nothing."""
    there = {name for name in recipe.data if fitting(recipe, name, datasets)}
    there |= {name for name, other in recipe.instead.items() if other in there}
    able: set[str] = set()
    for step in recipe.steps:
        if step.data in there and {step.model, step.reward} - {""} <= able:
            able.add(step.objective)
    numbers = list(enumerate(recipe.steps, 1))
    fit = [number for number, step in numbers if step.objective in able]
    wait = [number for number, step in numbers if step.objective not in able]
    if not wait:
        return len(fit), ""
    needed = _joined([words for name, words in recipe.data.items() if name not in there])
    if not fit:
        return 0, f"Waits for {needed}."
    ready = f"{_stages(fit)} {'fits' if len(fit) == 1 else 'fit'} today"
    rest = f"{_stages(wait).lower()} {'waits' if len(wait) == 1 else 'wait'} for {needed}"
    return len(fit), f"{ready}; {rest}."


def _stages(numbers: list[int]) -> str:
    word = "Stage" if len(numbers) == 1 else "Stages"
    return f"{word} {_joined([str(number) for number in numbers])}"


def _joined(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def why_not_path(recipe: Recipe, method: Method, shape: ModelShape) -> str | None:
    """Why this method can't be the path's, in words; None where it can."""
    for step in recipe.steps:
        if sentence := why_not(objectives()[step.objective], method, shape):
            return f"Not for the stage “{step.title}”. {sentence}"
    return why_no_path(method)


def stage_changes(
    recipe: Recipe, method_params: Mapping[str, Any], first: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What the person set, for `make_path`: the method's settings hold for every stage whose goal
    heeds them, those in `first` only for the first; the others take what is safe for them."""
    changes: dict[str, dict[str, Any]] = {step.objective: {} for step in recipe.steps}
    for key, one in changes.items():
        ignored = objectives()[key].ignores
        if heeded := {name: v for name, v in method_params.items() if name not in ignored}:
            one["method_params"] = heeded
    groups = {group: dict(values) for group, values in first.items() if values}
    changes[recipe.steps[0].objective].update(groups)
    return {key: one for key, one in changes.items() if one}


def differing(values: Mapping[str, Any], usual: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if usual.get(name) != value}


@dataclass(frozen=True)
class PathForecast:
    """The stages that train with what each takes, in their order."""

    parts: list[tuple[Stage, Proposal]]
    merges: int
    model_bytes: int
    longest: tuple[int, ...] = ()  # row of each part, in tokens

    @property
    def low(self) -> float:
        return sum(p.forecast.low for _, p in self.parts) + self.merges * _MERGE_SECONDS

    @property
    def high(self) -> float:
        return sum(p.forecast.high for _, p in self.parts) + self.merges * _MERGE_SECONDS

    @property
    def middle(self) -> float:
        return sum(p.forecast.middle for _, p in self.parts) + self.merges * _MERGE_SECONDS

    @property
    def hungriest(self) -> tuple[Stage, Proposal]:
        return max(self.parts, key=lambda part: part[1].memory.shown)

    @property
    def asked(self) -> list[tuple[Plan, int]]:
        """What the exact count of the whole is given: each stage's plan and longest row."""
        plans = [stage.plan for stage, _ in self.parts]
        return [(plan, most) for plan, most in zip(plans, self.longest, strict=False) if plan]

    @property
    def stays(self) -> int:
        return sum(p.disk.stays for _, p in self.parts) + self.merges * self.model_bytes

    @property
    def disk(self) -> int:
        """At the fullest moment: the last checkpoints beside all that stays."""
        return self.stays + max(p.disk.needed - p.disk.stays for _, p in self.parts)

    @property
    def free_disk(self) -> int:
        return self.parts[0][1].disk.free


def forecast_path(
    workspace: Workspace, stages: Sequence[Stage], model: BaseModelInfo,
    datasets: Mapping[str, DatasetVersion],
) -> PathForecast:  # fmt: skip
    """Slow on the first call: all rows are measured."""
    machine = this_machine()
    by_id = {version.id: version for version in datasets.values()}
    parts, longest = [], []
    for stage in stages:
        plan = stage.plan
        if plan is None:
            continue
        lengths = measure(by_id[plan.dataset.id], model.shape.vocab)
        past = past_runs(workspace, machine, model.ref.sha256, plan.method)
        situation = Situation(model.shape, lengths, machine, workspace.jobs, past)
        training = plan.training.model_dump()
        made = propose(situation, methods()[plan.method], plan.objective, plan.method_params,
                       training, "balanced", plan.objective_params)  # fmt: skip
        parts.append((stage, made))
        row = lengths.longest_row(made.objective.writes(made.objective_params))
        longest.append(min(row, plan.training.max_length))
    merges = len(stages) - len(parts)
    return PathForecast(parts, merges, model.shape.weight_bytes, tuple(longest))


def with_results(workspace: Workspace, plan: Plan) -> Plan:
    """A stage's plan with the folders of the results it names, to set up a run like it. What is
    not there (any more) stays named."""
    model, folder = plan.model, _result_of(workspace, plan.model.path)
    if folder:
        model = model.model_copy(update={"path": folder, "source": folder})
    rewards = [
        choice.model_copy(update={"model": _result_of(workspace, choice.model) or choice.model})
        for choice in plan.rewards
    ]
    return plan.model_copy(update={"model": model, "rewards": rewards})


def _result_of(workspace: Workspace, reference: str) -> str:
    if not reference.startswith(RESULT_OF):
        return ""
    output = JobFolder(workspace.jobs / reference.removeprefix(RESULT_OF)).output
    return str(output.resolve()) if any(output.glob("*.safetensors")) else ""


def path_command(
    kind: str, model: str, method: str, name: str, data: Mapping[str, str],
    changes: Mapping[str, Mapping[str, Any]],
) -> str:  # fmt: skip
    """What is typed to make the same path; `data` and `model` are folders."""
    words = ["ftstudio", "path", kind, "--model", model, "--method", method, "--name", name]
    for part, folder in data.items():
        words += [f"--{part}", folder]
    groups = {"training": "training", "method_params": "method", "objective_params": "objective"}
    for stage, change in changes.items():
        for group, values in change.items():
            for key, value in values.items():
                text = str(value).lower() if isinstance(value, bool | None) else f"{value}"
                words += ["--set", f"{stage}.{groups[group]}.{key}={text}"]
    return shlex.join(words)
