"""`ftstudio models list|download`: the base models on this computer."""

from __future__ import annotations

import argparse

from ftstudio.cli.fetching import fetch
from ftstudio.cli.options import Verbs, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_bytes


def add(verbs: Verbs) -> None:
    room = verbs.add_parser("models", help="the base models on this computer")
    inner = room.add_subparsers(metavar="WHAT", required=True)
    with_json(inner.add_parser("list", help="all that can be used")).set_defaults(run=_list)
    download = inner.add_parser("download", help="fetch one from Hugging Face (uses the network)")
    download.add_argument("name", help="e.g. org/model")
    with_json(download).set_defaults(run=_download)


def _list(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.basemodels.catalogue import list_models

    models = list_models(Workspace.current())
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
    return 0


def _download(arguments: argparse.Namespace, screen: Screen) -> int:
    again = "ftstudio models download"
    return fetch(Workspace.current(), arguments.name, "model", again, screen)
