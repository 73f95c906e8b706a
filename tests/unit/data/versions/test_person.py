"""A name is found whole, however it is written, and taken out of any text."""

import json

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.versions.person import ERASED, Person, strings
from tests.unit.data.conftest import example


@pytest.mark.parametrize(
    "text",
    ["Ask Ann  Özil now", "ann\u00a0özil", "ANN\nÖZIL.", '{"by": "Ann \\u00d6zil"}',
     "Ann O\u0308zil"],
)  # fmt: skip
def test_it_is_found_however_it_is_written(text):
    assert Person("Ann Özil").is_in(text)
    assert Person("ann özil").is_in([{"a": {"deep": text}}])


@pytest.mark.parametrize("text", ["Joann Özil", "Ann Özils", "Ann", "", 7, None, ["Özil Ann"]])
def test_others_are_not(text):
    assert not Person("Ann Özil").is_in(text)


@pytest.mark.parametrize(
    "text",
    ["“Ann Özil” said", "tea—Ann\u00a0Özil.", "a\r\nAnn\r\nÖzil", "\u3000An\u00adn Ö\u200bzil",
     "(ANN ÖZIL)"],
)  # fmt: skip
def test_it_is_found_however_often_json_stands_in_json(text):
    ann, plain = Person("Ann Özil"), json.dumps(text, ensure_ascii=False)
    for spelled in (text, plain, json.dumps(text), json.dumps(json.dumps(text)),
                    json.dumps(plain, ensure_ascii=False)):  # fmt: skip
        assert ann.count_in_file(spelled) == 1
        assert ERASED in ann.without(spelled)
    others = json.dumps(["Joann Özil", "üAnn Özil", "Ann Özilé"])
    assert ann.count_in_file(others) == 0


def test_every_field_of_an_example_is_looked_at():
    one = example("Who?", "She.", 5, group="team", meta={"agent": "ann@x.org"})
    assert Person("ann@x.org").is_in_example(one)
    assert Person("team").is_in_example(one)
    assert not Person("joann@x.org").is_in_example(one)
    assert Person("4711 08").is_in({"phone": "4711 08"})


def test_it_is_taken_out_of_a_files_text_and_json_stays_json():
    said = json.dumps({"a": "x\nAnn Özil, ann  özil", "b": "Annabel"})
    cleaned = Person("Ann Özil").without(said)
    assert json.loads(cleaned) == {"a": f"x\n{ERASED}, {ERASED}", "b": "Annabel"}
    assert Person("Ann Özil").count_in_file(said) == 2


def test_what_is_told_is_scrubbed():
    told = {"name": "Ann Özil's", "list": ["Ann O\u0308zil", 3], "Ann Özil": None}
    assert Person("Ann Özil").scrubbed(told) == {
        "name": f"{ERASED}'s", "list": [ERASED, 3], ERASED: None
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "  ", "ab", " a "])
def test_what_is_too_short_is_refused(text):
    with pytest.raises(StudioError) as caught:
        Person(text)
    assert caught.value.code == "text_too_short"


def test_texts_inside_texts_are_found():
    assert list(strings('[{"a": "b"}, 4, null]')) == ["a", "b", "4"]
    assert list(strings("[not json]")) == ["[not json]"]


def test_a_long_file_is_looked_through_in_pieces_and_nothing_is_lost_between(monkeypatch):
    monkeypatch.setattr("ftstudio.data.versions.person._WINDOW", 40)
    monkeypatch.setattr("ftstudio.data.versions.person._AGAIN", 20)
    person, heard = Person("Ann Özil"), []
    for before in range(60):
        for name, told in (("Ann Özil", 1), ("Ann   Özil", 1), ("Ann Özils", 0), ("Joann Özil", 0)):
            text = "-" * before + name + "-" * 50 + "Ann Özil" + "-" * (60 - before)
            assert person.count_in_file(text, heard.append) == told + 1
            assert person.without(text).count(ERASED) == told + 1
            assert len(person.without(text)) == len(text) - told * len(name) + (told + 1) * len(
                ERASED
            ) - len("Ann Özil")
    assert len(heard) > 240  # more than once a file: it can be stopped within one
