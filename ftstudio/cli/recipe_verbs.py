"""`ftstudio data recipe|replay|history|leaks`: what is done to a file's rows, and what leaks."""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftstudio.cli import few_told, model_steps
from ftstudio.cli.choose import existing
from ftstudio.cli.options import Verbs, own_name, own_path, with_few, with_json
from ftstudio.cli.screen import Screen
from ftstudio.cli.writing import demand_new_folder, demand_place
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import plural

if TYPE_CHECKING:
    from ftstudio.core.example import Example
    from ftstudio.data.drafting.leak import LeakReport
    from ftstudio.data.drafting.session import DraftSession
    from ftstudio.data.recipe import Recipe


def add(inner: Verbs) -> None:
    recipe = inner.add_parser("recipe", help="what was done to a dataset's rows, to be repeated")
    recipe.add_argument("dataset", help="its id, name or folder")
    recipe.add_argument("--out", type=own_path, help="save it as a file for `data replay`")
    with_json(recipe).set_defaults(run=_recipe)

    replay = inner.add_parser("replay", help="repeat a recipe on another file: first, what it does")
    replay.add_argument("file", type=own_path, help="the new file")
    replay.add_argument("--recipe", required=True, help="a saved recipe, or a dataset")
    replay.add_argument("--apply", action="store_true", help="make the dataset")
    replay.add_argument("--out", type=own_path, help="a new folder; without it, the workspace")
    replay.add_argument("--name", type=own_name, default="", help="how the dataset is called")
    with_few(replay)
    model_steps.add_reading_again(replay)
    with_json(replay).set_defaults(run=_replay)

    history = inner.add_parser("history", help="what became of one row of a file, and why")
    history.add_argument("file", type=own_path, help="a file or a folder")
    history.add_argument("row", type=int, help="its number in the file")
    history.add_argument("--recipe", help="a saved recipe, or a dataset; else the safe steps")
    with_json(history).set_defaults(run=_history)

    leaks = inner.add_parser("leaks", help="what a dataset learns from and is tried on as well")
    leaks.add_argument("dataset", help="its id, name or folder")
    leaks.add_argument("--test", type=own_path, help="a test file of your own to compare with")
    leaks.add_argument("--not-near", action="store_true", help="leave out what is nearly the same")
    with_few(leaks)
    with_json(leaks).set_defaults(run=_leaks)


def _recipe(arguments: argparse.Namespace, screen: Screen) -> int:
    recipe = _recipe_of(arguments.dataset)
    if arguments.out:
        demand_place(arguments.out, "The recipe", lambda text: '"schema_version"' in text)
        recipe.save(arguments.out)
    screen.result(recipe.model_dump(mode="json"))
    steps = plural(len(recipe.steps), "1 step", "{n} steps")
    screen.say(f"{recipe.name}: {recipe.layout}, {steps}")
    screen.table([
        ("STEP", "LEFT OUT", "CHANGED", "ADDED", "RESULT"),
        *((step.key + (" (off)" if step.off else ""), f"{step.removed:,}", f"{step.changed:,}",
           f"{step.added:,}", step.output_hash[:12]) for step in recipe.steps),
    ])  # fmt: skip
    if arguments.out:
        screen.say(f"It was saved in {arguments.out}")
    return 0


def _recipe_of(wanted: str) -> Recipe:
    """From a file that was saved, or from a dataset."""
    from ftstudio.cli.choose import choose_dataset
    from ftstudio.data.recipe import Recipe

    path = own_path(wanted)
    if os.path.isfile(path):
        return Recipe.load(path)
    version = choose_dataset(Workspace.current(), wanted)
    if not version.manifest.get("recipe"):
        raise StudioError(
            f"The dataset {version.name} has no recipe.",
            "It was mixed from others, or made by an older version of the app.",
            "Make it again from its file.",
            code="no_recipe",
        )
    return Recipe.model_validate(version.manifest["recipe"])


@contextlib.contextmanager
def _opened(path: Path, workspace: Workspace | None = None) -> Iterator[DraftSession]:
    """A session on a file, of which nothing but a dataset is kept."""
    from ftstudio.data.draft import Draft
    from ftstudio.data.drafting.session import DraftSession

    with tempfile.TemporaryDirectory(prefix="ftstudio-data-") as folder:
        home = workspace or Workspace(Path(folder)).create()
        session = DraftSession.open(home, Draft())
        with contextlib.suppress(StudioError):  # rows are known again by the key of what is kept
            session.home = workspace or Workspace.current()
        try:
            session.choose_file(existing(path))
            yield session
        finally:
            session.draft.delete(home)


