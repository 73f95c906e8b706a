"""The check list of a draft: what was lost while reading, what the steps find, what is few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ftstudio.core.units import plural
from ftstudio.data.acting import ADD_ROWS, LOOK_AT_COLUMNS, LOOK_AT_READING, kind_of, with_ways
from ftstudio.data.drafting.chain import Chain, step_of
from ftstudio.data.drafting.overview import overview
from ftstudio.data.kind import kind_findings
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.sides.split import FEWEST
from ftstudio.data.step import Choice, Finding, Row, rows_are, steps
from ftstudio.data.table import Problem


@dataclass(frozen=True)
class Report:
    """The check list as it stands after the steps applied so far."""

    findings: list[Finding]
    rows_in: int  # rows of the file
    rows_left: int  # examples that would be frozen now

    @property
    def blocking(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "blocks"]


def reading_findings(problems: Sequence[Problem], unusable: Sequence[Problem]) -> list[Finding]:
    """What was lost before any step: rows that could not be read, or make no example."""
    findings: list[Finding] = []
    for key, title, lost, consequence, way in (
        ("unread", "Rows that could not be read", problems, "left out while reading",
         LOOK_AT_READING),
        ("unusable", "Rows that make no example", unusable, "left out", LOOK_AT_COLUMNS),
    ):  # fmt: skip
        if lost:
            found = Finding(
                key, "look", title,
                f"{rows_are(len(lost), 'was', 'were')} {consequence}. The first: row "
                f"{lost[0].row}. {lost[0].reason}",
                len(lost), [problem.row for problem in lost],
            )  # fmt: skip
            findings.append(with_ways(found, way))
    return findings


def findings_in(rows: Sequence[Row], limit: int | None) -> list[Finding]:
    """What the checks that cost little find in these examples, in the order of the list. `limit`:
    the tokens that a model reads; None where no model is chosen."""
    kind = kind_of(rows)  # judging can make another kind of them than the layout did
    findings: list[Finding] = []
    for key, step in steps().items():
        too_long = key == "drop_long"
        if not step.offered or step.slow or not step.suits(kind) or (too_long and limit is None):
            continue
        params = {"limit": limit} if too_long else {}
        findings.append(step.find(rows, step.params.model_validate(params)))
    findings += kind_findings(rows)
    return findings + ([too_few(len(rows))] if len(rows) < FEWEST else overview(rows))


def too_few(count: int) -> Finding:
    have = plural(count, "Only 1 example is left", "Only {n} examples are left")
    if not count:
        have = "No example is left"
    found = Finding(
        key="few_rows",
        severity="look" if count else "blocks",
        title="Too few examples",
        sentence=f"{have}. With fewer than {FEWEST} none can be held back, so nobody can tell "
        "whether the model learns or only repeats. Fifty or more are a good start."
        if count
        else f"{have}, so there is nothing to learn.",
        count=count,
        rows=[],
    )
    return with_ways(found, ADD_ROWS) if count else with_ways(found, LOOK_AT_COLUMNS, ADD_ROWS)


def emptied(found: Finding, chain: Chain, recipe: Sequence[AppliedStep]) -> Finding:
    """Where a step has left none of the rows: with the remedy to take it back."""
    place = next((at for at, done in enumerate(chain.done) if not done.rows), None)
    if not chain.start or place is None:
        return found
    title = f"Take back “{step_of(recipe[place].key).title}”"
    return with_ways(found, Choice(title, act="take back", place=place), LOOK_AT_COLUMNS)
