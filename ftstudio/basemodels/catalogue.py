"""Which base models are on this computer: the built-in one, those in the workspace, and
folders elsewhere that the person pointed at. Found by looking, remembered only by path."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ftstudio.basemodels.inspect import BaseModelInfo, inspect_model
from ftstudio.core.assets import starter_model
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text

STARTER_NAME = "Starter model"
BUILT_IN = "built in"


@dataclass(frozen=True)
class Unusable:
    """A folder that was expected to be a model and is not, with the reason."""

    folder: Path
    error: StudioError
    elsewhere: bool = False  # remembered by its path alone, so it can be forgotten


def list_models(workspace: Workspace) -> list[BaseModelInfo]:
    """Every usable model, the starter first; what can't be used is left out."""
    return look_around(workspace)[0]


def look_around(workspace: Workspace) -> tuple[list[BaseModelInfo], list[Unusable]]:
    """Usable models, and folders that are not, so that the window can say why."""
    elsewhere = remembered(workspace)
    usable: list[BaseModelInfo] = []
    unusable: list[Unusable] = []
    for folder in _folders(workspace):
        try:
            usable.append(find_model(folder))
        except StudioError as error:
            unusable.append(Unusable(folder, error, folder in elsewhere))
    return usable, unusable


def find_model(folder: Path) -> BaseModelInfo:
    """One model folder; looked at again only after it has changed."""
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        return inspect_model(folder)
    return _inspect_once(folder, _fingerprint(folder))


def add_folder(workspace: Workspace, folder: Path) -> BaseModelInfo:
    """Check a folder elsewhere and remember it. Nothing is copied."""
    info = find_model(folder)
    path = Path(info.ref.path)
    inside = path.parent == workspace.models.resolve() or path == _starter()
    known = remembered(workspace)
    if not inside and path not in known:
        _remember(workspace, [*known, path])
    return info


def forget_folder(workspace: Workspace, folder: Path) -> bool:
    """Take a folder elsewhere off the list, its files left alone; False: it was not on it."""
    known, path = remembered(workspace), folder.expanduser().resolve()
    if path not in known:
        return False
    _remember(workspace, [one for one in known if one != path])
    return True


def remembered(workspace: Workspace) -> list[Path]:
    try:
        value = json.loads(_list_file(workspace).read_text("utf-8"))
        return [Path(path) for path in value["folders"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _remember(workspace: Workspace, folders: list[Path]) -> None:
    value = {"schema": 1, "folders": [str(path) for path in folders]}
    write_text(_list_file(workspace), json.dumps(value, indent=2))


def _list_file(workspace: Workspace) -> Path:
    return workspace.models / "elsewhere.json"


def _starter() -> Path | None:
    try:
        return starter_model().resolve()
    except StudioError:
        return None


def _folders(workspace: Workspace) -> list[Path]:
    starter = _starter()
    first = [starter] if starter and (starter / "config.json").is_file() else []
    inside = sorted(
        path for path in workspace.models.glob("*") if path.is_dir() and path.name[0] != "."
    )
    return [*first, *inside, *remembered(workspace)]


def _fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    stats = ((path.name, path.stat()) for path in folder.iterdir() if path.is_file())
    return tuple(sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats))


@lru_cache(maxsize=64)
def _inspect_once(folder: Path, _print: tuple[tuple[str, int, int], ...]) -> BaseModelInfo:
    if folder == _starter():
        return inspect_model(folder, STARTER_NAME, BUILT_IN)
    return inspect_model(folder)
