"""A file to a frozen dataset, or to a description of it, in one call: the command line's way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ftstudio.core.paths import Workspace
from ftstudio.data.format import ReadOptions
from ftstudio.data.library import DatasetVersion
from ftstudio.data.split import SplitChoice


def inspect(path: Path, options: ReadOptions | None = None) -> dict[str, Any]:
    """What the file is and what would be made of it: the JSON of `ftstudio data inspect`."""
    raise NotImplementedError


def prepare(
    path: Path,
    workspace: Workspace | None = None,
    out: Path | None = None,
    *,
    options: ReadOptions | None = None,
    layout: str | None = None,
    mapping: Mapping[str, str] | None = None,
    steps: Sequence[str] | None = None,
    split: SplitChoice | None = None,
    name: str = "",
    progress: Callable[[float], None] | None = None,
) -> DatasetVersion:
    """Read, guess (or take the layout and the columns given), clean, split and freeze.

    Goes to the workspace, or exactly to `out`. `steps` None: the three safe ones.
    """
    raise NotImplementedError
