"""A draft at work: the table, the examples it makes, the checks, and freezing it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.params import Params
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.chain import Chain, by_these_rules
from ftstudio.data.drafting.division import Division, divide
from ftstudio.data.drafting.draft_table import DraftTable
from ftstudio.data.drafting.foreseen import Effect, foresee
from ftstudio.data.drafting.history import LeftOut, RowHistory, What, left_out, row_history
from ftstudio.data.drafting.known_rows import row_key
from ftstudio.data.drafting.leak import Leaks, against_benchmarks, between
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.drafting.manifest import manifest_of
from ftstudio.data.drafting.replay import (
    DryRun,
    dry_run,
    found_again,
    on_these_rows,
    same_rows,
    usable,
)
from ftstudio.data.drafting.report import Report, emptied, findings_in, reading_findings
from ftstudio.data.drafting.shapes import remember, shape_of
from ftstudio.data.held import Held
from ftstudio.data.recipe import AppliedStep, Recipe
from ftstudio.data.sides.few import Few, Mending, few_finding, stop
from ftstudio.data.sides.split import FEWEST, Side, SplitChoice
from ftstudio.data.step import Examples, Finding, Row, Step, steps
from ftstudio.data.table import Problem
from ftstudio.data.versions import drops
from ftstudio.data.versions.kept_groups import with_near
from ftstudio.data.versions.library import DatasetVersion, freeze
from ftstudio.data.watched import Watched, heard, rising


class DraftSession(DraftTable):
    """Holds a draft, its table and what follows from them. Methods may be slow: call them in
    the background. Every change is saved at once. `watch` is called meanwhile and may raise to
    stop; then the session is of no more use."""

    def __init__(self, workspace: Workspace, draft: Draft) -> None:
        super().__init__(workspace, draft)
        self._made: tuple[list[Row], list[Problem]] | None = None
        self._chain: Chain | None = None
        self._run = False  # the chain stands where the recipe stands
        self._given_up: StudioError | None = None
        self._division: Division | None = None
        self._tokens: Mapping[int, int] = {}
        self._limit: int | None = None
        self.home = workspace  # whose key knows single rows again, where this one is for a while

    def _rows(self) -> tuple[list[Row], list[Problem]]:
        """Every row of the table as an example, or as a problem with its reason."""
        if self._made is None:
            if self.table is None or self.draft.problems("columns"):
                return [], []
            table, draft = self.table, self.draft
            self._made = make_rows(
                table, draft.layout, draft.mapping, draft.group_column, self._tokens, self._still
            )
        return self._made

    def chain(self) -> Chain:
        """The rows after each step of the recipe; records what each step did. A step that can't
        be done on these rows any more is switched off: see `given_up`."""
        chain = self._fresh_chain()
        while not self._run:
            try:
                chain.run(self.draft.steps)
            except StudioError as error:
                self._give_up(len(chain.done), error)
            else:
                self._run = True
        return chain

    def _fresh_chain(self) -> Chain:
        if self._chain is None:
            key = partial(row_key, self.home)  # and not of self: rows in a circle would stay
            self._chain = Chain(self._rows()[0], self._still, key)
            self._run = False
        return self._chain

    def _give_up(self, index: int, error: StudioError) -> None:
        """A draft whose step fails could not be opened, and the step not be taken back."""
        applied = self.draft.steps[index]
        self.draft.steps[index] = applied.model_copy(update={"off": True})
        self.draft.save(self.workspace)
        title = steps()[applied.key].title if applied.key in steps() else applied.key
        self._given_up = StudioError(
            f"“{title}” can't be done with these rows and was switched off.",
            f"{error.what} {error.why}",
            "Change the step in the list of what was done, or take it back.",
            code="step_switched_off",
        )

    def given_up(self) -> StudioError | None:
        """Told once: the last step that was switched off because it can't be done."""
        told, self._given_up = self._given_up, None
        return told

    def _forget(self) -> None:
        self._made = self._chain = None
        super()._forget()

    def _forget_lengths(self) -> None:
        self._tokens = {}

    def unreadable(self) -> list[Problem]:
        """Rows that the layout can't turn into an example."""
        return self._rows()[1]

    def set_lengths(self, lengths: Mapping[int, int], limit: int) -> None:
        """Tokens by row number, counted elsewhere, and the model's limit."""
        self._tokens, self._limit = lengths, limit
        if self._made:
            rows, problems = self._made
            told = heard(rows, self._still)
            counted = Held(replace(row, tokens=self._tokens.get(row.number)) for row in told)
            self._made = counted, problems
        self._chain = None

    def report(self) -> Report:
        """What the checks find now, in the order of the list."""
        rows, table = Watched(self.chain().rows, self._still), self.table
        found = reading_findings(table.problems if table else [], self.unreadable())
        found += findings_in(rows, self._limit)
        if not len(rows):
            found[-1] = emptied(found[-1], self.chain(), self.draft.steps)
        if len(rows) >= FEWEST and (few := self.few()):
            gone_on = self.few_left() is None
            ways = [] if gone_on else self.mendings()
            found.append(few_finding(few, gone_on, ways, self._divided().advice(self._still)))
        return Report(found, table.rows_in_file if table else 0, len(rows))

    def apply(self, step_key: str, params: dict[str, Any] | None = None) -> None:
        """Add a step to the recipe."""
        step = steps()[step_key]
        chosen = self._settings(step, params or self._default_params(step_key))
        if step.marked is not None:
            rows = Watched(self.chain().rows, self._still)
            chosen = step.marked(rows, chosen, row_key(self.home, make=True))
        done = AppliedStep(key=step_key, version=step.version, params=chosen.model_dump())
        self._set_steps([*self.draft.steps, done])

    def _settings(self, step: Step, params: dict[str, Any]) -> Params:
        return step.settings(params, row_key(self.home, make=True) if step.keyed else b"")

    def leave_out(self, rows: Sequence[int | str], why: str) -> None:
        """Take these rows out by hand, as a step that can be taken back: by number, or by key
        (`Row.key`), where only one of a row's several examples is meant. `why`: without its full
        stop, as in "it stands in a test"."""
        edits = {str(row): {"remove": f"{why[:1].upper()}{why[1:]}."} for row in rows}
        self.apply("edit_rows", {"edits": json.dumps(edits, ensure_ascii=False)})

    def _set_steps(self, recipe: list[AppliedStep]) -> None:
        """Raises StudioError where a step can't be done: then the recipe stays as it was."""
        self._run = False
        self._fresh_chain().run(recipe)
        before, self.draft.steps = self.draft.steps, recipe
        try:
            self.draft.save(self.workspace)
        except StudioError:
            self.draft.steps = before
            raise
        self._run = True

    def _default_params(self, step_key: str) -> dict[str, Any]:
        if step_key == "drop_long" and self._limit is not None:
            return {"limit": self._limit}
        return {}

    def put_back(self, draft: Draft) -> bool:
        """Take another state of this draft, with the rows that are made already; False, and
        nothing happens, where its rows are others."""
        if same := self.draft.makes_the_rows_of(draft):
            self._run = False
            self._fresh_chain().run(draft.steps)
            self.draft, self._run = draft, True
            draft.save(self.workspace)
        return same

    def undo(self, index: int) -> None:
        """Take back the step at this place of `draft.steps`; the others stay."""
        recipe = self.draft.steps
        self._set_steps([*recipe[:index], *recipe[index:][1:]])

    def switch(self, index: int, on: bool) -> None:
        """Leave a step in its place without doing it, or do it again."""
        changed = list(self.draft.steps)
        if on and changed[index].of_other_rows:
            changed[index] = self._of_these_rows(index)
        changed[index] = changed[index].model_copy(update={"off": not on})
        self._set_steps(changed)

    def _of_these_rows(self, index: int) -> AppliedStep:
        """A step that was switched off because another file was chosen, for this one's rows."""
        rows = Watched(self.chain().before(index), self._still)
        applied, said = found_again(self.draft.steps[index], rows, row_key(self.home))
        if applied is None:
            title = steps()[self.draft.steps[index].key].title
            raise StudioError(
                f"“{title}” can't be switched on again.",
                said,
                "Do it again with the rows of this file, or choose the other file again.",
                code="rows_not_found",
            )
        return applied

    def move(self, index: int, to: int) -> None:
        """Do a step earlier or later: `to` is its place afterwards."""
        moved = list(self.draft.steps)
        moved.insert(to, moved.pop(index))
        self._set_steps(moved)

    def change(self, index: int, params: dict[str, Any]) -> None:
        """Do a step in its place with other settings."""
        applied = self.draft.steps[index]
        step = steps()[applied.key]
        chosen = self._settings(step, params).model_dump()
        changed = list(self.draft.steps)
        changed[index] = applied.model_copy(update={"params": chosen, "version": step.version})
        self._set_steps(changed)

    def preview(
        self, step_key: str, params: dict[str, Any] | None = None, count: int = 5
    ) -> Effect:
        """What a step would do to the rows as they are now; nothing is changed."""
        chosen = self._default_params(step_key) if params is None else params
        return foresee(self.chain().rows, step_key, chosen, count, self._still)

    def find(self, step_key: str, params: dict[str, Any] | None = None) -> Finding:
        """Ask one step what it finds: for those that are slow and not looked at unasked."""
        step = steps()[step_key]
        chosen = self._default_params(step_key) if params is None else params
        return step.find(Watched(self.chain().rows, self._still), step.params(**chosen))

    def lost(self) -> list[tuple[What, Problem]]:
        """Rows of the file that never became an example."""
        unread = self.table.problems if self.table else []
        found: list[tuple[What, Problem]] = [("not read", problem) for problem in unread]
        return found + [("no example", problem) for problem in self.unreadable()]

    def left_out(self) -> list[LeftOut]:
        """Every row of the file that is in no part, with the stage and the reason."""
        return left_out(self.draft.steps, self.chain(), self.lost(), self._still)

    def history(self, number: int) -> RowHistory:
        """What became of the row with this number of the file, and why."""
        chain = self.chain()
        place = next((i for i, row in enumerate(chain.rows) if row.number == number), None)
        side = None if place is None else self.sides()[place]
        return row_history(number, self.draft.steps, chain, self.lost(), side)

    def recipe(self) -> Recipe:
        """What leads from this file to its examples, to be saved and used on another file."""
        self.chain()
        draft = self.draft
        return Recipe(
            name=draft.name, columns=self.table.column_names if self.table else [],
            layout=draft.layout, mapping=dict(draft.mapping), group_column=draft.group_column,
            steps=[self._handed_out(step) for step in draft.steps],
            split=draft.split.model_copy(),
        )  # fmt: skip

    def _handed_out(self, applied: AppliedStep) -> AppliedStep:
        """Told by the rules of today, also where it was noted by an older version of the app."""
        made, step = by_these_rules(applied), steps().get(applied.key)
        if step is not None and step.keyed is not None:
            made.params = self._settings(step, applied.params).model_dump()
        return made

    def dry_run(self, recipe: Recipe) -> DryRun:
        """What a recipe would do to this file, compared with what it did then."""
        assert self.table is not None, "no file was chosen"
        return dry_run(self.table, recipe, self._tokens, self._still, row_key(self.home))

    def replay(self, recipe: Recipe) -> None:
        """Take the recipe's columns, steps and split in the place of this draft's own.
        Raises StudioError where the file lacks columns that it reads."""
        assert self.table is not None, "no file was chosen"
        fitted, draft = usable(recipe, self.table), self.draft
        before = dict(draft)
        draft.layout, draft.mapping = fitted.layout, dict(fitted.mapping)
        draft.group_column, draft.split = fitted.group_column, fitted.split
        draft.confirmed = set(self.table.column_names)
        self._made = self._chain = None
        try:
            chain = self._fresh_chain()
            same = same_rows(recipe, chain.start_digest)
            self._set_steps(on_these_rows(chain, fitted.steps, same, row_key(self.home)))
        except StudioError:
            for name, value in before.items():
                setattr(draft, name, value)
            self._made = self._chain = None
            raise

    def examples(self) -> list[Example]:
        """The examples after all the steps."""
        return list(self._examples())

    def _examples(self) -> Examples:
        return Examples(self.chain().rows)

    def set_split(self, choice: SplitChoice) -> None:
        self.draft.split = choice
        self.draft.save(self.workspace)

    def _divided(self) -> Division:
        rows, choice = self.chain().rows, self.draft.split
        if self._division is None or not self._division.is_of(rows, choice):
            self._division = divide(rows, choice, self._still)
        return self._division

    def sides(self) -> list[Side]:
        """The side of each of `examples()`."""
        return list(self._divided().sides)

    def split_problems(self) -> list[str]:
        """Why the split can't be trained with, as sentences; empty where it can."""
        return self._divided().problems

    def few(self) -> Few | None:
        """What is lacking to check with, whether somebody goes on all the same or not."""
        return self._divided().few

    def few_left(self) -> Few | None:
        """What is lacking to check with, as long as nobody has said to go on all the same."""
        few, said = self.few(), self.draft.few
        return None if few is None or (said is not None and said.covers(few)) else few

    def mendings(self) -> list[Mending]:
        """What helps where little is there to check with."""
        return self._divided().mendings(self._still)

    def go_on_with_few(self) -> None:
        """A person goes on with the rows there are to check with: the result will be rough."""
        self.draft.few = self.few()
        self.draft.save(self.workspace)

    def leaks(self, near: bool = True, progress: Callable[[float], None] | None = None) -> Leaks:
        """What stands on two sides, or in public tests. `near` is slow; `progress` may raise."""
        examples, sides = self._examples(), self.sides()
        tell = rising(progress) or self._still
        own = between(examples, sides, near, tell)
        return Leaks(own, against_benchmarks(examples, sides, tell=tell))

    def counts(self) -> dict[Side, int]:
        return self._divided().counts

    def problems(self, page: str) -> list[str]:
        """What is still missing on a page, as sentences, checks included."""
        found = self.draft.problems(page)
        if found or page in ("file", "columns"):
            return found
        blocking = [finding.sentence for finding in self.report().blocking]
        if page in ("preview", "summary"):
            blocking += self.split_problems()
        if page == "summary" and not blocking and (few := self.few_left()):
            blocking.append(f"{few.what} {few.why}")
        return blocking

    def freeze(
        self,
        progress: Callable[[float], None] | None = None,
        name: str = "",
        out: Path | None = None,
    ) -> DatasetVersion:
        """Make the dataset version, and delete the draft."""
        self.chain()
        if failed := self.given_up():
            raise failed
        if problems := self.problems("preview"):
            raise StudioError(
                "The dataset can't be frozen yet.",
                problems[0],
                "Go back to the page that names it, and use the remedy there.",
                code="draft_blocked",
            )
        if few := self.few_left():
            raise stop(few, self.mendings(), self._divided().advice(self._still))
        sides, second = self.sides(), Path(self.draft.second).name
        assert self.table is not None
        told = self.draft, self.recipe(), len(self.unreadable()), len(sides)
        lost = drops.drops_table(heard(self.left_out(), self._still), second, self.table.beside)
        version = freeze(
            with_near(self._examples(), self._divided().near, self._still),
            sides,
            manifest_of(name or self.draft.name, self.table, *told),
            datasets=self.workspace.datasets,
            out=out,
            beside={drops.FILE: lost},
            progress=progress,
            few=True,  # asked above, with the ways to mend it
        )
        remember(self.workspace, shape_of(self.draft, self.table.column_names))
        self.draft.delete(self.workspace)
        return version
