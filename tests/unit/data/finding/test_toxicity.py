"""Words of the list, whole words only, and none in harmless text."""

import json

import pytest

from ftstudio.data.finding.toxicity import toxic
from tests.nasty.shared_data import SHARED, needs_shared


@pytest.mark.parametrize("text", ["What the FUCK", "du Arschloch", "vaffanculo!", "Kill yourself.",
                                  "you’re stupid", "hijo de puta", "ta gueule"])  # fmt: skip
def test_insults(text):
    assert toxic(text)


@pytest.mark.parametrize("text", ["Scunthorpe", "a bassist from Essex", "shitake", "the cocktail",
                                  "Dickens wrote", "you are right", ""])  # fmt: skip
def test_harmless(text):
    assert toxic(text) == []


def test_each_word_once():
    assert toxic("Bullshit, bullshit and bastards") == ["bullshit", "bastards"]


@needs_shared
def test_none_in_real_instructions():
    path = SHARED / "hiyouga__LLaMA-Factory" / "alpaca_en_demo.json"
    rows = json.loads(path.read_text("utf-8"))
    assert not [row for row in rows if toxic(row["instruction"] + row["output"])]
