"""`ftstudio models list|download|discard|add|forget`: the base models on this computer."""

from __future__ import annotations

import argparse
from pathlib import Path

from ftstudio.cli.fetching import fetch
from ftstudio.cli.options import Verbs, own_path, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_bytes


def add(verbs: Verbs) -> None:
    room = verbs.add_parser("models", help="the base models on this computer")
    inner = room.add_subparsers(metavar="WHAT", required=True)
    with_json(inner.add_parser("list", help="all that can be used")).set_defaults(run=_list)
    download = inner.add_parser("download", help="fetch one from Hugging Face (uses the network)")
    download.add_argument("name", help="e.g. org/model")
    with_json(download).set_defaults(run=_download)
    discard = inner.add_parser("discard", help="delete what has arrived of a download")
    discard.add_argument("name", help="e.g. org/model")
    with_json(discard).set_defaults(run=_discard)
    added = inner.add_parser("add", help="list a model folder that lies elsewhere")
    added.add_argument("folder", type=own_path, help="where config.json and weights lie")
    with_json(added).set_defaults(run=_add)
    forget = inner.add_parser("forget", help="take such a folder off the list; its files stay")
    forget.add_argument("folder", type=own_path, help="as it was added")
    with_json(forget).set_defaults(run=_forget)


def _list(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.basemodels.catalogue import look_around
    from ftstudio.basemodels.hub import partial_downloads

    workspace = Workspace.current()
    models, unusable = look_around(workspace)
    screen.result([{**info.ref.model_dump(), "shape": info.shape.model_dump()} for info in models])
    screen.table(
        [
            ("NAME", "SIZE", "LICENCE", "FOLDER"),
            *(
                (i.ref.name, format_bytes(i.shape.weight_bytes), i.ref.licence, i.ref.path)
                for i in models
            ),
        ]
    )
    for name, there in partial_downloads(workspace.models):
        screen.say(
            f"{name} is not whole yet ({format_bytes(there)}): ftstudio models download {name}, "
            f"or ftstudio models discard {name}"
        )
    for one in unusable:
        screen.trouble(f"{one.folder} can't be used: {one.error.what}")
        if one.elsewhere:
            screen.trouble(f"Take it off the list: ftstudio models forget “{one.folder}”")
    return 0


def _download(arguments: argparse.Namespace, screen: Screen) -> int:
    again = "ftstudio models download"
    return fetch(Workspace.current(), arguments.name, "model", again, screen)


def _discard(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.basemodels.hub import discard_partial, repo_name
    from ftstudio.jobs.folder import JobFolder
    from ftstudio.jobs.history import download_under_way

    workspace, name = Workspace.current(), repo_name(arguments.name, "model")
    running = download_under_way(workspace, "model")
    if running is not None and JobFolder(running).spec().name == name:
        raise StudioError(
            f"{name} is being fetched just now.",
            "What arrives meanwhile would be deleted half.",
            f"Stop it first: ftstudio runs stop {running.name}",
            code="download_under_way",
        )
    there = discard_partial(workspace.models, name)
    screen.result({"name": name, "bytes": there})
    screen.say(
        f"{format_bytes(there)} of {name} are deleted."
        if there
        else f"Nothing has arrived of {name} that is not whole."
    )
    return 0


def _add(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.basemodels.catalogue import add_folder

    info = add_folder(Workspace.current(), arguments.folder)
    screen.result(info.ref.model_dump())
    screen.say(f"{info.ref.name} is on the list; it stays in {info.ref.path}")
    return 0


def _forget(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.basemodels.catalogue import forget_folder

    folder: Path = arguments.folder
    if not forget_folder(Workspace.current(), folder):
        raise StudioError(
            f"“{folder}” is not on the list of model folders elsewhere.",
            "Only folders that were added stand on it; models in the workspace lie in its folder.",
            "See what is there: ftstudio models list",
            code="model_not_listed",
        )
    screen.result({"folder": str(folder)})
    screen.say(f"“{folder}” is off the list; its files are left alone.")
    return 0
