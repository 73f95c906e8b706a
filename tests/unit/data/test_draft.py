"""A draft saves itself whole, comes back after a crash, and knows what is missing."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.draft import PAGES, AppliedStep, Draft, bring_back, draft_files, list_drafts


def test_a_draft_comes_back_as_it_was(workspace):
    draft = Draft(name="Lamps", layout="question_answer", mapping={"q": "question"})
    draft.steps = [AppliedStep(key="trim")]
    draft.confirmed = {"q"}
    draft.split.validation = 0.2
    draft.save(workspace)
    again = Draft.load(workspace, draft.id)
    assert again == draft
    assert oct((workspace.drafts / f"{draft.id}.json").stat().st_mode)[-3:] == "600"


def test_the_list_has_the_last_one_first_and_survives_damage(workspace):
    first, second = Draft(name="one"), Draft(name="two")
    second.save(workspace)
    first.save(workspace)
    (workspace.drafts / "broken.json").write_text('{"name": ', "utf-8")
    (workspace.drafts / "list.json").write_text("[]", "utf-8")
    assert [draft.name for draft in list_drafts(workspace)] == ["one", "two"]
    first.delete(workspace)
    first.delete(workspace)
    assert [draft.name for draft in list_drafts(workspace)] == ["two"]


def test_a_draft_put_aside_waits_on_the_disk_and_comes_back_once(workspace):
    draft = Draft(name="Lamps")
    draft.save(workspace)
    token = draft.put_aside(workspace)
    assert list_drafts(workspace) == []
    ((path, waiting),) = draft_files(workspace)
    assert (waiting, path.is_file()) == (draft, True)
    assert bring_back(workspace, token) == draft
    assert draft_files(workspace) == [(workspace.drafts / f"{draft.id}.json", draft)]
    with pytest.raises(StudioError) as caught:
        bring_back(workspace, token)
    assert caught.value.code == "not_in_trash"
    draft.delete(workspace)
    with pytest.raises(StudioError, match="could not be deleted"):
        draft.put_aside(workspace)


@pytest.mark.parametrize("name", ["nothing", "../settings", "a/b"])
def test_a_missing_draft_says_so(workspace, name):
    with pytest.raises(StudioError) as caught:
        Draft.load(workspace, name)
    assert caught.value.code == "draft_unreadable"


def test_a_newer_draft_is_refused(workspace):
    draft = Draft(schema_version=99)
    draft.save(workspace)
    with pytest.raises(StudioError) as caught:
        Draft.load(workspace, draft.id)
    assert caught.value.code == "draft_too_new"


def test_each_page_says_what_is_missing():
    draft = Draft()
    assert [draft.problems(page) for page in PAGES] == [["Choose a file first."]] * len(PAGES)
    draft.file, draft.table = "a.csv", "there"
    assert draft.problems("file") == []
    assert draft.problems("columns") == ["Choose what a row of the file is."]
    draft.layout = "question_answer"
    assert draft.problems("columns") == ["Choose the column for Question and Answer."]
    draft.mapping = {"a": "question", "b": "answer"}
    assert draft.problems("clean") == []
