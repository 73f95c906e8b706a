"""Documents as the model reads them: token ids cut into pieces, pieces put together in rows.

Knows tokenizers only by what they do, so that it imports without torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ftstudio.core.example import Example
from ftstudio.core.objective import Row
from ftstudio.techniques.rendering import IGNORED
from ftstudio.techniques.token_ids import with_ids

_OPEN_ROWS = 64  # rows that wait for pieces that fit; more would hardly fill them better


@dataclass(frozen=True)
class Piece:
    """Part of a document: token ids, and how many of the first ones are only read."""

    input_ids: list[int]
    read: int

    @property
    def labels(self) -> list[int]:
        return [IGNORED] * self.read + self.input_ids[self.read :]


def tokens_of(text: str, tokenizer: Any) -> list[int]:
    """The document's tokens, with the end token behind: the model shall learn to stop there."""
    return _ended(tokenizer(text)["input_ids"], tokenizer.eos_token_id)


def read_documents(
    examples: Iterable[Example], tokenizer: Any
) -> Iterator[tuple[Example, list[int]]]:
    """Each document with its `tokens_of`, many read at once."""
    end = tokenizer.eos_token_id
    for example, ids in with_ids(examples, lambda one: one.text or "", tokenizer):
        yield example, _ended(ids, end)


def _ended(ids: list[int], end: int | None) -> list[int]:
    return ids if end is None or ids[-1:] == [end] else [*ids, end]


def cut(ids: list[int], limit: int, overlap: float) -> Iterator[Piece]:
    """Pieces of at most `limit` tokens. Each begins with the end of the one before (`overlap` of
    its length) to know what it goes on from, and learns only what is new."""
    back = max(1, min(limit - 2, round(limit * overlap)))
    start, read = 0, 1  # the first token of all is never predicted
    while True:
        yield Piece(ids[start : start + limit], read)
        if start + limit >= len(ids):
            return
        start, read = start + limit - back, back


@dataclass
class _OpenRow:
    pieces: list[Piece] = field(default_factory=list)
    length: int = 0

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.length += len(piece.input_ids)

    def close(self) -> Row:
        labels = [label for piece in self.pieces for label in piece.labels]
        return Row(
            {
                "input_ids": [token for piece in self.pieces for token in piece.input_ids],
                "labels": labels,
                "lengths": [len(piece.input_ids) for piece in self.pieces],
            },
            length=self.length,
            learned=any(label != IGNORED for label in labels),
        )


def alone(pieces: Iterable[Piece]) -> Iterator[Row]:
    """A row for each piece, without the column that tells pieces apart."""
    for piece in pieces:
        row = _OpenRow()
        row.add(piece)
        made = row.close()
        columns = {name: made.columns[name] for name in ("input_ids", "labels")}
        yield Row(columns, length=made.length, learned=made.learned)


def packed(pieces: Iterable[Piece], limit: int) -> Iterator[Row]:
    """Rows of several pieces, each piece in the fullest row that it fits into (best fit)."""
    waiting: list[_OpenRow] = []
    for piece in pieces:
        size = len(piece.input_ids)
        fitting = [row for row in waiting if row.length + size <= limit]
        if fitting:
            row = max(fitting, key=lambda one: one.length)
        else:
            row = _OpenRow()
            waiting.append(row)
        row.add(piece)
        if row.length > limit - 2:  # no piece is shorter than two tokens
            waiting.remove(row)
            yield row.close()
        elif len(waiting) > _OPEN_ROWS:
            fullest = max(waiting, key=lambda one: one.length)
            waiting.remove(fullest)
            yield fullest.close()
    for row in waiting:
        yield row.close()
