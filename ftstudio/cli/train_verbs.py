"""`ftstudio plan` and `ftstudio train`: choices become a plan, a plan becomes a run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ftstudio.cli.choose import change_plan, heeded, make_plan, read_plan
from ftstudio.cli.following import follow, tell_end
from ftstudio.cli.joining import joined
from ftstudio.cli.options import Verbs, own_path, with_json, with_plan
from ftstudio.cli.protecting import protected
from ftstudio.cli.reward_verbs import rewarded
from ftstudio.cli.run_verbs import demand_unfinished
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.core.plan import Plan
from ftstudio.core.units import format_share
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder, create_job
from ftstudio.jobs.history import read_run
from ftstudio.planning.command_line import show_command


def add(verbs: Verbs) -> None:
    plan = with_plan(verbs.add_parser("plan", help="choose settings and see what would happen"))
    plan.add_argument("--out", type=own_path, help="write the plan to a file for `ftstudio train`")
    with_json(plan).set_defaults(run=_plan)

    train = with_plan(
        verbs.add_parser(
            "train", help="train from a plan file, from flags, or a job folder copied here"
        )
    )
    train.add_argument("plan", nargs="?", type=own_path, help="a plan file, or a job folder")
    way = train.add_mutually_exclusive_group()
    way.add_argument("--follow", action="store_true", help="show progress until the end (default)")
    way.add_argument("--detach", action="store_true", help="start it and return at once")
    with_json(train).set_defaults(run=_train)


def _plan(arguments: argparse.Namespace, screen: Screen) -> int:
    plan = _from_flags(arguments, screen)
    if arguments.out:
        try:
            write_text(arguments.out, plan.model_dump_json(indent=2))
        except OSError as error:
            raise StudioError(
                f"{arguments.out} can't be written.",
                f"The system says: {error.strerror or error}.",
                "Choose another file.",
                code="disk",
            ) from error
    screen.result(plan.model_dump())
    screen.say(f"{plan.name}: {plan.method} on {plan.model.name}, from {plan.dataset.name}")
    for decision in plan.decisions:
        screen.say(f"  {decision.name}: {decision.value}. {decision.reason}")
    screen.say()
    screen.say(f"ftstudio train {arguments.out}" if arguments.out else show_command(plan))
    return 0


def _train(arguments: argparse.Namespace, screen: Screen) -> int:
    folder = _job(arguments, screen)
    launch.start(folder)
    if arguments.detach:
        screen.result({"run": folder.id, "folder": str(folder.path), "state": "running"})
        screen.say(f"Started {folder.id}. Look at it: ftstudio runs show {folder.id}")
        return 0
    status = follow(folder, screen)
    code = tell_end(folder, status, screen)
    if status.shelf_id:
        screen.say(f"On the shelf as {status.shelf_id}. Ask it: ftstudio chat --adapter "
                   f"{status.shelf_id} --prompt …")  # fmt: skip
    elif status.output:
        screen.say(f"The result lies in {folder.path / status.output}")
    return code


def _job(arguments: argparse.Namespace, screen: Screen) -> JobFolder:
    given: Path | None = arguments.plan
    if given is not None and given.is_dir():
        return _copied_folder(given, arguments)
    workspace = Workspace.current()
    if given is not None:
        _demand_unsaid(arguments, _IN_THE_PLAN, f"{given.name} names it already.")
        plan, ignored = heeded(change_plan(read_plan(given), arguments.settings))
        for sentence in ignored:
            screen.trouble(sentence)
        plan = rewarded(plan, arguments.reward)
        plan = joined(plan, arguments.more_data, workspace, few=arguments.few)
        if arguments.name:
            plan = plan.model_copy(update={"name": arguments.name})
        plan = protected(plan, arguments.protect, workspace, few=arguments.few)
    else:
        plan = _from_flags(arguments, screen)
    _demand_room(plan, workspace.jobs)
    return create_job(workspace.jobs, "train", plan.name, plan.model_dump(), workspace.root)


def _demand_room(plan: Plan, jobs: Path) -> None:
    """Before anything is started. The result of a stage that has not run yet has no size."""
    from ftstudio.basemodels.catalogue import find_model
    from ftstudio.planning.disk import demand_room

    base = Path(plan.model.path)
    if base.is_dir():
        demand_room(plan, find_model(base).shape, jobs)


# What a plan file, or a run, says itself; each with its value where nothing was typed.
_IN_THE_PLAN = {"data": None, "model": "starter", "method": "lora", "objective": "", "few": False}
_IN_THE_RUN: dict[str, Any] = {
    "method": "lora", "objective": "", "settings": [], "more_data": [], "protect": [],
    "reward": [], "name": "", "few": False,
}  # fmt: skip


def _demand_unsaid(arguments: argparse.Namespace, untyped: dict[str, Any], why: str) -> None:
    """Raises StudioError where something was typed that would count for nothing."""
    for name, value in untyped.items():
        if getattr(arguments, name) != value:
            flag = "--set" if name == "settings" else f"--{name.replace('_', '-')}"
            raise StudioError(
                f"{flag} counts for nothing here.",
                why,
                f"Leave {flag} out, or make a new plan.",
                code="setting_ignored",
            )


def _copied_folder(path: Path, arguments: argparse.Namespace) -> JobFolder:
    """A job folder, perhaps from another machine: its data and model are looked for here."""
    from ftstudio.cli.rehome import rehome

    why = f"{path.name} is a run, and keeps what it was made with."
    _demand_unsaid(arguments, _IN_THE_RUN, why)
    folder = JobFolder(path.resolve())
    folder.spec()
    demand_unfinished(read_run(folder))
    model = arguments.model if arguments.model != "starter" else ""
    rehome(folder, Workspace.current(), data=arguments.data or "", model=model)
    return folder


def _from_flags(arguments: argparse.Namespace, screen: Screen) -> Plan:
    if not arguments.data:
        raise StudioError(
            "There is nothing to learn from.",
            "No data was named.",
            "Give a file or a dataset: --data FILE.",
            code="no_data",
        )
    workspace = Workspace.current()

    def progress(share: float) -> None:
        screen.progress(f"Preparing the data  {format_share(share):>5}")

    plan = make_plan(
        workspace,
        arguments.data,
        arguments.model,
        method=arguments.method,
        objective=arguments.objective,
        settings=arguments.settings,
        name=arguments.name,
        progress=progress,
        few=arguments.few,
    )
    plan = rewarded(plan, arguments.reward)
    plan = joined(plan, arguments.more_data, workspace, progress, arguments.few)
    return protected(plan, arguments.protect, workspace, progress, arguments.few)
