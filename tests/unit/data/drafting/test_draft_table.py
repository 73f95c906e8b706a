"""A draft's table alone: columns guessed, given, confirmed and remembered, without any example."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.draft_table import DraftTable


class Counting(DraftTable):
    """Counts how often other rows would be made."""

    forgotten = 0

    def _forget(self) -> None:
        self.forgotten += 1
        super()._forget()


@pytest.fixture
def table(workspace: Workspace, german_csv: Path) -> Counting:
    made = Counting.open(workspace, Draft())
    made.choose_file(german_csv)
    return made


def test_opening_gives_the_class_it_was_asked_of(table: Counting) -> None:
    assert isinstance(table, Counting)
    assert table.forgotten == 1
    assert table.draft.mapping == {"Frage": "question", "Antwort": "answer"}
    assert table.guess().layout == "question_answer"


def test_a_role_moves_and_is_saved_and_rows_are_made_anew(
    table: Counting, workspace: Workspace
) -> None:
    table.set_role("Antwort", "question")
    assert table.draft.mapping == {"Antwort": "question"}
    assert table.forgotten == 2
    assert Draft.load(workspace, table.draft.id).mapping == {"Antwort": "question"}
    assert table.unsure() == []
    table.set_group_column("Frage")
    assert (table.forgotten, table.draft.group_column) == (3, "Frage")


def test_confirming_a_column_makes_no_new_rows(table: Counting) -> None:
    table.confirm("Frage")
    assert "Frage" in table.draft.confirmed
    assert table.forgotten == 1


def test_another_layout_is_one_that_there_is(table: Counting) -> None:
    table.set_layout("instruction")
    assert table.draft.layout == "instruction"
    with pytest.raises(ValueError, match="no layout poem"):
        table.set_layout("poem")
