"""Which dataset came from which: files, versions, what they were mixed or rewritten from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ftstudio.core.example import canonical_hash
from ftstudio.core.paths import Workspace
from ftstudio.data.versions.card import licence_keys
from ftstudio.data.versions.library import DatasetVersion, list_versions


@dataclass(frozen=True)
class SourceFile:
    sha256: str
    name: str
    licence: str


@dataclass(frozen=True)
class VersionKnot:
    """One version and what it came from. `here`: it still lies in the workspace."""

    id: str
    name: str
    created: float = 0.0
    rows: int = 0
    sources: tuple[str, ...] = ()  # sha256 of the files it was made of directly
    parents: tuple[str, ...] = ()  # ids of the versions it was made of
    recipe: str = ""  # hash of layout, mapping, steps and split; "" where there is none
    steps: tuple[str, ...] = ()  # their keys
    here: bool = True


@dataclass(frozen=True)
class Lineage:
    sources: list[SourceFile]
    versions: list[VersionKnot]  # the oldest first

    def ancestors(self, version_id: str) -> list[str]:
        """Ids of all that a version was made of, the nearest first."""
        return self._reached(version_id, {one.id: one.parents for one in self.versions})

    def descendants(self, version_id: str) -> list[str]:
        """Ids of all that was made of a version, the nearest first."""
        children: dict[str, list[str]] = {}
        for one in self.versions:
            for parent in one.parents:
                children.setdefault(parent, []).append(one.id)
        return self._reached(version_id, children)

    def _reached(self, start: str, ways: dict[str, Any]) -> list[str]:
        found: list[str] = []
        waiting = list(ways.get(start, ()))
        while waiting:
            one = waiting.pop(0)
            if one not in found and one != start:
                found.append(one)
                waiting += ways.get(one, ())
        return found


def lineage(workspace: Workspace) -> Lineage:
    """All files and versions of the workspace, and those gone of which something was made."""
    return lineage_of(list_versions(workspace))


def lineage_of(versions: Sequence[DatasetVersion]) -> Lineage:
    files: dict[str, SourceFile] = {}
    knots: dict[str, VersionKnot] = {}
    gone: dict[str, VersionKnot] = {}
    for version in sorted(versions, key=lambda one: one.created):
        manifest = version.manifest
        for one, key in zip(manifest.get("sources", []), licence_keys(manifest), strict=False):
            sha = str(one.get("sha256", ""))
            files.setdefault(sha, SourceFile(sha, str(one.get("name", "")), key))
        parents = [dict(parent) for parent in manifest.get("made_from", [])]
        for parent in parents:
            name = str(parent.get("name", ""))
            gone[str(parent["id"])] = VersionKnot(str(parent["id"]), name, here=False)
        knots[version.id] = _knot(version, tuple(str(parent["id"]) for parent in parents))
    lost = [knot for key, knot in gone.items() if key not in knots]
    return Lineage(list(files.values()), [*lost, *knots.values()])


def _knot(version: DatasetVersion, parents: tuple[str, ...]) -> VersionKnot:
    manifest = version.manifest
    recipe = manifest.get("recipe", {})
    steps = tuple(str(step.get("key")) for step in manifest.get("steps", []))
    done = {
        "layout": recipe.get("layout"), "mapping": recipe.get("mapping"),
        "group_column": recipe.get("group_column"), "split": recipe.get("split"),
        "steps": [[step.get("key"), step.get("version"), step.get("params"), step.get("off")]
                  for step in recipe.get("steps", [])],
    }  # fmt: skip
    sources = () if parents else tuple(
        str(one.get("sha256", "")) for one in manifest.get("sources", [])
    )  # fmt: skip
    return VersionKnot(
        version.id, version.name, version.created, version.total, sources, parents,
        canonical_hash(done) if recipe else "", steps,
    )  # fmt: skip
