"""What finished runs took of each card, kept in the workspace, and what is learned from it.

Three things are learned apart: the context (a constant of the card), what a run reserved against
what was foretold (it fits the margin), and what it allocated against what was foretold, which
must be alike and is told where it is not. All of it is shown, and can be forgotten.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, Literal

from pydantic import ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.core.plan import Plan
from ftstudio.core.units import format_bytes
from ftstudio.gpu.cards import short_name
from ftstudio.jobs.easing import eased
from ftstudio.jobs.events import Taken
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.history import RunRow, list_runs
from ftstudio.planning.foretelling import foretold
from ftstudio.planning.machine import Machine
from ftstudio.planning.margin import OF_MARGIN, RUNS_NEEDED, margin
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.plain_fields import of_plain

SCHEMA = 1
KEPT = 400  # records; the oldest go first
_FILE = "measured.json"
_ESTIMATE = "estimate.json"  # in a job's folder: what was foretold when it was started
_ALIKE = 0.01  # allocated against foretold: beyond it, something is reckoned wrongly
_DAMAGED = (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError)
_writing = threading.Lock()


@dataclass(frozen=True)
class Record:
    """One finished run or trial. Bytes; `foretold` without context and margin."""

    run: str
    ended: float
    card: str  # by its short name, "RTX 4090"; empty: the processor
    how: str  # was foretold: "instant", "exact"
    foretold: int
    foretold_allocated: int
    reserved: int
    allocated: int
    context: int
    method: str = ""
    objective: str = ""
    eager: bool = False
    watts: float = 0.0
    trial: bool = False  # a few steps before the start, of which nothing was kept

    @property
    def residual(self) -> float:
        return self.reserved / self.foretold - 1 if self.foretold > 0 else 0.0


@dataclass(frozen=True)
class Corrections:
    """What the runs on one card teach about the next one there."""

    card: str = ""
    runs: int = 0
    context: int = 0  # 0: not measured yet
    residuals: tuple[float, ...] = ()
    watts: float = 0.0  # 0: not measured yet
    sentences: tuple[str, ...] = ()
    eager: bool = False  # of which kind of attention the residuals are


def keep_estimate(folder: JobFolder, estimate: MemoryEstimate) -> None:
    """Beside the job, so that its run can be held against what was foretold."""
    write_text(folder.path / _ESTIMATE, json.dumps(estimate.dump()))


def has_estimate(folder: JobFolder) -> bool:
    return (folder.path / _ESTIMATE).is_file()


def gather(workspace: Workspace) -> list[Record]:
    """All records, those of runs that ended since the last time included. Slow at first: it may
    read datasets; then a look at the runs."""
    with _writing:
        read, forgotten = _read(workspace)
        rows = _rows(workspace)
        records = _told_apart(read, rows)
        known = {record.run for record in records}
        found = []
        for row in rows:
            taken = row.status.taken
            ended = row.status.ended or 0.0
            if (
                taken is None
                or row.id in known
                or ended <= forgotten.get(short_name(taken.card), 0.0)
            ):
                continue
            record = _record(row, taken, ended)
            if record is not None:
                found.append(record)
        if found or records != read:
            records = sorted([*records, *found], key=lambda record: record.ended)[-KEPT:]
            _write(workspace, records, forgotten)
    return records


def card_of(machine: Machine) -> str:
    """As records name it."""
    return machine.name if machine.device == "cuda" else ""


def forget(workspace: Workspace, card: str) -> int:
    """Let go of what runs on this card taught; how many records those were."""
    with _writing:
        records, forgotten = _read(workspace)
        kept = [record for record in records if record.card != card]
        ends = [record.ended for record in records if record.card == card]
        ends += [row.status.ended or 0.0 for row in _rows(workspace)]
        _write(workspace, kept, {**forgotten, card: max(ends, default=0.0)})
    return len(records) - len(kept)


def corrections(
    records: Sequence[Record], card: str, how: str = "instant", eager: bool = False
) -> Corrections:
    """For an estimate that was reached the same way, with the same kind of attention."""
    here = [record for record in records if record.card == card]
    if not here:
        return Corrections(card)
    alike = [record for record in here if (record.how, record.eager) == (how, eager)]
    contexts = [record.context for record in here if record.context]
    powers = [record.watts for record in here if record.watts]
    made = Corrections(
        card, len(here), int(median(contexts)) if contexts else 0,
        tuple(record.residual for record in alike), median(powers) if powers else 0.0, (), eager,
    )  # fmt: skip
    return replace(made, sentences=tuple(_sentences(made, alike, how)))


def corrected(estimate: MemoryEstimate, taught: Corrections) -> MemoryEstimate:
    """The estimate with this card's own context, and the margin its runs justify."""
    more = taught.context - estimate.parts["context"] if taught.context else 0
    made = estimate.plus("context", more)
    held = made.peak - (made.parts["context"] if taught.card else 0)
    alike = taught.eager == estimate.eager
    air = margin(held, estimate.eager, taught.residuals if alike else ())
    made = made.plus("margin", air.bytes - made.parts["margin"])
    before = [sentence for sentence in made.why if OF_MARGIN not in sentence]
    return replace(made, why=[*before, *taught.sentences, air.why])


