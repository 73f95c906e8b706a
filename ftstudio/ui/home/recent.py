"""What was worked on last: runs, datasets and adapters of the workspace, newest first."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace

Kind = Literal["run", "dataset", "adapter"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RecentThing:
    """`state` is a run's state; `rows` a dataset's size; `base` an adapter's model."""

    kind: Kind
    id: str
    name: str
    when: float
    state: str = ""
    rows: int = 0
    base: str = ""
    step: int = 0
    problem: str = ""


def list_recent(workspace: Workspace, limit: int = 6) -> list[RecentThing]:
    """Read from the folders; what can't be read is left out here (its own place names it)."""
    found: list[RecentThing] = []
    for read in (_runs, _datasets, _adapters):
        try:
            found += read(workspace)
        except (StudioError, OSError) as error:
            _log.warning("recent work: %s", error)
    return sorted(found, key=lambda thing: thing.when, reverse=True)[:limit]


def _runs(workspace: Workspace) -> list[RecentThing]:
    from ftstudio.jobs.history import list_runs

    # A run and the adapter it made are one piece of work: the adapter speaks for both.
    return [
        RecentThing(
            "run", row.id, row.name, row.status.changed or row.created, row.status.state,
            step=row.status.step,
            problem=row.status.error.what if row.status.error else "",
        )
        for row in list_runs(workspace)
        if row.spec is not None and not row.status.shelf_id
    ]  # fmt: skip


def _datasets(workspace: Workspace) -> list[RecentThing]:
    from ftstudio.data.versions.library import list_versions

    return [
        RecentThing("dataset", v.id, v.name, v.created, rows=v.total)
        for v in list_versions(workspace)
    ]


def _adapters(workspace: Workspace) -> list[RecentThing]:
    from ftstudio.adapters.shelf import list_cards

    return [
        RecentThing("adapter", card.id, card.name, card.created, base=card.base.name)
        for card in list_cards(workspace)
    ]
