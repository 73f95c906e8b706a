"""The same file brought again: one draft is left, unless something was done in the other."""

import pytest

from ftstudio.data.draft import Draft, list_drafts
from ftstudio.data.drafting.session import DraftSession
from ftstudio.data.drafting.twins import forget_twins
from tests.nasty.reading_here import read_here


@pytest.fixture
def bring(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "ftstudio.data.drafting.readings.read_file", lambda path, into, *more: read_here(path, into)
    )
    path = tmp_path / "desk.csv"
    rows = "".join(f"Is lamp {i} lit?, Yes {i}. \n" for i in range(20))
    path.write_text(f"question,answer\n{rows}", "utf-8")

    def go():
        session = DraftSession.open(workspace, Draft())
        session.choose_file(path)
        session.apply("trim")
        forget_twins(workspace, session.draft)
        return session

    return go


def ids(workspace):
    return {draft.id for draft in list_drafts(workspace)}


def test_a_draft_with_nothing_done_in_it_goes(workspace, bring):
    first = bring()
    second = bring()
    assert first.draft.id != second.draft.id
    assert ids(workspace) == {second.draft.id}


@pytest.mark.parametrize("done", ["step", "name", "role"])
def test_what_somebody_did_stays(workspace, bring, done):
    first = bring()
    if done == "step":
        first.undo(0)
    elif done == "name":
        first.draft.name = "Lamps"
        first.draft.save(workspace)
    else:
        first.set_role("answer", None)
    second = bring()
    assert ids(workspace) == {first.draft.id, second.draft.id}
