"""The card is read by the Hub's own reader, and tells sources, licence and recipe."""

import pytest

from ftstudio.data.versions.card import licence_keys, readme
from ftstudio.data.versions.library import freeze
from tests.unit.data.conftest import example, labelled, pair

MANIFEST = {
    "name": "Lamps | and \"more\": yes",
    "sources": [
        {"name": "may.csv", "sha256": "a" * 64, "size": 12, "licence": "cc-by-nc-4.0"},
        {"name": "june.csv", "sha256": "b" * 64, "size": 9},
    ],
    "licence": "mit",
    "steps": [{"key": "trim", "rows_in": 30, "rows_out": 30, "changed": 4},
              {"key": "make_poetry", "rows_in": 30, "rows_out": 28, "off": True}],
    "rows": {"in_file": 33, "not_read": 1, "no_example": 2, "examples": 30},
    "split": {"validation": 0.1, "test": 0.0, "seed": 7},
}  # fmt: skip


def frozen(tmp_path, manifest=MANIFEST):
    examples = [example(f"Is lamp {i} lit?", "Yes.", i) for i in range(30)]
    return freeze(
        examples, ["train"] * 27 + ["validation"] * 3, manifest, out=tmp_path / "v", few=True
    )


def test_the_hub_reads_it(tmp_path):
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(frozen(tmp_path).path / "README.md")
    assert card.data.license == "cc-by-nc-4.0"
    assert card.data.pretty_name == 'Lamps \\| and "more": yes'
    assert card.data.size_categories == ["n<1K"]
    files = card.data.to_dict()["configs"][0]["data_files"]
    assert files == [{"split": "train", "path": "train.parquet"},
                     {"split": "validation", "path": "validation.parquet"}]  # fmt: skip


def test_people_read_the_whole_story(tmp_path):
    version = frozen(tmp_path)
    text = (version.path / "README.md").read_text("utf-8")
    assert version.id in text
    assert "| Trim white space | 0 | 4 | 0 |" in text
    assert "make_poetry (off)" in text
    assert "not to be sold" in text
    assert version.manifest["merkle"]["rows"] in text
    assert "33 rows in the source: 1 could not be read, 2 make no example" in text
    assert "seed 7" in text
    assert licence_keys(MANIFEST) == ["cc-by-nc-4.0", "mit"]


@pytest.mark.parametrize("made", [labelled("lost", "card"), pair("a", "b", "c")])
def test_a_bare_version_of_any_kind_has_a_card(tmp_path, made):
    version = freeze([made], ["train"], {"name": "x"}, out=tmp_path / "v", few=True)
    text = readme(version.manifest)
    assert "Its rows were taken as they were." in text
    assert 'license: "unknown"' in text


def test_the_rows_add_up(tmp_path):
    done = [{"key": "drop_empty", "rows_in": 41, "rows_out": 32},
            {"key": "add_hard_copies", "rows_in": 32, "rows_out": 35, "added": 3}]  # fmt: skip
    rows = {"in_file": 44, "not_read": 1, "no_example": 2, "examples": 35}
    version = frozen(tmp_path, {**MANIFEST, "steps": done, "rows": rows})
    text = (version.path / "README.md").read_text("utf-8")
    assert (
        "44 rows in the source: 1 could not be read, 2 make no example, the steps below left out "
        "9, they added 3. 35 are here." in text
    )
