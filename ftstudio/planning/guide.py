"""Plain questions that end in a goal, a method and a preset, each with its reason.

The tree: what should change decides what to learn from; what the data holds decides whether that
can be; whether other skills must stay, and what fits, decide how much of the model may move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import get_args

from ftstudio.core.dataset_facts import DatasetFacts
from ftstudio.core.objective import Wish
from ftstudio.planning.proposal import Proposal, recommend
from ftstudio.planning.setup_draft import Preset
from ftstudio.techniques import objectives
from ftstudio.techniques.fitting import why_not_learn

CHANGES: tuple[Wish, ...] = get_args(Wish)

_WHY: dict[Wish, str] = {
    "tone": "Tone and format are picked up from a few hundred good answers.",
    "facts": "Facts are learned from answers that hold them; seldom ones need more passes.",
    "judgement": "What is better than what is learned from comparing answers, not from copying "
    "them.",
    "sorting": "Labels and scores are learned best by a model that does nothing else.",
    "language": "Terms and turns of phrase are learned from plain documents.",
}
_MISSING: dict[Wish, str] = {
    "judgement": "For judgement you need pairs of a better and a worse answer, or answers marked "
    "good or bad.",
    "sorting": "For labels or scores you need a column with them: prepare the file again and "
    "choose that layout.",
    "language": "For the language of a field you need plain documents, not single answers.",
    "tone": "For tone and format you need questions with good answers.",
    "facts": "For facts you need questions with answers that hold them.",
}
_FEW_ROWS = 200


@dataclass(frozen=True)
class Guidance:
    """`objective` is empty where nothing in the catalogue can learn from this data."""

    objective: str
    preset: Preset = "balanced"
    reasons: list[str] = field(default_factory=list)
    missing: str = ""  # what the wish would need, where the data does not have it


def likely_change(facts: DatasetFacts) -> Wish:
    """What a person with such data most probably wants."""
    by_kind: dict[str, Wish] = {
        "preference": "judgement", "feedback": "judgement", "label": "sorting",
        "number": "sorting", "text": "language",
    }  # fmt: skip
    return by_kind.get(facts.kind, "tone")


def guide(facts: DatasetFacts, change: Wish) -> Guidance:
    """From wish and data to a goal, before any model is chosen."""
    serving = [goal for goal in objectives().values() if change in goal.wishes]
    for goal in sorted(serving, key=lambda one: one.wishes[change]):
        if not why_not_learn(goal, facts):
            preset: Preset = "thorough" if change == "facts" else "balanced"
            reasons = [_WHY[change], _why_preset(preset, facts)]
            return Guidance(goal.key, preset=preset, reasons=[r for r in reasons if r])
    fallback = next((k for k, o in objectives().items() if not why_not_learn(o, facts)), "")
    return Guidance(fallback, reasons=[], missing=_MISSING[change])


def guide_method(proposals: Sequence[Proposal], keep_skills: bool) -> tuple[str, str]:
    """The method and why: what leaves the model as it is, unless other skills may go and every
    weight fits."""
    allowed = [p for p in proposals if not p.refusal]
    if not allowed:
        return "", ""
    whole = next((p for p in allowed if p.method.every_weight and p.fit == "fits"), None)
    if not keep_skills and whole is not None:
        return whole.method.key, _why_method(False)
    return recommend(allowed).method.key, _why_method(True)


def _why_preset(preset: Preset, facts: DatasetFacts) -> str:
    if preset == "thorough":
        return "Twice the passes, because a fact has to be seen several times."
    if facts.train < _FEW_ROWS:
        return f"{facts.train} examples are few: look at the sample answers while it learns."
    return ""


def _why_method(keep_skills: bool) -> str:
    if keep_skills:
        return (
            "A small file beside the model leaves its other skills nearly as they are, and can "
            "be taken off again."
        )
    return "Other skills may go and it fits, so every weight may move."
