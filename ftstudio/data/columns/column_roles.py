"""What a column's name and content say together about its role; shared by the layouts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ftstudio.core.units import plural
from ftstudio.data.columns.column_names import name_says, plain
from ftstudio.data.table import Column

EXACT = 1.0
RATED = 0.7  # at most as sure where ratings would be left out: the person is asked
_RANKS = ("rank", "ranking", "rang")
_PLAIN = {"number", "date", "yes/no", "empty"}


@dataclass(frozen=True)
class Pair:
    """The columns taken for question and answer, and how much speaks for them."""

    question: Column
    answer: Column
    by_name: tuple[float, float]
    score: float

    @property
    def named(self) -> int:
        """How many of the two were known by their name."""
        return sum(1 for said in self.by_name if said >= 0.7)


def best(columns: Sequence[Column], role: str, least: float = 0.7) -> Column | None:
    """The column whose name says most clearly that it has this role."""
    said = [(name_says(column.name, role), column) for column in columns]
    score, column = max(said, key=lambda pair: pair[0], default=(0.0, None))
    return column if column is not None and score >= least else None


def beside(column: Column) -> bool:
    """Numbers, dates, marks: surely neither question nor answer unless named so."""
    return column.kind in _PLAIN or name_says(column.name, "beside") >= EXACT


def find_pair(columns: Sequence[Column], rows: int) -> Pair | None:
    """The likeliest question and answer among all the pairs of columns."""
    texts = [column for column in columns if column.filled]
    pairs = []
    for i, question in enumerate(texts):
        for j, answer in enumerate(texts):
            if i == j:
                continue
            names = (_named(question, "question"), _named(answer, "answer"))
            score = (
                2.5 * names[0] + 2.5 * names[1]
                + _like_question(question, rows) + _like_answer(answer, question, rows)
                + (0.15 if i < j else 0) + (0.05 if abs(i - j) == 1 else 0)
            )  # fmt: skip
            pairs.append(Pair(question, answer, names, score))
    return max(pairs, key=lambda pair: pair.score, default=None)


def _named(column: Column, role: str) -> float:
    other = {"question": "answer", "answer": "question"}[role]
    said = name_says(column.name, role)
    against = name_says(column.name, other)
    if against > said:
        return -0.5 if against >= EXACT else 0.0
    if not said and name_says(column.name, "instruction") >= EXACT:
        return 0.5 if role == "question" else -0.5
    return said if said else -0.8 * name_says(column.name, "beside")


def _like_question(column: Column, rows: int) -> float:
    score = 1.2 * column.questions + 0.5 * _differs(column, rows)
    return score + _is_text(column) + 0.3 * min(1.0, column.filled / max(1, rows))


def _like_answer(column: Column, question: Column, rows: int) -> float:
    longer = column.mean_length > question.mean_length
    score = (0.4 if longer else 0.0) - 0.8 * column.questions + 0.3 * _differs(column, rows)
    return score + _is_text(column) + 0.3 * min(1.0, column.filled / max(1, rows))


def _differs(column: Column, rows: int) -> float:
    return min(1.0, column.distinct / max(1, min(column.filled, 1000, rows)))


def _is_text(column: Column) -> float:
    if column.kind in _PLAIN:
        return -0.8
    if column.kind in ("list", "object"):
        return -0.6
    return 0.4 if column.mean_length >= 8 else 0.1


def find_text(columns: Sequence[Column]) -> Column | None:
    """The column that holds what is read: by its name, else the one with the longest cells."""
    written = [c for c in columns if c.filled and c.kind == "text"]
    texts = [c for c in written if not beside(c)]
    named = [c for c in texts if name_says(c.name, "text") >= EXACT]
    asked = [c for c in texts if name_says(c.name, "question") >= 0.7]
    remarks = [c for c in written if beside(c) and name_says(c.name, "text") >= EXACT]
    return max(
        named or asked or texts or remarks, key=lambda column: column.mean_length, default=None
    )


def rival_texts(text: Column, others: Sequence[Column]) -> int:
    """How many of the other columns hold written text too, or are named like an answer (twice)."""
    found = 0
    for column in others:
        if name_says(column.name, "answer") >= EXACT and not beside(column):
            found += 2
        elif any(name_says(column.name, role) >= EXACT for role in ("question", "instruction")):
            found += 1  # however often the same is asked
        elif column.kind in ("text", "list", "object") and not beside(column):
            found += column.mean_length >= 8 and _differs(column, column.filled) > 0.5
    return found


def rating_of(columns: Sequence[Column]) -> Column | None:
    """The column of numbers that tells what something is worth, by its name."""
    numbers = [c for c in columns if c.kind == "number" and c.distinct > 1]
    ranks = (c for c in numbers if plain(c.name) in _RANKS)
    return best(numbers, "number", EXACT) or next(ranks, None)


def counts_up(name: str, sample: Sequence[Mapping[str, str | None]]) -> bool:
    """Whether these numbers are whole and each is larger than the one above: they count the rows
    rather than rate them."""
    said = [text for row in sample if (text := row.get(name))]
    if not all(text.isdecimal() for text in said):
        return False
    numbers = [int(text) for text in said]
    return all(one < other for one, other in pairwise(numbers))


def rating_unused(
    rating: Column, question: Column, answer: Column, sample: Sequence[Mapping[str, str | None]]
) -> str:
    """What it means to learn the answers without their ratings, and what could be done instead."""
    worth: dict[str, set[str]] = defaultdict(set)
    for row in sample:
        if (asked := row.get(question.name)) and (said := row.get(rating.name)):
            worth[asked].add(said)
    told = (
        f"“{rating.name}” says what each cell of “{answer.name}” is worth and is not used: "
        "poor ones are learned like good ones."
    )
    several = sum(1 for one in worth.values() if len(one) > 1)
    if not several:
        return f"{told} If there are poor ones, take them out of the file first."
    prompts = plural(several, "1 prompt has", "{n} prompts have")
    return (
        f"{told} {prompts} several ratings (of {len(worth):,} looked at): the layout “Answers with "
        "ratings, one per row” makes pairs of better and worse answers (preference) of them."
    )
