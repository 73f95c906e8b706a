"""A draft at work: the table, the examples it makes, the checks, and freezing it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ftstudio.core.errors import StudioError
from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import AppliedStep, Draft, DraftOptions, list_drafts
from ftstudio.data.format import ReadOptions
from ftstudio.data.kind import kind_findings
from ftstudio.data.layout import Guess, guess_layouts, layouts, read_row
from ftstudio.data.library import DatasetVersion, freeze
from ftstudio.data.reading import read_file
from ftstudio.data.split import FEWEST, SIDES, Side, SplitChoice, assign, split_problems
from ftstudio.data.step import Finding, Row, rows_are, steps
from ftstudio.data.table import Problem, RawTable

_KEPT = 3 * 24 * 3600  # seconds for which rows are kept that no draft needs
READER = 2  # raised when reading changes, so that tables read earlier are not reused


@dataclass(frozen=True)
class Report:
    """The check list as it stands after the steps applied so far."""

    findings: list[Finding]
    rows_in: int  # rows of the file
    rows_left: int  # examples that would be frozen now

    @property
    def blocking(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "blocks"]


class DraftSession:
    """Holds a draft, its table and what follows from them. Methods may be slow: call them in
    the background. Every change is saved at once."""

    def __init__(self, workspace: Workspace, draft: Draft) -> None:
        self.workspace = workspace
        self.draft = draft
        self.table: RawTable | None = None
        self.guesses: list[Guess] = []  # ranked; the first was taken with the file
        self._made: tuple[list[Row], list[Problem]] | None = None
        self._left: list[Row] | None = None
        self._tokens: dict[int, int] = {}
        self._limit: int | None = None

    @classmethod
    def open(
        cls,
        workspace: Workspace,
        draft: Draft,
        cancelled: Callable[[], bool] | None = None,
    ) -> DraftSession:
        """Take up a draft where it was left; a new one is `Draft()`."""
        session = cls(workspace, draft)
        _sweep(workspace)
        if draft.table:
            try:
                session.table = RawTable.load(Path(draft.table))
            except StudioError:
                options = draft.options.read_options()
                session.table = session._read(Path(draft.file), options, None, cancelled)
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
        table = self._read(path, options, progress, cancelled)
        draft = self.draft
        same_columns = self.table is not None and self.table.column_names == table.column_names
        self.table, self.guesses = table, guess_layouts(table)
        draft.file, draft.table = str(path), str(table.folder)
        draft.options = DraftOptions(**asdict(options))
        draft.name = draft.name or _title(path)
        if not (same_columns and draft.layout):
            best = self.guesses[0]
            draft.layout, draft.mapping = best.layout, dict(best.mapping)
            draft.confirmed, draft.steps = set(), []
        self._tokens = {}
        self._forget()
        return table

    def _read(
        self,
        path: Path,
        options: ReadOptions,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RawTable:
        """Read into `sources/`, or take what was read from the very same file before."""
        path = path.expanduser().absolute()
        folder = self.workspace.sources / _reading_name(path, options)
        if folder.is_dir():
            try:
                return RawTable.load(folder)
            except StudioError:
                pass  # damaged: read it again
        return read_file(path, folder, options, progress, cancelled)

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
            layout = layouts()[self.draft.layout]
            rows: list[Row] = []
            problems: list[Problem] = []
            for raw in self.table.rows():
                made = read_row(layout, raw, self.draft.mapping)
                if isinstance(made, Problem):
                    problems.append(made)
                else:
                    rows.append(Row(made, self._tokens.get(made.source_row)))
            self._made = rows, problems
        return self._made

    def _current(self) -> list[Row]:
        """The rows after all the steps; records what each step did."""
        if self._left is None:
            rows = self._rows()[0]
            for applied in self.draft.steps:
                step = steps()[applied.key]
                outcome = step.apply(rows, step.params(**applied.params))
                applied.rows_in, applied.rows_out = len(rows), len(outcome.rows)
                applied.changed = len(outcome.changed)
                rows = outcome.rows
            self._left = rows
        return self._left

    def _forget(self) -> None:
        self._made = None
        self._forget_steps()

    def _forget_steps(self) -> None:
        self._left = None
        self.draft.save(self.workspace)

    def unreadable(self) -> list[Problem]:
        """Rows that the layout can't turn into an example."""
        return self._rows()[1]

    def set_lengths(self, lengths: Mapping[int, int], limit: int) -> None:
        """Tokens by row number, counted elsewhere, and the model's limit."""
        self._tokens, self._limit = dict(lengths), limit
        if self._made:
            rows, problems = self._made
            counted = [replace(row, tokens=self._tokens.get(row.number)) for row in rows]
            self._made = counted, problems
        self._left = None

    def report(self) -> Report:
        """What the checks find now, in the order of the list."""
        rows = self._current()
        kind = layouts()[self.draft.layout].kind if self.draft.layout in layouts() else "chat"
        findings = [*self._reading_findings()]
        for key, step in steps().items():
            if not step.offered or step.slow or not step.suits(kind):
                continue
            if key == "drop_long" and self._limit is None:
                continue
            params = {"limit": self._limit} if key == "drop_long" else {}
            findings.append(step.find(rows, step.params(**params)))
        findings += kind_findings(rows)
        if len(rows) < FEWEST:
            findings.append(_too_few(len(rows)))
        total = self.table.rows_in_file if self.table else 0
        return Report(findings, total, len(rows))

    def _reading_findings(self) -> list[Finding]:
        """What was lost before any step: rows that could not be read, or make no example."""
        findings = []
        problems = self.table.problems if self.table else []
        for key, title, lost, consequence in (
            ("unread", "Rows that could not be read", problems, "were left out while reading"),
            ("unusable", "Rows that make no example", self.unreadable(), "were left out"),
        ):
            if lost:
                was = consequence.replace("were", "was") if len(lost) == 1 else consequence
                findings.append(
                    Finding(
                        key, "look", title,
                        f"{rows_are(len(lost), was, was)}. The first: row {lost[0].row}. "
                        f"{lost[0].reason}",
                        len(lost), [problem.row for problem in lost],
                    )
                )  # fmt: skip
        return findings

    def apply(self, step_key: str, params: dict[str, Any] | None = None) -> None:
        """Add a step to the recipe."""
        step = steps()[step_key]
        chosen = step.params(**(params or self._default_params(step_key)))
        self.draft.steps = [
            *self.draft.steps, AppliedStep(key=step_key, params=chosen.model_dump())
        ]  # fmt: skip
        self._left = None
        self._current()
        self.draft.save(self.workspace)

    def _default_params(self, step_key: str) -> dict[str, Any]:
        if step_key == "drop_long" and self._limit is not None:
            return {"limit": self._limit}
        return {}

    def undo(self, index: int) -> None:
        """Take back the step at this place of `draft.steps`; the others stay."""
        kept = list(self.draft.steps)
        del kept[index]
        self.draft.steps = kept
        self._left = None
        self._current()
        self.draft.save(self.workspace)

    def examples(self) -> list[Example]:
        """The examples after all the steps."""
        return [row.example for row in self._current()]

    def set_split(self, choice: SplitChoice) -> None:
        self.draft.split = choice
        self.draft.save(self.workspace)

    def sides(self) -> list[Side]:
        """The side of each of `examples()`."""
        return assign(self.examples(), self.draft.split)

    def counts(self) -> dict[Side, int]:
        sides = self.sides()
        return {side: sum(1 for s in sides if s == side) for side in SIDES}

    def problems(self, page: str) -> list[str]:
        """What is still missing on a page, as sentences, checks included."""
        found = self.draft.problems(page)
        if found or page in ("file", "columns"):
            return found
        blocking = [finding.sentence for finding in self.report().blocking]
        if page in ("preview", "summary"):
            blocking += split_problems(self.draft.split, self.counts())
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
        examples = self.examples()
        version = freeze(
            examples,
            assign(examples, self.draft.split),
            self._manifest(name or self.draft.name),
            datasets=self.workspace.datasets,
            out=out,
            progress=progress,
        )
        self.draft.delete(self.workspace)
        return version

    def _manifest(self, name: str) -> dict[str, Any]:
        assert self.table is not None
        table, draft = self.table, self.draft
        return {
            "name": name,
            "sources": [{"name": table.path.name, "sha256": table.sha256, "size": table.size}],
            "format": table.format,
            "details": table.details,
            "layout": draft.layout,
            "mapping": draft.mapping,
            "rows": {
                "in_file": table.rows_in_file,
                "not_read": len(table.problems),
                "no_example": len(self.unreadable()),
                "examples": len(self._current()),
            },
            "steps": [step.model_dump() for step in draft.steps],
            "split": draft.split.model_dump(),
            "seed": draft.split.seed,
            "licence": draft.licence,
        }


