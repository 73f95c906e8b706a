"""`ftstudio estimate`: memory, time, energy and disk of a training, before anything is fetched."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftstudio.cli.choose import change_plan, with_group
from ftstudio.cli.options import Verbs, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import DatasetRef, ModelRef, Plan
from ftstudio.core.units import format_bytes, format_count, format_duration
from ftstudio.jobs import launch
from ftstudio.jobs.folder import create_job
from ftstudio.jobs.passing import Passing
from ftstudio.jobs.status import fold

if TYPE_CHECKING:
    from ftstudio.planning.ladder import Rung
    from ftstudio.planning.machine import Machine
    from ftstudio.planning.memory_estimate import MemoryEstimate
    from ftstudio.planning.outline import Outline
    from ftstudio.planning.outlook import Outlook

# As the window calls them.
TITLES = {
    "model": "model", "copies": "other models", "adapter": "adapter", "gradients": "gradients",
    "optimizer": "optimizer", "activations": "activations", "loss": "word scores and loss",
    "cache": "cache of answers", "workspace": "workspace", "context": "libraries",
    "rounding": "rounding", "margin": "margin",
}  # fmt: skip


def add(verbs: Verbs) -> None:
    verb = verbs.add_parser(
        "estimate", help="memory, time and disk that a training would take, before it is started"
    )
    verb.add_argument(
        "--config", "--model", default="starter", dest="config",
        help="a config.json, a model folder, or a model's name",
    )  # fmt: skip
    verb.add_argument("--objective", default="instruct", help="what to learn from (instruct)")
    verb.add_argument("--method", default="lora", help="which weights learn (lora)")
    verb.add_argument("--batch", help="examples at a time (as advised)")
    verb.add_argument("--length", default="512", help="tokens of the longest example (512)")
    verb.add_argument("--examples", type=int, default=1_000, help="for the time (1,000)")
    verb.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="settings",
        help="a setting, e.g. training.optimizer=adamw_8bit or method.rank=32; may be repeated",
    )  # fmt: skip
    verb.add_argument("--device", default="", help="a card to plan for, e.g. h100-80gb or t4")
    verb.add_argument(
        "--exact",
        action="store_true",
        help="count every byte of two steps; takes seconds",
    )
    with_json(verb).set_defaults(run=_estimate)


def _estimate(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.planning.measured import card_of, corrected, corrections, gather
    from ftstudio.planning.memory import fits
    from ftstudio.planning.outlook import look_ahead

    if arguments.examples < 1:
        raise StudioError(
            f"{arguments.examples} examples can't be learned from.",
            "The time follows from how many there are.",
            "Give --examples a number from 1 on.",
            code="bad_examples",
        )
    workspace = Workspace.current()
    model = _model(arguments.config, workspace)
    machine = _machine(arguments.device)
    plan, training = _plan(arguments, model)
    records = [] if arguments.device else gather(workspace)
    taught = None if arguments.device else corrections(records, card_of(machine))
    found = look_ahead(
        model, plan, training, machine, workspace.jobs, arguments.examples,
        plan.training.max_length, taught,
    )  # fmt: skip
    if arguments.exact:
        found = _exactly(found, plan, model, workspace, screen)
        if found.memory.how == "exact" and not arguments.device:
            alike = corrections(records, card_of(machine), "exact", found.memory.eager)
            found = replace(found, memory=corrected(found.memory, alike))
        found = replace(found, fit=fits(found.memory, machine.free_bytes))
    assumed = machine.device == "cuda" and bool(arguments.device)
    screen.result({**_figures(found, plan, model), "assumed_free": assumed})
    _say(found, plan, model, assumed, screen)
    return 0


def _model(text: str, workspace: Workspace) -> Outline:
    from ftstudio.basemodels.catalogue import list_models
    from ftstudio.core.assets import starter_model
    from ftstudio.planning.outline import outline

    if text == "starter":
        return outline(str(starter_model()))
    return outline(text, list_models(workspace))


def _machine(device: str) -> Machine:
    from ftstudio.planning.card_kinds import find_kind
    from ftstudio.planning.machine import Machine, this_machine, this_processor

    if not device:
        return this_machine()
    if device == "cpu":
        return this_processor()
    kind = find_kind(device)
    size = kind.total_bytes
    return Machine("cuda", kind.name, size, size, this_processor().cores, kind.architecture)


def _plan(arguments: argparse.Namespace, model: Outline) -> tuple[Plan, dict[str, Any]]:
    """A plan without data, every setting checked, and those of the training that were set."""
    settings = [*arguments.settings, f"training.max_length={arguments.length}"]
    if arguments.batch:
        settings.append(f"training.batch_size={arguments.batch}")
    folder = str(model.folder) if model.folder else ""
    ref = model.info.ref if model.info else ModelRef(path=folder, name=model.name, sha256="")
    bare = Plan(
        name=f"Estimate for {model.name}", dataset=DatasetRef(id="", path="", name=""), model=ref,
        objective=arguments.objective, method=arguments.method,
    )  # fmt: skip
    plan = change_plan(bare, settings)
    whole = [with_group(bare, one) for one in settings]
    named = [one.partition("=")[0].strip().partition(".") for one in whole]
    training = {
        name: getattr(plan.training, name) for group, _dot, name in named if group == "training"
    }
    return plan, training


def _exactly(
    found: Outlook, plan: Plan, model: Outline, workspace: Workspace, screen: Screen
) -> Outlook:
    """The same with the memory counted; where that can't be, the quick one with the reason."""
    if model.folder is None and model.config is None:
        return _with_reason(found, "Counting exactly needs the model's own config.json.")
    whole = plan.model_copy(
        update={
            "training": found.proposal.training,
            "method_params": found.proposal.params.model_dump(),
            "objective_params": found.proposal.objective_params.model_dump(),
        }
    )
    with _folder_of(model) as place:
        base = whole.model.model_copy(update={"path": str(place)})
        whole = whole.model_copy(update={"model": base})
        return _counted(found, whole, model, workspace, screen)


