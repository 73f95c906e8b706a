"""Vectors that were made once, kept by model and texts, private to the user; the oldest go."""

from __future__ import annotations

import contextlib
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_NOBODYS = 3_600  # seconds after which a file that is half written is nobody's
_MOST = 4  # files of vectors: 100,000 texts by a small model are 77 MB


class Kept:
    """`home` None: nothing is kept."""

    def __init__(self, home: Path | None, key: str) -> None:
        self._home = home
        self._file = None if home is None else home / f"{key[:40]}.npz"

    def load(self, count: int) -> tuple[npt.NDArray[np.float16], npt.NDArray[np.int64]] | None:
        """None where there are none, or a damaged file."""
        if self._file is None or not self._file.is_file():
            return None
        try:
            with open(self._file, "rb") as raw, np.load(raw, allow_pickle=False) as file:
                vectors, long = file["vectors"], file["long"]
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            return None
        if len(vectors) != count:
            return None
        with contextlib.suppress(OSError):
            os.utime(self._file)
        return vectors, long

    def save(self, vectors: Any, long: Any) -> None:
        """A disk without room costs nothing but the next reading."""
        if self._home is None or self._file is None:
            return
        passing = self._file.with_suffix(".part")
        with contextlib.suppress(OSError):
            self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with open(passing, "wb") as file:
                    np.savez(file, vectors=vectors, long=long)
                os.replace(passing, self._file)
            finally:
                passing.unlink(missing_ok=True)
        for old in [*_newest_first(self._home, "*.npz")[_MOST:], *_broken_off(self._home)]:
            with contextlib.suppress(OSError):
                old.unlink()


def _newest_first(home: Path, names: str) -> list[Path]:
    """Another process may take one away meanwhile."""
    found = []
    for path in home.glob(names):
        with contextlib.suppress(OSError):
            found.append((path.stat().st_mtime, path))
    return [path for _, path in sorted(found, reverse=True)]


def _broken_off(home: Path) -> list[Path]:
    """What a killed process was writing."""
    limit = time.time() - _NOBODYS
    with contextlib.suppress(OSError):
        return [path for path in home.glob("*.part") if path.stat().st_mtime < limit]
    return []
