"""A draft at work: the table, the examples it makes, the checks, and freezing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ftstudio.core.example import Example
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.format import ReadOptions
from ftstudio.data.layout import Guess
from ftstudio.data.library import DatasetVersion
from ftstudio.data.split import Side, SplitChoice
from ftstudio.data.step import Finding
from ftstudio.data.table import Problem, RawTable


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

    workspace: Workspace
    draft: Draft
    table: RawTable | None
    guesses: list[Guess]  # ranked; the first was taken when the file was chosen

    @classmethod
    def open(cls, workspace: Workspace, draft: Draft) -> DraftSession:
        """Take up a draft where it was left; a new one is `Draft()`."""
        raise NotImplementedError

    def choose_file(
        self,
        path: Path,
        options: ReadOptions | None = None,
        progress: Callable[[float], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> RawTable:
        """Read a file, guess its layout, and forget what was chosen for another one."""
        raise NotImplementedError

    def set_layout(self, key: str) -> None:
        raise NotImplementedError

    def set_role(self, column: str, role: str | None) -> None:
        """Give a column a role (None: ignore it); another column loses it if it is single."""
        raise NotImplementedError

    def guess(self) -> Guess:
        """What was guessed for the layout that is chosen now."""
        raise NotImplementedError

    def unreadable(self) -> list[Problem]:
        """Rows that the layout can't turn into an example."""
        raise NotImplementedError

    def set_lengths(self, lengths: Mapping[int, int], limit: int) -> None:
        """Tokens by row number, counted elsewhere, and the model's limit."""
        raise NotImplementedError

    def report(self) -> Report:
        raise NotImplementedError

    def apply(self, step_key: str, params: dict[str, Any] | None = None) -> None:
        raise NotImplementedError

    def undo(self, index: int) -> None:
        """Take back the step at this place of `draft.steps`; the others stay."""
        raise NotImplementedError

    def examples(self) -> list[Example]:
        """The examples after all the steps."""
        raise NotImplementedError

    def set_split(self, choice: SplitChoice) -> None:
        raise NotImplementedError

    def sides(self) -> list[Side]:
        """The side of each of `examples()`."""
        raise NotImplementedError

    def counts(self) -> dict[Side, int]:
        raise NotImplementedError

    def problems(self, page: str) -> list[str]:
        """What is still missing on a page, as sentences, checks included."""
        raise NotImplementedError

    def freeze(
        self, progress: Callable[[float], None] | None = None, name: str = ""
    ) -> DatasetVersion:
        """Make the dataset version, and delete the draft."""
        raise NotImplementedError
