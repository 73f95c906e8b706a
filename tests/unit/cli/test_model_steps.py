"""`data prepare --same-meaning MODEL`: a local model reads, and its word is part of the recipe."""

from __future__ import annotations

import json

from ftstudio.data.versions.library import load_version
from tests.readers import bag_encoder, word_tagger

SAME = [{"where", "whither"}, {"parcel", "package"}, {"is"}, {"my"}, {"it"}, {"comes"},
        *({f"w{i}"} for i in range(40))]  # fmt: skip


def a_file(tmp_path, more=""):
    """Pairs of rows that mean the same, in other words and in another order."""
    lines = ["question,answer"]
    for i in range(40):
        lines += [f"where is my parcel w{i} w{i} w{i},it comes w{i}",
                  f"whither my package w{i} is w{i} w{i},comes it w{i}"]  # fmt: skip
    path = tmp_path / "asked.csv"
    path.write_text("\n".join([*lines, more]), "utf-8")
    return path


def test_what_means_the_same_stays_on_one_side(command, workspace, tmp_path):
    model = bag_encoder(tmp_path / "bag", SAME)
    said = command("data", "prepare", a_file(tmp_path), "--same-meaning", model, "--alike", "0.97",
                   "--few", "--validation", "0.4", "--json")  # fmt: skip
    assert said.code == 0, said.err
    version = said.json
    sides = {}
    for side in ("train", "validation"):
        for example in load_version(workspace.datasets / version["id"]).examples(side):
            sides.setdefault(example.answer.split()[-1], set()).add(side)
    assert len(sides) == 40
    assert all(len(own) == 1 for own in sides.values())
    (step,) = [one for one in version["steps"] if one["key"] == "mark_same_meaning"]
    assert step["changed"] == 80
    assert not list(workspace.jobs.iterdir())

    more = a_file(tmp_path, "where is my parcel w1,it comes w2")
    again = command("data", "replay", more, "--recipe", version["id"], "--json").json
    remark = next(s for s in again["steps"] if s["step"] == "mark_same_meaning")["remark"]
    assert remark.startswith("1 row is new or has changed since the model compared them")
    anew = command("data", "replay", more, "--recipe", version["id"], "--apply", "--same-meaning",
                   model, "--name", "Anew", "--json")  # fmt: skip
    assert anew.code == 0, anew.err
    steps = load_version(workspace.datasets / anew.json["id"]).manifest["recipe"]["steps"]
    step = next(one for one in steps if one["key"] == "mark_same_meaning")
    assert step["remark"] == ""
    assert step["params"]["read"].count(":") == 81


def test_one_of_each_is_left(command, tmp_path):
    model = bag_encoder(tmp_path / "bag", SAME)
    said = command("data", "prepare", a_file(tmp_path), "--same-meaning", model, "--alike", "0.97",
                   "--few", "--one-of-each-meaning", "--validation", "0.5", "--json")  # fmt: skip
    assert sum(said.json["counts"].values()) == 40


def test_a_wrong_model_is_told_before_anything_is_read(command, workspace, tmp_path):
    model = word_tagger(tmp_path / "pickled", {"Ann": "PER"})
    (model / "model.safetensors").rename(model / "pytorch_model.bin")
    said = command("data", "prepare", a_file(tmp_path), "--few", "--same-meaning", model)
    assert said.code != 0
    assert "pickled can't be used to compare meanings" in said.err
    said = command(
        "data", "prepare", a_file(tmp_path), "--few", "--same-meaning", model, "--alike", "3"
    )
    assert "between 0.5 and 0.99" in said.err
    assert not list(workspace.datasets.iterdir())


def test_names_are_hidden_and_what_they_stand_for_is_kept_elsewhere(command, workspace, tmp_path):
    model = word_tagger(tmp_path / "ner", {"Ann": "B-PER", "Berg": "I-PER", "Rome": "B-LOC"})
    lines = [f"is Ann Berg w{i} w{i} in Rome?,Ann Berg wrote from a{i}@mail.org" for i in range(40)]
    path = tmp_path / "talk.csv"
    path.write_text("\n".join(["question,answer", *lines]), "utf-8")
    kept = tmp_path / "names.json"
    said = command("data", "prepare", path, "--few", "--names", model, "--stand-ins", kept,
                   "--validation", "0.5", "--json")  # fmt: skip
    assert said.code == 0, said.err
    version = load_version(workspace.datasets / said.json["id"])
    both = [*version.examples("train"), *version.examples("validation")]
    example = next(one for one in both if one.source_row == 2)
    assert example.question == "is [NAME_1] w0 w0 in Rome?"
    assert example.answer == "[NAME_1] wrote from [EMAIL_1]"
    for file in version.path.rglob("*"):
        assert file.is_dir() or b"Berg" not in file.read_bytes(), file
    assert kept.stat().st_mode & 0o077 == 0
    assert {"kind": "name", "text": "ann berg", "name": "[NAME_1]"} in json.loads(
        kept.read_text("utf-8")
    )["things"]
