"""What was erased and who had learned from it, as a file to keep, without the person in it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.core.units import plural
from ftstudio.data.versions.erase import Erased, Found
from ftstudio.data.versions.person import Person

FOLDER = "erased"  # in the workspace


class Learned(Protocol):
    """A run or an adapter that learned from the rows: see `adapters.learned`."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


def report(found: Found, done: Erased, learners: Sequence[Learned], when: float) -> str:
    """Markdown. Names and paths that hold the person's are told with “[erased]” in its place."""
    person = Person(found.text)
    told = time.strftime("%Y-%m-%d %H:%M", time.localtime(when))
    said = [
        "# A person was erased",
        f"{told}, by Fine-Tuning Studio. Whom it was about does not stand here. Names were found "
        "only as they were written in the search.",
        f"{plural(done.rows, '1 row was', '{n} rows were')} taken out for good, from "
        f"{plural(len(found.places), '1 place', '{n} places')}.",
        "## What still knows the person",
        "These learned from the rows. What a model has learned can't be taken out of it: train "
        "anew from the dataset without the person, then delete them.",
        _list(f"{one.kind} {one.name} ({one.id})" for one in learners),
        "## Datasets",
        _list(f"{old} is now {new}" if new else f"{old} is gone: nothing was left of it"
              for old, new in done.replaced.items() if new != old),
        "## Where the person stood",
        _list(f"{one.kind} {one.name}: {one.rows:,}" for one in found.places),
        "## What was not touched",
        _list([*(f"your own file: {path}" for path in found.own_files),
               *(f"not looked into: {path}" for path in found.unsearched),
               *(f"still there: {one.path}" for one in done.left)]),
    ]  # fmt: skip
    return "\n\n".join(person.without(part) for part in said) + "\n"


def keep_report(
    workspace: Workspace, found: Found, done: Erased, learners: Sequence[Learned]
) -> Path:
    """Write it into the workspace; the file. Raises StudioError where there is no room."""
    now = time.time()
    name = time.strftime("erased-%Y%m%d-%H%M%S.md", time.localtime(now))
    path = workspace.root / FOLDER / name
    try:
        path.parent.mkdir(exist_ok=True)
        write_text(path, report(found, done, learners, now))
    except OSError as error:
        raise StudioError(
            "The report could not be written.",
            f"The system says: {error.strerror or error}. The rows are erased all the same.",
            "Note which runs learned from the person: they are listed here.",
            code="disk",
        ) from error
    return path


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "Nothing."
