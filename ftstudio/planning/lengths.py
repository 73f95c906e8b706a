"""How long the examples of a dataset are, in tokens, guessed from their letters."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ftstudio.core.example import Example, Message
from ftstudio.data.versions.library import DatasetVersion
from ftstudio.techniques.asking import before_answer

_SMALL_VOCABULARY = 16_000
_PER_MESSAGE, _PER_EXAMPLE = 6, 8
_SHARE = 0.995
_SPREAD = 1_000  # lengths that are kept to tell how many rows are cut


@dataclass(frozen=True)
class Letters:
    """Latin-like letters, other letters, and messages of one example."""

    plain: int
    other: int
    messages: int


@dataclass(frozen=True)
class Lengths:
    """Token counts of the train rows: `most` covers 99.5 % of them, with some air."""

    rows: int
    validation_rows: int
    mean: float
    most: int
    longest: int
    asked: int = 0  # as `most`, of the questions alone
    longest_asked: int = 0
    asked_mean: float = 0.0
    spread: tuple[int, ...] = ()  # in order: of each row, or of a thousand evenly chosen ones

    def longer_than(self, limit: int, writes: int = 0) -> int:
        """How many rows are cut at so many tokens; none are where answers are written anew."""
        if writes or not self.spread:
            return 0
        over = len(self.spread) - bisect_right(self.spread, limit)
        return round(over / len(self.spread) * self.rows)

    def room(self, writes: int) -> int:
        """Tokens that nearly all rows need, with an answer of so many tokens written to each."""
        return max(self.most, self.asked + writes) if writes else self.most

    def longest_row(self, writes: int) -> int:
        """Tokens of the longest row that is trained on; what is written replaces the answer."""
        return self.longest_asked + writes if writes else self.longest

    def mean_row(self, limit: int, writes: int = 0) -> float:
        """Tokens of a middling row, cut at `limit`; what is written replaces the answer."""
        asked = self.asked_mean or min(self.mean, float(self.asked))
        return min(asked + writes if writes else self.mean, limit)

    def tokens(self, limit: int, writes: int = 0) -> float:
        """Tokens of one pass over the train rows."""
        return self.rows * self.mean_row(limit, writes)


def measure(dataset: DatasetVersion, vocabulary: int) -> Lengths:
    """Slow for large data on the first call (it reads all rows), quick afterwards."""
    letters, questions, validation = _letters(dataset)
    return from_letters(letters, validation, vocabulary, questions)


def from_letters(
    letters: Sequence[Letters],
    validation: int,
    vocabulary: int,
    questions: Sequence[Letters] = (),
) -> Lengths:
    if not letters:
        return Lengths(0, validation, 0.0, 64, 64)
    usual, cautious = (3.2, 2.4) if vocabulary < _SMALL_VOCABULARY else (4.2, 3.2)
    mean = sum(_tokens(one, usual) for one in letters) / len(letters)
    most, longest = _longest(letters, cautious)
    asked, longest_asked = _longest(questions, cautious) if questions else (0, 0)
    asked_mean = sum(_tokens(one, usual) for one in questions) / max(1, len(questions))
    return Lengths(
        len(letters), validation, mean, most, longest, asked, longest_asked, asked_mean,
        _spread(letters, cautious),
    )  # fmt: skip


def _spread(letters: Sequence[Letters], per_token: float) -> tuple[int, ...]:
    guessed = sorted(_tokens(one, per_token) for one in letters)
    step = max(1.0, len(guessed) / _SPREAD)
    return tuple(guessed[int((place + 0.5) * step)] for place in range(int(len(guessed) / step)))


def _longest(letters: Sequence[Letters], per_token: float) -> tuple[int, int]:
    """Tokens that cover nearly all, and all."""
    guessed = sorted(_tokens(one, per_token) for one in letters)
    return guessed[min(len(guessed) - 1, math.ceil(_SHARE * len(guessed)) - 1)], guessed[-1]


def count_letters(examples: Iterable[Example]) -> list[Letters]:
    return [_count(example) for example in examples]


def _question(example: Example) -> Example:
    """What a goal that writes its own answers reads of it, up to where the answer begins."""
    turns = [*before_answer(example), Message(role="assistant")]
    return example.model_copy(update={"messages": turns, "chosen": None, "rejected": None})


def _count(example: Example) -> Letters:
    longer = max(example.chosen or [], example.rejected or [], key=_letters_of)
    texts = [message.content for message in (*example.messages, *longer)]
    if example.text:
        texts.append(example.text)
    everything = sum(len(text) for text in texts)
    plain = sum(len(text.encode("ascii", "ignore")) for text in texts)
    calls = sum(len(str(m.tool_calls)) for m in example.messages if m.tool_calls)
    tools = len(str(example.tools)) if example.tools else 0
    return Letters(plain + calls + tools, everything - plain, len(texts))


def _letters_of(turns: list[Message]) -> int:
    return sum(len(turn.content) for turn in turns)


def _tokens(letters: Letters, per_token: float) -> int:
    return int(letters.plain / per_token + letters.other + _PER_MESSAGE * letters.messages
               + _PER_EXAMPLE)  # fmt: skip


def _letters(dataset: DatasetVersion) -> tuple[list[Letters], list[Letters], int]:
    return _letters_once(_Once(dataset))


class _Once:
    """A dataset as a cache key: its id and folder, because a frozen version never changes."""

    def __init__(self, dataset: DatasetVersion) -> None:
        self.dataset = dataset

    def __hash__(self) -> int:
        return hash((self.dataset.id, self.dataset.path))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once) and (self.dataset.id, self.dataset.path) == (
            other.dataset.id,
            other.dataset.path,
        )


@lru_cache(maxsize=16)
def _letters_once(key: _Once) -> tuple[list[Letters], list[Letters], int]:
    """Of the examples, and of their questions alone."""
    validation = key.dataset.counts.get("validation", 0)
    letters, questions = [], []
    for example in key.dataset.examples("train"):
        letters.append(_count(example))
        questions.append(_count(_question(example)))
    return letters, questions, validation
