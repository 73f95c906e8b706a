"""Several answers to one question, each with a score or a rank: the best against the worse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftstudio.core.example import Example, Message
from ftstudio.data.columns.column_roles import EXACT, best
from ftstudio.data.columns.worth import asked_before, worth
from ftstudio.data.conversations.turns import Unusable, parse_json
from ftstudio.data.layout import Guess, Layout, Role, Roles, Row, cell
from ftstudio.data.table import Column, Problem, excerpt

_TEXT = ("response", "text", "answer", "content", "completion", "output", "value", "generation")
_SCORE = ("overall_score", "score", "rating", "reward", "points", "value", "rank", "ranking")


def _guess(columns: Sequence[Column], sample: Sequence[Row]) -> Guess:
    lists = [column for column in columns if column.kind == "list"]
    found = [(c, s, _share(c.name, s.name if s else "", sample))
             for c in lists for s in (None, *lists) if c is not s]  # fmt: skip
    answers, scores, share = max(found, key=lambda pair: pair[2], default=(None, None, 0.0))
    if answers is None or share < 0.3:
        reason = "No column holds several answers with a score or a rank each."
        return Guess("ranked", 0.02, reason, {}, frozenset())
    mapping = {answers.name: "answers"}
    if scores is not None:
        mapping[scores.name] = "scores"
    rest = [c for c in columns if c.name not in mapping and c.filled]
    question = best(rest, "question") or best(rest, "instruction") or best(rest, "question", 0.35)
    if question is not None:
        mapping[question.name] = "prompt"
    system = best([c for c in rest if c is not question], "system", EXACT)
    if system is not None:
        mapping[system.name] = "system"
    confidence = min(0.96, share) if question is not None else 0.4
    judged = f"“{scores.name}” holds what each is worth" if scores else "each with what it is worth"
    asked = f" to what “{question.name}” asks" if question is not None else ""
    reason = f"“{answers.name}” holds several answers{asked}, and {judged}." if scores else (
        f"“{answers.name}” holds several answers{asked}, {judged}."
    )  # fmt: skip
    sure = {c.name for c in columns} if question is not None else set(mapping)
    return Guess("ranked", confidence, reason, mapping, frozenset(sure))


def _share(answers: str, scores: str, sample: Sequence[Row]) -> float:
    filled = [row for row in sample if row.get(answers)]
    good = 0
    for row in filled:
        try:
            good += len(_judged(row.get(answers) or "", row.get(scores) or "", scores)) > 1
        except Unusable:
            continue
    return good / max(1, len(filled))


def _judged(answers: str, scores: str, name: str) -> list[tuple[str, float]]:
    """Each answer with what it is worth: higher is better."""
    texts = parse_json(answers)
    if not isinstance(texts, list) or len(texts) < 2:
        raise Unusable("It does not hold several answers.")
    texts = [_plain(item) for item in texts]
    if all(isinstance(item, dict) for item in texts):
        return [_of_object(item) for item in texts]
    said = parse_json(scores)
    if not isinstance(said, list) or len(said) != len(texts):
        raise Unusable("The scores are not as many as the answers.")
    if not all(isinstance(text, str) for text in texts):
        raise Unusable("An answer is not a text.")
    return [(text, worth(value, name)) for text, value in zip(texts, said, strict=True)]


def _plain(answer: Any) -> Any:
    """An answer that is written as the one turn of a conversation is its text."""
    turn = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    alone = isinstance(turn, dict) and set(turn) == {"role", "content"}
    return turn["content"] if alone else answer


def _of_object(item: dict[str, Any]) -> tuple[str, float]:
    text = next((item[name] for name in _TEXT if isinstance(item.get(name), str)), None)
    if text is None:
        raise Unusable("An answer is not a text.")
    for name in _SCORE:
        value = item.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        return text, worth(value, name)
    raise Unusable("An answer has no score.")


def _to_examples(row: Row, mapping: Roles) -> list[Example] | Problem:
    number, text = int(row["_row"] or 0), cell(row, mapping, "answers")
    name = next((column for column, role in mapping.items() if role == "scores"), "")
    try:
        judged = sorted(_judged(text, row.get(name) or "", name), key=lambda pair: -pair[1])
        asked = asked_before(cell(row, mapping, "prompt"))
        better, most = judged[0]
        worse = [said for said, value in judged if value < most]
        if not worse:
            raise Unusable("All the answers are worth the same.")
    except Unusable as reason:
        return Problem(number, str(reason), excerpt(text))
    system = cell(row, mapping, "system").strip()
    if system and asked[0].role != "system":
        asked.insert(0, Message(role="system", content=system))
    answer = [Message(role="assistant", content=better)]
    return [
        Example(messages=asked, chosen=answer, source_row=number,
                rejected=[Message(role="assistant", content=said)])
        for said in worse
    ]  # fmt: skip


def _to_example(row: Row, mapping: Roles) -> Example | Problem:
    made = _to_examples(row, mapping)
    return made if isinstance(made, Problem) else made[0]


LAYOUT = Layout(
    key="ranked",
    title="Several answers with scores",
    term="ranked completions",
    help="Each row holds several answers to one question and what each is worth; the best is "
    "paired with every worse one.",
    roles=(
        Role("prompt", "Question", "prompt", required=True),
        Role("answers", "Answers", "completions", required=True),
        Role("scores", "Scores or ranks", "scores", required=False),
        Role("system", "Who it is", "system prompt", required=False),
    ),
    guess=_guess,
    to_example=_to_example,
    to_examples=_to_examples,
    kind="preference",
)
