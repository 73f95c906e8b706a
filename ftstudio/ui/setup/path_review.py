"""The review of a path in words: what will happen stage by stage, and what was chosen."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from ftstudio.core.units import plural
from ftstudio.planning.memory import MemoryEstimate, fits
from ftstudio.planning.proposal import Proposal
from ftstudio.planning.stages import Stage
from ftstudio.techniques import methods
from ftstudio.ui.setup.path_making import MadePath
from ftstudio.ui.setup.settings_words import Setting
from ftstudio.ui.setup.story import Chapter, times

_MERGE_SECONDS = 20.0


def largest_stage(made: MadePath, counted: MemoryEstimate | None, free: int) -> Proposal:
    """The stage that takes most, by what was counted where it was; `free` bytes there are. The
    figure says first which one it is."""
    stage, quick = made.forecast.hungriest
    if counted is not None:
        return replace(quick, memory=counted, fit=fits(counted, free))
    place = [one.key for one, _ in made.forecast.parts].index(stage.key) + 1
    said = f"Of {len(made.forecast.parts)} stages, stage {place} takes most: {stage.title}."
    memory = replace(quick.memory, why=[said, *quick.memory.why])
    return replace(quick, memory=memory)


def path_chapters(owner: QWidget, made: MadePath) -> list[Chapter]:
    """A chapter for each job, in their order."""
    forecasts = {stage.key: proposal.forecast for stage, proposal in made.forecast.parts}
    steps = {step.objective: (n, step) for n, step in enumerate(made.recipe.steps, 1)}
    by_id = {version.id: version for version in made.datasets.values()}
    story = []
    for stage in made.stages:
        if stage.plan is None:
            story.append(_between(owner))
            continue
        number, step = steps[stage.key]
        title = owner.tr("Stage {number}, {title}: {goal}").format(
            number=number, title=step.title, goal=stage.title
        )
        words = plural(
            by_id[stage.plan.dataset.id].facts.train, owner.tr("1 example of {data}, {passes}"),
            owner.tr("{n} examples of {data}, {passes}"), data=stage.plan.dataset.name,
            passes=times(owner, stage.plan.training.epochs),
        )  # fmt: skip
        if step.reward:
            judge = steps[step.reward][1].title
            words += ". " + owner.tr("What it writes is scored by the result of “{judge}”").format(
                judge=judge
            )
        story.append(Chapter(title, words, forecasts[stage.key].middle))
    return story


def _between(owner: QWidget) -> Chapter:
    words = owner.tr("What was learned becomes part of the model the next stages build on")
    return Chapter(owner.tr("Fold it into the model"), words, _MERGE_SECONDS)


def path_settings(owner: QWidget, made: MadePath, name: str) -> list[Setting]:
    recipe, method = made.recipe, methods()[made.method]
    rows = [
        Setting(owner.tr("Name"), name, owner.tr("of the whole path"), "name"),
        Setting(owner.tr("Goal"), recipe.title, recipe.term, "goal"),
        Setting(
            owner.tr("Model"), made.model.ref.name,
            owner.tr("licence: {licence}").format(licence=made.model.ref.licence), "model",
        ),
        Setting(owner.tr("Method"), method.title, owner.tr("of every stage"), "method"),
    ]  # fmt: skip
    plans = {stage.key: stage for stage in made.stages}
    for number, step in enumerate(recipe.steps, 1):
        title = owner.tr("Stage {number}, {title}").format(number=number, title=step.title)
        stage = plans[step.objective]
        rows.append(Setting(title, _data_of(stage), _figures_of(owner, stage), "goal"))
    return rows


def _data_of(stage: Stage) -> str:
    return stage.plan.dataset.name if stage.plan else ""


def _figures_of(owner: QWidget, stage: Stage) -> str:
    if stage.plan is None:
        return ""
    training = stage.plan.training
    return owner.tr("{times}, learning rate {rate}").format(
        times=times(owner, training.epochs), rate=f"{training.learning_rate or 0:g}"
    )
