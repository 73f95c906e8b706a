"""`data inspect` and `data prepare` say what is in a file and what was made of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from ftstudio.cli import data_verbs


def test_inspect_has_the_promised_keys(command, csv_file: Path) -> None:
    said = command("data", "inspect", csv_file, "--json")
    assert said.code == 0
    found = said.json
    assert {"format", "layout", "confidence", "columns", "rows", "rows_with_problems",
            "problems"} <= found.keys()  # fmt: skip
    assert (found["format"], found["layout"], found["rows"]) == ("csv", "question_answer", 40)
    assert {c["name"]: c["role"] for c in found["columns"]} == {
        "question": "question", "answer": "answer",
    }  # fmt: skip


def test_bad_lines_are_named(command, tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    good = json.dumps({"question": "a", "answer": "b"})
    path.write_text(f"{good}\n{{broken\n{good}\n")
    found = command("data", "inspect", path, "--json").json
    assert (found["rows"], found["rows_with_problems"]) == (2, 1)
    (problem,) = found["problems"]
    assert problem["line"] == 2
    assert problem["reason"]
    assert "broken" in problem["text"]


def test_problem_rows_are_exported(command, tmp_path: Path) -> None:
    path = tmp_path / "chat.csv"
    path.write_text("question,answer\na,b\n=1+1\nc,d\n", "utf-8")
    out = tmp_path / "problems.csv"
    said = command("data", "problems", path, "--out", out, "--json")
    assert (said.code, said.json["rows_in_file"]) == (0, 3)
    assert said.json["rows"] + said.json["problems"] == 3
    lines = out.read_text("utf-8-sig").splitlines()
    assert lines[0] == "row,reason,text"
    assert lines[1].startswith("3,")
    assert lines[1].endswith(",'=1+1")


def test_a_folder_is_inspected(command, csv_file: Path, tmp_path: Path) -> None:
    found = command("data", "inspect", csv_file.parent, "--json")
    assert found.code == 0
    assert command("data", "inspect", tmp_path / "gone").code == 1


def test_people_get_a_table(command, csv_file: Path, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    said = command("data", "inspect", csv_file)
    assert "40 rows" in said.out
    assert "question" in said.out


def test_prepare_to_a_folder(command, csv_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "made"
    said = command(
        "data", "prepare", csv_file, "--few", "--out", out, "--validation", "0.2", "--json"
    )
    assert said.code == 0
    assert said.json["path"] == str(out)
    assert said.json["counts"]["validation"] == 8
    assert (out / "version.json").is_file()
    again = command("data", "prepare", csv_file, "--few", "--out", out)
    assert again.code == 1


def test_prepare_into_the_workspace_and_list(command, csv_file: Path) -> None:
    made = command("data", "prepare", csv_file, "--few", "--name", "Desk", "--json").json
    (listed,) = command("data", "list", "--json").json
    assert (listed["id"], listed["name"]) == (made["id"], "Desk")
    assert made["id"] in command("data", "list").out


def test_columns_may_be_named(command, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("x,y\n" + "".join(f"ask {n},tell {n}\n" for n in range(12)))
    said = command("data", "prepare", path, "--layout", "question_answer", "--map", "x=answer",
                   "--few", "--map", "y=question", "--json")  # fmt: skip
    assert said.json["mapping"] == {"x": "answer", "y": "question"}


def test_bad_options(command, csv_file: Path) -> None:
    assert "COLUMN=ROLE" in command("data", "prepare", csv_file, "--few", "--map", "x").err
    assert "0.5" in command("data", "prepare", csv_file, "--few", "--validation", "0.9").err
    assert data_verbs._mapping(["a=b=c"]) == {"a=b": "c"}


def test_the_kind_and_the_classes_are_told(command, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "messages.csv"
    rows = [f"My lamp {i} does something odd,{'repair' if i % 3 else 'billing'}" for i in range(30)]
    path.write_text("\n".join(["text,label", *rows]))
    found = command("data", "inspect", path, "--json").json
    assert (found["layout"], found["kind"]) == ("label", "label")
    made = command("data", "prepare", path, "--few", "--name", "Sorted", "--json").json
    assert (made["kind"], made["labels"]) == ("label", {"billing": 10, "repair": 20})
    said = command("data", "prepare", path, "--few", "--out", tmp_path / "again").out
    assert "Texts with classes" in said
    assert "2 classes: repair 20, billing 10" in said
    (listed,) = command("data", "list", "--json").json
    assert listed["kind"] == "label"
    assert "Texts with classes" in command("data", "list").out


def test_pairs_and_documents_become_datasets(command, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    lines = [json.dumps({"prompt": f"Is {i} lit?", "chosen": f"Yes, {i}.", "rejected": "No."})
             for i in range(20)]  # fmt: skip
    pairs.write_text("\n".join(lines))
    assert command("data", "prepare", pairs, "--few", "--json").json["kind"] == "preference"
    notes = tmp_path / "notes.txt"
    page = "The keeper trims the wick and writes the hour into the book. " * 8
    notes.write_text("\n\n".join(f"Entry {i}. {page}" for i in range(60)))
    made = command("data", "prepare", notes, "--few", "--json").json
    assert (made["kind"], made["layout"]) == ("text", "text")
    assert sum(made["counts"].values()) == 15  # four entries in each


def test_two_files_are_joined(command, tmp_path):
    first, second = tmp_path / "questions.csv", tmp_path / "answers.csv"
    first.write_text("id,question\n" + "".join(f"{i},Is {i} lit?\n" for i in range(30)), "utf-8")
    second.write_text("nr,answer\n" + "".join(f"{i},Yes {i}.\n" for i in range(30)), "utf-8")
    made = command(
        "data", "prepare", first, "--few", "--join", second, "--on", "id=nr", "--json"
    ).json
    assert sum(made["counts"].values()) == 30
    assert made["mapping"] == {"question": "question", "answer": "answer"}
    manifest = json.loads((Path(made["path"]) / "version.json").read_text("utf-8"))
    assert [source["name"] for source in manifest["sources"]] == ["questions.csv", "answers.csv"]
    assert [source["sha256"] for source in manifest["sources"]] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second)
    ]
    said = command("data", "prepare", first, "--few", "--join", second, "--on", "town").err
    assert "no column “town”" in said


def test_what_is_not_sure_asks_for_the_layout(command, tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("w,x\n" + "".join(f"red {i},blue {i}\n" for i in range(30)), "utf-8")
    assert "--layout" in command("data", "prepare", path, "--few").err


def test_a_joined_file_is_a_source_of_its_own(command, tmp_path: Path, monkeypatch) -> None:
    from tests.unit.cli.test_wrong_data import reading_here

    reading_here(monkeypatch)
    questions, answers = tmp_path / "q.csv", tmp_path / "a.csv"
    asked = "".join(f"{n},how tall is lamp {n}?\n" for n in range(30))
    questions.write_text(f"id,question\n{asked}")
    answers.write_text("id,answer\n" + "".join(f"{n},{n} feet\n" for n in range(2, 33)))
    words = ("data", "prepare", questions, "--few", "--join", answers, "--json")
    made = command(*words, "--licence", "mit", "--join-licence", "cc-by-nc-4.0").json
    assert made["licence"] == "cc-by-nc-4.0"
    assert [one["licence"] for one in made["sources"]] == ["mit", "cc-by-nc-4.0"]
    assert made["sources"][1]["rows"] == {"in_file": 31, "fit_none": 3}
    card = command("data", "card", made["id"]).out
    assert "a.csv was joined: 31 rows; fitting none of the first file: 3." in card
    assert "not to be sold" in card
    dropped = (Path(made["path"]) / "dropped.csv").read_text("utf-8")
    assert "a.csv:30,joining,a.csv: No row of q.csv has “30” in “id”.,30 feet," in dropped
    assert "\n2,reading,No row of a.csv has “0” in “id”." in dropped
    said = command(*words, "--licence", "mti")
    assert (said.code, said.json["error"]["code"]) == (1, "unknown_licence")


def test_rows_that_fit_nothing_are_exported_from_both_files(command, tmp_path, monkeypatch) -> None:
    from tests.unit.cli.test_wrong_data import reading_here

    reading_here(monkeypatch)
    (tmp_path / "q.csv").write_text("id,question\n1,Lit?\n2,Dark?\n")
    (tmp_path / "a.csv").write_text("id,answer\n1,Yes.\n7,Lost.\n")
    out = tmp_path / "p.csv"
    told = command(
        "data", "problems", tmp_path / "q.csv", "--join", tmp_path / "a.csv", "--on", "id",
        "--out", out, "--json",
    ).json  # fmt: skip
    assert (told["rows_in_file"], told["rows"], told["problems"]) == (2, 1, 1)
    assert told["fit_nothing"] == [3]
    assert out.read_text("utf-8-sig").splitlines() == [
        "row,reason,text", "3,No row of a.csv has “2” in “id”.,Dark?",
        "3,a.csv: No row of q.csv has “7” in “id”.,Lost.",
    ]  # fmt: skip
