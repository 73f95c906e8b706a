"""A recipe: what was done to a file's rows, step by step, so that it can be done again."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ftstudio.core.errors import StudioError
from ftstudio.core.example import canonical_hash
from ftstudio.core.paths import write_text
from ftstudio.data.sides.split import SplitChoice

SCHEMA = 1


class AppliedStep(BaseModel):
    """A step in the recipe, with what it did when it was last computed.

    The hashes are over the rows before and after it, so that whoever repeats the recipe on the
    same file knows at which step something else came out.
    """

    model_config = ConfigDict(extra="forbid")

    key: str
    version: int = 1  # of the step's own rules
    params: dict[str, Any] = Field(default_factory=dict)
    off: bool = False  # left in its place, but not done
    of_other_rows: bool = False  # it names rows of a file that was put aside for another one
    rows_in: int = 0
    rows_out: int = 0
    changed: int = 0
    added: int = 0
    input_hash: str = ""
    output_hash: str = ""
    seconds: float = 0.0
    remark: str = ""  # what it could not do, in a sentence

    @property
    def removed(self) -> int:
        return self.rows_in + self.added - self.rows_out

    @property
    def seed(self) -> int | None:
        """What its chance was drawn from; None where nothing is left to chance."""
        seed = self.params.get("seed")
        return seed if isinstance(seed, int) else None

    @property
    def identity(self) -> str:
        """The same identity on the same rows gives the same outcome."""
        return canonical_hash([self.key, self.version, self.params, self.off])


class Recipe(BaseModel):
    """All that leads from a file of this shape to its examples. Plain data, saved as JSON."""

    model_config = ConfigDict(extra="forbid")

    schema_version: int = SCHEMA
    name: str = ""
    made: float = Field(default_factory=time.time)
    columns: list[str] = Field(default_factory=list)  # of the file that it was made for
    layout: str = ""
    mapping: dict[str, str] = Field(default_factory=dict)
    group_column: str = ""
    steps: list[AppliedStep] = Field(default_factory=list)
    split: SplitChoice = Field(default_factory=SplitChoice)

    def save(self, path: Path) -> None:
        """Write it whole or not at all. Raises StudioError where the place can't be written."""
        try:
            write_text(path, self.model_dump_json(indent=2))
        except OSError as error:
            raise StudioError(
                f"The recipe can't be written to {path}.",
                f"The system says: {error.strerror or error}.",
                "Choose a folder of your own, or free some space.",
                code="cannot_write",
            ) from error

    @classmethod
    def load(cls, path: Path) -> Recipe:
        """Raises StudioError where the file is none, is damaged, or is too new."""
        try:
            raw = json.loads(path.read_text("utf-8"))
            if raw.get("schema_version", 0) > SCHEMA:
                raise StudioError(
                    f"The recipe {path.name} was made by a newer version of the app.",
                    f"Its format is {raw['schema_version']}, this app knows up to {SCHEMA}.",
                    "Update the app to use it.",
                    code="recipe_too_new",
                )
            if "layout" not in raw:
                raise ValueError("no recipe")
            return cls.model_validate(raw)
        except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
            raise StudioError(
                f"{path.name} can't be used as a recipe.",
                "It is missing, damaged, or another kind of file.",
                "Choose a file that was saved as a recipe, by “Keep as a recipe”.",
                code="recipe_unreadable",
            ) from error
