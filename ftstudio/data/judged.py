"""What a person judged of a row, and the example that follows; knows no steps and no people."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from ftstudio.core.example import Example, ExampleKind, Message
from ftstudio.data.normal import whole_text

Judging = Literal["mend", "mark", "pair", "score", "label"]
Choice = Literal["own", "other", "tie"]
About = Literal["question", "whole"]  # what of a conversation a class or a score is about

_KINDS: dict[Judging, dict[ExampleKind, ExampleKind]] = {
    "mend": {"chat": "chat", "preference": "preference", "text": "text"},
    "mark": {"chat": "feedback", "feedback": "feedback"},
    "pair": {"chat": "preference", "preference": "preference"},
    "score": {"chat": "number", "text": "number", "number": "number"},
    "label": {"chat": "label", "text": "label", "label": "label"},
}


class Verdict(BaseModel):
    """What holds of one row: which row it was, by whom and when, and what was said."""

    model_config = ConfigDict(extra="forbid")

    row: int  # its own number in the file
    hash: str  # what it said when it was judged: see `said_hash`; in a recipe it is sealed
    who: str = ""
    when: float = 0.0
    answer: str | None = None  # mended; or a model's answer that was judged in the row's place
    good: bool | None = None
    other: str | None = None  # the second answer of a pair
    choice: Choice | None = None
    number: float | None = None
    labels: list[str] | None = None

    @property
    def key(self) -> str:
        return f"{self.row}:{self.hash}"


def kind_after(judging: Judging, kind: ExampleKind) -> ExampleKind | None:
    """What rows of this kind become by being judged so; None where they can't be."""
    return _KINDS[judging].get(kind)


def said_hash(example: Example) -> str:
    """The same for a row that says the same, whatever file it stands in and however it is
    spaced."""
    said = whole_text(example).encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).hexdigest()[:16]


def key_of(example: Example) -> str:
    return f"{example.source_row}:{said_hash(example)}"


def subject(example: Example, about: About) -> str:
    """The text that a class or a score is given to."""
    if example.text is not None:
        return example.text
    if about == "question" or example.kind in ("label", "number"):
        return example.question
    return "\n\n".join(turn.content for turn in example.messages if turn.content)


def answered(example: Example, answer: str | None) -> Example:
    """With this in the place of its last answer (of a pair: the better one), or of its text."""
    if answer is None:
        return example
    if example.text is not None:
        return example.model_copy(update={"text": answer})
    if example.chosen is not None:
        return example.model_copy(update={"chosen": _put(example.chosen, answer)})
    return example.model_copy(update={"messages": _put(example.messages, answer)})


def two_answers(example: Example, other: str | None) -> tuple[str, str] | None:
    """The row's own answer and the one to compare it with."""
    if example.rejected is not None:
        return example.answer, _last(example.rejected)
    if example.chosen is None and other and example.answer.strip():
        return example.answer, other
    return None


def judged(
    example: Example, verdict: Verdict, judging: Judging, about: About = "question"
) -> Example | None:
    """The example that follows; None for a tie, of which no preference can be learned."""
    if judging == "mend":
        return answered(example, verdict.answer)
    if judging == "mark":
        return answered(example, verdict.answer).model_copy(update={"good": verdict.good})
    if judging == "pair":
        return _preferred(example, verdict)
    text = subject(answered(example, verdict.answer), about)
    turns = [Message(role="user", content=text)]
    value = {"labels": verdict.labels} if judging == "label" else {"number": verdict.number}
    if example.kind in ("label", "number"):
        return example.model_copy(update=value)
    plain = {"messages": turns, "text": None, "tools": None}
    return example.model_copy(update={**plain, **value})


def sentence(verdict: Verdict, judging: Judging) -> str:
    """Who said what and when, for the row's history."""
    who = verdict.who or "Somebody"
    day = time.strftime("%d %b %Y, %H:%M", time.localtime(verdict.when))
    if judging == "mend":
        did = "wrote the answer"
    elif judging == "mark":
        did = "called the answer good" if verdict.good else "called the answer bad"
    elif judging == "pair":
        did = {
            "own": "preferred the row’s own answer", "other": "preferred the other answer",
            "tie": "called both answers equally good",
        }[verdict.choice or "tie"]  # fmt: skip
    elif judging == "score":
        did = f"gave {verdict.number:g}" if verdict.number is not None else "gave no number"
    else:
        named = ", ".join(f"“{label}”" for label in verdict.labels or [])
        did = f"gave the class {named}" if named else "gave no class"
    return f"{who} {did} ({day})."


def _preferred(example: Example, verdict: Verdict) -> Example | None:
    if verdict.choice == "tie" or verdict.choice is None:
        return None
    if example.chosen is not None:
        if verdict.choice == "own":
            return example
        return example.model_copy(update={"chosen": example.rejected, "rejected": example.chosen})
    before, own = _parted(example.messages)
    other = [Message(role="assistant", content=verdict.other or "")]
    better, worse = (own, other) if verdict.choice == "own" else (other, own)
    return example.model_copy(update={"messages": before, "chosen": better, "rejected": worse})


def _parted(turns: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """What comes before the last answer, and the last answer."""
    places = [place for place, turn in enumerate(turns) if turn.role == "assistant"]
    if not places:
        return list(turns), []
    return list(turns[: places[-1]]), [turns[places[-1]]]


def _put(turns: Sequence[Message], answer: str) -> list[Message]:
    """In the place of the last answer; behind all turns where there is none yet."""
    places = [place for place, turn in enumerate(turns) if turn.role == "assistant"]
    if not places:
        return [*turns, Message(role="assistant", content=answer)]
    new = turns[places[-1]].model_copy(update={"content": answer})
    return [*turns[: places[-1]], new, *turns[places[-1] + 1 :]]


def _last(turns: Sequence[Message]) -> str:
    return next((turn.content for turn in reversed(turns) if turn.role == "assistant"), "")


def as_json(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    return [verdict.model_dump(exclude_none=True) for verdict in verdicts]
