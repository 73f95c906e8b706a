"""Decisions to leave what was found as it is: steps that change no row and can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftstudio.core.params import Params, param
from ftstudio.core.units import plural
from ftstudio.data.finding.personal import NOT_FOUND
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import Finding, Outcome, Row, Step, steps

_NEAR = "mark_near_duplicates"
_PERSONAL = "hide_personal"
_SOME = "a model of yours"


class DecisionParams(Params):
    rows: int = param(
        0, title="", minimum=0, help="In so many rows it was found when this was decided."
    )


def decision(key: str, title: str, about: str, order: int) -> Step:
    """A step by which the finding of the step `about` is settled."""

    def find(rows: Sequence[Row], params: Params) -> Finding:
        return Finding(key, "fine", title, "It changes no row.", 0, [], step_key=key)

    def apply(rows: Sequence[Row], params: Params) -> Outcome:
        return Outcome(list(rows))

    return Step(
        key=key, title=title, term="decision", order=order, by_default=False,
        params=DecisionParams, find=find, apply=apply, offered=False, settles=about,
    )  # fmt: skip


def is_decision(key: str) -> bool:
    return key in steps() and bool(steps()[key].settles)


def decided(applied: Iterable[AppliedStep]) -> frozenset[str]:
    """The steps whose findings are settled by a decision in this recipe."""
    return frozenset(
        steps()[one.key].settles for one in applied if not one.off and is_decision(one.key)
    )


def as_decided(
    findings: Iterable[Finding], applied: Iterable[AppliedStep], together: bool = False
) -> list[Finding]:
    """The same findings; what was decided asks for nothing any more, and says so. `together`: the
    split keeps on one side what says nearly the same."""
    applied = list(applied)
    settled, read = decided(applied), _read_by(applied)
    return [_settled(_as_read(one, read), one.step_key in settled, together) for one in findings]


def _read_by(applied: Iterable[AppliedStep]) -> str:
    """The model of the step that looked for names; "" where no such step is done."""
    done = [one for one in applied if one.key == _PERSONAL and not one.off]
    return next((str(one.params.get("by") or _SOME) for one in done if one.params.get("read")), "")


def _as_read(finding: Finding, by: str) -> Finding:
    """A look at the forms alone does not know that a model has read the rows before."""
    if not by or finding.step_key != _PERSONAL:
        return finding
    said = f"Names are dealt with as far as {by} found them."
    return replace(finding, sentence=finding.sentence.replace(NOT_FOUND, said))


def _settled(finding: Finding, kept: bool, together: bool) -> Finding:
    if finding.severity == "fine":
        return finding
    if together and finding.step_key == _NEAR:
        said, more = "on one side of the split", "The split keeps them on one side."
    elif kept:
        said, more = "kept as it is", "You decided to leave it so."
    else:
        return finding
    return replace(
        finding,
        severity="fine",
        title=f"{finding.title} ({said})",
        sentence=f"{finding.sentence} {more}",
        remedy_title="",
        choices=(),
    )


_SAID = {
    "hide_personal": "personal data",
    _NEAR: "texts nearly the same as others",
    "keep_language": "other languages",
}


def decisions_in_words(done: Iterable[Mapping[str, Any]]) -> list[str]:
    """What was found and kept on purpose, of the steps of a version's manifest."""
    said = []
    for step in done:
        key = str(step.get("key", ""))
        if not is_decision(key) or step.get("off"):
            continue
        rows = int((step.get("params") or {}).get("rows") or 0)
        where = plural(rows, "1 row", "{n} rows")
        about = _SAID.get(steps()[key].settles, steps()[key].settles)
        said.append(f"Decided: {about} found in {where}, kept as found.")
    return said
