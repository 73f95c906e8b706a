"""`ftstudio label FILE --adapter ID --out OUT`: a copy of a table with what a model says of each
row."""

from __future__ import annotations

import argparse
from pathlib import Path

from ftstudio.adapters import shelf
from ftstudio.adapters.base import find_base
from ftstudio.cli.following import follow, tell_end
from ftstudio.cli.options import Verbs, own_path, with_json
from ftstudio.cli.screen import Screen
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.library import VERSION_FILE
from ftstudio.jobs import launch
from ftstudio.jobs.folder import create_job


def add(verbs: Verbs) -> None:
    parser = verbs.add_parser("label", help="sort or score the rows of a file with what was made")
    parser.add_argument("file", help="a table, or a prepared dataset")
    parser.add_argument("--adapter", required=True, help="its id or name on the shelf")
    parser.add_argument("--out", type=own_path, required=True, help="a new .csv or .xlsx")
    parser.add_argument(
        "--column", action="append", default=[], help="the column with the text; may be repeated"
    )
    with_json(parser).set_defaults(run=_label)


def _label(arguments: argparse.Namespace, screen: Screen) -> int:
    from ftstudio.worker.labelled_file import demand_place

    workspace = Workspace.current()
    out = arguments.out.expanduser().resolve()
    demand_place(out)  # told at once, not after the worker has loaded its libraries
    card = shelf.find(workspace, arguments.adapter)
    if not card.is_full_model:
        find_base(workspace, card)
    payload = {
        "adapter_id": card.id,
        "source": str(_source(workspace, arguments.file)),
        "out": str(out),
        "columns": arguments.column,
    }
    folder = create_job(workspace.jobs, "label", f"Label with {card.name}", payload, workspace.root)
    launch.start(folder)
    status = follow(folder, screen)
    code = tell_end(folder, status, screen)
    if status.state == "finished":
        screen.say(f"The labelled copy is {status.output}")
    return code


def _source(workspace: Workspace, wanted: str) -> Path:
    """A file, or the folder of a dataset that is named by place or id."""
    path = Path(wanted).expanduser().resolve()
    if path.is_file() or (path / VERSION_FILE).is_file():
        return path
    near = workspace.datasets / Path(wanted).name
    if (near / VERSION_FILE).is_file():
        return near
    raise StudioError(
        f"The data “{wanted}” was not found.",
        "It is neither a file nor a prepared dataset.",
        "Check the path.",
        code="data_not_found",
    )
