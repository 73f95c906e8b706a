"""Folders in which a version is being written: named after their writer, gone when it is."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
import shutil
import stat
import time
from pathlib import Path

from ftstudio.data.table import READING as READING

PENDING = ".new-"
_READ = 3600  # seconds without a sign after which nobody reads it any more
_ERASED = f"{PENDING}erased-"  # taken from the list already, and being deleted
_OLD = 24 * 3600  # seconds after which a folder is nobody's where its writer can't be seen
_SLACK = 5  # seconds by which the system may tell a process's start differently
_NAME = re.compile(r"\.new-(\d{1,10})-(\d{1,12})-([0-9a-f]{8})-[0-9a-f]+")


def fresh(home: Path) -> Path:
    """The name of a folder for this process to write in."""
    writer = f"{os.getpid()}-{_started(os.getpid()) or 0}-{_host()}"
    return home / f"{PENDING}{writer}-{secrets.token_hex(8)}"


def aside(home: Path) -> Path:
    """The name of a folder for what is being deleted."""
    return home / f"{_ERASED}{secrets.token_hex(4)}"


def sweep(home: Path) -> None:
    """Remove what no process is writing any more: a kill left it."""
    for path in home.glob(f"{PENDING}*"):
        if not _is_written(path):
            remove(path)


def sweep_readings(home: Path) -> None:
    """Remove what a kill left of the reading of a file."""
    for path in home.glob(f"{READING}*"):
        with contextlib.suppress(OSError):
            touched = max(one.stat().st_mtime for one in (path, *path.iterdir()))
            if time.time() - touched > _READ:
                remove(path)


def remove(folder: Path) -> None:
    """With all that is in it, also where it may not be written."""
    if not folder.exists():
        return
    with contextlib.suppress(OSError):  # another process removes it at the same time
        for path in folder.rglob("*"):
            if not path.is_dir():
                path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    shutil.rmtree(folder, ignore_errors=True)


def _is_written(folder: Path) -> bool:
    if folder.name.startswith(_ERASED):
        return False
    named = _NAME.fullmatch(folder.name)
    if named is None or named[3] != _host():  # of another computer, or of an older app
        with contextlib.suppress(OSError):
            return time.time() - folder.stat().st_mtime <= _OLD
        return False
    started = _started(int(named[1]))
    return started is not None and abs(started - int(named[2])) <= _SLACK


def _started(pid: int) -> int | None:
    """When this process began; None where there is none."""
    import psutil

    try:
        process = psutil.Process(pid)
        gone = process.status() == psutil.STATUS_ZOMBIE
        return None if gone else int(process.create_time())
    except psutil.Error:
        return None


def _host() -> str:
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]
