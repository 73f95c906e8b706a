"""What was erased and who had learned from it, as a file to keep, without the person in it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from itertools import count as counting
from pathlib import Path
from typing import Protocol

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, write_text
from ftstudio.core.units import plural
from ftstudio.data.versions.erase import Erased, Found, Place, erase_person
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


def report(found: Found, done: Erased | None, learners: Sequence[Learned], when: float) -> str:
    """Markdown. Names and paths that hold the person's are told with “[erased]” in its place. While
    nothing is `done` yet, it tells what is about to be: a kill must not lose who learned of it."""
    person = Person(found.text)
    told = time.strftime("%Y-%m-%d %H:%M", time.localtime(when))
    said = [
        "# A person was erased" if done else "# Erasing a person was begun",
        f"{told}, by Fine-Tuning Studio. Whom it was about does not stand here. Names were found "
        "only as they were written in the search.",
        _sum(found, done),
        "## What still knows the person",
        "These learned from the rows. What a model has learned can't be taken out of it: train "
        "anew from the dataset without the person, then delete them. What is deleted already can "
        "be brought back for thirty days: don't.",
        _list(f"{one.kind} {one.name} ({one.id})" for one in learners),
    ]
    if done:
        said += [
            "## Datasets",
            _list(became(done, old) for old, new in done.replaced.items() if new != old),
        ]  # fmt: skip
    said += [
        "## Where the person stood",
        _list(where(one) for one in found.places),
        "## What was not touched",
        _list([*(f"your own file: {path}" for path in found.own_files),
               *(f"not looked into: {path}" for path in found.unsearched),
               *(f"still there: {one.path}" for one in (done.left if done else []))]),
    ]  # fmt: skip
    return "\n\n".join(person.without(part) for part in said) + "\n"


def became(done: Erased, old: str) -> str:
    """What came of a dataset, by its name."""
    new, name = done.replaced[old], f"“{done.names[old]}” ({old})"
    return f"{name} is now {new}" if new else f"{name} is gone: nothing was left of it"


def where(place: Place) -> str:
    """A place and how much of the person lies there."""
    much = plural(place.rows, "1 mention", "{n} mentions")
    if place.kind in ("version", "trash", "source"):
        much = plural(place.rows, "1 row", "{n} rows")
        much += ", and what is told of it" if place.described else ""
    elif place.kind == "draft" and not place.rows:
        much = "reads such a copy"
    return f"{place.kind} {place.name}: {much}"


def _sum(found: Found, done: Erased | None) -> str:
    if done is None:
        rows = plural(found.rows, "1 row", "{n} rows")
        return (
            f"To be taken out: {rows}, in {_copies(found.copies)}. Where this is all that stands "
            "here, it was broken off: erase the person once more."
        )
    return f"{sum_of(done)}, for good."


def sum_of(done: Erased) -> str:
    rows = plural(done.rows, "1 row was erased", "{n} rows were erased")
    return f"{rows}, in {_copies(done.copies)}"


def _copies(count: int) -> str:
    return plural(count, "1 copy", "{n} copies")


def erase_with_report(
    workspace: Workspace, found: Found, learners: Sequence[Learned], busy: Collection[Path] = ()
) -> tuple[Erased, Path]:
    """Erase who was found. The report lies in the workspace before the first row goes, and is
    completed afterwards. Raises StudioError where there is no room for it."""
    now = time.time()
    try:
        path = _begun(workspace, report(found, None, learners, now), now)
    except OSError as error:
        raise _no_room(
            error, "Nothing was erased.", "Free some space, then erase again."
        ) from error
    try:
        done = erase_person(workspace, found.text, busy)
    except OSError as error:
        raise StudioError(
            "Not all of it could be erased.",
            f"The system says: {error.strerror or error}. What was erased already stays so, and "
            f"who learned from the person stands in {path}.",
            "Free some space, or close programs that have its files open, then erase again.",
            code="disk",
        ) from error
    try:
        write_text(path, report(found, done, learners, now))
    except OSError as error:
        raise _no_room(
            error, "The rows are erased all the same.",
            f"Who learned from the person stands in {path}.",
        ) from error  # fmt: skip
    return done, path


def _begun(workspace: Workspace, text: str, when: float) -> Path:
    """A file of its own: two erasures in a second are two reports."""
    home = workspace.root / FOLDER
    home.mkdir(exist_ok=True)
    name = time.strftime("erased-%Y%m%d-%H%M%S", time.localtime(when))
    for tail in chain([""], (f"-{count}" for count in counting(2))):
        path = home / f"{name}{tail}.md"
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise AssertionError("counting has no end")


def _no_room(error: OSError, why: str, remedy: str) -> StudioError:
    said = f"The system says: {error.strerror or error}. {why}"
    return StudioError("The report could not be written.", said, remedy, code="disk")


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "Nothing."
