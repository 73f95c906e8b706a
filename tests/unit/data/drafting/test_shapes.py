"""A mapping is remembered for the next file of the same shape, and only for that."""

import pytest

from ftstudio.data.drafting.shapes import Shape, recall, remember, shape_hash

SHAPE = Shape(
    columns=["w", "x", "team"], layout="question_answer",
    mapping={"w": "answer", "x": "question"}, group_column="team", file="may.csv",
)  # fmt: skip


def test_the_next_file_of_the_same_shape_is_known(workspace):
    assert recall(workspace, SHAPE.columns) is None
    remember(workspace, SHAPE)
    assert recall(workspace, ["team", "x", "w"]) == SHAPE
    assert recall(workspace, ["team", "x"]) is None


def test_names_that_any_file_has_are_not_remembered(workspace):
    nameless = SHAPE.model_copy(update={"columns": ["column 1", "column 2", "3"], "mapping": {}})
    remember(workspace, nameless)
    assert not (workspace.root / "shapes").exists()


@pytest.mark.parametrize(
    "change",
    [{"layout": "poem"}, {"mapping": {"w": "colour"}}, {"mapping": {"w": "question"}},
     {"mapping": {"w": "question", "gone": "answer"}}, {"schema_version": 9}],
)  # fmt: skip
def test_what_can_not_be_used_any_more_is_not_used(workspace, change):
    remember(workspace, SHAPE.model_copy(update=change))
    assert recall(workspace, SHAPE.columns) is None


def test_a_damaged_note_and_a_full_disk_stop_nobody(workspace, monkeypatch):
    remember(workspace, SHAPE)
    (note,) = (workspace.root / "shapes").iterdir()
    note.write_text("{", "utf-8")
    assert recall(workspace, SHAPE.columns) is None

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ftstudio.data.drafting.shapes.write_text", full)
    remember(workspace, SHAPE)
    assert recall(workspace, SHAPE.columns) is None


def test_the_hash_is_of_the_names_alone():
    assert shape_hash(["b", "a"]) == shape_hash(["a", "b"]) != shape_hash(["a", "b", "c"])
