"""What an objective may know of a dataset before any row is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from ftstudio.core.example import ExampleKind


@dataclass(frozen=True)
class DatasetFacts:
    """Counts of one frozen dataset, from its manifest."""

    kind: ExampleKind = "chat"
    train: int = 0
    validation: int = 0
    labels: dict[str, int] = field(default_factory=dict)  # class -> rows that have it
    several_labels: bool = False  # some rows have more than one class
    images: bool = False  # it shows pictures
    answers: bool = True  # some rows have one to compare with
