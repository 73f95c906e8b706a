"""Answers with a rating each, one per row: a prompt's best one against each of its worse ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ftstudio.core.example import BETTER, Example, Message
from ftstudio.core.units import plural
from ftstudio.data.columns.column_roles import EXACT, best, find_pair, rating_of
from ftstudio.data.columns.worth import asked_before, worth
from ftstudio.data.conversations.turns import Unusable
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, ToExamples, cell
from ftstudio.data.table import Column, Problem, excerpt

_SURE = 0.9
_HALF = 0.5  # share of the prompts with several ratings below which the person is asked
_NO_PAIR = "There is only one answer to this question, so no pair of a better and a worse one."
_ALIKE = "All the answers to this question are worth the same, so none is the better one."


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    rating = rating_of(columns)
    rest = [column for column in columns if column is not rating]
    asked, answer = _asked_and_answer(rest)
    if rating is None or not answer:
        reason = "No column holds the rating of an answer."
        return Guess("rated_rows", 0.02, reason, {}, frozenset())
    mapping = {**dict.fromkeys(asked, "prompt"), answer: "answer", rating.name: "rating"}
    system = best([c for c in rest if c.name not in mapping], "system", EXACT)
    if system is not None:
        mapping[system.name] = "system"
    prompts = _ratings(sample, mapping, rating.name)
    several = sum(1 for said in prompts.values() if len(said) > 1)
    if not several:
        reason = f"“{rating.name}” never tells two answers to the same question apart."
        return Guess("rated_rows", 0.1, reason, mapping, frozenset())
    have = plural(several, "1 prompt has", "{n} prompts have")
    reason = (
        f"{have} several answers with different ratings in “{rating.name}” (of {len(prompts):,} "
        f"looked at): the best in “{answer}” is paired with each worse one."
    )
    sure = several >= _HALF * len(prompts)
    confidence = _SURE if sure else 0.6
    known = {column.name for column in columns} if sure else set(mapping)
    return Guess("rated_rows", confidence, reason, mapping, frozenset(known))


def _asked_and_answer(columns: Sequence[Column]) -> tuple[list[str], str]:
    """The columns of what is asked, and the one of the answers; only by names that say so."""
    filled = [column for column in columns if column.filled]
    task, answer = best(filled, "instruction", EXACT), best(filled, "answer", EXACT)
    if task is not None and answer is not None:
        about = best([c for c in filled if c is not task], "input", EXACT)
        return [task.name, *([about.name] if about else [])], answer.name
    pair = find_pair(filled, max((column.filled for column in filled), default=0))
    if pair is None or pair.named < 2:
        return [], ""
    return [pair.question.name], pair.answer.name


def _ratings(sample: Iterable[Row], mapping: Roles, name: str) -> dict[str, set[str]]:
    """The different ratings of each prompt."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in sample:
        if (asked := _asked(row, mapping)) and (said := row.get(name)):
            found[asked].add(said)
    return found


def _asked(row: Row, mapping: Roles) -> str:
    texts = [row.get(name) or "" for name, role in mapping.items() if role == "prompt"]
    return "\n\n".join(text for text in texts if text.strip())


@dataclass(slots=True)
class _Prompt:
    """Its best answer so far; of equal ones the first."""

    most: float
    least: float
    answer: str
    row: int
    count: int = 1


def _across(rows: Iterable[Row], mapping: Roles) -> ToExamples:
    prompts: dict[tuple[str, str], _Prompt] = {}
    for row in rows:
        try:
            value = _worth(row, mapping)
        except Unusable:
            continue
        key, answer, number = (
            _key(row, mapping),
            cell(row, mapping, "answer"),
            int(row["_row"] or 0),
        )
        if (known := prompts.get(key)) is None:
            prompts[key] = _Prompt(value, value, answer, number)
            continue
        known.count += 1
        known.least = min(known.least, value)
        if value > known.most:
            known.most, known.answer, known.row = value, answer, number

    def read(row: Row, mapping: Roles) -> list[Example] | Problem:
        return _read(row, mapping, prompts.get(_key(row, mapping)))

    return read


def _key(row: Row, mapping: Roles) -> tuple[str, str]:
    return _asked(row, mapping).strip(), cell(row, mapping, "system").strip()


def _worth(row: Row, mapping: Roles) -> float:
    name = next((column for column, role in mapping.items() if role == "rating"), "")
    said = row.get(name) or ""
    if not said.strip():
        raise Unusable("The answer has no rating.")
    return worth(said, name)


def _read(row: Row, mapping: Roles, prompt: _Prompt | None) -> list[Example] | Problem:
    number, answer = int(row["_row"] or 0), cell(row, mapping, "answer")
    try:
        value = _worth(row, mapping)
        asked = asked_before(_asked(row, mapping))
        if prompt is None or prompt.count == 1:
            raise Unusable(_NO_PAIR)
        if prompt.least == prompt.most:
            raise Unusable(_ALIKE)
        if value == prompt.most and number != prompt.row:
            raise Unusable(f"It is worth as much as the best answer, which stands in row "
                           f"{prompt.row}: equal ones make no pair.")  # fmt: skip
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(answer))
    if number == prompt.row:
        return []  # it is the better one of the pairs that the worse ones make
    system = cell(row, mapping, "system").strip()
    if system and asked[0].role != "system":
        asked.insert(0, Message(role="system", content=system))
    better, worse = (Message(role="assistant", content=text) for text in (prompt.answer, answer))
    return [Example(messages=asked, chosen=[better], rejected=[worse], source_row=number,
                    meta={BETTER: prompt.row})]  # fmt: skip


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    """What a row is without the others."""
    made = _read(row, mapping, None)
    return made if isinstance(made, Problem) else made[0]


LAYOUT = Layout(
    key="rated_rows",
    title="Answers with ratings, one per row",
    term="rated or ranked completions",
    help="Each row holds a question, one answer and its rating; of several answers to a question "
    "the best is paired with every worse one.",
    roles=(
        Role("prompt", "Question", "prompt", required=True, many=True),
        Role("answer", "Answer", "completion", required=True),
        Role("rating", "Rating or rank", "rating", required=True),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
    across=_across,
    kind="preference",
)