def _sweep(workspace: Workspace) -> None:
    """Rows that were read for no draft that still exists, and readings that were broken off."""
    used = {Path(draft.table).name for draft in list_drafts(workspace)}
    for folder in (*workspace.sources.glob("read-*"), *workspace.sources.glob(".reading-*")):
        with contextlib.suppress(OSError):
            if folder.name not in used and time.time() - folder.stat().st_mtime > _KEPT:
                shutil.rmtree(folder)


def _too_few(count: int) -> Finding:
    have = {0: "No example is left", 1: "Only 1 example is left"}.get(
        count, f"Only {count} examples are left"
    )
    return Finding(
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


def _title(path: Path) -> str:
    name = path.name
    for _ in range(2):
        name = Path(name).stem if Path(name).suffix.lower() in _ENDINGS else name
    return " ".join(name.replace("_", " ").split()) or path.name


_ENDINGS = {".csv", ".tsv", ".tab", ".txt", ".text", ".md", ".markdown", ".xlsx", ".xlsm", ".xls",
            ".xlsb", ".ods", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".gz"}  # fmt: skip


def _reading_name(path: Path, options: ReadOptions) -> str:
    """The same file (place, size, time) read with the same options is read once."""
    try:
        seen = path.stat()
        state = [seen.st_size, seen.st_mtime_ns, seen.st_ino]
    except OSError:
        state = []
    key = json.dumps([READER, str(path), state, asdict(options)], sort_keys=True)
    return f"read-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
