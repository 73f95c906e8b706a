"""Texts copied from the web become plain; code and comparisons stay."""

from ftstudio.core.example import Example
from ftstudio.data.step import Row
from ftstudio.data.steps.html_to_text import STEP, HtmlParams
from tests.unit.data.conftest import rows_of


def test_tags_go():
    rows = rows_of(("What is <b>this</b>?", "<p>One &amp; two</p>"), ("a < b", "`<br>`"))
    assert STEP.find(rows, HtmlParams()).rows == [1]
    outcome = STEP.apply(rows, HtmlParams())
    assert outcome.rows[0].example.question == "What is this?"
    assert outcome.rows[0].example.answer == "One & two"
    assert outcome.rows[1] is rows[1]
    assert STEP.find(outcome.rows, HtmlParams()).severity == "fine"


def test_where_html_is_asked_for_it_stays():
    rows = rows_of(
        ("Write the HTML of a list with two items.", "<ul><li>a</li><li>b</li></ul>"),
        ("How do I center a <div>?", "Give it <b>margin: auto</b>"),
        ("What does <p class='html'>this</p> mean?", "<b>bold</b> words"),
    )
    assert STEP.find(rows, HtmlParams()).rows == [2, 3]
    outcome = STEP.apply(rows, HtmlParams())
    assert outcome.rows[0] is rows[0]
    assert outcome.rows[1].example.question == "How do I center a <div>?"
    assert outcome.rows[1].example.answer == "Give it margin: auto"
    assert STEP.apply(rows, HtmlParams(asked=True)).changed == [1, 2, 3]


def test_documents_that_speak_of_web_pages_are_mended_all_the_same():
    rows = [Row(Example(text="<p>My web page</p>", source_row=1))]
    assert STEP.apply(rows, HtmlParams()).rows[0].example.text == "My web page"
