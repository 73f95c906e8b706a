"""Which texts say the same, exactly or nearly. Nothing is removed here.

Near means: of the five-character pieces of two rows, at least the threshold are common to both
(Jaccard), in the question and in the answer each, templates not counted. Candidates come from
MinHash with generous bands, and each is then compared exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from ftstudio.data.held import Held, let_go_of
from ftstudio.data.normal import normal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ftstudio.data.finding.shingles import Pieces

    Pairs = npt.NDArray[np.uint64]

T = TypeVar("T")
THRESHOLD = 0.8
_NEIGHBOURS = 16  # in a crowded band each row is compared with so many of those behind it
_LEADERS = 4  # and with so many of the first
_TELL = 500  # rows between two words on how far it is
_COMPARED = 10_000  # pairs compared at once
Progress = Callable[[float], None]  # may raise to cancel


def firsts(texts: Iterable[str]) -> list[int]:
    """For each text the place of the first that says the same, but for case and white space."""
    seen: dict[str, int] = {}
    note = seen.setdefault
    return [note(normal(text), place) for place, text in enumerate(texts)]


def near(
    rows: Sequence[tuple[str, ...]],
    threshold: float = THRESHOLD,
    progress: Progress | None = None,
) -> list[int | None]:
    """For each row the place of its group's representative; None where nothing is near it.

    A row is a question and an answer, or as many parts as there are, as many in every row.
    Groups are stars: every member is near its representative, so groups never grow by chains.
    """
    plain = _normal(rows, progress)
    seen: dict[tuple[str, ...], int] = {}
    first = [seen.setdefault(row, place) for place, row in enumerate(_told(plain, progress))]
    places = list(seen.values())
    stars = _stars(_close_pairs(list(seen), threshold, progress), progress)
    leader = {places[one]: places[star] for one, star in stars.items()}
    found: list[int | None] = [leader.get(place, place) for place in first]
    sizes: dict[int | None, int] = defaultdict(int)
    for star in found:
        sizes[star] += 1
    grouped = [star if sizes[star] > 1 else None for star in found]
    for known in (seen, leader, sizes):
        let_go_of(known)
    return grouped


def pairs(
    rows: Sequence[tuple[str, ...]],
    threshold: float = THRESHOLD,
    progress: Progress | None = None,
) -> list[tuple[int, int]]:
    """All pairs of places that are near each other, each once, without groups. A row that says
    the very same as an earlier one is paired with the first of them alone."""
    plain = _normal(rows, progress)
    seen: dict[tuple[str, ...], int] = {}
    same = [(first, place) for place, row in enumerate(_told(plain, progress))
            if (first := seen.setdefault(row, place)) != place]  # fmt: skip
    places = list(seen.values())
    close = _close_pairs(list(seen), threshold, progress)
    let_go_of(seen)
    return sorted([*same, *((places[low], places[high]) for low, high in close)])


def likeness(
    one: tuple[str, ...], others: Sequence[tuple[str, ...]], progress: Progress | None = None
) -> list[float]:
    """How near each of the others is to one row: the pieces that both have, of question or of
    answer, the lower share. Templates count here."""
    import numpy as np

    from ftstudio.data.finding.shingles import Pieces

    found: list[float] = []
    for start in range(0, len(others), _TELL):
        rows = _normal([one, *others[start : start + _TELL]], progress)
        pairs = np.arange(1, len(rows), dtype=np.uint64)  # each with the first row
        shares = [_shared(column, Pieces(), pairs) for column in zip(*rows, strict=True)]
        found += np.min(shares, axis=0).tolist()
    return found


def _normal(rows: Sequence[tuple[str, ...]], progress: Progress | None) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = Held()
    for row in _told(rows, progress):
        found.append(tuple(map(normal, row)))
    return found


def _told(rows: Iterable[T], progress: Progress | None) -> Iterator[T]:
    for place, row in enumerate(rows):
        if progress and place % _TELL == 0:
            progress(0.0)
        yield row


def _close_pairs(
    rows: Sequence[tuple[str, ...]], threshold: float, progress: Progress | None
) -> list[tuple[int, int]]:
    """All pairs of different rows that are near each other, as far as the bands find them."""
    if len(rows) < 2:
        return []
    from ftstudio.data.finding.shingles import Pieces, templates

    # not zip(*rows): a million arguments hold up every other thread
    columns = [[row[part] for row in rows] for part in range(len(rows[0]))]
    pieces = [Pieces(templates(column)) for column in columns]
    told = progress or (lambda share: None)
    bands = _sketched(columns, pieces, lambda share: told(0.6 * share))
    pairs = _candidates(bands, lambda: told(0.6))
    return _verified(columns, pieces, pairs, threshold, lambda share: told(0.6 + 0.4 * share))


def _sketched(
    columns: Sequence[Sequence[str]], pieces: Sequence[Pieces], progress: Progress
) -> npt.NDArray[np.uint32]:
    import numpy as np

    from ftstudio.data.finding.shingles import BANDS, Sketcher, blocks, merged

    count, sketcher = len(columns[0]), Sketcher()
    bands = np.zeros((BANDS, count), np.uint32)
    longest = max(columns, key=lambda column: sum(map(len, column[:1000])))
    for start, end in blocks(longest):
        parts = [p.of(column[start:end]) for p, column in zip(pieces, columns, strict=True)]
        hashes, counts = merged(parts)
        filled = counts > 0
        own = np.zeros((BANDS, int(filled.sum())), np.uint32)
        if len(hashes):
            sketcher.bands(hashes, counts[filled], own)
        bands[:, start:end][:, filled] = own
        progress(end / count)
    return bands


def _candidates(bands: npt.NDArray[np.uint32], told: Callable[[], None]) -> Pairs:
    """Pairs of rows that share a band, each once: the earlier row in the upper 32 bits."""
    import numpy as np

    from ftstudio.data.finding.shingles import changes, distinct

    found = np.empty(0, np.uint64)
    for band in bands:
        told()
        order = np.argsort(band, kind="stable")
        values = band[order]
        begins = np.flatnonzero(changes(values))
        sizes = np.diff(np.append(begins, len(values)))
        room = np.repeat(begins + sizes, sizes) - np.arange(len(values)) - 1  # others behind
        parts = [_pairs(order, room >= step, step) for step in range(1, _NEIGHBOURS + 1)
                 if (sizes > step).any()]  # fmt: skip
        crowded = sizes > _NEIGHBOURS
        for step in range(_LEADERS if crowded.any() else 0):
            first = np.repeat(begins[crowded] + step, sizes[crowded] - _NEIGHBOURS)
            many = sizes[crowded] - _NEIGHBOURS
            behind = np.arange(len(first)) - np.repeat(np.cumsum(many) - many, many)
            later = np.repeat(begins[crowded] + _NEIGHBOURS, many) + behind
            parts.append(_joined(order[first], order[later]))
        found = distinct(np.concatenate([found, *parts]))
    return found


def _pairs(order: npt.NDArray[np.int64], has: npt.NDArray[np.bool_], step: int) -> Pairs:
    places = has.nonzero()[0]
    return _joined(order[places], order[places + step])


def _joined(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> Pairs:
    import numpy as np

    low, high = np.minimum(one, other), np.maximum(one, other)
    return low.astype(np.uint64) << np.uint64(32) | high.astype(np.uint64)


def _verified(
    columns: Sequence[Sequence[str]],
    pieces: Sequence[Pieces],
    pairs: Pairs,
    threshold: float,
    progress: Progress,
) -> list[tuple[int, int]]:
    import numpy as np

    found: list[tuple[int, int]] = []
    for start in range(0, len(pairs), _COMPARED):
        part = pairs[start : start + _COMPARED]
        for column, piece in zip(columns, pieces, strict=True):
            if len(part):
                part = part[_shared(column, piece, part) >= threshold]
        lows = (part >> np.uint64(32)).tolist()
        found += zip(lows, (part & np.uint64(0xFFFFFFFF)).tolist(), strict=True)
        progress(min(1.0, (start + _COMPARED) / len(pairs)))
    return found


def _shared(column: Sequence[str], pieces: Pieces, pairs: Pairs) -> npt.NDArray[np.float64]:
    """The exact Jaccard of each pair; two empty texts are the same."""
    import numpy as np

    from ftstudio.data.finding.shingles import distinct

    ends = np.stack([pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)]).astype(np.int64)
    rows, places = np.unique(ends, return_inverse=True)
    hashes, counts = pieces.of([column[row] for row in rows.tolist()])
    owners = np.repeat(np.arange(len(rows), dtype=np.uint64), counts)
    sets = distinct(owners << np.uint64(32) | hashes.astype(np.uint64))
    sizes = np.bincount((sets >> np.uint64(32)).astype(np.int64), minlength=len(rows))
    values = sets & np.uint64(0xFFFFFFFF)
    starts = np.cumsum(sizes) - sizes
    sides = []
    for own in places.reshape(2, -1):
        many = sizes[own]
        inner = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
        tags = np.repeat(np.arange(len(own), dtype=np.uint64), many) << np.uint64(32)
        sides.append(tags | values[np.repeat(starts[own], many) + inner])
    both = np.sort(np.concatenate(sides), kind="stable")  # two sorted runs: merged in one pass
    twice = (both[1:][both[1:] == both[:-1]] >> np.uint64(32)).astype(np.int64)
    shared = np.bincount(twice, minlength=len(pairs))
    whole = sizes[places.reshape(2, -1)].sum(axis=0) - shared
    return np.where(whole == 0, 1.0, shared / np.maximum(whole, 1))


def _stars(pairs: Sequence[tuple[int, int]], progress: Progress | None) -> dict[int, int]:
    """Each row's representative: the row with the most neighbours takes all that are free."""
    neighbours: dict[int, list[int]] = defaultdict(list)
    for low, high in _told(pairs, progress):
        neighbours[low].append(high)
        neighbours[high].append(low)
    leader: dict[int, int] = {}
    largest = sorted(neighbours, key=lambda row: (-len(neighbours[row]), row))
    for row in _told(largest, progress):
        if row not in leader:
            leader[row] = row
            for other in neighbours[row]:
                leader.setdefault(other, row)
    return leader
