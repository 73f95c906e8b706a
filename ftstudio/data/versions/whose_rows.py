"""Which row of which file an example goes back to, so that one row is known in all its copies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from ftstudio.core.example import CASE, Example
from ftstudio.data.table import RawTable
from ftstudio.data.versions.kept_groups import HOME
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.data.versions.stored import row_id


class RowName(NamedTuple):
    """`file`: what it was read from, or the version where nobody knows; `case`: which of several
    examples that one row made; 0 where it made one, or where all are meant."""

    file: str
    number: int
    case: int = 0

    @property
    def row(self) -> tuple[str, int]:
        return self.file, self.number


class Origins:
    """Reads versions, the oldest first, and tells of each example the row it was made of."""

    def __init__(self, versions: Iterable[DatasetVersion]) -> None:
        self._files: dict[str, str] = {}  # by a version's id; empty for a mixture
        for version in versions:
            parents = [str(one["id"]) for one in version.manifest.get("made_from", [])]
            file = "" if len(parents) > 1 else _file(version.manifest) or version.id
            if len(parents) == 1:
                file = self._files.get(parents[0], file)
            self._files.update(dict.fromkeys(ids_of(version), file))

    def name(self, version: DatasetVersion, example: Example) -> RowName:
        """A copy that a step made bears its origin's; what was mixed twice is known by what it
        says."""
        home = str(example.meta.get(HOME) or version.id)
        file = self._files.get(home, home)
        number = example.meta.get("copy_of", example.source_row)
        if not file or not isinstance(number, int):
            return RowName(row_id(example), 0)
        return RowName(file, number, int(example.meta.get(CASE) or 0))


def name_in(table: RawTable, number: int) -> RowName:
    return RowName(file_of_table(table), number)


def file_of_table(table: RawTable) -> str:
    return _named(table.sha256, table.details)


def ids_of(version: DatasetVersion) -> list[str]:
    """Its id, and those under which it was known before somebody was erased from it."""
    erased = version.manifest.get("erased") or {}
    before = [erased.get("first"), erased.get("replaces"), *erased.get("earlier", [])]
    return [version.id, *dict.fromkeys(str(one) for one in before if one)]


def _file(manifest: dict[str, Any]) -> str:
    sources = manifest.get("sources", [])
    digest = str(sources[0].get("sha256") or "") if sources else ""
    return _named(digest, manifest.get("details") or {}) if digest else ""


def _named(digest: str, details: dict[str, str]) -> str:
    return f"{digest} {details.get('sheet', '')}".strip()