def _sentences(made: Corrections, alike: Sequence[Record], how: str) -> list[str]:
    said = []
    if made.context:
        said.append(f"On this card the driver takes {format_bytes(made.context)}, as measured.")
    if 0 < len(alike) < RUNS_NEEDED:
        runs = "1 finished run" if len(alike) == 1 else f"{len(alike)} finished runs"
        said.append(f"Forecasts on this card were held against {runs}.")
    ratios = [
        record.allocated / record.foretold_allocated
        for record in alike
        if record.foretold_allocated > 0 and record.allocated > 0
    ]
    if how == "exact" and ratios and abs(median(ratios) - 1) > _ALIKE:
        said.append(
            f"Runs here hold {100 * median(ratios):.1f} % of what was reckoned, where it should "
            "be alike: please report it."
        )
    return said


def _rows(workspace: Workspace) -> list[RunRow]:
    try:
        return list_runs(workspace, ("train", "tryout"))
    except StudioError:  # the drive is away: what is kept still holds
        return []


def _told_apart(records: Sequence[Record], rows: Sequence[RunRow]) -> list[Record]:
    """Trials that were kept before records said so, where their folder is still there."""
    trials = {row.id for row in rows if row.spec is not None and row.spec.kind == "tryout"}
    return [replace(one, trial=one.trial or one.run in trials) for one in records]


def _record(row: RunRow, taken: Taken, ended: float) -> Record | None:
    """None where what was foretold can't be told any more: its data or model are gone."""
    if row.spec is None:
        return None
    try:
        plan = eased(row.folder, Plan.model_validate(row.spec.payload))
        device: Literal["cuda", "cpu"] = "cuda" if taken.card else "cpu"
        was = _kept_estimate(row.folder) or foretold(plan, device, card=taken.card)
    except (StudioError, ValidationError, KeyError):
        return None
    aside = was.parts["context"] if taken.card else 0
    return Record(
        run=row.id, ended=ended, card=short_name(taken.card), how=was.how,
        foretold=was.peak - aside,
        foretold_allocated=was.peak - aside - was.parts["rounding"],
        reserved=taken.reserved if taken.card else taken.ram,
        allocated=taken.allocated, context=taken.context, method=plan.method,
        objective=plan.objective, watts=taken.watts, eager=was.eager,
        trial=row.spec.kind == "tryout",
    )  # fmt: skip


def _kept_estimate(folder: JobFolder) -> MemoryEstimate | None:
    try:
        return MemoryEstimate.load(json.loads((folder.path / _ESTIMATE).read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(workspace: Workspace) -> Path:
    return workspace.root / _FILE


def _read(workspace: Workspace) -> tuple[list[Record], dict[str, float]]:
    """Nothing where there is nothing, or where it is damaged: it will be gathered anew. A damaged
    record does not take the others with it."""
    try:
        data: Any = json.loads(_path(workspace).read_text("utf-8"))
        if data["schema"] > SCHEMA:  # of a later version, which knows more: left alone
            return [], {}
        kept, forgotten = list(data["records"]), dict(data["forgotten"])
    except _DAMAGED:
        return [], {}
    records = [made for one in kept if (made := _whole(one)) is not None]
    ends = {card: float(at) for card, at in forgotten.items() if isinstance(at, (int, float))}
    return records, {card: at for card, at in ends.items() if math.isfinite(at)}


def _whole(values: Any) -> Record | None:
    try:
        return of_plain(Record, values)
    except (TypeError, ValueError):
        return None


def _write(workspace: Workspace, records: Sequence[Record], forgotten: dict[str, float]) -> None:
    if _is_of_a_later_version(workspace):
        return
    data = {
        "schema": SCHEMA,
        "records": [asdict(record) for record in records],
        "forgotten": forgotten,
    }
    write_text(_path(workspace), json.dumps(data, indent=1))


def _is_of_a_later_version(workspace: Workspace) -> bool:
    try:
        return bool(json.loads(_path(workspace).read_text("utf-8"))["schema"] > SCHEMA)
    except _DAMAGED:
        return False
