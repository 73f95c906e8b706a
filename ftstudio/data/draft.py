"""The wizard's whole state as plain data that saves itself; knows nothing of windows."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ftstudio.core import trash
from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace, sweep_unfinished, write_text
from ftstudio.core.trash import lying_in, put_into
from ftstudio.data.format import ReadOptions
from ftstudio.data.layout import layouts
from ftstudio.data.licences import licence_beside
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.sides.few import Few
from ftstudio.data.sides.split import SplitChoice

SCHEMA = 2  # 1: steps without hashes, no column that groups
PAGES = ("file", "columns", "clean", "preview", "summary")
Page = Literal["file", "columns", "clean", "preview", "summary"]
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


_MAKE_ROWS = (
    "file", "options", "table", "second", "joined_on", "layout", "mapping", "group_column"
)  # fmt: skip


class DraftOptions(BaseModel):
    """ReadOptions, as they are saved."""

    model_config = ConfigDict(extra="forbid")

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    skip_bad: bool = True
    header_row: int | None = None

    def read_options(self) -> ReadOptions:
        return ReadOptions(**self.model_dump())


class Draft(BaseModel):
    """Everything a person chose so far. `table` is where the rows that were read lie."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    schema_version: int = SCHEMA
    id: str = Field(
        default_factory=lambda: f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    )
    name: str = ""
    created: float = Field(default_factory=time.time)
    changed: float = Field(default_factory=time.time)
    file: str = ""
    options: DraftOptions = Field(default_factory=DraftOptions)
    table: str = ""
    second: str = ""  # a file whose columns stand beside the first one's
    joined_on: str = ""  # FIRST=SECOND: the columns by which they belong together
    second_licence: str = "unknown"  # it is a source of its own
    second_licence_from: str = ""
    layout: str = ""
    mapping: dict[str, str] = Field(default_factory=dict)
    confirmed: set[str] = Field(default_factory=set)
    group_column: str = ""  # rows with the same text in it stay on one side of the split
    steps: list[AppliedStep] = Field(default_factory=list)
    split: SplitChoice = Field(default_factory=SplitChoice)
    few: Few | None = None  # with how little to check with a person goes on all the same
    page: str = "file"
    model: str = ""  # path of the base model whose tokens the preview counts
    licence: str = "unknown"
    licence_from: str = ""  # the file beside the source in which it was read
    commercial: bool | None = None  # the model is for business; None: not said

    def problems(self, page: str) -> list[str]:
        """What is still missing on a page, as sentences; empty where it is complete."""
        if not self.file or not self.table:
            return ["Choose a file first."]
        if page == "file":
            return []
        if self.layout not in layouts():
            return ["Choose what a row of the file is."]
        missing = layouts()[self.layout].missing(self.mapping)
        if missing:
            names = " and ".join(role.title for role in missing)
            return [f"Choose the column for {names}."]
        return []

    def makes_the_rows_of(self, other: Draft) -> bool:
        """Whether both make the same rows of the same file, before any step."""
        return all(getattr(self, name) == getattr(other, name) for name in _MAKE_ROWS)

    def put_beside(self, second: Path | None, on: str = "") -> None:
        """Note a second file (None: there is none) and the licence that is told beside it."""
        name = str(second) if second else ""
        if self.second != name:
            found = licence_beside(second) if second else None
            self.second_licence = found.key if found else "unknown"
            self.second_licence_from = found.file if found else ""
        self.second, self.joined_on = name, on

    def save(self, workspace: Workspace) -> None:
        """Replace the draft on disk, whole or not at all. Raises StudioError where the disk takes
        nothing more."""
        self.changed = time.time()
        path = workspace.drafts / f"{self.id}.json"
        try:
            write_text(path, self.model_dump_json(indent=2))
        except OSError as error:
            raise StudioError(
                "The last change could not be saved.",
                f"The system says: {error.strerror or error} ({path.parent}).",
                "Free some space, or see that you may write there, then do it again. What was "
                "saved before is whole.",
                code="draft_unsaved",
            ) from error

    @classmethod
    def load(cls, workspace: Workspace, draft_id: str) -> Draft:
        """Raises StudioError where the draft is missing, damaged or too new."""
        if not _SAFE_ID.fullmatch(draft_id):
            raise _unreadable(draft_id)
        return _load(workspace.drafts / f"{draft_id}.json")

    def delete(self, workspace: Workspace) -> None:
        """For good: what it was for is done."""
        (workspace.drafts / f"{self.id}.json").unlink(missing_ok=True)

    def put_aside(self, workspace: Workspace) -> str:
        """Move it to the drafts' trash; the token brings it back for thirty days. It waits on the
        disk, so that what is erased meanwhile does not come back with it."""
        try:
            return put_into(_trash(workspace), workspace.drafts / f"{self.id}.json")
        except OSError as error:
            raise StudioError(
                f"The draft “{self.name}” could not be deleted.",
                f"The system says: {error.strerror or error}.",
                "Close programs that have its file open, then try again.",
                code="disk",
            ) from error


def list_drafts(workspace: Workspace) -> list[Draft]:
    """All drafts, the one changed last first; damaged files are left out, and what a kill left
    half-written goes."""
    sweep_unfinished(workspace.drafts)
    found = []
    for path in workspace.drafts.glob("*.json"):
        try:
            found.append(_load(path))
        except StudioError:
            continue
    return sorted(found, key=lambda draft: -draft.changed)


def bring_back(workspace: Workspace, token: str) -> Draft:
    """Undo `put_aside`."""
    what, remedy = "The draft can't be brought back.", "Start again from the source file."
    home = workspace.drafts
    return _load(trash.bring_back(_trash(workspace), token, home, what, remedy, "not_in_trash"))


def draft_files(workspace: Workspace) -> list[tuple[Path, Draft]]:
    """Each draft with its file, also those that were deleted and can come back."""
    found = [(workspace.drafts / f"{draft.id}.json", draft) for draft in list_drafts(workspace)]
    for path in lying_in(_trash(workspace)):
        with contextlib.suppress(StudioError):
            found.append((path, _load(path)))
    return found


def _trash(workspace: Workspace) -> Path:
    return workspace.drafts / ".trash"


def _load(path: Path) -> Draft:
    try:
        raw = json.loads(path.read_text("utf-8"))
        if raw.get("schema_version", 0) > SCHEMA:
            raise StudioError(
                "This draft was made by a newer version of the app.",
                f"Its format is {raw['schema_version']}, this app knows up to {SCHEMA}.",
                "Update the app to go on with it.",
                code="draft_too_new",
            )
        return Draft.model_validate({**raw, "schema_version": SCHEMA})
    except (OSError, ValueError, AttributeError, ValidationError) as error:
        raise _unreadable(path.stem) from error


def _unreadable(draft_id: str) -> StudioError:
    return StudioError(
        f"The draft {draft_id[:64]} can't be opened.",
        "Its file is missing or damaged.",
        "Start again from the source file.",
        code="draft_unreadable",
    )
