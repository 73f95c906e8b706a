"""Drafts that hold the same, so that bringing a file again leaves one of them."""

from __future__ import annotations

from typing import Any

from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft, list_drafts

_ASIDE = {"id", "created", "changed", "page"}  # tells nothing of what was done


def forget_twins(workspace: Workspace, draft: Draft) -> None:
    """Every other draft in which just the same was done goes: nothing of it is lost."""
    own = _done_in(draft)
    for other in list_drafts(workspace):
        if other.id != draft.id and _done_in(other) == own:
            other.delete(workspace)


def _done_in(draft: Draft) -> dict[str, Any]:
    return draft.model_dump(exclude=dict.fromkeys(_ASIDE, True)
                            | {"steps": {"__all__": {"seconds"}}})  # fmt: skip
