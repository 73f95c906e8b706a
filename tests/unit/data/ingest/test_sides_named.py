"""What a folder keeps for testing stays there, whether names, folders or a card say so."""

import json
import os
import shutil

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from ftstudio.core.paths import Workspace
from ftstudio.data.ingest.sides_named import (
    configurations,
    leads_outside,
    link_home,
    sides,
    snapshot,
    usual_of,
)
from ftstudio.data.prepare import prepare
from tests.nasty.reading_here import read_here


def rows(begin, end):
    lines = [f"Where is lamp {n}?,At door {n}." for n in range(begin, end)]
    return "\n".join(["question,answer", *lines]) + "\n"


def put(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("train.csv test.csv", "train test"),
        ("data/train-00000-of-00002.parquet data/test-00000-of-00001.parquet", "train test"),
        ("train/a.csv validation/a.csv", "train validation"),
        ("faq_train.jsonl faq_dev.jsonl", "train validation"),
        ("x-train.arrow x-test.arrow", "train test"),
        ("test.csv faq.csv", "test -"),
        ("TRAIN.CSV Test.CSV", "train test"),
        ("dev-team-faq.csv sales-faq.csv", "- -"),
        ("test_of_lamps.csv more.csv", "- -"),
        ("train.csv", "-"),
        ("a.csv b.csv", "- -"),
    ],
)
def test_by_their_names(names, found):
    told = sides(names.split())
    assert [told.get(name, "-") for name in names.split()] == found.split()


def test_a_folder_of_sides_is_not_mixed(tmp_path):
    folder = put(tmp_path / "in", train_dot_csv=rows(0, 600), test_dot_csv=rows(600, 630))
    table = read_here(folder, tmp_path / "table")
    assert {(row["file"], row["part"]) for row in table.rows()} == {
        ("test.csv", "test"), ("train.csv", "train")
    }  # fmt: skip
    assert table.details["parts"] == "test, train"
    version = prepare(folder, Workspace(tmp_path / "w").create())
    questions = parquet.read_table(version.path / "test.parquet").column("messages").to_pylist()
    assert len(questions) == 30
    assert all(int(json.loads(q)[0]["content"][14:-1]) >= 600 for q in questions)


CARD = """---
license: mit
configs:
- config_name: en
  data_files:
  - split: train
    path: en/a*
  - split: test
    path:
    - "en/b.csv"
- config_name: de
  default: true
  data_files:
  - split: train
    path: de/a.csv
  - split: test
    path: de/b.csv
tags:
- lamps
---
configs:
"""


def test_a_card_says_what_belongs_together(tmp_path):
    texts = {f"{lang}__{name}_dot_csv": rows(begin, begin + 30)
             for lang, name, begin in (("en", "a", 0), ("en", "b", 30), ("de", "a", 60),
                                       ("de", "b", 90))}  # fmt: skip
    folder = put(tmp_path / "in", README_dot_md=CARD, **texts)
    table = read_here(folder, tmp_path / "table")
    assert {(row["file"], row["part"]) for row in table.rows()} == {
        ("de/a.csv", "train"), ("de/b.csv", "test")
    }  # fmt: skip
    assert "“de” was read, not en" in " ".join(remark.reason for remark in table.remarks)
    other = read_here(folder, tmp_path / "other", sheet="en/a.csv / en/b.csv")
    assert other.row_count == 60
    found = configurations(folder)
    assert (usual_of(found).name, [one.name for one in found]) == ("de", ["en", "de"])


def test_another_of_several_datasets_is_chosen_like_a_sheet(tmp_path):
    texts = {f"{lang}__{name}_dot_csv": rows(0, 30) for lang in ("en", "de") for name in "ab"}
    folder = put(tmp_path / "in", README_dot_md=CARD, **texts)
    table = read_here(folder, tmp_path / "table", sheet="en")
    assert {(row["file"], row["part"]) for row in table.rows()} == {
        ("en/a.csv", "train"), ("en/b.csv", "test")
    }  # fmt: skip
    told = ("configuration", "sheet", "sheets")
    assert [table.details[key] for key in told] == ["en", "en", "en / de"]
    assert not [one for one in table.remarks if "datasets" in one.reason]
    shutil.rmtree(folder / "de")  # what is not there can't be read, and is not offered
    rest = read_here(folder, tmp_path / "rest")
    assert (rest.row_count, rest.details.get("configuration")) == (60, None)


@pytest.mark.parametrize(
    "told",
    ["data_files: alpha.csv", 'data_dir: .\n  data_files: "*.csv"', "data_files:\n  - alpha.csv"],
)
def test_shorter_cards(tmp_path, told):
    text = f"---\nconfigs:\n- config_name: default\n  {told}\n---\n"
    folder = put(tmp_path / "in", README_dot_md=text, alpha_dot_csv=rows(0, 9))
    assert usual_of(configurations(folder)).files
    assert read_here(folder, tmp_path / "table").row_count == 9


@pytest.mark.parametrize(
    "text", ["", "---\nconfigs:\n---\n", "---\nconfigs: [\n---\n", "configs:\n- x"]
)
def test_no_card_to_speak_of(tmp_path, text):
    folder = put(tmp_path / "in", README_dot_md=text, a_dot_csv=rows(0, 9))
    assert configurations(folder) == []
    assert usual_of([]) is None
    assert read_here(folder, tmp_path / "table").row_count == 9
    assert configurations(tmp_path / "gone") == []


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_cache_of_the_hub_is_read_once(tmp_path):
    cache = put(tmp_path / "datasets--org--x", blobs__1=rows(0, 40), blobs__2=rows(40, 60),
                snapshots__old__train_dot_csv=rows(0, 2), refs__main="new\n")  # fmt: skip
    (shot := cache / "snapshots" / "new").mkdir()
    for name, blob in (("train.csv", "1"), ("test.csv", "2")):
        (shot / name).symlink_to(f"../../blobs/{blob}")
    table = read_here(cache, tmp_path / "table")
    assert table.row_count == 60
    assert {(row["file"], row["part"]) for row in table.rows()} == {
        ("test.csv", "test"), ("train.csv", "train")
    }  # fmt: skip
    (cache / "refs" / "main").write_text("../../..")
    assert snapshot(cache).parent == cache / "snapshots"
    assert snapshot(tmp_path) == tmp_path


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_where_links_may_lead(tmp_path):
    (shot := tmp_path / "datasets--a" / "snapshots" / "new").mkdir(parents=True)
    assert link_home(shot) == shot  # no blobs: a folder as any other
    (tmp_path / "datasets--a" / "blobs").mkdir()
    assert [link_home(one) for one in (shot, shot / "x", tmp_path)] == [
        tmp_path / "datasets--a", tmp_path / "datasets--a", tmp_path
    ]  # fmt: skip
    (shot / "round").symlink_to("round")
    (shot / "up").symlink_to("../../blobs/1")
    assert [leads_outside(shot / name, shot) for name in ("x", "up")] == [False, True]
    assert leads_outside(shot / "round", tmp_path / "elsewhere")


def test_classes_have_their_names(tmp_path):
    features = {"label": {"names": ["bad", "good"], "_type": "ClassLabel"},
                "text": {"dtype": "string", "_type": "Value"}}  # fmt: skip
    note = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    table = pa.table({"text": ["a", "b", "c", "d"], "label": [0, 1, -1, 7]})
    parquet.write_table(table.replace_schema_metadata(note), tmp_path / "a.parquet")
    found = read_here(tmp_path / "a.parquet", tmp_path / "table").rows()
    assert [row["label"] for row in found] == ["bad", "good", None, "7"]
