"""Groups of rows that stay on one side of the split, whoever found them: joined where they meet."""

from __future__ import annotations

from collections.abc import Sequence


def together(rows: Sequence[str | None], found: Sequence[str | None]) -> list[str | None]:
    """Each row's group, from the one that it bears and the one that was found. Groups that share
    a row become one, under the name that its first row bears, or else was found in."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for old, new in zip(rows, found, strict=True):
        if old is not None and new is not None:
            parent[root(new)] = root(old)
    names: dict[str, str] = {}
    joined: list[str | None] = []
    for old, new in zip(rows, found, strict=True):
        own = old if old is not None else new
        joined.append(None if own is None else names.setdefault(root(own), own))
    return joined
