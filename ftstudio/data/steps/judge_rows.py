"""What people judged, as a step of the recipe: by row and by what the row said, so that it holds
for next month's file too where a row is still there.

What a row said stands there as a hash, sealed with the workspace's key (see `known_rows`): of an
unsealed one, as older recipes have them, could be guessed what the dataset hides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Literal

from pydantic import PrivateAttr, ValidationError

from ftstudio.core.errors import StudioError
from ftstudio.core.params import Params, param
from ftstudio.data.acting import because, kind_of, told
from ftstudio.data.drafting.known_rows import is_of, sealed
from ftstudio.data.judged import Verdict, as_json, judged, kind_after, said_hash, sentence
from ftstudio.data.step import Finding, Outcome, Row, Step, rows_are

_UNJUDGED = "Nobody has judged it yet."
_CHANGED = "It has changed since it was judged."
_UNSETTLED = "It was judged in different ways, and nobody has settled it."
_TIE = "Both answers were called equally good, so there is nothing to prefer."


class JudgeParams(Params):
    judging: Literal["mend", "mark", "pair", "score", "label"] = param(
        "mend", title="What is judged",
        labels={"mend": "The answer itself", "mark": "Good or bad", "pair": "The better of two",
                "score": "A score", "label": "A class"},
        help="Good or bad, pairs, scores and classes make another kind of dataset of a chat.",
    )  # fmt: skip
    about: Literal["question", "whole"] = param(
        "question", title="What classes and scores are about",
        labels={"question": "The question", "whole": "Question and answer"},
        help="The text that the model learns to sort or to score.",
    )  # fmt: skip
    verdicts: str = param("[]", title="", help="What was said of which row, as JSON.")
    unsettled: str = param("[]", title="", help="Rows judged differently, as JSON.")
    task: str = param("", title="", help="Where the judgements were made.")
    made_from: str = param("", title="", help="The draft whose rows were judged.")
    _key: bytes = PrivateAttr(b"")  # of the workspace, and never written


def verdicts_of(params: JudgeParams) -> list[Verdict]:
    """Raises StudioError where they can't be read."""
    try:
        return [Verdict.model_validate(one) for one in json.loads(params.verdicts)]
    except (ValueError, TypeError, ValidationError, RecursionError) as error:
        raise StudioError(
            "The judgements can't be read.",
            "They are not the list that the app writes.",
            "Take the step back, and use the judgements again.",
            code="judgements_unreadable",
        ) from error


def _unsettled(params: JudgeParams) -> set[str]:
    try:
        return {str(key) for key in json.loads(params.unsettled)}
    except (ValueError, TypeError, RecursionError):
        return set()


def _keyed(params: Params, key: bytes) -> Params:
    assert isinstance(params, JudgeParams)
    verdicts = [one.model_copy(update={"hash": _sealed(one.hash, key)})
                for one in verdicts_of(params)]  # fmt: skip
    split = [one.partition(":") for one in sorted(_unsettled(params))]
    unsettled = [f"{number}:{_sealed(digest, key)}" for number, _, digest in split]
    made = _with(params, verdicts, unsettled)
    made._key = key
    return made


def _with(params: JudgeParams, verdicts: list[Verdict], unsettled: list[str]) -> JudgeParams:
    told = json.dumps(as_json(verdicts), ensure_ascii=False)
    return params.model_copy(update={"verdicts": told, "unsettled": json.dumps(unsettled)})


def _sealed(digest: str, key: bytes) -> str:
    return digest if ":" in digest else sealed(digest, key)


def _forget(params: Params, meant: Callable[[str], bool]) -> Params:
    assert isinstance(params, JudgeParams)
    verdicts = [one for one in verdicts_of(params) if not meant(str(one.row))]
    unsettled = [key for key in sorted(_unsettled(params)) if not meant(key.partition(":")[0])]
    return _with(params, verdicts, unsettled)


