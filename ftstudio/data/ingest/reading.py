"""Reads a file in a child process that can be killed; never parses anything in this one."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ftstudio.core.errors import Cancelled, StudioError
from ftstudio.data.format import ReadOptions
from ftstudio.data.table import READING, RawTable

__all__ = ["ReadOptions", "read_file"]

_POLL = 0.05
_SILENCE = 120  # seconds without a word after which the child counts as stuck
_LAST_BREATH = 10  # seconds a child may take to end after its last word
_PACKAGE_PARENT = Path(__file__).resolve().parents[3]
_SECRET = re.compile(r"TOKEN|KEY|SECRET|PASSW|CREDENTIAL", re.IGNORECASE)
_FOLDER = 2_000_000_000  # bytes a folder is taken for when its time is set
_CPU_BASE, _CPU_PER_MB = 60, 1  # seconds; a clean file takes about 0.02 s per MB


def read_file(
    path: Path,
    into: Path,
    options: ReadOptions | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RawTable:
    """Read `path` and leave the rows in the folder `into`.

    Raises StudioError (what, why, remedy) where the file can't be read, and Cancelled. `into`
    appears whole or not at all.
    """
    path, into = path.expanduser().absolute(), into.absolute()
    _refuse_odd_name(path)
    into.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=into.parent, prefix=READING))
    try:
        _run_child(path, work, into, options or ReadOptions(), progress, cancelled)
        if into.exists():
            shutil.rmtree(into)
        os.replace(work, into)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return RawTable.load(into)


def _refuse_odd_name(path: Path) -> None:
    """A path that is no text can't be kept in drafts, manifests and settings."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode("utf-8", "replace")
        raise StudioError(
            f"{Path(shown).name} can't be read under this name.",
            f"The path {shown} holds bytes that stand for no letter; it comes from another system.",
            "Rename the file or folder, or copy the file to another place, and try again.",
            code="odd_file_name",
        ) from None


def _run_child(
    path: Path,
    work: Path,
    home: Path,
    options: ReadOptions,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    with (work / "stderr.txt").open("w+b") as errors:
        child = _start(path, work, home, options, errors)
        try:
            final = _listen(child, path.name, progress, cancelled)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=_LAST_BREATH)
        finally:
            _end(child)
        errors.seek(0)
        tail = errors.read()[-2000:].decode("utf-8", "replace")
    (work / "stderr.txt").unlink()
    if final is None:
        raise _died(path.name, child.returncode, tail)
    if "error" in final:
        raise StudioError.from_dict(final["error"])


def _start(
    path: Path, work: Path, home: Path, options: ReadOptions, errors: IO[bytes]
) -> subprocess.Popen[str]:
    size = path.stat().st_size if path.is_file() else _FOLDER
    job = {
        "path": str(path),
        "into": str(work),
        "home": str(home),
        "options": asdict(options),
        "cpu_seconds": _CPU_BASE + _CPU_PER_MB * (size // 1_000_000),
    }
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "ftstudio.data.ingest.read_child", json.dumps(job)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
        text=True, encoding="utf-8", env=_environment(), cwd=work,
    )  # fmt: skip


def _environment() -> dict[str, str]:
    """Ours without secrets; modules come from nowhere that is named by the folder one is in."""
    kept = {name: value for name, value in os.environ.items() if not _SECRET.search(name)}
    paths = [path for path in kept.get("PYTHONPATH", "").split(os.pathsep) if os.path.isabs(path)]
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(_PACKAGE_PARENT), *paths]),
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "PYTHONUTF8": "1",
    }


def _listen(
    child: subprocess.Popen[str],
    name: str,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> dict[str, Any] | None:
    """Follow the child to its last word. None: it died without one."""
    words: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    assert child.stdout is not None
    reader = threading.Thread(target=_drain, args=(child.stdout, words), daemon=True)
    reader.start()
    heard = time.monotonic()
    while True:
        if cancelled and cancelled():
            raise Cancelled
        try:
            line = words.get(timeout=_POLL)
        except queue.Empty:
            if time.monotonic() - heard > _SILENCE:
                raise _stuck(name) from None
            continue
        heard = time.monotonic()
        if line is None:
            return None
        message = json.loads(line)
        if "share" not in message:
            return dict(message)
        if progress:
            progress(min(1.0, float(message["share"])))


def _drain(stream: IO[str], words: queue.SimpleQueue[str | None]) -> None:
    try:
        for line in stream:
            words.put(line)
    finally:
        words.put(None)


def _end(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream:
            stream.close()


def _stuck(name: str) -> StudioError:
    return StudioError(
        f"{name} can't be read.",
        f"Reading it came to a standstill for {_SILENCE:.0f} seconds and was ended.",
        "If the file lies on a network drive, copy it to this computer; otherwise open it in the "
        "program it came from, save it again, and try that.",
        code="reader_stuck",
    )


def _died(name: str, returncode: int | None, tail: str) -> StudioError:
    last = tail.strip().splitlines()[-1:] or [f"exit status {returncode}"]
    if "MemoryError" in tail or "bad_alloc" in tail or "allocation" in tail:
        from ftstudio.data.ingest.read_child import too_large

        return too_large(name)
    if returncode == -24:  # SIGXCPU
        why = "It took far longer than a file of its size should."
    else:
        why = f"The part of the app that reads files gave up: {last[0][:200]}."
    return StudioError(
        f"{name} can't be read.",
        why,
        "Open it in the program it came from, save it as .csv or .xlsx again, and try that.",
        code="reader_died",
    )
