"""Rows with nothing to learn from, why that is, and whether a longer text would mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ftstudio.ui.dataset.preview_run import Preview


@dataclass(frozen=True)
class Barren:
    rows: tuple[str, ...] = ()  # their keys (`Row.key`): of a row's examples maybe only some
    refused: int = 0  # of these, by the chat template
    why: str = ""  # what the template said of the first one
    longer: int = 0  # the limit at which all that were cut would be learned from; 0: there is none
    all: bool = False  # there is no other row


def barren_of(preview: Preview, limit_for: Callable[[int], int]) -> Barren:
    """`limit_for`: the limit that holds so many tokens."""
    rows, refused, need = preview.barren_keys, preview.refused, preview.barren_longest
    longer = limit_for(need) if need > preview.limit else 0
    helps = need <= longer > preview.limit
    why = str(refused[0]["why"]) if refused else ""
    return Barren(
        rows, len({preview.row_keys[place] for place in preview.refused_places}), why,
        longer if helps else 0, bool(rows) and len(preview.zero_learned) == len(preview.lengths),
    )  # fmt: skip
