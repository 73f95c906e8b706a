"""`ftstudio data card|compare|mix|lineage|erase`: what is done with frozen datasets."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ftstudio.cli import few_told
from ftstudio.cli.choose import shortened
from ftstudio.cli.options import Verbs, own_name, with_few, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_share, plural

if TYPE_CHECKING:
    from ftstudio.core.example import Example
    from ftstudio.core.mixture import Mixing


def add(inner: Verbs) -> None:
    card = inner.add_parser("card", help="a dataset's card; with --json its Croissant description")
    card.add_argument("dataset", help="its id, name or folder")
    with_few(card)
    with_json(card).set_defaults(run=_card)

    compare = inner.add_parser("compare", help="two datasets row by row")
    compare.add_argument("one", help="a dataset's name or id")
    compare.add_argument("other", help="the one to hold it against")
    with_few(compare)
    with_json(compare).set_defaults(run=_compare)

    mix = inner.add_parser("mix", help="make one dataset of several")
    mix.add_argument(
        "datasets", nargs="+", metavar="DATASET[:WEIGHT]", help="names or ids, and their shares"
    )
    mix.add_argument(
        "--by",
        choices=("size", "weights", "temperature"),
        help="shares as they are large (size, the default), as weighted, or evened out",
    )
    mix.add_argument("--temperature", type=float, help="1: by size; larger: more even (2)")
    mix.add_argument("--rows", type=int, help="about so many training rows; else none is left out")
    mix.add_argument("--seed", type=int, default=7, help="another one draws other rows (7)")
    mix.add_argument("--name", type=own_name, default="Mixture", help="how it is called (Mixture)")
    mix.add_argument("--dry-run", action="store_true", help="only tell the shares")
    with_json(with_few(mix)).set_defaults(run=_mix)

    with_json(inner.add_parser("lineage", help="which dataset came from which")).set_defaults(
        run=_lineage
    )

    erase = inner.add_parser("erase", help="find one person everywhere, and take the rows out")
    erase.add_argument("text", help="name, e-mail address or number, as it is written there")
    erase.add_argument("--yes", action="store_true", help="erase for good; without it, only list")
    with_json(erase).set_defaults(run=_erase)


def _card(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.cli.choose import choose_dataset
    from ftstudio.data.versions.card import readme
    from ftstudio.data.versions.croissant import croissant

    manifest = choose_dataset(Workspace.current(), arguments.dataset, few=arguments.few).manifest
    whole = {"labels": {}, "kind": "chat", **manifest}
    screen.result(croissant(whole))
    screen.say(readme(whole))
    return 0


def _compare(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.cli.choose import choose_dataset
    from ftstudio.data.versions.compare import compare

    workspace = Workspace.current()
    found = compare(
        choose_dataset(workspace, arguments.one, few=arguments.few),
        choose_dataset(workspace, arguments.other, few=arguments.few),
    )
    screen.result({
        "one": found.one, "other": found.other, "same": found.same,
        "added": [_row(example) for example in found.added],
        "removed": [_row(example) for example in found.removed],
        "changed": [{"known": one.known, "before": _row(one.before), "after": _row(one.after)}
                    for one in found.changed],
        "moved": [{**_row(example), "from": was, "to": now} for example, was, now in found.moved],
    })  # fmt: skip
    screen.say(found.sentence)
    for sign, examples in (("+", found.added), ("-", found.removed)):
        for example in examples[:10]:
            screen.say(f"  {sign} {_row(example)['about'][:100]}")
    for one in found.changed[:10]:
        screen.say(f"  ~ {_row(one.before)['said'][:80]!r} → {_row(one.after)['said'][:80]!r}")
    return 0


def _row(example: Example) -> dict[str, Any]:
    from ftstudio.data.texts import in_short

    about, said = in_short(example)
    return {"row": example.source_row, "about": about, "said": said}


def _mix(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.cli.choose import choose_dataset
    from ftstudio.core.mixture import MOST_PASSES
    from ftstudio.data.versions.mix import freeze_mix, shares_of

    workspace = Workspace.current()
    named = [_weighted(one) for one in arguments.datasets]
    versions = [choose_dataset(workspace, name) for name, _ in named]
    how, temperature = _mixing(arguments, named)
    shares = shares_of(versions, how, [weight for _, weight in named], temperature, arguments.rows)
    told: dict[str, Any] = {
        "shares": [{"id": one.version.id, "name": one.version.name, "rows": one.rows,
                    "taken": one.taken, "share": one.share, "epochs": one.epochs}
                   for one in shares]
    }  # fmt: skip
    screen.table([
        ("DATASET", "ROWS", "TAKEN", "SHARE", "EPOCHS"),
        *((one.version.name, f"{one.rows:,}", f"{one.taken:,}", format_share(one.share),
           f"{one.epochs:.2f}") for one in shares),
    ])  # fmt: skip
    for one in shares:
        if one.capped:
            screen.say(f"{one.version.name} would come more often for its share; a row comes "
                       f"{MOST_PASSES} times at most.")  # fmt: skip
    if not arguments.dry_run:
        version = freeze_mix(workspace, shares, arguments.name, arguments.seed, few=arguments.few)
        told |= {"id": version.id, "path": str(version.path), "counts": version.counts}
        examples = plural(version.total, "1 example", "{n} examples")
        screen.say(f"{version.name} ({version.id}): {examples}")
        few_told.tell(version, screen)
        few_told.tell_again(version, arguments.name, screen)
        if left := version.manifest.get("left_out_as_held_back"):
            told["left_out_as_held_back"] = left
            near = version.manifest["left_out_as_nearly_held_back"]
            told["left_out_as_nearly_held_back"] = near
            gone = plural(
                left, "1 of the rows above was left out, as what belongs to it",
                "{n} of the rows above were left out, as what belongs to them",
            )  # fmt: skip
            screen.say(f"{gone} is held back in another dataset; saying only nearly what is held "
                       f"back there: {near:,}.")  # fmt: skip
    screen.result(told)
    return 0


def _mixing(
    arguments: argparse.Namespace, named: Sequence[tuple[str, float]]
) -> tuple[Mixing, float]:
    """By what the shares are taken. Raises StudioError where something said would count for
    nothing."""
    weighed = any(weight != 1 for _, weight in named)
    warm = arguments.temperature is not None
    temperature = arguments.temperature if warm else 2.0
    if not 1 <= temperature < 1e6:
        raise StudioError(
            f"The temperature {temperature:g} can't be used.",
            "It is 1 (shares by size) or more.",
            "Try 2.",
            code="bad_temperature",
        )
    how: Mixing = arguments.by or ("weights" if weighed else "temperature" if warm else "size")
    ignored = "weights" if weighed and how != "weights" else ""
    ignored = ignored or ("temperature" if warm and how != "temperature" else "")
    if ignored:
        raise StudioError(
            f"The {ignored} would count for nothing.",
            f"The shares are taken by {how}.",
            f"Say --by {ignored}, or leave the {ignored} out.",
            code="weight_ignored",
        )
    return how, temperature


def _weighted(text: str) -> tuple[str, float]:
    name, found, weight = text.rpartition(":")
    try:
        return (name, float(weight)) if found and name else (text, 1.0)
    except ValueError:
        return text, 1.0


def _lineage(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.adapters.learned import learned_from
    from ftstudio.data.versions.lineage import lineage

    workspace = Workspace.current()
    found = lineage(workspace)
    learners = learned_from(workspace, {one.id for one in found.versions})
    screen.result({**asdict(found), "learners": [asdict(one) for one in learners]})
    names = {one.sha256: one.name for one in found.sources} | {v.id: v.name for v in found.versions}
    for knot in found.versions:
        origins = ", ".join(names.get(one, one) for one in (*knot.sources, *knot.parents))
        screen.say(f"{knot.name} ({knot.id})" + ("" if knot.here else ", deleted"))
        screen.say(f"  from {origins}" if origins else "  from a file nobody noted")
        for one in learners:
            if knot.id in one.datasets:
                screen.say(f"  learned by the {one.kind} {one.name} ({one.id})")
    return 0


def _erase(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.adapters.learned import learned_from
    from ftstudio.data.versions.erase import find_person
    from ftstudio.data.versions.erase_report import became, erase_with_report, sum_of
    from ftstudio.jobs import launch
    from ftstudio.jobs.folder import JobFolder

    workspace = Workspace.current()
    found = find_person(workspace, arguments.text)
    learners = learned_from(workspace, found.versions)
    told: dict[str, Any] = {
        "places": [{**asdict(one), "path": str(one.path)} for one in found.places],
        "rows": found.rows,
        "copies": found.copies,
        "learners": [asdict(one) for one in learners],
        "own_files": [str(path) for path in found.own_files],
        "unsearched": [str(path) for path in found.unsearched],
    }
    places = plural(len(found.places), "1 place", "{n} places")
    screen.say(f"“{shortened(found.text)}” stands in {places}.")
    if found.rows:
        copies = plural(found.copies, "1 copy", "{n} copies")
        screen.say(f"{plural(found.rows, '1 row', '{n} rows')} of the person, in {copies}.")
    if found.places:
        rows = [(one.kind, f"{one.rows:,}", one.name) for one in found.places]
        screen.table([("WHAT", "TIMES", "NAME"), *rows])
    for one in learners:
        advice = "don't bring it back" if one.deleted else "train it anew"
        screen.say(f"The {one.kind} {one.name} ({one.id}) learned from it: {advice}.")
    for path in found.own_files:
        screen.say(f"Your own file is not touched: {path}")
    for path in found.unsearched:
        screen.say(f"Not looked into: {path}")
    if arguments.yes:
        busy = [path for path in workspace.jobs.iterdir() if launch.is_running(JobFolder(path))]
        done, kept = erase_with_report(workspace, found, learners, busy)
        told |= {"replaced": done.replaced, "erased": done.rows, "erased_copies": done.copies,
                 "left": [str(one.path) for one in done.left], "report": str(kept)}  # fmt: skip
        screen.say(f"{sum_of(done)}, for good.")
        for old in done.replaced:
            screen.say(f"  {became(done, old)}")
        for place in done.left:
            settings = place.path == workspace.settings_file
            why = "it is a setting of yours" if settings else "a run is at work"
            screen.say(f"Still there, {why}: {place.path}")
        screen.say(f"What was done, and who learned from it, without the person: {kept}")
    elif found.places:
        screen.say("Nothing was changed. To erase it for good, add --yes.")
    screen.result(told)
    return 0
