"""Rows with nothing to learn from, why that is, and whether a longer text would mend it."""

from __future__ import annotations

from dataclasses import dataclass

from ftstudio.ui.dataset.preview.preview_result import Preview, Within


@dataclass(frozen=True)
class Barren:
    count: int = 0
    refused: int = 0  # of these, by the chat template
    why: str = ""  # what the template said of the first one
    longer: int = 0  # the limit at which all that were cut would be learned from; 0: there is none
    all: bool = False  # there is no other row


def barren_of(preview: Preview, within: Within) -> Barren:
    if not within.barren:
        return Barren()
    need, why = within.barren_longest, ""
    longer = preview.nearest(need) if need > within.limit else 0
    if preview.refused:
        why = str(preview.refused[0]["why"])
    return Barren(
        within.barren, within.refused, why, longer if need <= longer else 0,
        within.barren == within.total,
    )  # fmt: skip
