"""Counts a plan's memory exactly: its own training, two steps and a look, without content.

The payload is that of `planning.exact`. The trace of births and deaths is replayed by the model
of the card's allocator; what the card itself takes is added. Where the run can't be followed, the
quick figure with a range and the reason is left instead. Heavy libraries are imported late: the
stand-in for a card must be there before torch is.
"""

from __future__ import annotations

import gc
import os
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.core.plan import Plan
from ftstudio.data.versions.library import load_version
from ftstudio.jobs.commands import Stop
from ftstudio.jobs.events import Finished, Phase, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.jobs.places import workspace_of
from ftstudio.planning import exact
from ftstudio.planning.card_kinds import CardKind, kind_of
from ftstudio.planning.counting import counted, quick, uncounted
from ftstudio.planning.memory_estimate import MemoryEstimate
from ftstudio.planning.outline import outline
from ftstudio.techniques import objectives
from ftstudio.worker.reporter import Reporter

if TYPE_CHECKING:
    from ftstudio.core.model_shape import ModelShape

_STEPS = 6  # that are told of
_Faults = list[str]  # tracebacks of what was not foreseen


def run(folder: JobFolder) -> int:
    """The whole job, read top to bottom. Raises StudioError for a plan that can't be."""
    spec, began = folder.spec(), time.time()
    reporter = Reporter(folder)
    kind = _card(spec.payload)
    reporter.say(
        Started(
            pid=os.getpid(), device="cuda" if kind else "cpu",
            device_name=kind.name if kind else "CPU", versions=exact.versions(),
        )
    )  # fmt: skip
    home = workspace_of(folder, spec)
    tell, faults = _teller(reporter), _Faults()
    try:
        tell("Reading the plan")
        found = exact.cached(Path(home), spec.payload) if home else None
        if found is None:
            found = _largest(spec.payload, kind, tell, faults)
            if home:
                exact.keep(Path(home), spec.payload, found)
    except Cancelled:
        reporter.say(Stopped(step=0, kept=False))
        return 0
    exact.write_result(folder, found, faults)
    seconds = round(time.time() - began, 1)
    reporter.say(Finished(output="output", scores={"shown": float(found.shown)}, seconds=seconds))
    return 0


def _card(payload: dict[str, Any]) -> CardKind | None:
    card = payload.get("card")
    if not card:
        return None
    kind = kind_of(
        str(card["name"]), str(card.get("architecture") or ""), int(card.get("total_bytes") or 0)
    )
    if kind is None:
        raise StudioError(
            f"“{card['name']}” is no card this app knows.",
            "How it computes, and what it takes for itself, is not known.",
            "Take the quick figure, or try the run itself.",
            code="unknown-card",
        )
    return kind


def _teller(reporter: Reporter) -> Callable[[str], None]:
    said: list[str] = []

    def tell(text: str) -> None:
        if any(isinstance(command, Stop) for command in reporter.commands()):
            raise Cancelled
        if text not in said:
            said.append(text)
            reporter.say(
                Phase(name="checking", text=text, done=min(len(said), _STEPS), total=_STEPS,
                      unit="steps")
            )  # fmt: skip

    return tell


def _largest(
    payload: dict[str, Any], kind: CardKind | None, tell: Callable[[str], None], faults: _Faults
) -> MemoryEstimate:
    """Of a path's stages, one after the other, the one that takes most."""
    stages = [payload, *payload.get("later", ())]
    counted = [_count(stage, kind, tell, faults) for stage in stages]
    most = max(range(len(stages)), key=lambda place: counted[place].high)
    if len(stages) == 1:
        return counted[0]
    title = objectives()[stages[most]["plan"]["objective"]].title
    said = f"Of {len(stages)} stages, stage {most + 1} takes most: {title}."
    vague = [place for place, one in enumerate(counted) if one.how != "exact"]
    how = counted[most].how if not vague else "instant"
    left = [f"Not counted: stage {place + 1}. {counted[place].why[0]}" for place in vague
            if place != most]  # fmt: skip
    return replace(counted[most], how=how, why=[said, *left, *counted[most].why])


