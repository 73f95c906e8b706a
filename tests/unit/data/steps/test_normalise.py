"""Signs are composed, spaces single, code and indents left."""

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
