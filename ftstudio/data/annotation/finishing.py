"""What is made of a round's judgements: a step in the draft, a new draft, or a new version."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example, ExampleKind
from ftstudio.core.paths import Workspace
from ftstudio.core.units import plural
from ftstudio.data.acting import kind_of
from ftstudio.data.annotation.deciding import decide
from ftstudio.data.annotation.items import STEP, rows_of, step_place, version_sides
from ftstudio.data.annotation.log import JudgementLog
from ftstudio.data.annotation.task import JudgingTask
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.known_rows import row_key
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.judged import Judging, as_json, kind_after
from ftstudio.data.kind import TITLES
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.sides.split import SIDES, Side
from ftstudio.data.step import steps
from ftstudio.data.versions.library import DatasetVersion, freeze, load_version

_NAMES: dict[ExampleKind, str] = {
    "feedback": "good and bad", "preference": "better and worse", "number": "scores",
    "label": "classes", "chat": "mended", "text": "mended",
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What came of it; one of `draft` and `version` is there."""

    sentence: str
    draft: Draft | None = None
    version: DatasetVersion | None = None


def what_follows(source: str, judging: Judging, kind: ExampleKind) -> str:
    """What will be made of the judgements, in a sentence, before anybody has judged."""
    becomes = kind_after(judging, kind)
    if becomes is None:
        return f"Rows of the kind “{TITLES[kind]}” can't be judged in this way."
    if becomes != kind:
        return (
            f"This makes another kind of dataset: “{TITLES[becomes]}” instead of “{TITLES[kind]}”. "
            f"So a new {source} is made of the rows that were judged; this one stays as it is."
        )
    if source == "version":
        return "A frozen dataset never changes: a new version is made of it, with all of its rows."
    return "The judgements become one step of this draft’s recipe; take it back whenever you like."


def finish(workspace: Workspace, task: JudgingTask, log: JudgementLog, *, few: bool) -> Made:
    """Use what holds by now. Raises StudioError where nothing was judged, or nothing can be made
    of it; without `few` also where a new version would hold little to check with. Doing it
    again brings the same result up to date."""
    decision = decide(task, log.taken)
    if not decision.verdicts:
        raise StudioError(
            "Nothing can be used yet.",
            "No row was judged, or people disagree on every one of them.",
            "Judge a few rows, or settle what was judged differently.",
            code="nothing_judged",
        )
    params = {
        "judging": task.judging, "about": task.about, "task": task.id,
        "verdicts": json.dumps(as_json(decision.verdicts), ensure_ascii=False),
        "unsettled": json.dumps(decision.unsettled),
        "made_from": task.source_id,
    }  # fmt: skip
    if task.source == "version":
        return _new_version(workspace, task, params, few)
    return _in_draft(workspace, task, params)


def _in_draft(workspace: Workspace, task: JudgingTask, params: dict[str, Any]) -> Made:
    draft = Draft.load(workspace, task.source_id)
    kind = kind_of(rows_of(workspace, task))
    becomes = kind_after(task.judging, kind)
    if becomes is not None and becomes != kind:
        draft = _copy(workspace, task, draft, becomes)
    session = DraftSession.open(workspace, draft)
    place = step_place(draft, task.id)
    if place is None:
        session.apply(STEP, params)
        place = len(session.draft.steps) - 1
    else:
        session.change(place, params)
    step = session.draft.steps[place]
    if step.changed == 0 and step.rows_out == 0:
        raise _fits_nothing()
    if draft.id == task.source_id:
        words = (
            f"The judgements are in the recipe of “{draft.name}”: {_rows(step.changed)} changed."
        )
        return Made(words, draft=session.draft)
    task.result = draft.id
    task.save(workspace)
    return Made(_told(draft.name, becomes or kind, step), draft=session.draft)


def _copy(workspace: Workspace, task: JudgingTask, draft: Draft, kind: ExampleKind) -> Draft:
    """The draft that was made of this round before, where it is still there; else a new one."""
    if task.result:
        try:
            return Draft.load(workspace, task.result)
        except StudioError:
            pass  # deleted or frozen since
    fresh = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    name = f"{draft.name} – {_NAMES[kind]}"
    return draft.model_copy(deep=True, update={"id": fresh, "name": name, "created": time.time(),
                                               "page": "clean"})  # fmt: skip


def _new_version(
    workspace: Workspace, task: JudgingTask, params: dict[str, Any], few: bool
) -> Made:
    parent = load_version(workspace.datasets / task.source_id)
    rows = rows_of(workspace, task)
    step = steps()[STEP]
    chosen = step.settings(params, row_key(workspace, make=True))
    kept: list[Example] = []
    sides: list[Side] = []
    changed = 0
    for side in SIDES:  # part by part, so that every row keeps its side
        mine = [row for row, its in zip(rows, version_sides(parent), strict=True) if its == side]
        outcome = step.apply(mine, chosen)
        changed += len(outcome.changed)
        kept += [row.example for row in outcome.rows]
        sides += [side] * len(outcome.rows)
    if not kept:
        raise _fits_nothing()
    applied = AppliedStep(
        key=STEP, version=step.version, params=chosen.model_dump(), rows_in=len(rows),
        rows_out=len(kept), changed=changed,
    )  # fmt: skip
    kind = kind_after(task.judging, parent.facts.kind) or parent.facts.kind
    name = f"{parent.name} – {_NAMES[kind]}"
    manifest = {
        "name": name,
        "sources": parent.manifest.get("sources", []),
        "made_from": [{"id": parent.id, "name": parent.name}],
        "steps": [applied.model_dump()],
        "licence": parent.manifest.get("licence", "unknown"),
        "commercial": parent.manifest.get("commercial"),
    }
    version = freeze(kept, sides, manifest, datasets=workspace.datasets, few=few)
    return Made(_told(name, kind, applied), version=version)


def _told(name: str, kind: ExampleKind, step: AppliedStep) -> str:
    left = step.rows_in - step.rows_out
    more = f" {_rows(left)} without a judgement that holds left out." if left else ""
    return f"“{name}” was made: {_rows(step.rows_out)} of the kind “{TITLES[kind]}”.{more}"


def _rows(count: int) -> str:
    return plural(count, "1 row", "{n} rows")


def _fits_nothing() -> StudioError:
    return StudioError(
        "Nothing could be made of the judgements.",
        "Every row has changed since it was judged, or both answers were equally good each time.",
        "Begin a new round on the rows as they are now.",
        code="judgements_fit_nothing",
    )
