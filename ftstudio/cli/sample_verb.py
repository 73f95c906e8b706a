"""`ftstudio sample`: the whole main job on the bundled example, in the terminal."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from ftstudio.adapters import shelf
from ftstudio.adapters.base import find_base
from ftstudio.cli.choose import STARTER, make_plan
from ftstudio.cli.following import follow, tell_end
from ftstudio.cli.options import Verbs, with_json
from ftstudio.cli.screen import Screen
from ftstudio.cli.talk import Talk
from ftstudio.core.assets import samples
from ftstudio.core.paths import Workspace
from ftstudio.core.plan import Plan
from ftstudio.core.units import format_duration, plural
from ftstudio.jobs import launch
from ftstudio.jobs.folder import create_job

_SHOWN = 3
SAMPLE, HELD_OUT = "support_desk.xlsx", "support_desk_heldout.jsonl"


def add(verbs: Verbs) -> None:
    sample = verbs.add_parser(
        "sample", help="the bundled example from spreadsheet to adapter, a few minutes"
    )
    sample.add_argument("--method", default="lora", help="which weights learn (lora)")
    sample.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="settings",
        help="a setting, e.g. training.epochs=1; may be repeated",
    )  # fmt: skip
    sample.add_argument("--questions", type=int, default=_SHOWN, help="asked before and after")
    with_json(sample).set_defaults(run=_sample)


def _sample(arguments: argparse.Namespace, screen: Screen) -> int:
    began = time.monotonic()
    workspace = Workspace.current()
    screen.say("The example: a shop's support desk teaches the starter model its own style.")
    screen.say(f"1  Reading {SAMPLE}")
    plan = make_plan(
        workspace, str(samples() / SAMPLE), STARTER, method=arguments.method,
        settings=arguments.settings, name="Support desk",
    )  # fmt: skip
    _tell_data(plan, screen)
    screen.say(f"3  Training ({plan.method} on {plan.model.name})")
    folder = create_job(workspace.jobs, "train", plan.name, plan.model_dump(), workspace.root)
    launch.start(folder)
    status = follow(folder, screen)
    if status.state != "finished":
        return tell_end(folder, status, screen)
    screen.say(
        f"   Loss on examples it did not learn from: {status.first_loss or 0:.3f} before, "
        f"{status.best_loss or 0:.3f} after"
    )
    screen.say("4  Questions it has never seen, before and after")
    tuned = shelf.folder(workspace, status.shelf_id)
    base = find_base(workspace, shelf.card(workspace, status.shelf_id))
    answers = _ask(Path(base.path), tuned, _questions(arguments.questions), screen)
    took = time.monotonic() - began
    screen.say(f"Done in {format_duration(took)}. The adapter lies in {tuned}")
    screen.say(f"Ask it more: ftstudio chat --adapter {status.shelf_id} --compare --prompt …")
    screen.result(
        {
            "run": folder.id,
            "adapter": status.shelf_id,
            "folder": str(tuned),
            "seconds": round(took, 1),
            "training_seconds": round(status.active_seconds, 1),
            "loss_before": status.first_loss,
            "loss_after": status.best_loss,
            "answers": answers,
        }
    )
    return 0


def _tell_data(plan: Plan, screen: Screen) -> None:
    from ftstudio.data.versions.library import load_version

    counts = load_version(Path(plan.dataset.path)).counts
    screen.say(
        f"2  {plural(counts.get('train', 0), '1 example', '{n} examples')} to learn from, "
        f"{counts.get('validation', 0)} held back to check"
    )


def _ask(base: Path, tuned: Path, questions: list[str], screen: Screen) -> list[dict[str, Any]]:
    answers = []
    with Talk(base, tuned) as talk:
        for question in questions:
            before = talk.answer(question, "base", temperature=0, max_tokens=80)
            after = talk.answer(question, "tuned", temperature=0, max_tokens=80)
            answers.append({"question": question, "before": before, "after": after})
            screen.say(f"   {question}")
            screen.say(f"     before: {before}")
            screen.say(f"     after:  {after}")
    return answers


def _questions(count: int) -> list[str]:
    """From the bundled questions that are in no training file."""
    lines = (samples() / HELD_OUT).read_text("utf-8").splitlines()
    return [str(json.loads(line)["question"]) for line in lines[: max(0, count)]]
