"""What several people's judgements come to: where they agree, where not, and what then holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ftstudio.data.annotation.log import Judgement
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.judged import Verdict


@dataclass(frozen=True)
class Decision:
    """`verdicts`: what holds. `unsettled`: keys of rows that were judged differently."""

    verdicts: list[Verdict]
    unsettled: list[str]


def standing(judgements: Iterable[Judgement]) -> dict[str, dict[str, Judgement]]:
    """By row and by person the last thing said, without what was skipped or settled."""
    found: dict[str, dict[str, Judgement]] = {}
    for one in judgements:
        if one.settles:
            continue
        mine = found.setdefault(one.key, {})
        mine.pop(one.who, None)
        mine[one.who] = one
    return {
        key: said
        for key, whole in found.items()
        if (said := {who: one for who, one in whole.items() if not one.skipped})
    }


def settled(judgements: Iterable[Judgement]) -> dict[str, Judgement]:
    """By row what was said last with both judgements in sight."""
    return {one.key: one for one in judgements if one.settles and not one.skipped}


def same(task: JudgingTask, one: Verdict, other: Verdict) -> bool:
    """Whether two people said the same."""
    if task.judging == "mark":
        return one.good == other.good
    if task.judging == "pair":
        return one.choice == other.choice
    if task.judging == "label":
        return set(one.labels or ()) == set(other.labels or ())
    if task.judging == "score":
        return abs((one.number or 0) - (other.number or 0)) <= task.tolerance
    return (one.answer or "").strip() == (other.answer or "").strip()


def disagreements(task: JudgingTask, judgements: Sequence[Judgement]) -> list[str]:
    """Keys of the rows that were judged differently, settled or not, in the order of judging."""
    found = []
    for key, said in standing(judgements).items():
        first, *rest = said.values()
        if any(not same(task, first, one) for one in rest):
            found.append(key)
    return found


def decide(task: JudgingTask, judgements: Sequence[Judgement]) -> Decision:
    """What was settled; else what all agree on, of scores the mean."""
    final, differ = settled(judgements), set(disagreements(task, judgements))
    verdicts: list[Verdict] = []
    unsettled: list[str] = []
    for key, said in standing(judgements).items():
        if key in final:
            verdicts.append(final[key].verdict())
        elif key in differ:
            unsettled.append(key)
        else:
            verdicts.append(_joined(task, list(said.values())))
    return Decision(verdicts, unsettled)


def _joined(task: JudgingTask, said: Sequence[Judgement]) -> Verdict:
    verdict = said[-1].verdict()
    if len(said) == 1:
        return verdict
    verdict.who = ", ".join(one.who for one in said)
    if task.judging == "score":
        verdict.number = sum(one.number or 0.0 for one in said) / len(said)
    return verdict
