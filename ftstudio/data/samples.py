"""The bundled samples: a support desk's spreadsheet with the blemishes that real ones have, and one
file of every other kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftstudio.core.assets import samples
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace

if TYPE_CHECKING:  # the first place lists the samples: drafts and library come when they are asked
    from ftstudio.core.example import ExampleKind
    from ftstudio.data.draft import Draft
    from ftstudio.data.versions.library import DatasetVersion

_TITLES: dict[ExampleKind, str] = {
    "chat": "Questions and answers",
    "label": "Labels",
    "preference": "Better and worse answers",
    "feedback": "Thumbs up and down",
    "text": "A text of a field",
    "number": "Ratings",
}


@dataclass(frozen=True)
class Sample:
    title: str
    path: Path


def example_file() -> Path:
    """The sample spreadsheet. Raises StudioError where it is missing."""
    found = sorted(samples().glob("*.xlsx"))
    if not found:
        raise StudioError(
            "The example can't be opened.",
            f"There is no spreadsheet in {samples()}.",
            "Install the app again, or bring a file of your own.",
            code="example_missing",
        )
    return found[0]


def list_samples() -> list[Sample]:
    """The spreadsheet first, then one of every other kind; those that are missing are left out."""
    try:
        found = [Sample(_TITLES["chat"], example_file())]
        told = json.loads((samples() / "other_kinds.json").read_text("utf-8"))
        others = {one["kind"]: samples() / str(one["file"]) for one in told}
    except (OSError, ValueError, KeyError, TypeError, StudioError):
        return []
    found += [Sample(title, others[kind]) for kind, title in _TITLES.items() if kind in others]
    return [one for one in found if one.path.is_file()]


def is_sample(path: Path) -> bool:
    return any(one.path == path for one in list_samples())


def made_of(workspace: Workspace, path: Path) -> Draft | DatasetVersion | None:
    """What was made of this file before, the newest: a draft that can be gone on with, else a
    dataset."""
    from ftstudio.data.draft import list_drafts
    from ftstudio.data.versions.library import list_versions

    drafts = [draft for draft in list_drafts(workspace) if draft.file == str(path)]
    if drafts:
        return drafts[0]
    return _version_of(list_versions(workspace), path)


def _version_of(versions: Sequence[DatasetVersion], path: Path) -> DatasetVersion | None:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    for version in sorted(versions, key=lambda one: -one.created):
        sources = version.manifest.get("sources", [])
        if [source.get("sha256") for source in sources] == [digest]:
            return version
    return None
