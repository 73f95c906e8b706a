"""`ftstudio adapters list|merge|export|import|delete|restore`: the shelf."""

from __future__ import annotations

import argparse
import time

from ftstudio.adapters import shelf
from ftstudio.adapters.base import find_base
from ftstudio.adapters.card import AdapterCard
from ftstudio.cli.following import follow, tell_end
from ftstudio.cli.options import Verbs, own_path, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.paths import Workspace
from ftstudio.core.units import format_bytes
from ftstudio.jobs import launch
from ftstudio.jobs.folder import create_job


def add(verbs: Verbs) -> None:
    room = verbs.add_parser("adapters", help="what was made: list, merge, export, import, delete")
    inner = room.add_subparsers(metavar="WHAT", required=True)
    with_json(inner.add_parser("list", help="all on the shelf")).set_defaults(run=_list)

    merge = _of_one(inner, "merge", "fold it into its base: a full model that loads anywhere")
    merge.add_argument("--out", type=own_path, help="a new folder; without it, the shelf")
    merge.add_argument(
        "--base", type=own_path, help="the base model's folder, if it can't be found"
    )
    merge.set_defaults(run=_merge)

    export = _of_one(inner, "export", "copy it to a folder that plain peft or transformers loads")
    export.add_argument("--out", type=own_path, required=True, help="a new folder")
    export.set_defaults(run=_export)

    imported = inner.add_parser("import", help="put an adapter made elsewhere on the shelf")
    imported.add_argument("folder", type=own_path, help="where its files lie")
    imported.add_argument("--name", default="", help="how it is called (as its folder)")
    with_json(imported).set_defaults(run=_import)

    _of_one(inner, "delete", "move it to the trash for thirty days").set_defaults(run=_delete)
    restore = inner.add_parser("restore", help="undo a deletion")
    restore.add_argument("token", help="what `delete` printed")
    with_json(restore).set_defaults(run=_restore)


def _of_one(inner: Verbs, verb: str, help: str) -> argparse.ArgumentParser:
    parser = inner.add_parser(verb, help=help)
    parser.add_argument("adapter", help="its id or name")
    return with_json(parser)


def _list(arguments: argparse.Namespace, screen: Screen) -> int:
    cards = shelf.list_cards(Workspace.current())
    screen.result([card.model_dump() for card in cards])
    if not cards:
        screen.say("The shelf is empty. Train something: ftstudio train --data FILE")
        return 0
    rows = [
        (
            card.id,
            card.name,
            card.method_title or card.method,
            card.base.name,
            format_bytes(card.size_bytes),
            time.strftime("%Y-%m-%d %H:%M", time.localtime(card.created)),
        )
        for card in cards
    ]
    screen.table([("ID", "NAME", "METHOD", "BASE MODEL", "SIZE", "MADE"), *rows])
    return 0


def _merge(arguments: argparse.Namespace, screen: Screen) -> int:
    workspace = Workspace.current()
    card = shelf.find(workspace, arguments.adapter)
    payload = {"adapter_id": card.id}
    if arguments.out:
        payload["out"] = str(arguments.out.expanduser().resolve())
    if arguments.base:
        payload["base_path"] = str(arguments.base.expanduser().resolve())
    elif not card.is_full_model:
        find_base(workspace, card)  # told at once, not after the worker has loaded its libraries
    folder = create_job(workspace.jobs, "merge", f"Merge {card.name}", payload, workspace.root)
    launch.start(folder)
    status = follow(folder, screen)
    code = tell_end(folder, status, screen)
    if status.state == "finished":
        place = shelf.folder(workspace, status.shelf_id) if status.shelf_id else status.output
        screen.say(f"The merged model lies in {place}")
    return code


def _export(arguments: argparse.Namespace, screen: Screen) -> int:
    workspace = Workspace.current()
    card = shelf.find(workspace, arguments.adapter)
    out = shelf.export_folder(
        workspace,
        card.id,
        arguments.out.expanduser().resolve(),
        progress=lambda done, total: screen.progress(
            f"Copying {format_bytes(done)} of {format_bytes(total)}"
        ),
    )
    screen.result({"adapter": card.id, "folder": str(out)})
    screen.say(f"{card.name} was copied to {out}")
    return 0


def _import(arguments: argparse.Namespace, screen: Screen) -> int:
    workspace = Workspace.current()
    card = shelf.import_folder(arguments.folder.expanduser().resolve(), workspace)
    if arguments.name:
        card = shelf.rename(workspace, card.id, arguments.name)
    return _tell("On the shelf", card, screen)


def _delete(arguments: argparse.Namespace, screen: Screen) -> int:
    workspace = Workspace.current()
    card = shelf.find(workspace, arguments.adapter)
    token = shelf.delete(workspace, card.id)
    screen.result({"adapter": card.id, "token": token})
    screen.say(f"{card.name} is in the trash. Undo: ftstudio adapters restore {token}")
    return 0


def _restore(arguments: argparse.Namespace, screen: Screen) -> int:
    return _tell("Back on the shelf", shelf.restore(Workspace.current(), arguments.token), screen)


def _tell(what: str, card: AdapterCard, screen: Screen) -> int:
    screen.result(card.model_dump())
    screen.say(f"{what}: {card.name} ({card.id})")
    return 0
