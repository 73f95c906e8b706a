"""The wizard's whole state as plain data that saves itself; knows nothing of windows."""

from __future__ import annotations

import secrets
import time
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ftstudio.core.paths import Workspace
from ftstudio.data.split import SplitChoice

SCHEMA = 1
PAGES = ("file", "columns", "clean", "preview", "summary")
Page = Literal["file", "columns", "clean", "preview", "summary"]


class AppliedStep(BaseModel):
    """A step in the draft's recipe, with what it did when it was last computed."""

    model_config = ConfigDict(extra="forbid")

    key: str
    params: dict[str, Any] = Field(default_factory=dict)
    rows_in: int = 0
    rows_out: int = 0
    changed: int = 0


class DraftOptions(BaseModel):
    """ReadOptions, as they are saved."""

    model_config = ConfigDict(extra="forbid")

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    skip_bad: bool = True
    header_row: int | None = None


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
    layout: str = ""
    mapping: dict[str, str] = Field(default_factory=dict)
    confirmed: set[str] = Field(default_factory=set)
    steps: list[AppliedStep] = Field(default_factory=list)
    split: SplitChoice = SplitChoice()
    page: str = "file"
    model: str = ""  # path of the base model whose tokens the preview counts
    licence: str = "unknown"

    def problems(self, page: str) -> list[str]:
        """What is still missing on a page, as sentences; empty where it is complete."""
        raise NotImplementedError

    def save(self, workspace: Workspace) -> None:
        raise NotImplementedError

    @classmethod
    def load(cls, workspace: Workspace, draft_id: str) -> Draft:
        raise NotImplementedError

    def delete(self, workspace: Workspace) -> None:
        raise NotImplementedError


def list_drafts(workspace: Workspace) -> list[Draft]:
    """All drafts, the one changed last first; damaged files are left out."""
    raise NotImplementedError