@contextmanager
def _folder_of(model: Outline) -> Iterator[Path]:
    """Where the model's config.json lies; a copy of one that goes by another name."""
    if model.folder is not None:
        yield model.folder
        return
    assert model.config is not None
    with tempfile.TemporaryDirectory() as name:
        shutil.copyfile(model.config, Path(name) / "config.json")
        yield Path(name)


def _counted(
    found: Outlook, whole: Plan, model: Outline, workspace: Workspace, screen: Screen
) -> Outlook:
    from ftstudio.planning import exact
    from ftstudio.planning.outlook import ranged

    asked = exact.payload(whole, found.machine, found.longest)
    child = Passing()
    try:
        screen.progress("Counting every byte of two steps")
        folder = child.begin(
            lambda: create_job(workspace.jobs, "simulate", whole.name, asked, workspace.root)
        )
        status = fold(event for batch in launch.follow(folder) for event in batch)
        if status.error is not None:
            return _with_reason(found, f"{status.error.what} {status.error.why}")
        memory = exact.read_result(folder)
    except StudioError as error:
        return _with_reason(found, f"{error.what} {error.why}")
    finally:
        child.end()
    return replace(found, memory=ranged(memory, model))


def _with_reason(found: Outlook, why: str) -> Outlook:
    memory = replace(found.memory, why=[f"{why} This is the quick figure.", *found.memory.why])
    return replace(found, memory=memory)


