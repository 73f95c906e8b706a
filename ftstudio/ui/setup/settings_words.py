"""The settings of a plan in words, each with the field's term, and what a click on it edits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from PySide6.QtWidgets import QWidget

from ftstudio.core.params import Params, ParamSpec
from ftstudio.core.plan import Plan, RewardChoice
from ftstudio.core.training_settings import TrainingSettings
from ftstudio.techniques import methods, objectives, rewards, safeguards
from ftstudio.techniques.idle import idle_method, idle_objective, idle_training

Group = Literal["name", "goal", "model", "method", "settings", "training", "method_params"]


@dataclass(frozen=True)
class Setting:
    """`edits` names the fields of the group that a click opens; empty: a page of its own, which
    the group names."""

    title: str
    words: str
    term: str
    group: Group
    edits: tuple[str, ...] = ()


def settings_in_words(owner: QWidget, plan: Plan, level: str) -> list[Setting]:
    training, method = plan.training, methods()[plan.method]
    rate = f"{training.learning_rate:g}" if training.learning_rate else owner.tr("the method's own")
    together = training.batch_size * training.accumulation
    rows = [
        Setting(owner.tr("Name"), plan.name, owner.tr("on the shelf"), "name"),
        Setting(
            owner.tr("Goal"), objectives()[plan.objective].title,
            objectives()[plan.objective].term, "goal",
        ),
        Setting(
            owner.tr("Model"), plan.model.name,
            owner.tr("licence: {licence}").format(licence=plan.model.licence), "model",
        ),
        Setting(
            owner.tr("Method"), method.title,
            _params_in_short(method.params.model_validate(plan.method_params)), "method",
        ),
        Setting(
            owner.tr("Passes over the data"),
            owner.tr("{number}, best version kept").format(number=f"{training.epochs:g}"),
            _with_patience(owner, training), "training", ("epochs", "patience"),
        ),
        Setting(
            owner.tr("Step size"), _fading(owner, rate, training.schedule),
            owner.tr("learning rate, {schedule}").format(schedule=training.schedule), "training",
            ("learning_rate", "schedule", "warmup"),
        ),
        Setting(
            owner.tr("Examples per step"), _batch(owner, together, training),
            owner.tr("batch size × accumulation"), "training", ("batch_size", "accumulation"),
        ),
        Setting(
            owner.tr("Longest text"),
            owner.tr("up to {number} tokens").format(number=f"{training.max_length:,}"),
            owner.tr("max length"), "training", ("max_length",),
        ),
    ]  # fmt: skip
    if level == "all":
        shown = {name for row in rows for name in row.edits}
        rows += _others(owner, plan, shown)
        rows += _of_method(owner, plan)
        rows += _of_goal(owner, plan)
    what = [row.group for row in rows].index("method") + 1  # before how it is learned
    return [*rows[:what], *_picked(owner, plan, level), *rows[what:]]


def _of_method(owner: QWidget, plan: Plan) -> list[Setting]:
    """What does not count beside the rest of the plan is no line."""
    goal, method = objectives()[plan.objective], methods()[plan.method]
    params = method.params.model_validate(plan.method_params)
    idle = idle_method(goal, method, params)
    return [
        Setting(spec.title, value_in_words(owner, spec, getattr(params, spec.name)), spec.term,
                "method_params", (spec.name,))
        for spec in method.params.specs()
        if spec.name not in idle
    ]  # fmt: skip


def _of_goal(owner: QWidget, plan: Plan) -> list[Setting]:
    goal, method = objectives()[plan.objective], methods()[plan.method]
    params = goal.params.model_validate(plan.objective_params)
    idle = idle_objective(goal, method, params)
    return [
        Setting(spec.title, value_in_words(owner, spec, getattr(params, spec.name)), spec.term,
                "settings")
        for spec in goal.params.specs()
        if spec.name not in idle
    ]  # fmt: skip


def _picked(owner: QWidget, plan: Plan, level: str) -> list[Setting]:
    """What was added beside the dataset: always told where there is any, for it costs."""
    goal = objectives()[plan.objective]
    weighed = not goal.why_unweighed(goal.params.model_validate(plan.objective_params))
    rows = [
        Setting(owner.tr("What an answer is worth"), reward_in_words(owner, choice),
                owner.tr("reward × {weight}").format(weight=f"{choice.weight:g}"), "settings")
        for choice in plan.rewards
    ]  # fmt: skip
    rows += [
        Setting(owner.tr("Further data"), more.task or more.dataset.name,
                owner.tr("task, counts {weight}").format(weight=f"{more.weight:g}")
                if weighed else owner.tr("task"), "settings")
        for more in plan.more_data
    ]  # fmt: skip
    rows += [
        Setting(
            owner.tr("Shall not be forgotten"), choice.dataset.name,
            f"{safeguards()[choice.key].title} ({safeguards()[choice.key].term})", "settings",
        )
        for choice in plan.safeguards
    ]  # fmt: skip
    if not plan.safeguards and level == "all":
        rows.append(
            Setting(owner.tr("Shall not be forgotten"), owner.tr("nothing protected"),
                    owner.tr("safeguards"), "settings")
        )  # fmt: skip
    return rows


def reward_in_words(owner: QWidget, choice: RewardChoice) -> str:
    rule = rewards().get(choice.key)
    if rule is None:
        return owner.tr("a judge: {name}").format(name=PurePath(choice.model).name)
    params = rule.params.model_validate(choice.params)
    said = [
        value_in_words(owner, spec, getattr(params, spec.name))
        for spec in rule.params.specs()
        if getattr(params, spec.name) not in (None, "", False)
    ]
    return ": ".join(part for part in (rule.title, ", ".join(said[:2])) if part)


def value_in_words(owner: QWidget, spec: ParamSpec, value: Any) -> str:
    if value is None:
        return owner.tr("decided for you")
    if spec.kind == "bool":
        return owner.tr("yes") if value else owner.tr("no")
    if spec.kind == "choice":
        return str(dict(spec.choices).get(value, value))
    if isinstance(value, str):
        return value
    number = f"{value:g}" if isinstance(value, float) else f"{value:,}"
    return f"{number} {spec.unit}".strip()


def _others(owner: QWidget, plan: Plan, shown: set[str]) -> list[Setting]:
    training = plan.training
    goal = objectives()[plan.objective]
    params = goal.params.model_validate(plan.objective_params)
    idle = idle_training(goal, methods()[plan.method], training, params=params)
    return [
        Setting(spec.title, value_in_words(owner, spec, getattr(training, spec.name)), spec.term,
                "training", (spec.name,))
        for spec in TrainingSettings.specs()
        if spec.name not in shown and spec.name not in idle
    ]  # fmt: skip


def _params_in_short(params: Params) -> str:
    """rank 16, alpha 32: the method's numbers, in the field's own terms; a ratio of one is none."""
    parts = [
        f"{spec.term or spec.name} {getattr(params, spec.name):g}"
        for spec in type(params).specs()
        if spec.kind in ("int", "float") and getattr(params, spec.name)
        and (spec.kind, getattr(params, spec.name)) != ("float", 1.0)
    ]  # fmt: skip
    return ", ".join(parts[:3])


def _with_patience(owner: QWidget, training: TrainingSettings) -> str:
    if training.patience:
        return owner.tr("epochs, early stopping {looks}").format(looks=training.patience)
    return owner.tr("epochs")


def _fading(owner: QWidget, rate: str, schedule: str) -> str:
    if schedule == "constant":
        return owner.tr("{rate}, warms up, then stays").format(rate=rate)
    return owner.tr("{rate}, warms up, then fades").format(rate=rate)


def _batch(owner: QWidget, together: int, training: TrainingSettings) -> str:
    if training.accumulation == 1:
        return str(together)
    return owner.tr("{all}, as {few} at a time, {times} ×").format(
        all=together, few=training.batch_size, times=training.accumulation
    )
