"""The strictest of several licences, what follows, and what a file beside the data says."""

import pytest

from ftstudio.data.licences import (
    licence,
    licence_beside,
    licence_warnings,
    licences,
    strictest,
)
from tests.nasty.shared_data import SHARED, needs_shared


def test_keys_are_told_apart_and_unknown_words_are_kept():
    keys = [one.key for one in licences()]
    assert len(set(keys)) == len(keys) >= 15
    assert licence("llama-9").title == "llama-9"
    assert licence("llama-9").commercial is None


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (["mit", "cc-by-4.0", "cc0-1.0"], "cc-by-4.0"),
        (["cc-by-sa-4.0", "cc-by-nc-4.0", "mit"], "cc-by-nc-4.0"),
        (["mit", "unknown"], "unknown"),
        (["unknown", "cc-by-nc-4.0"], "cc-by-nc-4.0"),
        (["own", "internal"], "internal"),
        (["llama-9", "mit"], "llama-9"),
        ([], "unknown"),
    ],
)
def test_the_strictest_holds(keys, found):
    assert strictest(keys) == found == strictest(keys[::-1])


@pytest.mark.parametrize(
    ("keys", "commercial", "words"),
    [
        (["cc-by-nc-4.0", "mit"], True, ["CC BY-NC 4.0: not to be sold", "This use breaks it"]),
        (["cc-by-nc-4.0"], None, ["must not be either."]),
        (["cc-by-sa-4.0", "mit"], False, ["on the same terms"]),
        (["cc-by-sa-4.0", "odbl"], False, ["share-alike", "can't both be kept"]),
        (["cc-by-sa-4.0", "cc-by-nc-4.0"], False, ["can't both be kept"]),
        (["cc-by-nd-4.0"], False, ["cleaning changes it"]),
        (["internal"], None, ["keep dataset and model inside"]),
        (["unknown"], None, ["is not said: find out"]),
    ],
)
def test_what_follows_is_said(keys, commercial, words):
    said = " ".join(licence_warnings(keys, commercial))
    for word in words:
        assert word in said


def test_nothing_follows_from_what_allows_all_and_use_in_private_breaks_no_ban():
    assert licence_warnings(["mit", "own", "cc0-1.0", "cc-by-4.0"]) == []
    assert licence_warnings(["cc-by-nc-4.0"], commercial=False) == []


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        ("LICENSE", "MIT License\n\nPermission is hereby granted, free of charge", "mit"),
        ("LICENCE.txt", "Apache License\nVersion 2.0, January 2004", "apache-2.0"),
        ("COPYING", "Attribution-NonCommercial-ShareAlike 4.0 International", "cc-by-nc-sa-4.0"),
        ("README.md", "---\nlicense: cc-by-sa-4.0\n---\n# Data", "cc-by-sa-4.0"),
        ("README.md", "# Data\n\n**Licence:** CC BY 4.0, see below", "cc-by-4.0"),
        ("readme.txt", "License: the MIT", "mit"),
    ],
)
def test_a_file_beside_the_data_is_read(tmp_path, name, text, key):
    (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "data.csv").write_text("a,b\n", "utf-8")
    found = licence_beside(tmp_path / "data.csv")
    assert (found.key, found.file) == (key, name)
    assert licence_beside(tmp_path) == found


@pytest.mark.parametrize("text", ["", "We emit light.", "# Data\nmade with MIT tools", "\x00" * 99])
def test_a_readme_that_names_none_says_nothing(tmp_path, text):
    (tmp_path / "README.md").write_text(text, "utf-8")
    assert licence_beside(tmp_path / "data.csv") is None
    assert licence_beside(tmp_path / "gone" / "data.csv") is None


@needs_shared
@pytest.mark.parametrize(
    ("folder", "key"),
    [("openai__grade-school-math", "mit"), ("hiyouga__LLaMA-Factory", "apache-2.0"),
     ("PolyAI-LDN__task-specific-datasets", "cc-by-4.0")],
)  # fmt: skip
def test_real_licences_are_known(folder, key):
    assert licence_beside(SHARED / folder / "data").key == key
