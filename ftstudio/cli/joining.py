"""`--more-data DATA[:WEIGHT]`: further datasets for a goal that learns several tasks at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, MoreData, Plan


def joined(
    plan: Plan,
    words: Sequence[str],
    workspace: Workspace,
    progress: Callable[[float], None] | None = None,
    few: bool = False,
) -> Plan:
    """The plan with these datasets added; `few`: even where there is little to check with. Raises
    StudioError where its goal takes none, or needs one."""
    from ftstudio.techniques import objectives

    objective = objectives()[plan.objective]
    if words and not objective.wants_more_data:  # told before any file is made a dataset
        raise StudioError(
            f"“{objective.title}” learns from one dataset.",
            f"{len(words) + 1} were given.",
            "Add --objective multi_task, or leave --more-data out.",
            code="one_dataset_only",
        )
    found = [_more(word, plan, workspace, progress, few) for word in words]
    if objective.wants_more_data and not [*plan.more_data, *found]:
        raise StudioError(
            "There is only one task.",
            f"“{objective.title}” mixes two datasets or more.",
            "Name another one: --more-data FILE.",
            code="one_task_only",
        )
    why = objective.why_unweighed(objective.params(**plan.objective_params))
    weighed = next((more for more in found if more.weight != 1), None)
    if weighed and why:
        raise StudioError(
            f"The weight {weighed.weight:g} of {weighed.dataset.name} would count for nothing.",
            why,
            "Add --set objective.how=weights, or leave the weight out.",
            code="weight_ignored",
        )
    return plan.model_copy(update={"more_data": [*plan.more_data, *found]})


def _more(
    word: str,
    plan: Plan,
    workspace: Workspace,
    progress: Callable[[float], None] | None,
    few: bool,
) -> MoreData:
    from ftstudio.cli.choose import choose_dataset
    from ftstudio.techniques import objectives
    from ftstudio.techniques.fitting import why_not_learn

    data, weight = apart(word)
    version = choose_dataset(workspace, data, progress, few)
    objective = objectives()[plan.objective]
    if said := why_not_learn(objective, version.facts):
        raise StudioError(
            f"“{objective.title}” can't learn from {version.name}.",
            said,
            f"It needs: {objective.needs}",
            code="wrong_data",
        )
    ref = DatasetRef(id=version.id, path=str(version.path), name=version.name)
    return MoreData(dataset=ref, weight=weight)


def apart(word: str) -> tuple[str, float]:
    """The data and the weight behind the last colon; a drive's own colon is no such one."""
    data, colon, tail = word.rpartition(":")
    if not colon or not data or Path(word).exists():
        return word, 1.0
    try:
        weight = float(tail)
    except ValueError:
        return word, 1.0
    if not 0 < weight < float("inf"):
        raise StudioError(
            f"“{tail}” is no weight.",
            "A weight is a number above 0.",
            "For example: --more-data calls.csv:2.",
            code="bad_weight",
        )
    return data, weight
