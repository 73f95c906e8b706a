"""`ftstudio data annotate|agreement`: rounds of judging, taken elsewhere and back, and how far
people agree."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ftstudio.cli.choose import shortened
from ftstudio.cli.options import Verbs, own_path, with_few, with_json
from ftstudio.cli.screen import Screen
from ftstudio.cli.writing import demand_place
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import plural

if TYPE_CHECKING:
    from ftstudio.data.annotation.task import JudgingTask


def add(inner: Verbs) -> None:
    annotate = inner.add_parser(
        "annotate", help="the rounds of judging; take one to another computer, and back"
    )
    annotate.add_argument("round", nargs="?", default="", help="its id; else the newest")
    way = annotate.add_mutually_exclusive_group()
    way.add_argument("--export", type=own_path, metavar="FILE.jsonl", help="write the round")
    way.add_argument("--import", type=own_path, metavar="FILE.jsonl", dest="incoming",
                     help="add the judgements of such a file to its round")  # fmt: skip
    way.add_argument("--use", action="store_true", help="make the draft or dataset of a round")
    with_json(with_few(annotate)).set_defaults(run=_annotate)

    agreement = inner.add_parser("agreement", help="how far people agree in a round (Cohen's κ)")
    agreement.add_argument("round", nargs="?", default="", help="its id; else the newest")
    with_json(agreement).set_defaults(run=_agreement)


def _annotate(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.annotation.exchange import export_round, import_round
    from ftstudio.data.annotation.finishing import finish
    from ftstudio.data.annotation.log import JudgementLog

    workspace = Workspace.current()
    if arguments.incoming is not None:
        task, count = import_round(workspace, arguments.incoming)
        screen.result({"round": task.id, "added": count})
        added = plural(count, "1 judgement", "{n} judgements")
        screen.say(f"{added} added to the round {task.id} ({task.name}).")
    elif arguments.export is not None:
        task = _chosen(workspace, arguments.round)
        demand_place(arguments.export, "The round", lambda text: text.startswith('{"round"'))
        count = export_round(workspace, task, arguments.export)
        screen.result({"round": task.id, "judgements": count, "file": str(arguments.export)})
        written = plural(count, "1 judgement", "{n} judgements")
        screen.say(f"{written} written to {arguments.export}.")
    elif arguments.use:
        task = _chosen(workspace, arguments.round)
        log = JudgementLog(task.log_path(workspace))
        made = finish(workspace, task, log, few=arguments.few)
        screen.result({"draft": made.draft.id if made.draft else "",
                       "dataset": made.version.id if made.version else ""})  # fmt: skip
        screen.say(made.sentence)
    else:
        rows = [(task.id, task.judging, task.name,
                 str(len(JudgementLog(task.log_path(workspace)).taken)))
                for task in _wanted(workspace, arguments.round)]  # fmt: skip
        screen.result([
            {"round": key, "judging": way, "name": name, "judgements": int(count)}
            for key, way, name, count in rows
        ])  # fmt: skip
        screen.table([("ROUND", "JUDGED", "ROWS OF", "JUDGEMENTS"), *rows])
    return 0


def _agreement(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.annotation.agreement import agreements, in_words
    from ftstudio.data.annotation.log import JudgementLog

    workspace = Workspace.current()
    task = _chosen(workspace, arguments.round)
    found = agreements(task, JudgementLog(task.log_path(workspace)).taken)
    screen.result([
        {"one": one.one, "other": one.other, "rows": one.kappa.rows, "kappa": one.kappa.value,
         "observed": one.kappa.observed, "expected": one.kappa.expected,
         "weighted": one.weighted, "words": in_words(one.kappa),
         "differ": [int(key.partition(":")[0]) for key in one.differ]}
        for one in found
    ])  # fmt: skip
    if not found:
        screen.say("No row was judged by two people yet.")
    for one in found:
        value = "–" if one.kappa.value is None else f"{one.kappa.value:.2f}"
        name = "Cohen's κ, weighted" if one.weighted else "Cohen's κ"
        rows = plural(one.kappa.rows, "1 row", "{n} rows")
        rows = f"{rows} judged by both, {len(one.differ):,} differently"
        screen.say(f"{one.one} and {one.other}: {name} {value} ({in_words(one.kappa)}), {rows}")
    return 0


def _wanted(workspace: Workspace, wanted: str) -> list[JudgingTask]:
    from ftstudio.data.annotation.task import list_tasks

    return [_chosen(workspace, wanted)] if wanted else list_tasks(workspace)


def _chosen(workspace: Workspace, wanted: str) -> JudgingTask:
    """A round by its id or the beginning of it; else the newest."""
    from ftstudio.data.annotation.task import list_tasks, load_task

    tasks = list_tasks(workspace)
    if not wanted and tasks:
        return tasks[0]
    begins = [task for task in tasks if wanted and task.id.startswith(wanted)]
    if len(begins) == 1:
        return begins[0]
    if wanted in [task.id for task in begins]:
        return load_task(workspace, wanted)
    if tasks:
        known = ", ".join(f"{task.id} ({task.name})" for task in (begins or tasks)[:5])
        raise StudioError(
            f"There is no round of judging “{shortened(wanted)}”."
            if not begins
            else f"“{wanted}” is the beginning of several rounds' ids.",
            f"There are: {known}.",
            "Write one of these ids; without one the newest is taken.",
            code="no_such_round",
        )
    raise StudioError(
        "There is no round of judging yet.",
        "Nobody has judged rows in this workspace.",
        "Open the window, go to Data, and choose “Judge rows”.",
        code="nothing_judged",
    )