def _replay(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.drafting.replay import REMEDY

    recipe = _recipe_of(arguments.recipe)
    if arguments.apply:
        demand_new_folder(arguments.out)
    home = Workspace.current() if arguments.apply and not arguments.out else None
    with _opened(arguments.file, home) as session:
        run = session.dry_run(recipe)
        steps = [
            {"step": one.then.key, "title": one.title, "remark": one.remark,
             "then": one.then.model_dump(), "now": one.now.model_dump() if one.now else None}
            for one in run.steps
        ]  # fmt: skip
        told: dict[str, Any] = {
            "problems": run.problems, "missing": run.missing, "renamed": run.renamed,
            "new": run.new, "steps": steps, "examples": [run.examples_then, run.examples_now],
            "left": [run.left_then, run.left_now], "identical": run.identical,
        }  # fmt: skip
        _tell_run(run, screen)
        if arguments.apply:
            session.replay(recipe)
            model_steps.read_again(session, arguments, screen)
            if arguments.few:
                session.go_on_with_few()
            name = arguments.name or session.draft.name
            version = session.freeze(name=name, out=arguments.out)
            told |= {
                "id": version.id,
                "path": str(version.path),
                "counts": version.counts,
                "few_to_check": version.manifest.get("few_to_check"),
            }
            screen.say(f"{version.name} ({version.id}) lies in {version.path}")
            few_told.tell(version, screen)
            few_told.tell_again(version, name, screen)
    for one in run.steps:
        if one.now is None:
            screen.trouble(f"Not done: “{one.title}”. {one.remark}")
    screen.result(told)
    if run.problems:
        screen.trouble(f"The recipe does not fit this file. {run.problems[0]} {REMEDY}")
    return 1 if run.problems else 0


def _tell_run(run: Any, screen: Screen) -> None:
    for old, new in run.renamed.items():
        screen.say(f"The column {old} is called {new} here.")
    if run.new:
        screen.say(f"New columns, not used: {', '.join(run.new)}.")
    if run.steps:
        head = ("STEP", "LEFT OUT THEN", "NOW", "CHANGED THEN", "NOW", "")
        rows = [
            (one.title, f"{one.then.removed:,}", f"{one.now.removed:,}" if one.now else "–",
             f"{one.then.changed:,}", f"{one.now.changed:,}" if one.now else "–", one.remark)
            for one in run.steps
        ]  # fmt: skip
        screen.table([head, *rows])
        screen.say(f"Examples left: {run.left_then:,} then, {run.left_now:,} now.")
    if run.identical:
        screen.say("Every step gave the very same rows as then.")


def _history(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.data.texts import in_short

    with _opened(arguments.file) as session:
        if arguments.recipe:
            session.replay(_recipe_of(arguments.recipe))
        else:
            from ftstudio.data.step import steps

            for key in [key for key, step in steps().items() if step.by_default]:
                session.apply(key)
        story = session.history(arguments.row)
        if not story.known:
            raise _no_row(arguments.row, session)
    shown: list[dict[str, Any]] = []
    screen.say(f"Row {story.number}:")
    for event in story.events:
        before, after = (" | ".join(in_short(e)) if e else "" for e in (event.before, event.after))
        shown.append({"what": event.what, "step": event.key, "sentence": event.sentence,
                      "before": before, "after": after})  # fmt: skip
        screen.say(f"  {event.what}: {event.sentence}")
        if event.what == "changed":
            screen.say(f"    before: {before[:200]!r}\n    after:  {after[:200]!r}")
    if story.side:
        screen.say(f"It stands in the {story.side} part.")
    screen.result({"row": story.number, "side": story.side, "events": shown})
    return 0


def _no_row(number: int, session: DraftSession) -> StudioError:
    table = session.table
    found = table.rows(0, 1) + table.rows(table.row_count - 1) if table else []
    first, last = (row["_row"] for row in found) if len(found) == 2 else ("1", "1")
    return StudioError(
        f"There is no row {number:,}.".replace(",", " "),
        f"The rows that were read have numbers from {first} to {last}, as in the file itself.",
        "Give one of these; `ftstudio data problems` lists rows that could not be read.",
        code="no_such_row",
    )


def _leaks(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.cli.choose import choose_dataset
    from ftstudio.data.drafting.leak import against, against_benchmarks, between
    from ftstudio.data.prepare import examples_of
    from ftstudio.data.sides.split import SIDES, Side

    version = choose_dataset(Workspace.current(), arguments.dataset, few=arguments.few)
    examples: list[Example] = []
    sides: list[Side] = []
    for side in SIDES:
        mine = list(version.examples(side))
        examples += mine
        sides += [side] * len(mine)
    near = not arguments.not_near
    reports = [between(examples, sides, near)]
    if arguments.test:
        test = examples_of(existing(arguments.test))
        reports.append(against(examples, sides, test, arguments.test.name, near))
    reports += against_benchmarks(examples, sides)
    screen.result([_told(report) for report in reports])
    for report in reports:
        screen.say(report.sentence)
        for leak in report.leaks[:10]:
            screen.say(f"  row {leak.learned} ({leak.side}, {leak.how}): {leak.learned_text[:100]}")
    return 0


def _told(report: LeakReport) -> dict[str, Any]:
    return {**asdict(report), "count": report.count, "severity": report.severity,
            "sentence": report.sentence}  # fmt: skip
