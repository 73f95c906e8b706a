"""What columns were taken for, remembered by the shape of the file: the set of column names."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ftstudio.core.example import canonical_hash
from ftstudio.core.paths import Workspace, write_text
from ftstudio.data.draft import Draft
from ftstudio.data.layout import layouts

SCHEMA = 1
_NAMELESS = re.compile(
    r"(column|col|field|value|item|spalte|colonne|columna)?\s*\d*", re.IGNORECASE
)


class Shape(BaseModel):
    """A shape of file and what its columns were said to hold."""

    model_config = ConfigDict(extra="forbid")

    schema_version: int = SCHEMA
    columns: list[str]
    layout: str
    mapping: dict[str, str] = Field(default_factory=dict)
    group_column: str = ""
    file: str = ""  # the last one of this shape
    saved: float = Field(default_factory=time.time)


def shape_of(draft: Draft, columns: list[str]) -> Shape:
    """What a draft's file is, and what its columns were said to hold."""
    return Shape(
        columns=columns, layout=draft.layout, mapping=dict(draft.mapping),
        group_column=draft.group_column, file=Path(draft.file).name,
    )  # fmt: skip


def shape_hash(columns: Iterable[str]) -> str:
    """The same names in any order are the same shape."""
    return canonical_hash(sorted(columns))[:24]


def remember(workspace: Workspace, shape: Shape) -> None:
    """Keep it for the next file of this shape. Names that tell nothing are not remembered, and a
    full disk is no reason to fail here."""
    if not _tells(shape.columns):
        return
    try:
        write_text(_path(workspace, shape.columns), shape.model_dump_json(indent=2))
    except OSError:
        return


def recall(workspace: Workspace, columns: list[str]) -> Shape | None:
    """What a file with these columns was last taken for; None where there was none, or where its
    note can't be read any more."""
    if not _tells(columns):
        return None
    try:
        raw = json.loads(_path(workspace, columns).read_text("utf-8"))
        shape = Shape.model_validate(raw)
    except (OSError, ValueError, ValidationError):
        return None
    if shape.schema_version > SCHEMA or shape.layout not in layouts():
        return None
    roles = {role.key for role in layouts()[shape.layout].roles}
    known = set(shape.mapping.values()) <= roles and set(shape.mapping) <= set(columns)
    return shape if known and not layouts()[shape.layout].missing(shape.mapping) else None


def _tells(columns: Iterable[str]) -> bool:
    """At least one column has a name of its own; “column 1” is said of any file without names."""
    return any(not _NAMELESS.fullmatch(name.strip()) for name in columns)


def _path(workspace: Workspace, columns: Iterable[str]) -> Path:
    return workspace.root / "shapes" / f"{shape_hash(columns)}.json"
