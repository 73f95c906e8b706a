"""Reads a file in a child process that can be killed; never parses anything in this one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ftstudio.data.format import ReadOptions
from ftstudio.data.table import RawTable

__all__ = ["ReadOptions", "read_file"]


def read_file(
    path: Path,
    into: Path,
    options: ReadOptions | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RawTable:
    """Read `path` and leave the rows in the folder `into`.

    Raises StudioError (what, why, remedy) where the file can't be read, and Cancelled.
    """
    raise NotImplementedError
