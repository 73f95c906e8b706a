"""Questions of public tests are known again by their hashes, and by nothing else."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.fingerprints import benchmarks, fingerprint, load_fingerprints, take_fingerprints
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
    (gsm8k,) = benchmarks()
    assert (gsm8k.name, gsm8k.licence, len(gsm8k.hashes)) == ("GSM8K (test)", "MIT", 1319)
    assert "commit" in gsm8k.source


@needs_shared
def test_they_are_those_of_the_shared_file():
    (gsm8k,) = benchmarks()
    lines = (SHARED / "openai__grade-school-math" / "test.jsonl").read_text("utf-8").splitlines()
    assert {fingerprint(json.loads(line)["question"]) for line in lines} == gsm8k.hashes
