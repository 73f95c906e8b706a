"""A job that only whoever asked for it wants: its folder is none of the runs, and goes with it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.jobs import launch
from ftstudio.jobs.folder import JobFolder, JobKind

KINDS: tuple[JobKind, ...] = ("simulate", "tryout", "meaning", "names")
_NOBODYS = 3_600  # seconds without a change after which a folder that nobody took away is swept


class Passing:
    """Begun once, in any thread; ended from any thread, before, while or after it begins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: JobFolder | None = None
        self._unwanted = threading.Event()

    def begin(
        self, create: Callable[[], JobFolder], furnish: Callable[[JobFolder], None] | None = None
    ) -> JobFolder:
        """Raises Cancelled, and nothing is left, where it is unwanted by then. `furnish` lays
        beside what the worker reads; it may take long, and nobody waits for it to end."""
        with self._lock:
            self._check()
            folder = self._folder = create()
        try:
            if furnish is not None:
                furnish(folder)
            with self._lock:
                self._check()
                launch.start(folder)
        except BaseException as error:
            shutil.rmtree(folder.path, ignore_errors=True)
            if self._unwanted.is_set():  # its folder went while it was furnished
                raise Cancelled from error
            raise
        return folder

    def _check(self) -> None:
        if self._unwanted.is_set():
            raise Cancelled

    def end(self) -> None:
        """The worker ends at once, and the folder goes; done again, it waits for the first."""
        self._unwanted.set()
        with self._lock:
            folder, self._folder = self._folder, None
            if folder is not None:
                launch.kill(folder)
                shutil.rmtree(folder.path, ignore_errors=True)


def sweep(jobs: Path) -> None:
    """Folders of such jobs that a killed program left: what people wrote may lie in them."""
    for path in jobs.glob("*/job.json"):
        folder = JobFolder(path.parent)
        try:
            old = time.time() - _last_change(folder.path) > _NOBODYS
            if old and folder.spec().kind in KINDS and not launch.is_running(folder):
                shutil.rmtree(folder.path, ignore_errors=True)
        except (OSError, StudioError):
            continue  # gone meanwhile, or damaged: not known to be one of these


def _last_change(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
