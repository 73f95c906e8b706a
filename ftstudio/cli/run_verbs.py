"""`ftstudio runs list|show|resume|pause|stop`: runs at work and past ones."""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict
from typing import Any

from pydantic import ValidationError

from ftstudio.cli.following import follow, line, summary, tell_end
from ftstudio.cli.options import Verbs, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.core.units import format_duration
from ftstudio.jobs import launch
from ftstudio.jobs.history import RunRow, find_run, list_runs
from ftstudio.planning.command_line import show_command


def add(verbs: Verbs) -> None:
    room = verbs.add_parser("runs", help="runs at work and past ones")
    inner = room.add_subparsers(metavar="WHAT", required=True)
    with_json(inner.add_parser("list", help="all runs, the newest first")).set_defaults(run=_list)

    show = _of_one(inner, "show", "where a run stands, and with which settings")
    show.add_argument("--follow", action="store_true", help="show progress until it ends")
    show.set_defaults(run=_show)

    resume = _of_one(inner, "resume", "go on with a paused or interrupted run")
    resume.add_argument("--detach", action="store_true", help="start it and return at once")
    resume.set_defaults(run=_resume)

    _of_one(inner, "pause", "save, let go of the memory, end; go on later").set_defaults(run=_pause)
    stop = _of_one(inner, "stop", "end it now and keep the best version")
    stop.add_argument("--discard", action="store_true", help="keep nothing")
    stop.set_defaults(run=_stop)


def _of_one(inner: Verbs, verb: str, help: str) -> argparse.ArgumentParser:
    parser = inner.add_parser(verb, help=help)
    parser.add_argument("run_id", metavar="RUN", help="its id, the beginning of it, or its name")
    return with_json(parser)


def _list(arguments: argparse.Namespace, screen: Screen) -> int:
    rows = list_runs(Workspace.current())
    screen.result([_as_dict(row) for row in rows])
    if not rows:
        screen.say("No runs yet. Start one: ftstudio train --data FILE")
        return 0
    screen.table([("RUN", "NAME", "STATE", "STEP", "LOSS", "STARTED"), *map(_row, rows)])
    return 0


def _row(row: RunRow) -> tuple[str, ...]:
    status = row.status
    steps = f"{status.step}/{status.total_steps}" if status.total_steps else ""
    loss = f"{status.best_loss:.3f}" if status.best_loss is not None else ""
    state = "damaged" if row.problem else status.state
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.created))
    return (row.id, row.name, state, steps, loss, when)


def _as_dict(row: RunRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "created": row.created,
        "folder": str(row.folder.path),
        "problem": row.problem.to_dict() if row.problem else None,
        **summary(row.status),
    }


def _show(arguments: argparse.Namespace, screen: Screen) -> int:
    row = find_run(Workspace.current(), arguments.run_id)
    if row.problem:
        raise row.problem
    if arguments.follow:
        return tell_end(row.folder, follow(row.folder, screen), screen)
    from ftstudio.planning.peak import peak_of

    plan, status = _plan(row), row.status
    peak = peak_of(row.folder, status)
    screen.result(
        {**_as_dict(row), "plan": plan.model_dump() if plan else None,
         "command": show_command(plan) if plan else "",
         "memory": asdict(peak) if peak else None}
    )  # fmt: skip
    screen.say(f"{row.name} ({row.id}): {status.state}")
    if status.state == "running":
        screen.say(line(status))
    if plan:
        screen.say(f"{plan.method} on {plan.model.name}, from {plan.dataset.name}")
    if status.best_loss is not None and status.first_loss is not None:
        screen.say(
            f"Loss on examples it does not learn from: {status.first_loss:.3f} before, best "
            f"{status.best_loss:.3f} at step {status.best_step}"
        )
    if status.active_seconds:
        screen.say(f"At work for {format_duration(status.active_seconds)} on {status.device}")
    if peak:
        screen.say(f"Memory, measured: {peak.in_words()}")
    if status.error:
        screen.say(f"{status.error.what} {status.error.why} {status.error.remedy}")
    if status.can_resume:
        screen.say(f"Go on: ftstudio runs resume {row.id}")
    if status.shelf_id:
        screen.say(f"On the shelf as {status.shelf_id}")
    screen.say(f"Folder: {row.folder.path}")
    if plan:
        screen.say(f"The same again: {show_command(plan)}")
    return 0


def _plan(row: RunRow) -> Plan | None:
    try:
        return Plan.model_validate(row.spec.payload) if row.spec else None
    except ValidationError:
        return None  # not a training run


def _resume(arguments: argparse.Namespace, screen: Screen) -> int:
    row = find_run(Workspace.current(), arguments.run_id)
    demand_unfinished(row)
    launch.resume(row.folder, _module(row))
    if arguments.detach:
        screen.result({"run": row.id, "state": "running"})
        screen.say(f"Going on with {row.id}.")
        return 0
    return tell_end(row.folder, follow(row.folder, screen), screen)


def demand_unfinished(row: RunRow) -> None:
    """Raises StudioError for a run that has come to its end."""
    if row.status.state in ("finished", "stopped"):
        raise StudioError(
            f"{row.name} can't go on.",
            f"It has {row.status.state}.",
            "Start a new run from the same data, with more passes over it.",
            code="not_resumable",
        )


def _module(row: RunRow) -> str:
    is_download = row.spec is not None and row.spec.kind == "download"
    return "ftstudio.worker.download" if is_download else "ftstudio.worker"


def _pause(arguments: argparse.Namespace, screen: Screen) -> int:
    row = _running(arguments)
    launch.pause(row.folder)
    status = follow(row.folder, screen)
    code = tell_end(row.folder, status, screen)
    return 0 if status.state in ("paused", "finished") else code or 1


def _stop(arguments: argparse.Namespace, screen: Screen) -> int:
    """Of a paused run the worker is woken once more, to make the output from the best version."""
    row = find_run(Workspace.current(), arguments.run_id)
    keep = not arguments.discard
    if row.status.state == "running":
        launch.stop(row.folder, keep)
    elif row.status.can_resume:
        launch.wake_to_stop(row.folder, keep, _module(row))
    else:
        raise _not_running(row)
    return tell_end(row.folder, follow(row.folder, screen), screen)


def _running(arguments: argparse.Namespace) -> RunRow:
    row = find_run(Workspace.current(), arguments.run_id)
    if row.status.state != "running":
        raise _not_running(row)
    return row


def _not_running(row: RunRow) -> StudioError:
    return StudioError(
        f"{row.name} is not running.",
        f"It is {row.status.state}.",
        "Look at all runs: ftstudio runs list.",
        code="not_running",
    )
