"""What lies on this computer around a set-up: datasets, models, runs, judges, and the machine."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from ftstudio.adapters import shelf
from ftstudio.adapters.card import AdapterCard
from ftstudio.basemodels.catalogue import Unusable, find_model, look_around
from ftstudio.basemodels.hub import partial_downloads
from ftstudio.basemodels.inspect import BaseModelInfo
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import DatasetVersion, list_versions
from ftstudio.jobs import queue
from ftstudio.jobs.history import download_under_way, list_runs
from ftstudio.planning.lengths import Lengths, measure
from ftstudio.planning.machine import Machine, this_machine
from ftstudio.planning.measured import Record, gather
from ftstudio.planning.past_runs import past_runs
from ftstudio.planning.proposal import Situation

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What lies on this computer: datasets, models, runs."""

    datasets: list[DatasetVersion] = field(default_factory=list)
    models: list[BaseModelInfo] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    unfinished: list[tuple[str, int]] = field(default_factory=list)  # downloads cut off
    run_names: list[str] = field(default_factory=list)
    busy: bool = False  # a training run is at work
    judges: list[tuple[str, AdapterCard]] = field(default_factory=list)  # reward models: folder
    downloading: Path | None = None  # the job folder of a download that is under way


def look(workspace: Workspace, wanted: str) -> Surroundings:
    """`wanted`: the result of an earlier stage is a model too, though it lies among the runs."""
    models, unusable = look_around(workspace)
    if Path(wanted).parent.parent == workspace.jobs.resolve() and Path(wanted).is_dir():
        models = [*models, find_model(Path(wanted))]
    runs = list_runs(workspace)
    return Surroundings(
        datasets=list_versions(workspace),
        models=models,
        unusable=unusable,
        unfinished=partial_downloads(workspace.models),
        run_names=[row.name for row in runs],
        busy=queue.any_running(workspace),
        judges=[
            (str(shelf.folder(workspace, card.id)), card)
            for card in shelf.list_cards(workspace)
            if card.head == "reward" and not card.problem
        ],
        downloading=download_under_way(workspace, "model"),
    )


def learned_here(workspace: Workspace) -> list[Record]:
    """What finished runs took; nothing where that can't be read or kept."""
    try:
        return gather(workspace)
    except OSError as error:
        _log.warning("what runs took is not known: %s", error)
        return []


def situation_of(
    workspace: Workspace, dataset: DatasetVersion, model: BaseModelInfo, method: str
) -> Situation:
    machine: Machine = this_machine()
    lengths: Lengths = measure(dataset, model.shape.vocab)
    past = past_runs(workspace, machine, model.ref.sha256, method)
    return Situation(model.shape, lengths, machine, workspace.jobs, past)
