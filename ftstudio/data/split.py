"""Divides examples into training, validation and test, no question on two sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ftstudio.core.example import Example

Side = Literal["train", "validation", "test"]
SIDES: tuple[Side, ...] = ("train", "validation", "test")
FEWEST = 10  # rows below which nothing can be held back


class SplitChoice(BaseModel):
    """How much is held back; the same seed gives the same sides."""

    model_config = ConfigDict(extra="forbid")

    validation: float = Field(default=0.1, ge=0, le=0.5)
    test: float = Field(default=0.0, ge=0, le=0.5)
    seed: int = 7


def assign(examples: Sequence[Example], choice: SplitChoice) -> list[Side]:
    """The side of each example, in their order."""
    raise NotImplementedError
