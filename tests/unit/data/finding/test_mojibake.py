"""Broken letters are mended, right ones are left."""

import json

import pytest

from ftstudio.data.finding.mojibake import broken, mended
from tests.nasty.shared_data import SHARED, needs_shared


@needs_shared
def test_the_shared_suite():
    cases = json.loads((SHARED / "rspeer__python-ftfy" / "synthetic.json").read_text("utf-8"))
    assert len(cases) == 30
    assert [
        case["label"] for case in cases if mended(case["original"], True) != case["fixed"]
    ] == []


@pytest.mark.parametrize(("text", "meant"), [("KÃ¶ln", "Köln"), ("â€œsoâ€\x9d", "“so”"),
                                             ("naÃ¯ve cafÃ©", "naïve café")])  # fmt: skip
def test_only_what_is_broken(text, meant):
    assert broken(text)
    assert mended(text) == meant


@pytest.mark.parametrize("text", ["Köln “so” – naïve", "你好，世界", "a\u00a0b", "¡Olé! ½ €",
                                  "plain", "&amp; <b>"])  # fmt: skip
def test_what_is_right_is_left(text):
    assert mended(text) == text
    assert not broken(text)


def test_tidying_is_asked_for():
    assert mended("“so”", tidy=True) == '"so"'


@pytest.mark.parametrize(
    "text",
    ["L’été à Paris, où ça coûte 3 €", "Tiếng Việt: Đặng Thị Hồng – được", "SÃO PAULO, NÃO, AÇÃO",
     "VÄRLDEN Ä Ö ß", "Çağrı İstanbul Şişli", "Łódź Żółć", "MAÇÃ", "Ânh, Ă â Ơ ư", "À Á Â Ã Ä Å",
     "Ð Þ Æ ð þ", "naïve Â", "Ελληνικά, Прив, 日本語, 한국어, עברית", "👨\u200d👩\u200d👧 e\u0301"],
)  # fmt: skip
def test_what_is_meant_in_other_languages_is_left(text):
    assert mended(text) == text


def test_who_explains_broken_letters_shows_them():
    text = "The mojibake of é is Ã©; it comes of UTF-8 read as Latin-1."
    assert mended(text) == text
    assert mended("It is Ã© here.") == "It is é here."
