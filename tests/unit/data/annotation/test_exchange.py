"""A round goes to another computer and comes back with more in it."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.core.paths import Workspace
from ftstudio.data.annotation.exchange import export_round, import_round
from ftstudio.data.annotation.log import Judgement, JudgementLog
from ftstudio.data.annotation.task import JudgingTask, list_tasks
from ftstudio.data.versions.library import freeze
from tests.unit.data.conftest import example

MANIFEST = {"name": "Tickets", "sources": []}


def version_in(workspace):
    examples = [example(f"Q{i}?", f"a{i}", i) for i in range(1, 5)]
    return freeze(examples, ["train"] * 4, MANIFEST, datasets=workspace.datasets, few=True)


def said(who, row, **what):
    return Judgement(row=row, hash="h", who=who, **what)


@pytest.fixture
def task(workspace):
    made = JudgingTask(source="version", source_id=version_in(workspace).id, judging="mark")
    made.save(workspace)
    made.save_answers(workspace, {"1:h": "m"})
    JudgementLog(made.log_path(workspace)).add(said("Anna", 1, good=True))
    return made


def test_there_and_back(workspace, task, tmp_path):
    assert export_round(workspace, task, tmp_path / "out.jsonl") == 1
    other = Workspace(tmp_path / "other").create()
    with pytest.raises(StudioError):
        import_round(other, tmp_path / "out.jsonl")  # its rows are not there
    assert list_tasks(other) == []
    version_in(other)
    same, count = import_round(other, tmp_path / "out.jsonl")
    assert (same.id, count, same.answers(other)) == (task.id, 1, {"1:h": "m"})
    JudgementLog(same.log_path(other)).add(said("Ben", 1, good=False))
    export_round(other, same, tmp_path / "back.jsonl")
    assert import_round(workspace, tmp_path / "back.jsonl")[1] == 1
    assert import_round(workspace, tmp_path / "back.jsonl")[1] == 0
    taken = JudgementLog(task.log_path(workspace)).taken
    assert [(one.who, one.good) for one in taken] == [("Anna", True), ("Ben", False)]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"round": {}, "x": 1}\n1', '{"round": {"id": "../x"}}']
)
def test_other_files_are_refused(workspace, tmp_path, content):
    path = tmp_path / "x.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(StudioError) as caught:
        import_round(workspace, path)
    assert caught.value.code == "judgements_unreadable"
