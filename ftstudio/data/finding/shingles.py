"""Texts as sets of five-character pieces (n-grams), as numbers, for many texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.int64]
Known = npt.NDArray[np.uint32]  # sorted

SIZE = 5  # characters
BANDS, PER_BAND = 25, 5  # a pair with 0.8 in common is missed once in 20,000 times
TEMPLATE_SIZE = 16  # characters in a row that make a template, where many rows have the same
TEMPLATE_SHARE = 0.01  # ... in more of the rows than this
TEMPLATE_ROWS = 20  # ... and in more rows than this: few rows have no template
_SAMPLE = 20_000  # texts from which it is estimated what is common
_BLOCK = 64 * 1024  # characters hashed at once: what the processor's cache holds
_EMPTY = np.empty(0, np.uint32)


def hashed(texts: Sequence[str], size: int = SIZE, fewest: int = 1) -> tuple[Hashes, Counts]:
    """The hash of every piece of every text, in their order, and how many each text has.

    A text shorter than a piece has `fewest`: it is a piece itself, or none. An empty one has none.
    """
    gap = "\0" * (size - 1)
    joined = gap.join(texts) + gap
    signs = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    hashes = np.zeros(max(0, len(signs) - size + 1), np.uint32)
    for place in range(size):
        hashes *= np.uint32(0x9E3779B1)
        hashes += signs[place : place + len(hashes)]
    counts = np.where(lengths == 0, 0, np.maximum(lengths - size + 1, fewest))
    ends = np.cumsum(lengths + size - 1) - (size - 1)  # behind each text's last sign
    inside = np.ones(len(hashes), bool)
    for place in range(-(size - 1), size - 1):
        crossing = ends + place
        own = crossing >= ends - lengths + counts  # no piece of this text begins there
        crossing = crossing[own & (crossing < len(hashes))]
        inside[crossing] = False
    return _mixed(hashes[inside]), counts


def _mixed(hashes: Hashes) -> Hashes:
    """Every bit of the result depends on every bit (the finaliser of MurmurHash3)."""
    hashes ^= hashes >> np.uint32(16)
    hashes *= np.uint32(0x85EBCA6B)
    hashes ^= hashes >> np.uint32(13)
    hashes *= np.uint32(0xC2B2AE35)
    hashes ^= hashes >> np.uint32(16)
    return hashes


def templates(texts: Sequence[str]) -> Known:
    """What of 16 characters stands in more than 1 % of the texts; many are sampled evenly."""
    stride = max(1, len(texts) // _SAMPLE)
    sample = texts[::stride]
    least = max(TEMPLATE_SHARE * len(sample), TEMPLATE_ROWS / stride)
    hashes, counts = hashed(sample, TEMPLATE_SIZE, fewest=0)
    owners = np.repeat(np.arange(len(sample), dtype=np.uint64), counts)
    once = distinct(hashes.astype(np.uint64) << np.uint64(32) | owners)
    values = (once >> np.uint64(32)).astype(np.uint32)
    begins = np.flatnonzero(changes(values))
    return values[begins][np.diff(np.append(begins, len(values))) > least]


def changes(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where another value stands than before; the first counts as one."""
    found = np.ones(len(values), bool)
    found[1:] = values[1:] != values[:-1]
    return found


def distinct(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Sorted, each once. Sorts in place; several times as fast as `np.unique`."""
    values.sort()
    return values[changes(values)]


class Pieces:
    """Turns texts into their pieces, those of templates left out."""

    def __init__(self, template: Known | None = None) -> None:
        self._template = _EMPTY if template is None else template
        self._maybe = np.zeros(1 << 16, bool)  # most pieces are told apart by their first bits
        self._maybe[self._template >> np.uint32(16)] = True

    def of(self, texts: Sequence[str]) -> tuple[Hashes, Counts]:
        """As `hashed`, without templates. A text that is nothing but template keeps all."""
        hashes, counts = hashed(texts)
        if not len(self._template) or not len(hashes):
            return hashes, counts
        kept = ~self._in_templates(texts, counts)
        left = _sums(kept, counts)
        alone = np.repeat((left == 0) & (counts > 0), counts)
        return hashes[kept | alone], np.where(left == 0, counts, left)

    def _in_templates(self, texts: Sequence[str], counts: Counts) -> npt.NDArray[np.bool_]:
        """Which pieces lie wholly within a template."""
        wide, own = hashed(texts, TEMPLATE_SIZE, fewest=0)
        places = np.flatnonzero(self._maybe[wide >> np.uint32(16)])
        found = np.searchsorted(self._template, wide[places])
        found[found == len(self._template)] = 0
        places = places[self._template[found] == wide[places]]
        shift = np.repeat((np.cumsum(counts) - counts) - (np.cumsum(own) - own), own)
        begins = places + shift[places]
        covered = np.zeros(int(counts.sum()) + TEMPLATE_SIZE, np.int32)
        covered[begins] += 1
        covered[begins + TEMPLATE_SIZE - SIZE + 1] -= 1
        return np.asarray(np.cumsum(covered)[: int(counts.sum())] > 0)


def _sums(flags: npt.NDArray[np.bool_], counts: Counts) -> Counts:
    total = np.concatenate([[0], np.cumsum(flags)])
    ends = np.cumsum(counts)
    return np.asarray(total[ends] - total[ends - counts], np.int64)


def blocks(texts: Sequence[str], size: int = _BLOCK) -> list[tuple[int, int]]:
    """From and to of parts with about `size` characters."""
    found, start, held = [], 0, 0
    for place, text in enumerate(texts):
        held += len(text)
        if held >= size:
            found.append((start, place + 1))
            start, held = place + 1, 0
    if start < len(texts):
        found.append((start, len(texts)))
    return found


def merged(parts: Sequence[tuple[Hashes, Counts]]) -> tuple[Hashes, Counts]:
    """One set of pieces a row out of those of its parts; the same piece in two parts is two."""
    counts: Counts = np.sum([own for _, own in parts], axis=0)
    offsets = np.cumsum(counts) - counts
    whole = np.empty(int(counts.sum()), np.uint32)
    for number, (hashes, own) in enumerate(parts):
        places = np.repeat(offsets - (np.cumsum(own) - own), own) + np.arange(len(hashes))
        whole[places] = hashes ^ np.uint32(0x5BD1E995 * number & 0xFFFFFFFF)
        offsets = offsets + own
    return whole, counts


class Sketcher:
    """MinHash: of each row one number a band, the same in two rows the likelier, the more
    pieces they share. Seeded, so that the same rows give the same numbers everywhere."""

    def __init__(self, seed: int = 1) -> None:
        draw = np.random.default_rng(seed)
        many = BANDS * PER_BAND
        self._factors = draw.integers(0, 1 << 31, many, dtype=np.uint32) * np.uint32(2) + np.uint32(
            1
        )
        self._addends = draw.integers(0, 1 << 32, many, dtype=np.uint32)

    def bands(self, hashes: Hashes, counts: Counts, out: npt.NDArray[Any]) -> None:
        """Writes the bands (rows of `out`) of these rows (its columns). None may be empty."""
        starts = np.cumsum(counts) - counts
        drawn = np.empty_like(hashes)
        for band in range(BANDS):
            value = np.full(len(counts), band, np.uint32)
            for number in range(band * PER_BAND, (band + 1) * PER_BAND):
                np.multiply(hashes, self._factors[number], out=drawn)
                np.add(drawn, self._addends[number], out=drawn)
                value *= np.uint32(0x01000193)
                value ^= np.minimum.reduceat(drawn, starts)
                value ^= value >> np.uint32(15)
            out[band] = value
