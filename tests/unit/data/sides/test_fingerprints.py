"""Questions of public tests are known again by their hashes, and by nothing else."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.sides.fingerprints import (
    benchmarks,
    fingerprint,
    load_fingerprints,
    take_fingerprints,
)
from tests.nasty.shared_data import SHARED, needs_shared
from tests.unit.data.conftest import example

ASKED = [example("How many lamps are lit?", "Four.", 1), example("Why?", "So.", 2)]


def test_a_question_is_known_in_other_letters_and_short_ones_are_not():
    taken = take_fingerprints(ASKED, "Lamps", "MIT", "here", "0" * 64)
    assert taken.holds("how many lamps are lit")
    assert not taken.holds("how many lamps are dark")
    assert not taken.holds("why")
    assert fingerprint("How many  LAMPS are lit?!") in taken.hashes


def test_they_come_back_from_their_file(tmp_path):
    taken = take_fingerprints(ASKED, "Lamps", "MIT", "here", "0" * 64)
    taken.save(tmp_path / "lamps.json")
    assert load_fingerprints(tmp_path / "lamps.json") == taken


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"schema": 9})])
def test_what_are_none_is_said(tmp_path, text):
    (tmp_path / "a.json").write_text(text, "utf-8")
    with pytest.raises(StudioError) as caught:
        load_fingerprints(tmp_path / "a.json")
    assert caught.value.code == "fingerprints_unreadable"


def test_those_that_ship_say_where_they_are_from():
    known = {one.name: one for one in benchmarks()}
    assert {name: (one.licence, len(one.hashes)) for name, one in known.items()} == {
        "BIG-Bench Hard": ("MIT", 6_507),  # of 6,511: some stand there twice
        "GSM8K (test)": ("MIT", 1_319),
        "HumanEval": ("MIT", 164),
        "MT-bench": ("Apache-2.0", 160),
    }
    assert all("commit" in one.source for one in known.values())


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("BIG-Bench Hard", "not ( True ) and ( True ) is"),
        ("MT-bench", "rewrite your previous response.  Start every sentence with the letter A"),
    ],
)
def test_a_question_of_a_public_test_is_known(name, question):
    (test,) = [one for one in benchmarks() if one.name == name]
    assert test.holds(question)
    assert not test.holds(question + " indeed")


@needs_shared
def test_they_are_those_of_the_shared_file():
    (gsm8k,) = [one for one in benchmarks() if one.name.startswith("GSM8K")]
    lines = (SHARED / "openai__grade-school-math" / "test.jsonl").read_text("utf-8").splitlines()
    assert {fingerprint(json.loads(line)["question"]) for line in lines} == gsm8k.hashes
