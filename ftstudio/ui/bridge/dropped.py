"""Finds out what was dropped on the window, and which place takes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace


@dataclass(frozen=True)
class Dropped:
    """`payload` is a file's Path, an adapter's id, or the ModelRef of a base model."""

    place: str
    payload: object


def what_is_dropped(path: Path, workspace: Workspace) -> Dropped:
    """Files are data; an adapter folder is put on the shelf; a model folder can be trained.

    Raises StudioError for a folder that is none of these.
    """
    if not path.is_dir():
        return Dropped("data", path)
    if (path / "adapter_config.json").is_file():
        from ftstudio.adapters.shelf import import_folder

        return Dropped("adapters", import_folder(path, workspace).id)
    if (path / "config.json").is_file():
        from ftstudio.basemodels.catalogue import add_folder

        return Dropped("train", add_folder(workspace, path).ref)
    raise StudioError(
        f"“{path.name}” is a folder, and it is not clear what to do with it.",
        "There is neither an adapter (adapter_config.json) nor a model (config.json) in it.",
        "Drop the file with your examples itself: Excel, CSV, JSON or Parquet.",
        code="drop_unknown",
    )
