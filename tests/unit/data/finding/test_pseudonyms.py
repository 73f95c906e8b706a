"""The same thing has the same stand-in, and the map is kept for its owner alone."""

import os
import stat

import pytest

from ftstudio.core.errors import StudioError
from ftstudio.data.finding.found import Found
from ftstudio.data.finding.pseudonyms import Pseudonyms, keep


def thing(kind, text):
    return Found(kind, 0, len(text), text)


def test_the_same_thing_has_the_same_name():
    names = Pseudonyms()
    assert names.of(thing("email", "A@b.org")) == "[EMAIL_1]"
    assert names.of(thing("email", "c@d.org")) == "[EMAIL_2]"
    assert names.of(thing("email", "a@B.org")) == "[EMAIL_1]"
    assert names.of(thing("phone", "+34 612-345")) == "[PHONE_1]"
    assert names.of(thing("phone", "+34612345")) == "[PHONE_1]"
    assert names.of(thing("national_id", "1")) == "[NATIONAL_ID_1]"
    assert len(names) == 4


def test_it_goes_on_behind_what_texts_hold_also_after_saving(tmp_path):
    names = Pseudonyms(texts=["ask [EMAIL_7] or [NATIONAL_ID_2]", "a list [1] and [x]"])
    assert names.of(thing("email", "a@b.org")) == "[EMAIL_8]"
    assert names.of(thing("national_id", "1")) == "[NATIONAL_ID_3]"
    names.save(tmp_path / "names.json")
    again = Pseudonyms.load(tmp_path / "names.json")
    assert again.of(thing("email", "c@d.org")) == "[EMAIL_9]"
    assert names.going_on(["[EMAIL_20]"]).of(thing("email", "e@f.org")) == "[EMAIL_21]"
    assert len(names) == 2


def test_it_goes_on_where_it_was_saved(tmp_path):
    names = Pseudonyms()
    names.of(thing("email", "jürgen@b.org"))
    path = tmp_path / "pseudonyms.json"
    names.save(path)
    names.save(path)
    again = Pseudonyms.load(path)
    assert again.of(thing("email", "jürgen@b.org")) == "[EMAIL_1]"
    assert again.of(thing("email", "new@b.org")) == "[EMAIL_2]"
    assert [p.name for p in tmp_path.iterdir()] == ["pseudonyms.json"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 2, "things": []}', '{"schema": 1}'])
def test_a_damaged_map_is_told(tmp_path, text):
    path = tmp_path / "pseudonyms.json"
    path.write_text(text)
    with pytest.raises(StudioError, match=r"pseudonyms\.json"):
        Pseudonyms.load(path)


def test_a_list_that_is_there_is_never_written_over(tmp_path):
    path = tmp_path / "stand-ins.json"
    may, june = Pseudonyms(), Pseudonyms()
    may.of(thing("email", "ann@b.org"))
    june.of(thing("email", "zoe@b.org"))  # the same stand-in for somebody else
    assert keep(may, path) == path
    assert keep(june, path) == tmp_path / "stand-ins-2.json"
    assert Pseudonyms.load(path).of(thing("email", "ann@b.org")) == "[EMAIL_1]"
    later = may.going_on([])
    later.of(thing("phone", "+34612345"))
    assert keep(later, path) == path  # all of may's, and more: nothing is lost
    assert keep(later, path) == path
    assert keep(may, path) == tmp_path / "stand-ins-3.json"
    (tmp_path / "letter.json").write_text("mine")
    assert keep(may, tmp_path / "letter.json") == tmp_path / "letter-2.json"
    assert (tmp_path / "letter.json").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 5
