"""A step that can't be done must never shut a draft: the work of hours hangs on it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft, list_drafts
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.recipe import AppliedStep

NEVER_ENDS = {"pattern": "(x+x+)+y", "as_pattern": True}  # more than a second on 9,000 x


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work")


@pytest.fixture
def session(workspace: Workspace, tmp_path: Path) -> DraftSession:
    path = tmp_path / "lamps.csv"
    rows = [f"Is lamp {i} lit?,Lamp {i} is lit." for i in range(60)]
    path.write_text("\n".join(["question,answer", *rows, "How long?," + "x" * 9000]), "utf-8")
    session = DraftSession.open(workspace, Draft())
    session.choose_file(path)
    session.apply("trim")
    return session


def keys(session: DraftSession) -> list[str]:
    return [step.key for step in session.draft.steps]


def reopened(workspace: Workspace) -> DraftSession:
    return DraftSession.open(workspace, list_drafts(workspace)[0])


def test_a_step_that_fails_is_no_part_of_the_recipe(session, workspace):
    with pytest.raises(StudioError, match="given up"):
        session.apply("replace_text", NEVER_ENDS)
    assert keys(session) == ["trim"]
    session.draft.save(workspace)  # as every small note does
    session.apply("drop_empty")
    assert keys(reopened(workspace)) == ["trim", "drop_empty"]
    assert len(session.examples()) == 61


def test_settings_that_fail_leave_the_step_as_it_was(session):
    session.apply("replace_text", {"pattern": "lamp", "by": "light"})
    with pytest.raises(StudioError):
        session.change(1, NEVER_ENDS)
    assert session.draft.steps[1].params["by"] == "light"
    assert "light" in session.examples()[0].messages[0].content


def test_a_recipe_that_fails_leaves_columns_steps_and_split(session):
    recipe = session.recipe()
    recipe.split.validation = 0.4
    recipe.mapping = {"question": "answer", "answer": "question"}
    recipe.steps.append(AppliedStep(key="replace_text", params=NEVER_ENDS))
    with pytest.raises(StudioError):
        session.replay(recipe)
    assert keys(session) == ["trim"]
    assert session.draft.mapping == {"question": "question", "answer": "answer"}
    assert session.draft.split.validation != 0.4
    assert len(session.examples()) == 61


def test_a_draft_with_a_step_that_fails_opens_and_tells_which(session, workspace):
    session.draft.steps.append(AppliedStep(key="replace_text", params=NEVER_ENDS))
    session.draft.save(workspace)  # on a quicker computer it was done in time
    again = reopened(workspace)
    assert len(again.examples()) == 61
    assert [step.off for step in again.draft.steps] == [False, True]
    told = again.given_up()
    assert told is not None
    assert "Replace words" in told.what
    assert again.given_up() is None
    again.undo(1)
    assert keys(reopened(workspace)) == ["trim"]


def test_nothing_is_frozen_with_a_step_left_undone_unsaid(session, workspace):
    session.draft.steps.append(AppliedStep(key="replace_text", params=NEVER_ENDS))
    session.draft.save(workspace)
    with pytest.raises(StudioError, match="switched off"):
        reopened(workspace).freeze()
    assert not list(workspace.datasets.glob("ds-*"))


def test_a_full_disk_leaves_the_draft_as_it_was_saved(session, workspace, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StudioError, match=r"could not be saved\..*No space left"):
            session.apply("drop_empty")
    assert keys(session) == keys(reopened(workspace)) == ["trim"]
    session.apply("drop_empty")
    assert keys(reopened(workspace)) == ["trim", "drop_empty"]