def _count(
    payload: dict[str, Any], kind: CardKind | None, tell: Callable[[str], None], faults: _Faults
) -> MemoryEstimate:
    plan, longest = Plan.model_validate(payload["plan"]), int(payload["longest"])
    longest = max(1, min(longest, plan.training.max_length))
    shape = outline(plan.model.path).shape
    closed = quick(plan, shape, longest, kind)
    try:
        if kind is not None:
            from ftstudio.worker.simulation import shim

            tell("Preparing the stand-in for the card")
            shim.load()
    except StudioError as error:
        return uncounted(closed, f"{error.what} {error.why}")
    try:
        return _rehearsed(plan, shape, longest, kind, closed, tell)
    except (Cancelled, StudioError):
        raise
    except Exception as error:  # noqa: BLE001 - told, and kept whole for the log of the app
        faults.append(traceback.format_exc())
        return uncounted(closed, _fault_words(error))


def _fault_words(error: Exception) -> str:
    words = str(error).strip().splitlines()
    said = f"{type(error).__name__}: {words[0][:160]}" if words else type(error).__name__
    return (
        f"Counting broke off where nobody foresaw it ({said}). That is a fault of this app or of "
        "a library, not of the plan; all of it stands in the app's log."
    )


def _rehearsed(
    plan: Plan, shape: ModelShape, longest: int, kind: CardKind | None, closed: MemoryEstimate,
    tell: Callable[[str], None],
) -> MemoryEstimate:  # fmt: skip
    tell("Loading the libraries")
    with _loading():
        from ftstudio.worker.environment import segments_grow
        from ftstudio.worker.simulation.trainers import NotSimulated, Wanted, rehearse
    device, fakes, hidden = _surroundings(kind)
    wanted = Wanted(
        plan, shape, device, longest, _facts(plan), hidden=hidden, fakes=fakes, tell=tell
    )
    try:
        done = rehearse(wanted)
    except NotSimulated as error:
        return uncounted(closed, str(error))
    tell("Adding up")
    alike = plan.training.padding == "fixed"
    return counted(done.trace, kind, segments_grow(), closed, done.remarks, alike)


@contextmanager
def _loading() -> Iterator[None]:
    """Inside, libraries load faster: nothing of theirs is rubbish, and nothing will be compiled,
    so that the compiler of bitsandbytes' functions can stay away."""
    gc.disable()
    import torch

    def as_it_is(function: Any = None, **named: Any) -> Any:
        return function or as_it_is

    try:
        with patch.object(torch, "compile", as_it_is):
            yield
    finally:
        gc.freeze()  # they stay: looking through them for rubbish takes a third of the time
        gc.enable()


def _surroundings(kind: CardKind | None) -> tuple[Any, Any, Any]:
    """The device, what makes fakes on it, and what its kernels take beside their outcome."""
    from ftstudio.worker.device import Device

    if kind is None:
        from ftstudio.worker.simulation.fakes import Fakes

        return Device("cpu", "CPU", "float32", ""), Fakes, None
    from ftstudio.worker.simulation.kernels import Kernels

    dtype = "bfloat16" if kind.capability >= (8, 0) else "float16"
    device = Device("cuda", kind.name, dtype, "")
    return device, lambda: _fake(kind), Kernels(kind.capability)


@contextmanager
def _fake(kind: CardKind) -> Iterator[Any]:
    from ftstudio.worker.simulation.fake_card import fake_card
    from ftstudio.worker.simulation.tiles import tiles_as_on_a_card

    with tiles_as_on_a_card(), fake_card(kind) as mode:
        yield mode


def _facts(plan: Plan) -> DatasetFacts:
    """What is known of the data; nothing where it is not there, as for an estimate without any."""
    try:
        return load_version(Path(plan.dataset.path)).facts
    except StudioError:
        return DatasetFacts()
