"""The rows after each step of a recipe, kept so that a change costs only what comes after it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ftstudio.core.errors import StudioError
from ftstudio.core.example import canonical_json
from ftstudio.data.held import Held
from ftstudio.data.recipe import AppliedStep
from ftstudio.data.step import Row, Step, steps
from ftstudio.data.versions.stored import row_id
from ftstudio.data.watched import Watched, heard

Tell = Callable[[float], None]


@dataclass(frozen=True)
class Done:
    """What one step did, row by row."""

    identity: str
    rows: list[Row]  # afterwards
    removed: dict[int, str] = field(default_factory=dict)  # row number -> why, in words
    changed: frozenset[int] = frozenset()
    changes: int = 0  # examples changed: a row of the file can make several
    said: dict[int, str] = field(default_factory=dict)  # of changed rows, where the step tells more
    added: frozenset[int] = frozenset()
    seconds: float = 0.0
    digest: str = ""  # over the rows afterwards
    remark: str = ""


class Chain:
    """The rows as they were made, and after every step. `tell` hears that work goes on, and may
    raise to stop it; `key` gives the workspace's own, by which single rows are known again."""

    def __init__(
        self, rows: list[Row], tell: Tell | None = None, key: Callable[[], bytes] = bytes
    ) -> None:
        self.start, self.tell, self.key = rows, tell, key
        self.done: list[Done] = []
        self._start_digest = ""

    @property
    def rows(self) -> list[Row]:
        return self.done[-1].rows if self.done else self.start

    def before(self, place: int) -> list[Row]:
        """The rows as the step at this place of the recipe found them."""
        return self.done[place - 1].rows if place else self.start

    @property
    def start_digest(self) -> str:
        if not self._start_digest:
            self._start_digest = self._digest(self.start)
        return self._start_digest

    def run(self, recipe: Sequence[AppliedStep]) -> list[Row]:
        """Bring the chain to this recipe and note in each step what it did."""
        same = 0
        while same < min(len(self.done), len(recipe)):
            if self.done[same].identity != recipe[same].identity:
                break
            same += 1
        del self.done[same:]
        for applied in recipe[same:]:
            self.done.append(self._do(applied))
        before, digest = self.start, self.start_digest
        for applied, done in zip(recipe, self.done, strict=True):
            applied.rows_in, applied.rows_out = len(before), len(done.rows)
            applied.changed, applied.added = done.changes, len(done.added)
            applied.input_hash, applied.output_hash = digest, done.digest
            applied.seconds, applied.remark = done.seconds, done.remark
            before, digest = done.rows, done.digest
        return self.rows

    def _do(self, applied: AppliedStep) -> Done:
        rows, digest = self.rows, self.done[-1].digest if self.done else self.start_digest
        if applied.off:
            return Done(applied.identity, rows, digest=digest)
        step = step_of(applied.key)
        began = time.perf_counter()
        params = step.settings(applied.params, self.key() if step.keyed else b"")
        outcome = step.apply(self._watched(rows), params)
        seconds = time.perf_counter() - began
        after = rows if _same(rows, outcome.rows) else Held(outcome.rows)
        why = f"“{step.title}” left it out."
        return Done(
            applied.identity,
            after,
            {number: outcome.reasons.get(number, why) for number in outcome.removed},
            frozenset(outcome.changed),
            len(outcome.changed),
            {one: outcome.reasons[one] for one in outcome.changed if one in outcome.reasons},
            frozenset(outcome.added),
            round(seconds, 3),
            digest if after is rows else self._digest(after),
            " ".join(filter(None, (outcome.remark, rules_changed(applied, step)))),
        )

    def _watched(self, rows: list[Row]) -> Sequence[Row]:
        return rows if self.tell is None else Watched(rows, self.tell)

    def _digest(self, rows: Sequence[Row]) -> str:
        """Over all that later steps and the split may look at; rows left as they were are hashed
        once."""
        whole = hashlib.sha256()
        for row in heard(rows, self.tell):
            whole.update(row.digest or _noted(row))
        return whole.hexdigest()


def rules_changed(applied: AppliedStep, step: Step) -> str:
    """A sentence where the app did it by other rules when it was added."""
    return "" if applied.version == step.version else "Its rules have changed since it was added."


def by_these_rules(step: AppliedStep) -> AppliedStep:
    """A copy that names the rules by which the app does it now: what it did was done by them."""
    known = steps().get(step.key)
    version = known.version if known and not step.off else step.version
    return step.model_copy(deep=True, update={"version": version})


def step_of(key: str) -> Step:
    """A step by its key. Raises StudioError where this app has none of that name."""
    if key not in steps():
        raise StudioError(
            f"The step “{key}” is not known here.",
            "The recipe was made by another version of the app.",
            "Update the app, or take the step out of the recipe.",
            code="unknown_step",
        )
    return steps()[key]


def _same(one: Sequence[Row], other: Sequence[Row]) -> bool:
    """The very same rows, so that they need not be held twice."""
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def _noted(row: Row) -> bytes:
    """Its digest, kept with it: rows never change."""
    digest = _row_digest(row)
    object.__setattr__(row, "digest", digest)
    return digest


def _row_digest(row: Row) -> bytes:
    example = row.example
    beside = [row.number, example.group, example.meta, row.near, sorted(row.flags)]
    said = f"{row_id(example)}{canonical_json(beside)}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
