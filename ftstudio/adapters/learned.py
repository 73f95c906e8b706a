"""Who learned from a dataset: the runs whose plan names it, and what came of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from ftstudio.adapters.shelf import list_cards
from ftstudio.core.paths import Workspace
from ftstudio.jobs.history import list_runs


@dataclass(frozen=True)
class Learner:
    """A run, or an adapter on the shelf, and the datasets that it learned from."""

    kind: Literal["run", "adapter"]
    id: str
    name: str
    datasets: tuple[str, ...]


def learned_from(workspace: Workspace, versions: Collection[str]) -> list[Learner]:
    """All that learned from one of these versions, as own data, beside it, or to keep skills awake;
    adapters also by the runs that they go back to."""
    found = []
    for run in list_runs(workspace, ("train",)):
        named = _named(run.spec.payload, versions) if run.spec else ()
        if named:
            found.append(Learner("run", run.id, run.name, named))
    runs = {one.id: one.datasets for one in found}
    for card in list_cards(workspace):
        known = set(_named(card.model_dump(include={"dataset", "parents"}), versions))
        for run_id in (card.run_id, *(parent.run_id for parent in card.parents)):
            known.update(runs.get(run_id, ()))
        if known:
            found.append(Learner("adapter", card.id, card.name, tuple(sorted(known))))
    return found


def _named(value: Any, versions: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({one for one in _ids(value) if one in versions}))


def _ids(value: Any) -> Iterator[str]:
    """Every "id" inside a plan: its datasets among them."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for one in value.values():
            yield from _ids(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _ids(one)
