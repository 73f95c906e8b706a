"""Steps of `ftstudio data prepare` for which a local model reads the rows: it reads in a process of
its own, and what it found becomes a step of the recipe."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftstudio.cli.options import own_path
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.units import format_share, plural
from ftstudio.jobs import launch
from ftstudio.jobs.events import Failed, Finished, Notice, Phase
from ftstudio.jobs.folder import JobFolder, JobKind, create_job
from ftstudio.jobs.passing import Passing, sweep

if TYPE_CHECKING:
    from ftstudio.data.drafting.session import DraftSession
    from ftstudio.data.step import Row

Furnish = Callable[[JobFolder], None]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--same-meaning", type=own_path, metavar="MODEL",
        help="folder of a sentence embedding model of yours: rows that mean the same stay on one "
        "side of the split",
    )  # fmt: skip
    parser.add_argument(
        "--alike", type=float, default=0.9, metavar="COSINE",
        help="how alike they must be for --same-meaning (0.9)",
    )  # fmt: skip
    parser.add_argument(
        "--questions-alone", action="store_true", help="--same-meaning compares no answers"
    )
    parser.add_argument(
        "--one-of-each-meaning", action="store_true",
        help="--same-meaning leaves the others of each group out",
    )  # fmt: skip

    parser.add_argument(
        "--names", type=own_path, metavar="MODEL",
        help="folder of a named-entity model (NER) or a GLiNER model of yours: names and postal "
        "addresses, numbers, e-mail addresses and keys become [NAME_1], [EMAIL_1] …",
    )  # fmt: skip
    parser.add_argument(
        "--places", action="store_true", help="--names hides places and organisations too"
    )
    parser.add_argument(
        "--stand-ins", type=own_path, metavar="FILE",
        help="where to keep what each stand-in of --names stands for; it belongs outside of any "
        "dataset",
    )  # fmt: skip


def wished(arguments: argparse.Namespace, screen: Screen) -> Callable[[DraftSession], None] | None:
    """What is done after the safe steps; None where no model was named. A folder that does not
    fit is told at once, before anything is read."""
    from ftstudio.basemodels.readers import inspect_encoder, inspect_names

    if arguments.same_meaning is not None:
        _check_likeness(arguments.alike)
        inspect_encoder(arguments.same_meaning)
    if arguments.names is not None:
        inspect_names(arguments.names)
    if arguments.same_meaning is None and arguments.names is None:
        return None

    def do(session: DraftSession) -> None:
        if arguments.same_meaning is not None:
            _group(session, arguments, screen)
        if arguments.names is not None:
            _hide(session, arguments, screen)

    return do


def _check_likeness(alike: float) -> None:
    if not 0.5 <= alike <= 0.99:
        raise StudioError(
            f"Rows can't be {alike:g} alike.",
            "The cosine that --alike asks for is between 0.5 and 0.99.",
            "0.9 finds the same said in other words with most models.",
            code="bad_threshold",
        )


def add_reading_again(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--same-meaning", type=own_path, metavar="MODEL",
        help="with --apply: let this model compare all rows anew for the recipe's step",
    )  # fmt: skip
    parser.add_argument(
        "--names", type=own_path, metavar="MODEL",
        help="with --apply: let this model find names anew for the recipe's step",
    )  # fmt: skip


def read_again(session: DraftSession, arguments: argparse.Namespace, screen: Screen) -> None:
    """Steps that rest on what a model found in other rows, with what it finds in these."""
    models = {"mark_same_meaning": arguments.same_meaning, "hide_personal": arguments.names}
    for place, step in enumerate(list(session.draft.steps)):
        model = models.get(step.key)
        if model is None or step.off:
            continue
        chain = session.chain()
        rows = chain.done[place - 1].rows if place else chain.start
        if step.key == "mark_same_meaning":
            wish = {name: step.params[name] for name in ("threshold", "part")}
            told = _compare(session, rows, model, wish, screen)
        else:
            told = _find(session, rows, model, screen)
        session.change(place, {**step.params, **told["params"]})


def _group(session: DraftSession, arguments: argparse.Namespace, screen: Screen) -> None:
    part = "question" if arguments.questions_alone else "both"
    wish = {"threshold": arguments.alike, "part": part}
    told = _compare(session, session.chain().rows, arguments.same_meaning, wish, screen)
    keep = "one" if arguments.one_of_each_meaning else "all"
    session.apply("mark_same_meaning", {**told["params"], "keep": keep})


def _hide(session: DraftSession, arguments: argparse.Namespace, screen: Screen) -> None:
    from ftstudio.data.finding.pseudonyms import keep
    from ftstudio.data.step import steps

    rows, step = session.chain().rows, steps()["hide_personal"]
    told = _find(session, rows, arguments.names, screen)
    more = {"places": arguments.places, "organisations": arguments.places}
    params = step.params(**told["params"], **more)
    if arguments.stand_ins is not None and step.aside is not None:
        place = keep(step.aside(rows, params), arguments.stand_ins)
        screen.say(f"What the stand-ins stand for lies in {place}")
    session.apply("hide_personal", params.model_dump())


def _compare(
    session: DraftSession, rows: Sequence[Row], model: Path, wish: dict[str, Any], screen: Screen
) -> dict[str, Any]:
    from ftstudio.data import meant

    def furnish(folder: JobFolder) -> None:
        meant.hand_over(rows, wish["part"], folder.path / meant.TEXTS_FILE)

    told = _read(session, "meaning", model, wish, furnish, screen)
    mean = plural(told["grouped"], "1 row means", "{n} rows mean")
    groups = plural(told["groups"], "1 group", "{n} groups")
    screen.say(f"{mean} the same as another one ({groups})")
    if told["cut"]:
        screen.say(plural(
            told["cut"], "Of 1 row only the beginning was read: it is longer than the model takes",
            "Of {n} rows only the beginning was read: they are longer than the model takes",
        ))  # fmt: skip
    return told


def _find(
    session: DraftSession, rows: Sequence[Row], model: Path, screen: Screen
) -> dict[str, Any]:
    from ftstudio.data import named
    from ftstudio.data.finding.found import NAMED

    def furnish(folder: JobFolder) -> None:
        named.hand_over(rows, folder.path / named.STRINGS_FILE)

    told = _read(session, "names", model, {}, furnish, screen)
    counts = [f"{many:,} {NAMED[kind][many > 1]}" for kind, many in told["counts"].items()]
    listed = ", ".join(counts) or "no names"
    of_all = plural(told["rows"], "1 row", "{n} rows")
    screen.say(f"The model found {listed} in {told['found']:,} of {of_all}")
    return told


def _read(
    session: DraftSession, kind: JobKind, model: Path, payload: dict[str, Any], furnish: Furnish,
    screen: Screen,
) -> dict[str, Any]:  # fmt: skip
    """Let the model read the rows; its folder goes when it is over, also by Ctrl+C."""
    workspace = session.workspace
    given = {"model": str(model.expanduser().resolve()), "kept": str(workspace.vectors)}
    name, whole, passing = f"Read with {model.name}", {**given, **payload}, Passing()
    sweep(workspace.jobs)
    try:
        folder = passing.begin(lambda: create_job(workspace.jobs, kind, name, whole), furnish)
        for events in launch.follow(folder, poll=0.1):
            for event in events:
                _tell(event, screen)
        told: dict[str, Any] = json.loads((folder.output / "found.json").read_text("utf-8"))
        return told
    finally:
        passing.end()


def _tell(event: object, screen: Screen) -> None:
    match event:
        case Phase():
            share = f"  {format_share(event.done / event.total):>5}" if event.total else ""
            screen.progress(f"{event.text}{share}")
        case Notice():
            screen.trouble(f"{event.what} {event.why}")
        case Failed():
            raise StudioError(event.what, event.why, event.remedy, code=event.code)
        case Finished():
            screen.progress("The model has read the rows")
        case _:
            pass
