"""Which rows mean the same, by the vectors that a model made of them. Nothing is removed here.

Rows are compared by blocks of matrix products, each with each. Groups are stars: every member is
as near to its representative as the threshold says, so groups never grow by chains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]  # of length 1, a row each
    Places = npt.NDArray[np.int64]

THRESHOLD = 0.9
_TILE = 2_048  # rows compared with so many others at once: 16 MB
_ROUNDING = 1e-4  # what 16-bit vectors and sums may be off by


def stars(
    parts: Sequence[Vectors],
    threshold: float = THRESHOLD,
    apart: Sequence[object] | None = None,
    tell: Callable[[float], None] = lambda share: None,
) -> list[tuple[int, float] | None]:
    """For each row its group's representative and how alike they are; None where it is alone.

    `parts` are the vectors of questions and of answers, say: all of them must be alike. Rows that
    differ in `apart` are never alike. `tell` may raise to stop.
    """
    import numpy as np

    count = len(parts[0])
    kinds = None if apart is None else _numbered(apart)
    neighbours = _neighbours(parts, kinds, threshold, lambda share: tell(0.7 * share))
    order = np.lexsort((np.arange(count), -neighbours))[: int((neighbours > 0).sum())]
    found: list[tuple[int, float] | None] = [None] * count
    for start in range(0, len(order), _TILE):
        tell(0.7 + 0.3 * start / len(order))
        wanted = [place for place in order[start : start + _TILE].tolist() if found[place] is None]
        _take(parts, kinds, threshold, np.array(wanted, np.int64), np.sort(order), found)
    tell(1.0)
    return found


def _take(
    parts: Sequence[Vectors], kinds: Places | None, threshold: float, wanted: Places,
    all_of: Places, found: list[tuple[int, float] | None],
) -> None:  # fmt: skip
    """Make representatives of those that are still free, in this order; each takes all that are
    near it and free."""
    step = max(1, _TILE * _TILE // max(1, len(all_of)))
    for start in range(0, len(wanted), step):
        block = wanted[start : start + step]
        alike = _alike(parts, kinds, block, all_of)
        for own, row in zip(block.tolist(), alike, strict=True):
            if found[own] is not None:
                continue
            near = (row >= threshold - _ROUNDING).nonzero()[0]
            free = [(int(all_of[at]), float(row[at])) for at in near.tolist()
                    if found[int(all_of[at])] is None and int(all_of[at]) != own]  # fmt: skip
            if free:
                found[own] = (own, 1.0)
                for place, likeness in free:
                    found[place] = (own, max(threshold, min(1.0, likeness)))


def _neighbours(
    parts: Sequence[Vectors], kinds: Places | None, threshold: float,
    tell: Callable[[float], None],
) -> Places:  # fmt: skip
    """How many others each row is near."""
    import numpy as np

    count = len(parts[0])
    found = np.zeros(count, np.int64)
    tiles = [np.arange(at, min(at + _TILE, count)) for at in range(0, count, _TILE)]
    done, whole = 0, len(tiles) * (len(tiles) + 1) // 2
    for place, rows in enumerate(tiles):
        for others in tiles[place:]:
            near = _alike(parts, kinds, rows, others) >= threshold - _ROUNDING
            if others is rows:
                np.fill_diagonal(near, False)
            else:
                found[others] += near.sum(axis=0)
            found[rows] += near.sum(axis=1)
            done += 1
            tell(done / whole)
    return found


def _alike(
    parts: Sequence[Vectors], kinds: Places | None, rows: Places, others: Places
) -> npt.NDArray[np.float32]:
    """The cosine of each with each, of the part in which they are least alike."""
    import numpy as np

    least = parts[0][rows] @ parts[0][others].T
    for part in parts[1:]:
        np.minimum(least, part[rows] @ part[others].T, out=least)
    if kinds is not None:
        least[kinds[rows][:, None] != kinds[others][None, :]] = -1
    return least


def _numbered(apart: Sequence[object]) -> Places | None:
    import numpy as np

    numbers: dict[object, int] = {}
    found = [numbers.setdefault(one, len(numbers)) for one in apart]
    return np.array(found, np.int64) if len(numbers) > 1 else None
