"""One call from a file to a frozen dataset, or to its description."""

from functools import partial

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.draft import list_drafts
from ftstudio.data.format import ReadOptions
from ftstudio.data.prepare import inspect
from ftstudio.data.prepare import prepare as prepare_it
from ftstudio.data.sides.split import SplitChoice

prepare = partial(prepare_it, few=True)  # small files: there is little to check with


def test_inspect_describes_a_german_excel_csv(german_csv):
    said = inspect(german_csv)
    assert said["file"] == "Fragen.csv"
    assert (said["format"], said["layout"]) == ("csv", "question_answer")
    assert said["confidence"] >= 0.9
    assert [(c["name"], c["role"], c["sure"]) for c in said["columns"]] == [
        ("Frage", "question", True), ("Antwort", "answer", True)
    ]  # fmt: skip
    assert (said["rows"], said["rows_with_problems"], said["problems"]) == (24, 0, [])
    assert "1252" in said["details"]["encoding"]
    assert said["columns"][0]["examples"][0] == "Wie groß ist Öl 0?"


def test_inspect_names_the_broken_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"question": "a?", "answer": "b"}\n{"question": \n', "utf-8")
    said = inspect(path)
    assert (said["rows"], said["rows_in_file"], said["rows_with_problems"]) == (1, 2, 1)
    assert said["problems"][0]["line"] == 2
    assert said["problems"][0]["reason"].endswith(".")


def test_prepare_into_a_workspace(german_csv, workspace):
    shares: list[float] = []
    version = prepare(german_csv, workspace, split=SplitChoice(seed=5), progress=shares.append)
    assert version.path.parent == workspace.datasets
    assert version.name == "Fragen"
    assert version.counts == {"train": 20, "validation": 4, "test": 0}
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert list_drafts(workspace) == []


def test_prepare_exactly_to_a_folder(german_csv, tmp_path, workspace):
    there = prepare(german_csv, out=tmp_path / "out", name="Öl")
    assert there.path == tmp_path / "out"
    assert there.name == "Öl"
    assert there.id == prepare(german_csv, workspace).id


def test_columns_can_be_given(tmp_path, workspace):
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c\n" + "".join(f"{i},one {i},two {i}\n" for i in range(12)), "utf-8")
    mapping = {"c": "question", "b": "answer"}
    version = prepare(path, workspace, layout="question_answer", mapping=mapping)
    first = next(version.examples("train"))
    assert first.question.startswith("two")
    assert first.answer.startswith("one")
    assert version.manifest["mapping"] == mapping


def test_unclear_columns_are_asked_for_not_guessed(tmp_path, workspace):
    path = tmp_path / "odd.csv"
    words = "".join(f"red {i},blue {i},green {i},old {i}\n" for i in range(12))
    path.write_text("w,x,y,z\n" + words, "utf-8")
    with pytest.raises(StudioError) as caught:
        prepare(path, workspace)
    assert caught.value.code == "columns_unclear"
    assert "w, x, y, z" in caught.value.why
    assert list_drafts(workspace) == []


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"layout": "poem"}, "unknown_layout"),
        ({"mapping": {"nowhere": "question"}}, "unknown_column"),
        ({"mapping": {"Frage": "colour"}}, "unknown_role"),
        ({"mapping": {"Frage": "question"}}, "columns_missing"),
        ({"steps": ["polish"]}, "unknown_step"),
        ({"options": ReadOptions(encoding="klingon")}, "unknown_encoding"),
    ],
)
def test_wrong_choices_are_named(german_csv, workspace, choice, code):
    with pytest.raises(StudioError) as caught:
        prepare(german_csv, workspace, **choice)
    assert caught.value.code == code
