"""Finds out what was dropped on the window, and which place takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace


@dataclass(frozen=True)
class Dropped:
    """`payload` is a file's Path (or a list), an adapter's id, or the ModelRef of a base model."""

    place: str
    payload: object


def what_are_dropped(paths: Sequence[Path], workspace: Workspace) -> tuple[Dropped, list[Path]]:
    """Files go to the data together; of anything else the first is taken, the others are left."""
    if len(paths) > 1 and all(path.is_file() for path in paths):
        return Dropped("data", list(paths)), []
    return what_is_dropped(paths[0], workspace), list(paths[1:])


def what_is_dropped(path: Path, workspace: Workspace) -> Dropped:
    """An adapter folder is put on the shelf, a model folder can be trained; all else is data.

    Raises StudioError for an empty folder and a broken adapter.
    """
    if not path.is_dir():
        return Dropped("data", path)
    if (path / "adapter_config.json").is_file():
        from ftstudio.adapters.shelf import import_folder

        return Dropped("adapters", import_folder(path, workspace).id)
    if (path / "config.json").is_file():
        from ftstudio.basemodels.catalogue import add_folder

        return Dropped("train", add_folder(workspace, path).ref)
    if not any(path.iterdir()):
        raise StudioError(
            f"The folder “{path.name}” is empty.",
            "There is no file in it.",
            "Drop a file with your examples, or a folder that holds some.",
            code="drop_unknown",
        )
    return Dropped("data", path)
