"""A job in which a model reads rows for whoever waits: from its beginning to what was found.

Imports no torch: what was kept from the last time needs none.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from ftstudio.core.errors import Cancelled
from ftstudio.core.paths import write_text
from ftstudio.jobs.events import Finished, Started, Stopped
from ftstudio.jobs.folder import JobFolder
from ftstudio.worker.reporter import Reporter
from ftstudio.worker.waiting import Waiting

T = TypeVar("T")
Work = Callable[[dict[str, Any], Waiting], dict[str, Any]]  # the payload → what was found


def do(folder: JobFolder, started: Started, result: str, work: Work) -> int:
    """Write what `work` finds to `output/<result>`; nothing where nobody wants it any more."""
    reporter, began = Reporter(folder), time.monotonic()
    reporter.say(started)
    try:
        found = work(folder.spec().payload, Waiting(reporter))
    except Cancelled:
        reporter.say(Stopped(step=0, kept=False))
        return 0
    write_text(folder.output / result, json.dumps(found))
    reporter.say(Finished(seconds=round(time.monotonic() - began, 1)))
    return 0


def taken(path: Path, handed: Callable[[Path], Iterator[T]]) -> list[T]:
    """The rows handed over. What people wrote lies in the folder no longer than needed."""
    rows = list(handed(path))
    path.unlink()
    return rows
