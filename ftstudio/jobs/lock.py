"""Who works in a job folder: `worker.json`, safe against reused process ids and reboots."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import psutil

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import write_text
from ftstudio.jobs.folder import JobFolder

# A folder on a network drive may be worked on by another machine, whose processes can't be seen
# from here: events younger than this mean that somebody is there.
_FRESH_SECONDS = 120.0


@dataclass(frozen=True)
class Holder:
    """The process at work. `mark` tells it from a later one with the same id."""

    pid: int
    mark: str
    host: str
    boot: str
    events_from: int  # size of events.jsonl when it started: earlier last words are not its own
    started: float

    @classmethod
    def of(cls, pid: int, events_from: int) -> Holder:
        return cls(pid, process_mark(pid), platform.node(), boot_id(), events_from, time.time())

    def is_alive(self, folder: JobFolder) -> bool:
        if self.mark and process_mark(self.pid) == self.mark:
            return True
        if self.host == platform.node() or self.boot == boot_id():
            return False
        with contextlib.suppress(OSError):
            return time.time() - folder.events.stat().st_mtime < _FRESH_SECONDS
        return False


def process_mark(pid: int) -> str:
    """A word that only this process has: when it started. Empty if there is no such process.

    On Linux in clock ticks since boot, which a change of the wall clock doesn't touch.
    """
    try:
        if sys.platform == "linux":
            text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
            fields = text.rpartition(")")[2].split()  # the name in brackets may hold anything
            return "" if fields[0] in "ZX" else f"{boot_id()}:{fields[19]}"
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return ""
        return f"{process.create_time():.2f}"
    except (OSError, psutil.Error):
        return ""


@cache
def boot_id() -> str:
    """Tells one start of the computer from the next; empty where the system has no such word."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()[:13]
    except OSError:
        return ""


def read_holder(folder: JobFolder) -> Holder | None:
    """Who holds the folder, or None: never started, or the lock is damaged (then it is stale)."""
    try:
        raw = json.loads(folder.lock.read_text("utf-8"))
        return Holder(
            pid=int(raw["pid"]),
            mark=str(raw["mark"]),
            host=str(raw["host"]),
            boot=str(raw["boot"]),
            events_from=int(raw["events_from"]),
            started=float(raw["started"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_holder(folder: JobFolder, holder: Holder) -> None:
    write_text(folder.lock, json.dumps(asdict(holder)))


@contextlib.contextmanager
def one_starter(folder: JobFolder) -> Iterator[None]:
    """Between looking whether a worker is there and starting one, nobody else may do the same."""
    with open(folder.path / ".start.lock", "ab") as file:
        if not _try_lock(file.fileno()):
            raise StudioError(
                "This run is just being started.",
                "Another window or command is starting it at this moment.",
                "Wait a second, then look again.",
                code="already_running",
            )
        try:
            yield
        finally:
            _unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
