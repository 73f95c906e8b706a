"""A row as a model reads it, written once and uncut: what any limit on its tokens leaves of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

LIMITS = (64, 128, 256, 512, 768, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)


def limits_within(longest: int) -> list[int]:
    """Those that are offered for a model that reads so many tokens, the shortest first."""
    return [*(limit for limit in LIMITS if limit < longest), longest]


@dataclass(frozen=True)
class Piece:
    """Neighbouring characters of one kind. `cut`: beyond the limit, so never read."""

    text: str
    learned: bool
    special: bool  # written by the chat template, not by a person
    cut: bool = False


@dataclass(frozen=True)
class RenderedRow:
    """`learned`: from–to of each run of learned tokens. `marks`: where in the text a limit lies,
    for each that this row is longer than; a document, which goes on in another piece, has none."""

    place: int  # among the examples
    pieces: tuple[Piece, ...]
    tokens: int
    learned: tuple[tuple[int, int], ...]
    marks: Mapping[int, int]

    def is_cut(self, limit: int) -> bool:
        return limit in self.marks

    def within(self, limit: int) -> int:
        """The tokens that are read."""
        return limit if self.is_cut(limit) else self.tokens

    def learned_within(self, limit: int) -> int:
        """The tokens that are learned."""
        end = self.within(limit)
        return sum(max(0, min(stop, end) - start) for start, stop in self.learned)

    def pieces_at(self, limit: int) -> Iterator[Piece]:
        """All of the text, what lies beyond the limit marked as cut."""
        if not self.is_cut(limit):
            yield from self.pieces
            return
        left = self.marks[limit]
        for piece in self.pieces:
            inside, beyond = piece.text[:left], piece.text[left:]
            left -= len(inside)
            if inside:
                yield replace(piece, text=inside)
            if beyond:
                yield replace(piece, text=beyond, cut=True)

    def to_json(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "pieces": [[piece.text, piece.learned, piece.special] for piece in self.pieces],
            "tokens": self.tokens,
            "learned": self.learned,
            "marks": list(self.marks.items()),
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> RenderedRow:
        return cls(
            place=raw["place"],
            pieces=tuple(Piece(*piece) for piece in raw["pieces"]),
            tokens=raw["tokens"],
            learned=tuple((start, stop) for start, stop in raw["learned"]),
            marks=dict(raw["marks"]),
        )
