"""Texts in which marks at the beginning of lines say what is asked and answered: “Q: … A: …”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from ftstudio.data.table import Problem, excerpt

QUESTION, ANSWER = "question", "answer"
_ASKED = (
    "q question frage f pregunta p demande domanda d pergunta vraag v pytanie вопрос 问 問 질문"
)
_SAID = """
a answer antwort respuesta r réponse reponse risposta resposta antwoord odpowiedź ответ 答 답변
"""
_FEWEST = 2  # of each, so that a single “A:” makes nothing
_HALF = 0.5  # at most this share of the marks may lack its other one


def _marks(words: str) -> str:
    return "|".join(map(re.escape, words.split()))


_MARK = re.compile(
    rf"[\s>#*_-]*(?:\d+[.)]\s*)?(?:(?P<asked>{_marks(_ASKED)})|(?:{_marks(_SAID)}))"
    r"\s?\d*[*_]*\s?[:：][*_]*\s*",
    re.IGNORECASE,
)
Part = tuple[int, bool, str]  # the line, whether it asks, and the text


def asks(lines: Iterable[str]) -> bool:
    """Whether most of the marks are a question with the answer below it."""
    marks = [found["asked"] is not None for line in lines if (found := _MARK.match(line))]
    pairs = sum(1 for one, other in pairwise(marks) if one and not other)
    return pairs >= _FEWEST and 2 * pairs >= (1 - _HALF) * len(marks)


def asked_and_said(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]] | Problem]:
    """Each question with its answer, at the question's line."""
    held: Part | None = None
    for line, is_question, text in _parts(lines):
        if is_question:
            if held is not None:
                yield _alone(held)
            held = (line, True, text)
        elif held is None:
            yield _alone((line, False, text))
        else:
            yield held[0], {QUESTION: held[2], ANSWER: text}
            held = None
    if held is not None:
        yield _alone(held)


def _parts(lines: Iterable[str]) -> Iterator[Part]:
    """What stands from one mark to the next; what stands above the first is a title."""
    at, is_question = 0, False
    held: list[str] = []
    for number, line in enumerate(lines, start=1):
        if found := _MARK.match(line.lstrip("\ufeff")):
            if at:
                yield at, is_question, _joined(held)
            at, is_question = number, found["asked"] is not None
            held = [line.lstrip("\ufeff")[found.end() :]]
        else:
            held.append(line)
    if at:
        yield at, is_question, _joined(held)


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip()


def _alone(part: Part) -> Problem:
    reason = "Nothing below this question is marked as its answer."
    if not part[1]:
        reason = "No question stands above this answer."
    return Problem(part[0], reason, excerpt(part[2]))
