"""The datasets of a run as one stream of examples: each verified, each in its share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.objective import Objective
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import DatasetVersion, load_version
from ftstudio.techniques.tasks import counts, repeated, tagged

Side = Literal["train", "validation"]


@dataclass(frozen=True)
class Part:
    """A dataset that joins the run's own."""

    task: str
    dataset: DatasetVersion
    weight: float


def parts_of(plan: Plan, objective: Objective, own: DatasetVersion) -> tuple[Part, ...]:
    """The run's own dataset and those that join it, verified; none for a goal that has one."""
    if not objective.wants_more_data:
        if plan.more_data:
            raise _not_wanted(objective)
        return ()
    if not plan.more_data:
        raise _alone(objective)
    found = [Part(plan.dataset.name or own.name, own, 1.0)]
    for more in plan.more_data:
        version = load_version(Path(more.dataset.path))
        if version.facts.kind not in objective.learns_from:
            raise _other_kind(version, objective)
        version.verify()
        found.append(Part(more.task or more.dataset.name or version.name, version, more.weight))
    names = [part.task for part in found]
    return tuple(
        Part(f"{part.task} {names[: i + 1].count(part.task)}", part.dataset, part.weight)
        if names[:i].count(part.task) else part
        for i, part in enumerate(found)
    )  # fmt: skip


def mixed_counts(parts: tuple[Part, ...], side: Side, params: Any) -> list[int]:
    """Examples of each part. Unseen ones are tried once each, whatever the shares."""
    sizes = [part.dataset.counts.get(side, 0) for part in parts]
    if side == "validation":
        return sizes
    weights = [part.weight for part in parts]
    return counts(sizes, params.how, params.temperature, weights)


def mixed(parts: tuple[Part, ...], side: Side, params: Any, seed: int) -> Iterator[Example]:
    """The examples of all parts, in their shares. The trainer shuffles them."""
    for part, count in zip(parts, mixed_counts(parts, side, params), strict=True):
        size = part.dataset.counts.get(side, 0)
        for example in repeated(part.dataset.examples(side), size, count, seed):
            yield tagged(example, part.task, params.tag)


def held_out(parts: tuple[Part, ...], params: Any) -> Iterator[Example]:
    """Unseen examples of each task in turn, so that the first few are of all tasks."""
    streams = [(part, part.dataset.examples("validation")) for part in parts]
    while streams:
        for part, stream in list(streams):
            example = next(stream, None)
            if example is None:
                streams.remove((part, stream))
            else:
                yield tagged(example, part.task, params.tag)


def _not_wanted(objective: Objective) -> StudioError:
    return StudioError(
        f"“{objective.title}” learns from one dataset.",
        "The plan names more than one.",
        "Take “Learn several tasks at once”, or leave the other datasets out.",
        code="one_dataset_only",
    )


def _alone(objective: Objective) -> StudioError:
    return StudioError(
        "There is only one task.",
        f"“{objective.title}” mixes two datasets or more, and the plan names one.",
        "Add a dataset (--more-data NAME), or take “Answer like these examples”.",
        code="one_task_only",
    )


def _other_kind(version: DatasetVersion, objective: Objective) -> StudioError:
    return StudioError(
        f"The dataset {version.name} does not fit.",
        f"It holds {version.facts.kind} examples; “{objective.title}” learns from questions with "
        "answers.",
        "Choose another dataset.",
        code="other_kind",
    )
