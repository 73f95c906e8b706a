"""The frozen dataset versions on disk: made whole, never changed, found again by scanning."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.data.split import Side

SCHEMA = 1
VERSION_FILE = "version.json"


@dataclass(frozen=True)
class DatasetVersion:
    """One frozen dataset. `manifest` is version.json as it lies on disk."""

    id: str  # ds-<12 hex>
    path: Path
    name: str
    created: float
    manifest: dict[str, Any]

    @property
    def counts(self) -> dict[str, int]:
        """Examples by side: train, validation, test."""
        return {str(side): int(count) for side, count in self.manifest["counts"].items()}

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def examples(self, split: Side = "train") -> Iterator[Example]:
        """The examples of one side, in their order."""
        raise NotImplementedError

    def verify(self) -> None:
        """Compare the files with the manifest. Raises StudioError where they differ."""
        raise NotImplementedError


def list_versions(workspace: Workspace) -> list[DatasetVersion]:
    """All versions in the workspace, the newest first; damaged ones are left out."""
    raise NotImplementedError


def load_version(path: Path) -> DatasetVersion:
    """One version by its folder. Raises StudioError where it is missing, damaged or too new."""
    raise NotImplementedError


def freeze(
    examples: Sequence[Example],
    sides: Sequence[Side],
    manifest: dict[str, Any],
    *,
    datasets: Path | None = None,
    out: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> DatasetVersion:
    """Write a version into `datasets`/<id> (or exactly to `out`), whole or not at all."""
    raise NotImplementedError


def delete_version(version: DatasetVersion, workspace: Workspace) -> str:
    """Move it to the workspace's trash; the token brings it back."""
    raise NotImplementedError


def restore_version(token: str, workspace: Workspace) -> DatasetVersion:
    """Undo a deletion."""
    raise NotImplementedError
