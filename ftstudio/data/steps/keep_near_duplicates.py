"""What says nearly the same was found and is left as it is, by decision."""

from __future__ import annotations

from ftstudio.data.deciding import decision

STEP = decision(
    "keep_near_duplicates",
    "Leave near-duplicates as they are",
    about="mark_near_duplicates",
    order=32,
)
