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
