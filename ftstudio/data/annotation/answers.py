"""Answers that a model of the user's wrote, matched to the rows whose question they answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from ftstudio.core.errors import StudioError
from ftstudio.data.judged import key_of
from ftstudio.data.normal import asked, normal_question
from ftstudio.data.step import Row

_QUESTIONS = ("question", "prompt", "instruction", "input", "user", "text")
_ANSWERS = ("answer", "completion", "response", "output", "generated", "assistant", "prediction")
_LARGEST = 500_000_000
Pairs = list[tuple[str, str]]


def read_answers(path: Path) -> Pairs:
    """Question and answer of each line of a JSONL. Raises StudioError where it holds none."""
    found: Pairs = []
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("too large")
        lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    except (OSError, ValueError) as error:
        raise _unusable(path, str(getattr(error, "strerror", "") or error)) from error
    for line in lines:
        try:
            raw = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(raw, dict) and (pair := _pair(raw)):
            found.append(pair)
    if not found:
        raise _unusable(path, "no line holds a question and an answer")
    return found


def match_answers(rows: Iterable[Row], pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """By the row's key the last answer to its question; rows without one are left out."""
    by_question = {normal_question(question): answer for question, answer in pairs
                   if answer.strip()}  # fmt: skip
    found: dict[str, str] = {}
    for row in rows:
        answer = by_question.get(asked(row.example))
        if answer is not None and answer.strip() != row.example.answer.strip():
            found[key_of(row.example)] = answer
    return found


def _pair(raw: dict[str, object]) -> tuple[str, str] | None:
    turns = raw.get("messages")
    if isinstance(turns, list):
        said = [turn for turn in turns if isinstance(turn, dict)]
        question = _first(turn.get("content") for turn in said if turn.get("role") == "user")
        answer = _first(turn.get("content") for turn in reversed(said)
                        if turn.get("role") == "assistant")  # fmt: skip
    else:
        by_name = {str(name).strip().casefold(): value for name, value in raw.items()}
        question = _first(by_name.get(name) for name in _QUESTIONS)
        answer = _first(by_name.get(name) for name in _ANSWERS)
    return (question, answer) if question and answer else None


def _first(values: Iterable[object]) -> str:
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def _unusable(path: Path, why: str) -> StudioError:
    return StudioError(
        f"{path.name} holds no answers.",
        f"It can't be used: {why}.",
        "Choose a file with one line per answer, as in "
        '{"question": "…", "answer": "…"}; “ftstudio label” and many other programs write it.',
        code="answers_unreadable",
    )
