"""A round of judging is saved, found again, and refused where it is damaged."""

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.annotation.task import JudgingTask, list_tasks, load_task


def test_rounds_are_found_again(workspace):
    old = JudgingTask(name="Old", created=1.0, classes=["a"])
    new = JudgingTask(name="New", id="b")
    for task in (old, new):
        task.save(workspace)
    assert [task.name for task in list_tasks(workspace)] == ["New", "Old"]
    assert load_task(workspace, old.id) == old
    (new.folder(workspace) / "task.json").write_text("{", "utf-8")
    assert [task.name for task in list_tasks(workspace)] == ["Old"]


def test_answers_lie_beside_it(workspace):
    task = JudgingTask()
    assert task.answers(workspace) == {}
    task.save_answers(workspace, {"1:h": "Ä"})
    assert task.answers(workspace) == {"1:h": "Ä"}


@pytest.mark.parametrize("task_id", ["../drafts", "missing", ""])
def test_what_is_none_is_told(workspace, task_id):
    with pytest.raises(StudioError) as caught:
        load_task(workspace, task_id)
    assert caught.value.code == "judging_unreadable"


def test_a_newer_one_is_refused(workspace):
    task = JudgingTask(schema_version=99)
    task.save(workspace)
    with pytest.raises(StudioError) as caught:
        load_task(workspace, task.id)
    assert caught.value.code == "judging_too_new"
