"""A draft at work: the table, the examples it makes, the checks, and freezing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.data import drops
from ftstudio.data.chain import Chain
from ftstudio.data.draft import Draft, DraftOptions
from ftstudio.data.foreseen import Effect, foresee
from ftstudio.data.format import ReadOptions
from ftstudio.data.held import Held
from ftstudio.data.history import LeftOut, RowHistory, What, left_out, row_history
from ftstudio.data.joining import join_tables
from ftstudio.data.kept_groups import with_near
from ftstudio.data.layout import Guess, guess_layouts, layouts
from ftstudio.data.leak import Leaks, against_benchmarks, between, near_groups
from ftstudio.data.library import DatasetVersion, freeze
from ftstudio.data.licences import licence_beside
from ftstudio.data.making import make_rows
from ftstudio.data.manifest import manifest_of
from ftstudio.data.readings import read_once, sweep, title_of
from ftstudio.data.recipe import AppliedStep, Recipe
from ftstudio.data.replay import DryRun, dry_run, on_these_rows, same_rows, usable, without_numbers
from ftstudio.data.report import Report, findings_in, reading_findings
from ftstudio.data.shapes import Shape, recall, remember, shape_of
from ftstudio.data.split import SIDES, Side, SplitChoice, assign, split_problems
from ftstudio.data.step import Examples, Finding, Row, steps
from ftstudio.data.table import GROUP, Problem, RawTable
from ftstudio.data.together import together
from ftstudio.data.watched import Ear, Watched, heard, rising


class DraftSession:
    """Holds a draft, its table and what follows from them. Methods may be slow: call them in
    the background. Every change is saved at once. `watch` is called meanwhile and may raise to
    stop; then the session is of no more use."""

    def __init__(self, workspace: Workspace, draft: Draft) -> None:
        self.workspace = workspace
        self.draft = draft
        self.table: RawTable | None = None
        self._still = Ear()
        self.guesses: list[Guess] = []  # ranked; the first was taken with the file
        self.recalled: Shape | None = None  # what an earlier file of this shape was taken for
        self._made: tuple[list[Row], list[Problem]] | None = None
        self._chain: Chain | None = None
        self._run = False  # the chain stands where the recipe stands
        self._sides: tuple[list[Row], SplitChoice, list[Side]] | None = None
        self._near: list[str | None] = []  # what those sides were kept together by
        self._tokens: dict[int, int] = {}
        self._limit: int | None = None

    @property
    def watch(self) -> Callable[[float], None]:
        return self._still.listener

    @watch.setter
    def watch(self, listener: Callable[[float], None]) -> None:
        self._still.listener = listener

    @classmethod
    def open(
        cls,
        workspace: Workspace,
        draft: Draft,
        cancelled: Callable[[], bool] | None = None,
    ) -> DraftSession:
        """Take up a draft where it was left; a new one is `Draft()`."""
        session = cls(workspace, draft)
        sweep(workspace)
        if draft.table:
            try:
                session.table = RawTable.load(Path(draft.table))
            except StudioError:
                options = draft.options.read_options()
                session.table = read_once(workspace, Path(draft.file), options, None, cancelled)
                if draft.second:
                    second = Path(draft.second)
                    session.table = session._beside(second, draft.joined_on, cancelled)
            session.guesses = guess_layouts(session.table)
        return session

    def choose_file(
        self,
        path: Path,
        options: ReadOptions | None = None,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RawTable:
        """Read a file, guess its layout, and forget what was chosen for another one."""
        options = options or ReadOptions()
        table = read_once(self.workspace, path, options, progress, cancelled)
        draft = self.draft
        draft.put_beside(None)
        if draft.file != str(path):
            found = licence_beside(path)
            draft.licence = found.key if found else "unknown"
            draft.licence_from = found.file if found else ""
        draft.file, draft.options = str(path), DraftOptions(**asdict(options))
        draft.name = draft.name or title_of(path)
        self._take(table)
        return table

    def join(
        self, second: Path, on: str = "", cancelled: Callable[[], bool] | None = None
    ) -> RawTable:
        """Put a second file's columns beside the rows by an id: see `join_tables`."""
        if self.draft.second:  # another one than before
            options = self.draft.options.read_options()
            self.table = read_once(self.workspace, Path(self.draft.file), options, None, cancelled)
        table = self._beside(second, on, cancelled)
        self.draft.put_beside(second, on)
        self._take(table)
        return table

    def _beside(
        self, second: Path, on: str, cancelled: Callable[[], bool] | None = None
    ) -> RawTable:
        assert self.table is not None
        other = read_once(self.workspace, second, ReadOptions(), None, cancelled)
        return join_tables(self.table, other, on, self.workspace.sources, self._still)

    def _take(self, table: RawTable) -> None:
        draft = self.draft
        if self.table is not None and self.table.sha256 != table.sha256:
            draft.steps = without_numbers(draft.steps)
        same_columns = self.table is not None and self.table.column_names == table.column_names
        self.table, self.guesses = table, guess_layouts(table)
        draft.table = str(table.folder)
        if not (same_columns and draft.layout):
            self._take_columns(table.column_names)
            if table.format == "own_folder" and GROUP in table.column_names:
                draft.group_column = GROUP  # such rows belong together for good
            draft.steps = []
        self._tokens = {}
        self._forget()

    def _take_columns(self, names: list[str]) -> None:
        """What an earlier file of this shape was taken for; else the best guess."""
        draft, best = self.draft, self.guesses[0]
        self.recalled = recall(self.workspace, names)
        draft.layout, draft.mapping, draft.group_column = best.layout, dict(best.mapping), ""
        draft.confirmed = set()
        if self.recalled is not None:
            draft.layout, draft.mapping = self.recalled.layout, dict(self.recalled.mapping)
            draft.group_column, draft.confirmed = self.recalled.group_column, set(names)

    def set_layout(self, key: str) -> None:
        """Take another layout, with the columns guessed for it."""
        if key not in layouts():
            raise ValueError(f"no layout {key}")
        self.draft.layout = key
        self.draft.mapping = dict(self.guess().mapping)
        self.draft.confirmed = set()
        self._forget()

    def set_role(self, column: str, role: str | None) -> None:
        """Give a column a role (None: ignore it); another column loses it if it is single."""
        mapping = dict(self.draft.mapping)
        mapping.pop(column, None)
        if role is not None:
            roles = {r.key: r for r in layouts()[self.draft.layout].roles}
            if not roles[role].many:
                mapping = {name: key for name, key in mapping.items() if key != role}
            mapping[column] = role
        self.draft.mapping = mapping
        self.draft.confirmed = self.draft.confirmed | {column}
        self._forget()

    def set_mapping(self, mapping: Mapping[str, str]) -> None:
        """Take all the columns' roles as given."""
        self.draft.mapping = dict(mapping)
        self.draft.confirmed = set(self.table.column_names if self.table else [])
        self._forget()

    def confirm(self, column: str) -> None:
        """The person has looked at this column and left it as it was guessed."""
        self.draft.confirmed = self.draft.confirmed | {column}
        self.draft.save(self.workspace)

    def guess(self) -> Guess:
        """What was guessed for the layout that is chosen now."""
        for guess in self.guesses:
            if guess.layout == self.draft.layout:
                return guess
        return Guess(self.draft.layout, 0.0, "", {}, frozenset())

    def unsure(self) -> list[str]:
        """Columns whose role was guessed without certainty and not looked at yet."""
        known = self.guess().sure | self.draft.confirmed
        names = self.table.column_names if self.table else []
        return [name for name in names if name not in known]

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
        """The rows after each step of the recipe; records what each step did."""
        if self._chain is None:
            self._chain = Chain(self._rows()[0], self._still)
            self._run = False
        if not self._run:
            self._chain.run(self.draft.steps)
            self._run = True
        return self._chain

    def _forget(self) -> None:
        self._made = self._chain = None
        self.draft.save(self.workspace)

    def unreadable(self) -> list[Problem]:
        """Rows that the layout can't turn into an example."""
        return self._rows()[1]

    def set_lengths(self, lengths: Mapping[int, int], limit: int) -> None:
        """Tokens by row number, counted elsewhere, and the model's limit."""
        self._tokens, self._limit = dict(lengths), limit
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
        return Report(found, table.rows_in_file if table else 0, len(rows))

    def apply(self, step_key: str, params: dict[str, Any] | None = None) -> None:
        """Add a step to the recipe."""
        step = steps()[step_key]
        chosen = step.params(**(params or self._default_params(step_key)))
        done = AppliedStep(key=step_key, version=step.version, params=chosen.model_dump())
        self._set_steps([*self.draft.steps, done])

    def _set_steps(self, recipe: list[AppliedStep]) -> None:
        self.draft.steps, self._run = recipe, False
        self.chain()
        self.draft.save(self.workspace)

    def _default_params(self, step_key: str) -> dict[str, Any]:
        if step_key == "drop_long" and self._limit is not None:
            return {"limit": self._limit}
        return {}

    def put_back(self, draft: Draft) -> bool:
        """Take another state of this draft, with the rows that are made already; False, and
        nothing happens, where its rows are others."""
        if same := self.draft.makes_the_rows_of(draft):
            self.draft = draft
            self._set_steps(draft.steps)
        return same

    def undo(self, index: int) -> None:
        """Take back the step at this place of `draft.steps`; the others stay."""
        recipe = self.draft.steps
        self._set_steps([*recipe[:index], *recipe[index:][1:]])

    def switch(self, index: int, on: bool) -> None:
        """Leave a step in its place without doing it, or do it again."""
        changed = list(self.draft.steps)
        changed[index] = changed[index].model_copy(update={"off": not on})
        self._set_steps(changed)

    def move(self, index: int, to: int) -> None:
        """Do a step earlier or later: `to` is its place afterwards."""
        moved = list(self.draft.steps)
        moved.insert(to, moved.pop(index))
        self._set_steps(moved)

    def change(self, index: int, params: dict[str, Any]) -> None:
        """Do a step in its place with other settings."""
        applied = self.draft.steps[index]
        step = steps()[applied.key]
        chosen = step.params(**params).model_dump()
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
            steps=[step.model_copy(deep=True) for step in draft.steps],
            split=draft.split.model_copy(),
        )  # fmt: skip

    def dry_run(self, recipe: Recipe) -> DryRun:
        """What a recipe would do to this file, compared with what it did then."""
        assert self.table is not None, "no file was chosen"
        return dry_run(self.table, recipe, self._tokens, self._still)

    def replay(self, recipe: Recipe) -> None:
        """Take the recipe's columns, steps and split in the place of this draft's own.
        Raises StudioError where the file lacks columns that it reads."""
        assert self.table is not None, "no file was chosen"
        fitted, draft = usable(recipe, self.table), self.draft
        draft.layout, draft.mapping = fitted.layout, dict(fitted.mapping)
        draft.group_column, draft.split = fitted.group_column, fitted.split
        draft.confirmed = set(self.table.column_names)
        self._made = self._chain = None
        same = same_rows(recipe, Chain(self._rows()[0], self._still).start_digest)
        self._set_steps(on_these_rows(fitted.steps, same))

    def set_group_column(self, column: str) -> None:
        """Rows with the same text in this column stay on one side of the split; "": none."""
        self.draft.group_column = column
        self._forget()

    def examples(self) -> list[Example]:
        """The examples after all the steps."""
        return list(self._examples())

    def _examples(self) -> Examples:
        return Examples(self.chain().rows)

    def set_split(self, choice: SplitChoice) -> None:
        self.draft.split = choice
        self.draft.save(self.workspace)

    def sides(self) -> list[Side]:
        """The side of each of `examples()`."""
        rows, choice = self.chain().rows, self.draft.split
        if self._sides is None or self._sides[0] is not rows or self._sides[1] != choice:
            near = [row.near for row in rows]
            if choice.near:
                found = near_groups(self._examples(), self._still)
                near = together(near, [one and f"all-{one}" for one in found])
            sides = assign(self._examples(), choice, near if any(near) else (), self._still)
            self._sides, self._near = (rows, choice.model_copy(), sides), near
        return list(self._sides[2])

    def split_problems(self) -> list[str]:
        """Why the split can't be trained with, as sentences; empty where it can."""
        seen = self._examples(), self.sides()
        return split_problems(self.draft.split, self.counts(), *seen, self._still)

    def leaks(self, near: bool = True, progress: Callable[[float], None] | None = None) -> Leaks:
        """What stands on two sides, or in public tests. `near` is slow; `progress` may raise."""
        examples, sides = self._examples(), self.sides()
        tell = rising(progress) or self._still
        own = between(examples, sides, near, tell)
        return Leaks(own, against_benchmarks(examples, sides, tell=tell))

    def counts(self) -> dict[Side, int]:
        return {side: found.count(side) for found in [self.sides()] for side in SIDES}

    def problems(self, page: str) -> list[str]:
        """What is still missing on a page, as sentences, checks included."""
        found = self.draft.problems(page)
        if found or page in ("file", "columns"):
            return found
        blocking = [finding.sentence for finding in self.report().blocking]
        if page in ("preview", "summary"):
            blocking += self.split_problems()
        return blocking

    def freeze(
        self,
        progress: Callable[[float], None] | None = None,
        name: str = "",
        out: Path | None = None,
    ) -> DatasetVersion:
        """Make the dataset version, and delete the draft."""
        if problems := self.problems("summary"):
            raise StudioError(
                "The dataset can't be frozen yet.",
                problems[0],
                "Go back to the page that names it, and use the remedy there.",
                code="draft_blocked",
            )
        sides, second = self.sides(), Path(self.draft.second).name
        assert self.table is not None
        told = self.draft, self.recipe(), len(self.unreadable()), len(sides)
        lost = drops.drops_table(heard(self.left_out(), self._still), second, self.table.beside)
        version = freeze(
            with_near(self._examples(), self._near, self._still),
            sides,
            manifest_of(name or self.draft.name, self.table, *told),
            datasets=self.workspace.datasets,
            out=out,
            beside={drops.FILE: lost},
            progress=progress,
        )
        remember(self.workspace, shape_of(self.draft, self.table.column_names))
        self.draft.delete(self.workspace)
        return version
