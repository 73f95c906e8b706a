"""Who learned from a dataset: the runs whose plan names it, and what came of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ftstudio.adapters.card import AdapterCard, lineage
from ftstudio.adapters.shelf import deleted_cards, list_cards
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.jobs.folder import RESULT_OF, JobFolder, JobSpec
from ftstudio.jobs.history import list_runs
from ftstudio.jobs.trash import deleted

Kind = Literal["run", "adapter", "deleted run", "deleted adapter", "merge"]


@dataclass(frozen=True)
class Learner:
    """A run, or an adapter on the shelf, and the datasets that it learned from."""

    kind: Kind
    id: str
    name: str
    datasets: tuple[str, ...]

    @property
    def deleted(self) -> bool:
        """It lies in the trash, and can come back."""
        return self.kind.startswith("deleted")


@dataclass(frozen=True)
class _Knot:
    kind: Kind
    id: str
    name: str
    told: frozenset[str]  # ids of datasets and of other knots that stand in it


def learned_from(workspace: Workspace, versions: Collection[str]) -> list[Learner]:
    """All that learned from one of these versions, as own data, beside it, or to keep skills awake;
    also by what it goes back to: the run of an adapter, and the model that a run began with."""
    whole = [*_runs(workspace), *_adapters(workspace)]
    knots = {one.id: one for one in whole}
    found = []
    for one in whole:
        named = _reached(one, knots).intersection(versions)
        if named and one.kind != "merge":
            found.append(Learner(one.kind, one.id, one.name, tuple(sorted(named))))
    return found


def _runs(workspace: Workspace) -> Iterator[_Knot]:
    for row in list_runs(workspace, ("train", "merge")):
        if row.spec:
            kind: Kind = "run" if row.spec.kind == "train" else "merge"
            yield _Knot(kind, row.id, row.name, _told_of(row.folder, row.spec))
    for folder in deleted(workspace):
        try:
            spec = folder.spec()
        except StudioError:
            continue
        if spec.kind in ("train", "merge"):
            kind = "deleted run" if spec.kind == "train" else "merge"
            yield _Knot(kind, folder.id, spec.name, _told_of(folder, spec))


def _adapters(workspace: Workspace) -> Iterator[_Knot]:
    for card in list_cards(workspace):
        yield _Knot("adapter", card.id, card.name, _told_by(card))
    for card in deleted_cards(workspace):
        yield _Knot("deleted adapter", card.id, card.name, _told_by(card))


def _reached(one: _Knot, knots: Mapping[str, _Knot]) -> set[str]:
    reached, ahead = set(one.told), list(one.told)
    while ahead:
        if knot := knots.get(ahead.pop()):
            ahead += knot.told - reached
            reached |= knot.told
    return reached


def _told_by(card: AdapterCard) -> frozenset[str]:
    runs = (card.run_id, *(parent.run_id for parent in card.parents))
    return frozenset((*_ids(card.model_dump(include={"dataset", "parents"})), *runs))


def _told_of(folder: JobFolder, spec: JobSpec) -> frozenset[str]:
    """What a plan names, and the models that it begins with. The card of its result knows of those
    that are gone."""
    told = {*_ids(spec.payload), str(spec.payload.get("adapter_id", ""))}
    for text in (*_texts(spec.payload), str(folder.output)):
        if text.startswith(RESULT_OF):
            told.add(text.removeprefix(RESULT_OF))
        elif Path(text).is_absolute():
            told.update(Path(text).parts)  # an adapter on the shelf, or the result of a run
            for before in lineage(text):
                told.update((before.run_id, *_ids(before.model_dump())))
    return frozenset(told)


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


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
