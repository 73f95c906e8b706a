"""A draft's file as it was read, and what its columns are taken for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Self

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft, DraftOptions
from ftstudio.data.drafting.joining import join_tables
from ftstudio.data.drafting.readings import read_once, sweep, title_of
from ftstudio.data.drafting.replay import without_numbers
from ftstudio.data.drafting.shapes import Shape, recall
from ftstudio.data.format import ReadOptions
from ftstudio.data.layout import Guess, guess_layouts, layouts
from ftstudio.data.licences import licence_beside
from ftstudio.data.table import GROUP, RawTable
from ftstudio.data.watched import Ear


class DraftTable:
    """The first half of a `DraftSession`; it knows no examples. `_forget` is called whenever
    others would be made of the rows."""

    def __init__(self, workspace: Workspace, draft: Draft) -> None:
        self.workspace = workspace
        self.draft = draft
        self.table: RawTable | None = None
        self._still = Ear()
        self.guesses: list[Guess] = []  # ranked; the first was taken with the file
        self.recalled: Shape | None = None  # what an earlier file of this shape was taken for

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
    ) -> Self:
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
        if self.table is not None and not _same_numbers(self.table, table):
            draft.steps = without_numbers(draft.steps)
        same_columns = self.table is not None and self.table.column_names == table.column_names
        self.table, self.guesses = table, guess_layouts(table)
        draft.table = str(table.folder)
        if not (same_columns and draft.layout):
            self._take_columns(table.column_names)
            if table.format == "own_folder" and GROUP in table.column_names:
                draft.group_column = GROUP  # such rows belong together for good
            draft.steps = []
        self._forget_lengths()
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

    def set_group_column(self, column: str) -> None:
        """Rows with the same text in this column stay on one side of the split; "": none."""
        self.draft.group_column = column
        self._forget()

    def _forget(self) -> None:
        self.draft.save(self.workspace)

    def _forget_lengths(self) -> None:
        """What was counted belongs to another file."""


def _same_numbers(one: RawTable, other: RawTable) -> bool:
    """Whether a row's number means the same row in both: of one file, and of one sheet of it."""
    return one.sha256 == other.sha256 and one.details.get("sheet") == other.details.get("sheet")
