"""A recipe is shown, saved, tried on another file and repeated; a row tells its story."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftstudio.core.paths import Workspace
from ftstudio.data.draft import Draft
from ftstudio.data.drafting.session import DraftSession
from tests.nasty.reading_here import read_here


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path, into: Path, *more: object, **others: object) -> object:
        return read_here(path, into)

    monkeypatch.setattr("ftstudio.data.drafting.readings.read_file", read)
    monkeypatch.setattr("ftstudio.data.prepare.read_file", read)


@pytest.fixture
def june(tmp_path: Path) -> Path:
    path = tmp_path / "june.csv"
    rows = [f" where is my parcel {n} ,Ahoy! Parcel {n} sank." for n in range(30)]
    path.write_text("\n".join(["Question,answer,agent", *(f"{row},x" for row in rows)]), "utf-8")
    return path


def test_a_recipe_is_saved_tried_and_repeated(
    command, csv_file: Path, june: Path, tmp_path
) -> None:
    made = command("data", "prepare", csv_file, "--few", "--json").json
    saved = tmp_path / "desk.recipe.json"
    shown = command("data", "recipe", made["id"], "--out", saved, "--json").json
    assert [step["key"] for step in shown["steps"]] == [s["key"] for s in made["steps"]]
    tried = command("data", "replay", june, "--recipe", saved, "--json").json
    assert tried["renamed"] == {"question": "Question"}
    assert tried["new"] == ["agent"]
    assert tried["steps"][0]["now"]["changed"] == 30
    assert tried["left"] == [40, 30]
    assert "id" not in tried
    assert command("data", "replay", csv_file, "--recipe", saved, "--json").json["identical"]
    done = command(
        "data", "replay", june, "--recipe", made["id"], "--apply", "--few", "--json"
    ).json
    assert sum(done["counts"].values()) == 30
    said = command("data", "replay", june, "--recipe", saved)
    assert "New columns, not used: agent." in said.out


def test_a_recipe_that_does_not_fit_is_said(command, csv_file: Path, tmp_path: Path) -> None:
    command("data", "prepare", csv_file, "--few", "--name", "desk")
    other = tmp_path / "other.csv"
    other.write_text("frage,answer\n" + "a,b\n" * 12, "utf-8")
    said = command("data", "replay", other, "--recipe", "desk")
    assert (said.code, "The file lacks: question." in said.err) == (1, True)


def test_a_row_tells_its_story(command, tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    lines = "".join(f"where is {n},here {n}\n" for n in range(12))
    path.write_text(f"question,answer\n{lines} where is 3 ,here 3\n", "utf-8")
    story = command("data", "history", path, 14, "--json").json
    assert [event["what"] for event in story["events"]] == ["made", "changed", "left out"]
    assert story["side"] is None
    said = command("data", "history", path, 2).out
    assert "It stands in the" in said
    assert command("data", "history", path, 99).code == 1


def test_leaks_are_told(command, csv_file: Path, tmp_path: Path) -> None:
    made = command("data", "prepare", csv_file, "--few", "--json").json
    exam = tmp_path / "exam.csv"
    exam.write_text(
        "question,answer\nWhere is my order 7?,No idea\nWho are you,A pirate\n", "utf-8"
    )
    own, test, *public = command("data", "leaks", made["id"], "--test", exam, "--json").json
    assert (own["count"], own["severity"]) == (0, "fine")
    assert (test["rows"]["question"], test["tried"]) == (1, 2)
    assert ("GSM8K (test)", 0) in [(one["against"], one["count"]) for one in public]
    assert "of exam.csv" in command("data", "leaks", made["id"], "--test", exam, "--not-near").out


def test_changes_by_hand_of_next_months_file_are_counted(
    command, workspace: Workspace, csv_file: Path
) -> None:
    session = DraftSession.open(workspace, Draft())
    session.choose_file(csv_file)
    edits = {"2": {"answer": "By hand."}, "3": {"remove": "Not ours."}}
    session.apply("edit_rows", {"edits": json.dumps(edits)})
    saved = csv_file.with_name("by_hand.json")
    session.recipe().save(saved)
    lines = csv_file.read_text().splitlines()
    later = csv_file.with_name("later.csv")
    later.write_text("\n".join([lines[0], "new,New.", lines[1], *lines[3:]]) + "\n")
    (step,) = command("data", "replay", later, "--recipe", saved, "--json").json["steps"]
    assert (step["now"]["changed"], step["now"]["rows_out"]) == (1, 40)
    assert "Changes by hand: 1 of 2 done here, 1 not" in step["remark"]
