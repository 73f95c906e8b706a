"""What a version tells of how it was made: sources, columns, recipe, split, what was lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ftstudio.data.draft import Draft
from ftstudio.data.ingest.from_hub import origin
from ftstudio.data.licences import strictest
from ftstudio.data.recipe import Recipe
from ftstudio.data.table import RawTable


def manifest_of(
    name: str, table: RawTable, draft: Draft, recipe: Recipe, unusable: int, examples: int
) -> dict[str, Any]:
    """All of `version.json` that does not follow from the examples themselves."""
    source: dict[str, Any] = {
        "name": table.path.name, "sha256": table.sha256, "size": table.size,
        "licence": draft.licence,
    }  # fmt: skip
    if said := origin(table.path):
        source["hub"] = said
    sources: list[dict[str, Any]] = [source]
    if draft.second:
        sources.append({
            "name": Path(draft.second).name, "sha256": table.details.get("its sha256", ""),
            "size": int(table.details.get("its size", 0)), "licence": draft.second_licence,
            "rows": {"in_file": int(table.details.get("its rows", 0)),
                     "fit_none": len(table.beside)},
        })  # fmt: skip
    return {
        "name": name,
        "sources": sources,
        "format": table.format,
        "details": table.details,
        "layout": draft.layout,
        "mapping": draft.mapping,
        "rows": {
            "in_file": table.rows_in_file,
            "not_read": len(table.problems),
            "no_example": unusable,
            "examples": examples,
        },
        "steps": [step.model_dump() for step in recipe.steps],
        "recipe": recipe.model_dump(mode="json"),
        "split": draft.split.model_dump(),
        "seed": draft.split.seed,
        "licence": strictest(one["licence"] for one in sources),
        "commercial": draft.commercial,
    }
