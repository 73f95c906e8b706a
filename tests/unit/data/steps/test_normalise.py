"""Signs are composed, spaces single, code and indents left."""

import pytest

from ftstudio.data.steps.normalise import STEP, NormaliseParams
from tests.unit.data.conftest import rows_of


def test_letters_and_spaces():
    rows = rows_of(
        ("Cafe\u0301\u200b  au\u00a0lait", "one\n\n\n\ntwo \n  indented  line"), ("a", "b")
    )
    params = NormaliseParams()
    assert STEP.find(rows, params).rows == [1]
    outcome = STEP.apply(rows, params)
    assert outcome.rows[0].example.question == "Café au lait"
    assert outcome.rows[0].example.answer == "one\n\ntwo\n  indented line"
    assert outcome.changed == [1]
    assert outcome.rows[1] is rows[1]
    assert STEP.find(outcome.rows, params).severity == "fine"


def test_quotes_only_when_asked():
    rows = rows_of(("“So”", "l’eau"))
    assert STEP.apply(rows, NormaliseParams()).changed == []
    assert STEP.apply(rows, NormaliseParams(quotes=True)).rows[0].example.question == '"So"'


def test_code_keeps_its_spaces():
    code = "```\na    = 1\n```"
    assert STEP.apply(rows_of(("a", code)), NormaliseParams()).changed == []


@pytest.mark.parametrize(
    "text",
    ["a\t\tb", "| a   | b  |\n|-----|----|", "def f():\n    x  =  1\n\n\n\ndef g():",
     "1  2  3\n4  5  6",
     "~~~\na   b\n~~~", "\\begin{tabular}  a  &  b", "نمی\u200cخواهم", "שלום\u200f (a)",
     "الكتاب (C++)\u200e", "ไทย\u200bภาษา", "👨\u200d👩\u200d👧 ok", "葛\U000e0100", "Ⅷ ﬁ"],
)  # fmt: skip
def test_what_has_a_meaning_stays(text):
    assert STEP.apply(rows_of(("a", text)), NormaliseParams()).changed == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [("a\u200eb", "ab"), ("a\u2028b\x0bc\x85d", "a\nb\nc\nd"), ("a\x00b\x1fc", "abc"),
     ("a\r\nb\rc", "a\nb\nc"), ("co\u00adop", "coop"), ("\u1112\u1161\u11ab", "한")],
)  # fmt: skip
def test_signs_that_nobody_sees(text, plain):
    assert STEP.apply(rows_of(("a", text)), NormaliseParams()).rows[0].example.answer == plain


def test_once_is_enough():
    rows = rows_of(("a", "one  two\t\n\n\n\nthree   \n    \nfour"))
    once = STEP.apply(rows, NormaliseParams())
    assert once.rows[0].example.answer == "one two\n\nthree\n\nfour"
    assert STEP.apply(once.rows, NormaliseParams()).changed == []
