"""What `data prepare` says of personal data: what it saw, or that it did not look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftstudio.data.step import Finding
    from ftstudio.data.versions.library import DatasetVersion


def look(version: DatasetVersion) -> Finding | None:
    """Looked for in a small dataset only; None: not looked for."""
    from itertools import chain

    from ftstudio.data.drafting.closer import personal_in
    from ftstudio.data.sides.split import SIDES

    sides = [side for side in SIDES if version.counts.get(side)]
    return personal_in(chain.from_iterable(map(version.examples, sides)))


def as_json(found: Finding | None) -> dict[str, Any]:
    return {"looked_for": found is not None, "rows": found.count if found else None}


def in_words(found: Finding | None) -> str:
    if found is None:
        return (
            "Personal data, near-duplicates and languages were not looked for: the window's report "
            "card does, and hides what it finds."
        )
    if found.count:
        return (
            f"{found.sentence} It is kept as it is: the window's report card hides it, and so does "
            "a recipe with that step (data replay)."
        )
    return f"{found.title}. {found.sentence}"