def _figures(found: Outlook, plan: Plan, model: Outline) -> dict[str, Any]:
    made, memory = found.proposal, found.memory
    energy = found.energy
    return {
        "model": model.name,
        "parameters": model.shape.parameters,
        "objective": plan.objective,
        "method": plan.method,
        "batch": made.training.batch_size,
        "length": found.longest,
        "device": found.machine.name,
        "free": found.machine.free_bytes,
        "how": memory.how,
        "parts": memory.parts,
        "peak": memory.peak,
        "least": memory.least,
        "shown": memory.shown,
        "low": memory.low,
        "high": memory.high,
        "ram": memory.ram_total,
        "ram_parts": memory.ram,
        "disk": made.disk.needed,
        "disk_parts": {name: size for name, size in asdict(made.disk).items() if name != "needed"},
        "seconds": {"low": made.forecast.low, "high": made.forecast.high},
        "seconds_why": made.forecast.why,
        "energy_wh": {"low": energy.low, "high": energy.high} if energy else None,
        "fits": found.fit != "does not fit",
        "fit": found.fit,
        "would_fit": [asdict(rung) for rung in found.rungs],
        "why": memory.why,
        "refusal": made.refusal,
    }


def _say(found: Outlook, plan: Plan, model: Outline, assumed: bool, screen: Screen) -> None:
    """`assumed`: the card is not asked, so all of it is taken for free."""
    from ftstudio.planning.energy import format_energy

    made, memory, machine = found.proposal, found.memory, found.machine
    screen.say(
        f"{model.name}, {made.method.title}, {plan.objective}: {made.training.batch_size} × "
        f"{format_count(found.longest)} tokens on {machine.name}"
    )
    if made.refusal:
        screen.say(f"It can't be done like this: {made.refusal}")
    screen.say(_memory_line(memory, machine, found.fit))
    if assumed:
        screen.say(
            f"All {format_bytes(machine.total_bytes)} of the {machine.name} are taken for free: "
            "a screen, and other programs on that card, take some of it."
        )
    for name, size in memory.parts.items():
        if size:
            screen.say(f"  {format_bytes(size):>10}  {TITLES[name]}")
    first, last = made.forecast.ends()
    screen.say(
        f"Time: {format_duration(made.forecast.low)} to {format_duration(made.forecast.high)}, "
        f"done between {first} and {last}"
    )
    if made.forecast.why:
        screen.say(made.forecast.why)
    if found.energy:
        low, high = format_energy(found.energy.low), format_energy(found.energy.high)
        screen.say(f"Energy of the card: {low} to {high}")
    screen.say(
        f"Disk: {format_bytes(made.disk.needed)} while it runs, "
        f"{format_bytes(made.disk.stays)} stay"
    )
    if found.rungs:
        screen.say("What would make it smaller:")
        for rung in found.rungs:
            figure = f"{'≈ ' if rung.rough else ''}{format_bytes(rung.total)}"
            screen.say(f"  {figure:>12}  {_words(rung)}")
    for sentence in memory.why:
        screen.say(sentence)


def _memory_line(memory: MemoryEstimate, machine: Machine, fit: str) -> str:
    free = format_bytes(machine.free_bytes)
    if memory.low < memory.high:
        may = "may not fit" if memory.low <= machine.free_bytes < memory.high else fit
        size = f"between {format_bytes(memory.low)} and {format_bytes(memory.high)}"
        return f"Memory: {size} of {free} free: {may}. What follows is of the likeliest:"
    about = "about " if memory.how == "instant" else ""
    size, least = format_bytes(memory.shown), format_bytes(memory.least)
    return f"Memory: {about}{size} of {free} free: {fit}; runs from {least}"


def _words(rung: Rung) -> str:
    changes = [f"--set training.{name}={value}" for name, value in rung.changes.items()]
    what = " ".join([f"--method {rung.method}", *changes] if rung.method else changes)
    result = "the same result" if rung.same_curve else "another result"
    if rung.same_curve and "8bit" in (rung.key, *rung.steps):
        result += " within noise"
    return f"{what} ({result}; {_price(rung)}; {rung.fit})"


def _price(rung: Rung) -> str:
    from ftstudio.planning.ladder import FELT

    if abs(rung.price) < FELT:
        return "as fast"
    return f"about {round(100 * abs(rung.price))} % {'slower' if rung.price > 0 else 'faster'}"