def _apply(rows: Sequence[Row], params: Params) -> Outcome:
    assert isinstance(params, JudgeParams)
    verdicts, unsettled = verdicts_of(params), _unsettled(params)
    kind = kind_of(rows)
    becomes = kind_after(params.judging, kind)
    if becomes is None or not (verdicts or unsettled):
        return Outcome(list(rows))
    by_hash: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_hash.setdefault(verdict.hash, []).append(verdict)
    numbers = {verdict.row for verdict in verdicts}
    used: set[str] = set()
    twice: set[str] = set()
    kept: list[Row] = []
    changed: list[int] = []
    gone: list[int] = []
    reasons: dict[int, str] = {}
    for row in rows:
        digest = said_hash(row.example)
        if params._key:
            digest = sealed(digest, params._key)
        found = by_hash.get(digest, [])
        same_row = [one for one in found if one.row == row.number]
        if not same_row and not _agree(found):  # two people spoke of two rows that say the same
            twice |= {one.key for one in found}
            found = []
        if not found:
            if becomes == kind:
                kept.append(row)
            else:
                gone.append(row.number)
                spoken = digest in by_hash
                why = _UNSETTLED if spoken else _why_not(row, digest, unsettled, numbers)
                because(reasons, row, why)
            continue
        verdict = (same_row or found)[0]
        used |= {one.key for one in same_row or found}
        example = judged(row.example, verdict, params.judging, params.about)
        if example is None:
            gone.append(row.number)
            because(reasons, row, _TIE)
            continue
        if example != row.example:
            changed.append(row.number)
            because(reasons, row, sentence(verdict, params.judging))
            row = replace(row, example=example, tokens=None)
        kept.append(row)
    lost = [verdict.key for verdict in verdicts if verdict.key not in used]
    ambiguous = sum(key in twice for key in lost)
    elsewhere = sum(_of_another(one.hash, params._key) for one in verdicts)
    gone_now = len(lost) - ambiguous - elsewhere
    remark = _lost(len(verdicts), ambiguous, gone_now, elsewhere)
    return Outcome(kept, gone, changed, reasons, remark=remark)


def _agree(found: Sequence[Verdict]) -> bool:
    """Whether all of them say the same, whoever said it and when."""
    said = [one.model_dump(exclude={"row", "who", "when"}) for one in found]
    return all(one == said[0] for one in said)


def _of_another(mark: str, key: bytes) -> bool:
    return ":" in mark and not is_of(mark, key)


def _lost(total: int, twice: int, gone: int, elsewhere: int) -> str:
    """How many judgements are used and how many are not; empty where all are."""
    if not twice + gone + elsewhere:
        return ""
    reasons = [f"{gone:,}: no row here says what was judged"] if gone else []
    reasons += [f"{twice:,}: rows that say the same were judged differently"] if twice else []
    other = "judged in another workspace, whose rows can't be known again here"
    reasons += [f"{elsewhere:,}: {other}"] if elsewhere else []
    lost, why = twice + gone + elsewhere, "; ".join(reasons)
    return f"Judgements: {total - lost:,} of {total:,} used here, {lost:,} not ({why})."


def _why_not(row: Row, digest: str, unsettled: Collection[str], numbers: Collection[int]) -> str:
    if any(key.endswith(f":{digest}") for key in unsettled):
        return _UNSETTLED
    return _CHANGED if row.number in numbers else _UNJUDGED


def _find(rows: Sequence[Row], params: Params) -> Finding:
    outcome = _apply(rows, params)
    found = sorted({*outcome.changed, *outcome.removed})
    return told(
        "judge_rows", found,
        title="Judged by people",
        sentence=f"{rows_are(len(found), 'changes', 'change')} or would be left out by what people "
        "said of them.",
        fine_title="Nothing judged waits",
        fine="No judgement waits to be used.",
        remedy="Use the judgements",
    )  # fmt: skip


STEP = Step(
    key="judge_rows",
    title="Use what people judged",
    term="annotation",
    order=27,
    by_default=False,
    params=JudgeParams,
    find=_find,
    apply=_apply,
    kinds=("chat", "text", "preference", "feedback", "label", "number"),
    offered=False,
    keyed=_keyed,
    forget=_forget,
    version=2,
)
