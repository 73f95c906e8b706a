"""`ftstudio path rlhf|domain|show|resume`: several runs that build on each other, as one."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ftstudio.cli.following import follow, summary, tell_end
from ftstudio.cli.options import Verbs, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_share

if TYPE_CHECKING:
    from ftstudio.planning.stages import PathStatus, StageStatus

_POLL = 0.5  # seconds between two looks at the queue


def add(verbs: Verbs) -> None:
    room = verbs.add_parser("path", help="several runs that build on each other, as one")
    inner = room.add_subparsers(metavar="WHAT", required=True)
    rlhf = _maker(inner, "rlhf", "learn to answer, then your taste, then to please it (RLHF)")
    _data(rlhf, "answers", "questions with good answers")
    _data(rlhf, "pairs", "pairs of a better and a worse answer")
    rlhf.add_argument("--questions", metavar="DATA", help="to practise on (default: the answers')")
    domain = _maker(inner, "domain", "read your documents, learn to answer, then your taste (DPO)")
    _data(domain, "texts", "plain documents")
    _data(domain, "answers", "questions with good answers")
    _data(domain, "pairs", "pairs of a better and a worse answer")
    for verb, help, run in (
        ("show", "where each stage stands", _show),
        ("resume", "go on with the stage that ended early, and then with the rest", _resume),
    ):
        parser = inner.add_parser(verb, help=help)
        parser.add_argument("path_id", metavar="PATH", help="its id, or the id of one of its runs")
        with_json(parser).set_defaults(run=run)


def _maker(inner: Verbs, kind: str, help: str) -> argparse.ArgumentParser:
    parser = inner.add_parser(kind, help=help)
    parser.add_argument("--model", default="starter", help="a folder, a model's name, or “starter”")
    parser.add_argument("--method", default="lora", help="of every stage; it must merge")
    parser.add_argument(
        "--set", action="append", default=[], metavar="STAGE.KEY=VALUE", dest="settings",
        help="a setting of one stage, e.g. instruct.training.epochs=3; may be repeated",
    )  # fmt: skip
    parser.add_argument("--name", default="", help="how the path is called")
    parser.add_argument("--detach", action="store_true", help="put it in the queue and return")
    with_json(parser).set_defaults(run=_make, kind=kind)
    return parser


def _data(parser: argparse.ArgumentParser, name: str, help: str) -> None:
    parser.add_argument(f"--{name}", required=True, metavar="DATA", help=help)


def _make(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.cli.choose import change_plan, choose_dataset, choose_model
    from ftstudio.planning.stages import RECIPES, create_path, make_path

    workspace = Workspace.current()

    def progress(share: float) -> None:
        screen.progress(f"Preparing the data  {format_share(share):>5}")

    words = {name: getattr(arguments, name) for name in RECIPES[arguments.kind].data}
    datasets = {
        name: choose_dataset(workspace, word, progress) for name, word in words.items() if word
    }
    model = choose_model(workspace, arguments.model)
    _demand_method(arguments.method)
    made = make_path(arguments.kind, model, datasets, method=arguments.method, name=arguments.name)
    settings = _by_stage(arguments.settings, [stage.key for stage in made if stage.plan])
    made = [
        replace(
            stage, plan=change_plan(stage.plan, settings.get(stage.key, []), model.shape.max_length)
        )
        if stage.plan
        else stage
        for stage in made
    ]
    folders = create_path(workspace, arguments.kind, made, title=arguments.name)
    place = folders[0].spec().path
    assert place is not None
    if arguments.detach:
        return _tell(_status(workspace, place.id), screen)
    return _go_on(workspace, place.id, screen)


def _demand_method(key: str) -> None:
    from ftstudio.techniques import methods

    if key not in methods():
        raise StudioError(
            f"There is no method “{key}”.",
            f"This version has: {', '.join(sorted(methods()))}.",
            "Choose one of them; ftstudio techniques tells what each is for.",
            code="unknown_method",
        )


def _by_stage(settings: list[str], stages: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for setting in settings:
        stage, dot, rest = setting.partition(".")
        if not dot or stage not in stages:
            raise StudioError(
                f"The setting “{setting}” can't be understood.",
                f"It begins with the stage it is for: {', '.join(stages)}.",
                f"For example: --set {stages[0]}.training.epochs=3.",
                code="bad_setting",
            )
        found.setdefault(stage, []).append(rest)
    return found


def _show(arguments: argparse.Namespace, screen: Screen) -> int:
    return _tell(_status(Workspace.current(), arguments.path_id), screen)


def _resume(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.jobs import launch

    workspace = Workspace.current()
    status = _status(workspace, arguments.path_id)
    stage = status.current
    if stage is not None and stage.state == "needs_a_look":
        if stage.row.status.state == "stopped":
            raise StudioError(
                f"“{stage.title}” can't go on.",
                "It was ended without a result, and the later stages need one.",
                "Begin the path again.",
                code="not_resumable",
            )
        launch.resume(stage.row.folder)
    return _go_on(workspace, status.id, screen)


def _status(workspace: Workspace, path_id: str) -> PathStatus:
    from ftstudio.planning.stages import path_status

    return path_status(workspace, path_id)


def _go_on(workspace: Workspace, path_id: str, screen: Screen) -> int:
    """Start stage after stage as the queue has it, and follow each to the end of the last."""
    from ftstudio.jobs import queue

    waiting = queue.list_waiting(workspace)
    for one in _status(workspace, path_id).stages:
        if one.state == "waiting" and one.row.folder not in waiting:  # it was taken out meanwhile
            queue.enqueue(workspace, one.row.folder)
    told = False
    while True:
        status = _status(workspace, path_id)
        stage = status.current
        if stage is None:
            return _tell(status, screen)
        if stage.state == "needs_a_look":
            _tell(status, screen)
            screen.trouble(f"Go on with it: ftstudio path resume {status.id}")
            return 1
        if stage.state == "running":
            screen.progress(_heading(stage, status), important=True)
            end = follow(stage.row.folder, screen)
            if end.state not in ("finished", "stopped"):
                code = tell_end(stage.row.folder, end, _Quiet(screen))
                _tell(_status(workspace, path_id), screen)
                return code or 1
            told = False
            continue
        if queue.start_next(workspace) is None:
            if not told and queue.any_running(workspace):
                screen.progress("Waiting for its turn; another run is at work.", important=True)
                told = True
            time.sleep(_POLL)


class _Quiet(Screen):
    """What went wrong with one stage is told in words; the answer for scripts is the path's."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(as_json=False)
        self._screen = screen

    def say(self, text: str = "") -> None:
        self._screen.say(text)

    def trouble(self, text: str) -> None:
        self._screen.trouble(text)


def _heading(stage: StageStatus, status: PathStatus) -> str:
    return f"Stage {stage.number} of {len(status.stages)}: {stage.title}"


def _tell(status: PathStatus, screen: Screen) -> int:
    screen.result(as_dict(status))
    screen.say(f"{status.title} ({status.id})")
    words = {"waiting": "waits", "running": "at work", "done": "done"}
    for stage in status.stages:
        state = words.get(stage.state, "needs a look")
        screen.say(f"  {stage.number}. {stage.title}: {state}. {stage.sentence}".rstrip())
        for name, value in stage.figures.items():
            screen.say(f"       {name} {value:g}")
    return 0


def as_dict(status: PathStatus) -> dict[str, Any]:
    return {
        "path": status.id,
        "title": status.title,
        "done": status.done,
        "stages": [
            {
                "run": stage.row.id, "kind": stage.row.spec.kind if stage.row.spec else "",
                "title": stage.title, "where": stage.state, "sentence": stage.sentence,
                **summary(stage.row.status),
            }
            for stage in status.stages
        ],
    }  # fmt: skip
