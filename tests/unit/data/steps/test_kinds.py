"""Every step means the right thing for every kind of example."""

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.step import Row, steps
from tests.unit.data.conftest import example, labelled, pair


def numbered(*examples):
    return [Row(e.model_copy(update={"source_row": i})) for i, e in enumerate(examples, start=1)]


def number(text, value):
    return Example(messages=[Message(role="user", content=text)], number=value)


KINDS = {
    "chat": numbered(example("A?", "a"), example("B?", "b")),
    "text": numbered(Example(text="One page."), Example(text="Two pages.")),
    "preference": numbered(pair("A?", "a", "x"), pair("B?", "b", "x")),
    "feedback": numbered(*(example(q, "a").model_copy(update={"good": True}) for q in "AB")),
    "label": numbered(labelled("One", "a"), labelled("Two", "b", "c")),
    "number": numbered(number("One", 1), number("Two", 0)),
}

ADDING = {"add_hard_copies"}  # what is fine gets copies too


@pytest.mark.parametrize("key", list(steps()))
@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_fine_is_left_alone(kind, key):
    step, rows = steps()[key], KINDS[kind]
    finding = step.find(rows, step.params())
    assert (finding.severity, finding.count) == ("fine", 0)
    assert finding.sentence.endswith(".")
    if key not in ADDING:
        assert step.apply(rows, step.params()).rows == rows


def done(key, rows):
    step = steps()[key]
    return step.find(rows, step.params()), step.apply(rows, step.params())


def test_trim_reaches_both_continuations_and_texts():
    rows = numbered(pair(" A?", "a ", "\u200bx"), pair("B?", "b", "x"))
    finding, outcome = done("trim", rows)
    assert finding.rows == outcome.changed == [1]
    trimmed = outcome.rows[0].example
    assert (trimmed.question, trimmed.chosen[0].content, trimmed.rejected[0].content) == (
        "A?", "a", "x")  # fmt: skip
    assert done("trim", numbered(Example(text=" page\n")))[1].rows[0].example.text == "page"


def test_a_text_without_class_and_a_class_without_text_are_left_out():
    rows = numbered(labelled("", "a"), labelled("One"), labelled("Two", "b"))
    finding, outcome = done("drop_empty", rows)
    assert finding.severity == "blocks"
    assert "1 row has no text and 1 row has no class" in finding.sentence
    assert outcome.removed == [1, 2]


def test_two_answers_that_are_the_same_teach_nothing():
    rows = numbered(pair("A?", "Same.", "same. "), pair("B?", "b", "x"))
    finding, outcome = done("drop_empty", rows)
    assert finding.title == "Nothing to tell apart"
    assert "1 row says the same in both answers" in finding.sentence
    assert outcome.removed == [1]


@pytest.mark.parametrize(
    ("rows", "doubles"),
    [
        (numbered(labelled("One", "a"), labelled("one ", "A"), labelled("One", "b")), [2]),
        (numbered(pair("A", "a", "x"), pair("A", "a", "y"), pair("a", "a", "x")), [3]),
        (numbered(Example(text="Page"), Example(text="page "), Example(text="Other")), [2]),
        (numbered(number("One", 1), number("One", 2), number("one", 1)), [3]),
    ],
)
def test_doubles_say_the_same_and_are_judged_the_same(rows, doubles):
    assert done("drop_exact_duplicates", rows)[0].rows == doubles


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (numbered(labelled("One", "a"), labelled("Two", "a"), labelled("one", "b")), "classes"),
        (numbered(pair("A", "a", "x"), pair("B", "a", "x"), pair("A", "x", "a")), "both ways"),
        (numbered(number("One", 1), number("Two", 1), number("One", 2)), "numbers"),
        (numbered(*(example(q, "a").model_copy(update={"good": good})
                    for q, good in (("A", True), ("B", True), ("A", False)))), "good and bad"),
    ],
    ids=["label", "preference", "number", "feedback"],
)  # fmt: skip
def test_the_same_judged_in_two_ways(rows, word):
    finding, outcome = done("drop_contradictions", rows)
    assert finding.severity == "look"
    assert word in finding.sentence
    assert finding.rows == [1, 3]
    assert outcome.removed == [3]


def test_the_same_classes_in_another_order_are_no_contradiction():
    rows = numbered(labelled("One", "a", "b"), labelled("One", "B", "a"))
    assert done("drop_contradictions", rows)[0].severity == "fine"


def test_long_documents_are_kept_and_long_pairs_are_not():
    long = "word " * 2000
    assert done("drop_long", numbered(Example(text=long)))[1].removed == []
    assert done("drop_long", numbered(pair("A", "a", long)))[1].removed == [1]
    finding, _ = done("drop_long", numbered(labelled(long, "a")))
    assert "cut off." in finding.sentence
    assert "answer" not in finding.sentence
