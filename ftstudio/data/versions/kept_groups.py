"""What keeps rows of a version together, kept with its rows, so that a later mixture heeds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ftstudio.core.example import Example
from ftstudio.data.normal import asked
from ftstudio.data.sides.split import group_keys
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.data.watched import heard

NEAR = "near"  # in `meta`: the group of near-duplicates that the row belongs to
HOME = "dataset"  # in `meta`: the version that a mixture took the row from
_SCOPE = "group_of"  # in `meta`: where the name of the row's group means the same


def with_near(
    examples: Sequence[Example],
    near: Sequence[str | None],
    tell: Callable[[float], None] | None = None,
) -> list[Example]:
    """The examples with their groups of near-duplicates noted in them. `tell` may raise."""
    return [
        example.model_copy(update={"meta": {**example.meta, NEAR: group}}) if group else example
        for example, group in zip(heard(examples, tell), near, strict=True)
    ]


def with_home(example: Example, version: DatasetVersion) -> Example:
    """A row for a mixture: it names its version, and its groups mean there what they meant."""
    meta = {**example.meta, "source": version.name, HOME: version.id}
    if near := example.meta.get(NEAR):
        meta[NEAR] = near if ":" in near else f"{first_id(version)}:{near}"
    if _is_named(example):
        meta[_SCOPE] = _scope(version, example)
    return example.model_copy(update={"meta": meta})


def first_id(version: DatasetVersion) -> str:
    """The id by which rows of mixtures know it: where a person was erased, the one before that."""
    erased = version.manifest.get("erased") or {}
    return str(erased.get("first") or erased.get("replaces") or version.id)


def _is_named(example: Example) -> bool:
    """Whether its group has a name of its own; else its question is written there."""
    return bool(example.group) and example.group != asked(example)


def _scope(version: DatasetVersion, example: Example) -> str:
    """A column's name, or the version whose groups come from none."""
    if known := example.meta.get(_SCOPE):
        return str(known)
    column = str(version.manifest.get("recipe", {}).get("group_column") or "").strip().casefold()
    return f"={column}" if column else str(example.meta.get(HOME) or first_id(version))


def keys_in(version: DatasetVersion, example: Example) -> list[str]:
    """All that keeps this row together with others, of its own version or of another one.

    The same question or picture means the same anywhere; a group's name only in its own version,
    or in those whose groups come from a column of the same name. Versions from before groups were
    kept have none but these.
    """
    keys = [key for key in group_keys(example) if not key.startswith("group:")]
    if _is_named(example):
        keys.append(f"group:{_scope(version, example)}:{example.group}")
    if near := example.meta.get(NEAR):
        keys.append(f"near:{near}" if ":" in near else f"near:{first_id(version)}:{near}")
    return keys


class Together:
    """Keys that belong together, chains included: what `of` tells is one for all of them."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}  # of keys that belong to another one

    def note(self, keys: Iterable[str]) -> None:
        """These stand on one row."""
        first, *others = [*keys] or [""]
        for key in others:
            one, other = self.of(key), self.of(first)
            if one != other:
                self._parent[one] = other

    def of(self, key: str) -> str:
        while (above := self._parent.get(key)) is not None:
            self._parent[key] = above = self._parent.get(above, above)
            key = above
        return key


def noted(
    versions: Sequence[DatasetVersion], tell: Callable[[float], None] | None = None
) -> Together:
    """What belongs together in all of these versions. `tell` may raise to stop."""
    found = Together()
    for version in versions:
        for side in ("train", "validation", "test"):
            for example in heard(version.examples(side), tell):
                found.note(keys_in(version, example))
    return found
