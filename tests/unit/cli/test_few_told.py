"""Too little to check with stops the terminal, names the ways on, and is told where one goes on."""

from __future__ import annotations

from pathlib import Path

from ftstudio.data.versions.library import list_versions


def test_it_stops_and_names_the_ways_on(command, workspace, csv_file: Path) -> None:
    said = command("data", "prepare", csv_file)
    assert said.code == 1
    assert "Only 4 rows are held back to check with (validation)." in said.err
    assert "Check with 20 rows (--validation 0.5)" in said.err
    assert "--few" in said.err
    assert list_versions(workspace) == []


def test_each_way_goes_on(command, csv_file: Path, tmp_path: Path) -> None:
    mended = command("data", "prepare", csv_file, "--validation", "0.5", "--json").json
    assert (mended["counts"]["validation"], mended["few_to_check"]) == (20, None)
    said = command("data", "prepare", csv_file, "--few", "--out", tmp_path / "few")
    assert "Rough figures: Only 4 rows are held back" in said.out
    rough = command("data", "prepare", csv_file, "--few", "--json").json
    assert rough["few_to_check"] == {"validation": 4, "classes": []}
    card = command("data", "card", rough["id"]).out
    assert "**Rough figures.** Only 4 rows are held back" in card


def test_the_same_rows_under_another_name_are_told(command, csv_file: Path) -> None:
    first = command("data", "prepare", csv_file, "--few", "--name", "May", "--json").json
    said = command("data", "prepare", csv_file, "--few", "--name", "June").out
    assert "The same rows were frozen before as May: it is one dataset." in said
    assert "“June” is kept as another name of it." in said
    assert command("data", "card", "June", "--json").json["name"] == "May"
    assert "May, June" in command("data", "list").out
    assert command("data", "list", "--json").json[0]["also"] == ["June"]
    again = command("data", "prepare", csv_file, "--few", "--name", "May", "--json").json
    assert (again["id"], again["also"]) == (first["id"], ["June"])


def test_a_class_without_a_row_is_put_across(command, tmp_path: Path) -> None:
    path = tmp_path / "moods.csv"
    rows = [f"text number {n},{'good' if n % 2 else 'bad'}" for n in range(400)]
    rows += [f"strange text {n},odd" for n in range(2)]
    path.write_text("\n".join(["text,label", *rows]) + "\n")
    words = ("data", "prepare", path, "--validation", "0.05", "--json")
    stopped = command(*words)
    assert stopped.json["error"]["code"] == "few_to_check"
    assert "“odd” has no row" in stopped.json["error"]["what"]
    assert "--each-class" in stopped.json["error"]["remedy"]
    made = command(*words, "--each-class").json
    assert made["few_to_check"] is None


def test_training_from_a_file_stops_too(command, csv_file: Path) -> None:
    said = command("plan", "--data", csv_file, "--json")
    assert (said.code, said.json["error"]["code"]) == (1, "few_to_check")
    assert command("plan", "--data", csv_file, "--few").code == 0


def test_a_recipe_on_a_small_file_stops_too(command, csv_file: Path, tmp_path: Path) -> None:
    made = command("data", "prepare", csv_file, "--few", "--json").json
    june = tmp_path / "june.csv"
    june.write_text("question,answer\n" + "".join(f"ask {n},tell {n}\n" for n in range(50)))
    words = ("data", "replay", june, "--recipe", made["id"], "--apply", "--json")
    assert command(*words).json["error"]["code"] == "few_to_check"
    assert command(*words, "--few").json["few_to_check"]["validation"] == 5


def test_a_file_that_is_looked_at_on_the_way_may_have_few_too(command, csv_file: Path) -> None:
    for verb in (("card",), ("leaks", "--not-near")):
        stopped = command("data", *verb, csv_file)
        assert (stopped.code, "--few" in stopped.err) == (1, True)
        assert command("data", *verb, csv_file, "--few").code == 0
        csv_file.write_text(csv_file.read_text() + "one more,Ahoy!\n")  # another dataset
