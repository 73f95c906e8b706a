"""What follows from a judgement, for every kind of row."""

import pytest

from ftstudio.core.example import Example, Message
from ftstudio.data.judged import (
    Verdict,
    answered,
    judged,
    key_of,
    kind_after,
    said_hash,
    sentence,
    subject,
    two_answers,
)
from tests.unit.data.conftest import example, labelled, pair


def verdict(**said):
    return Verdict(row=1, hash="x", who="Anna", when=1_700_000_000, **said)


def test_spaces_and_the_row_number_make_no_other_row():
    assert said_hash(example("A?", "a", 1)) == said_hash(example(" a? ", "a ", 9))
    assert said_hash(example("A?", "a")) != said_hash(example("A?", "b"))
    assert key_of(example("A?", "a", 4)).startswith("4:")


def test_a_mended_answer_stays_a_conversation():
    mended = judged(example("A?", "a"), verdict(answer="better"), "mend")
    assert (mended.kind, mended.question, mended.answer) == ("chat", "A?", "better")
    page = judged(Example(text="old"), verdict(answer="new"), "mend")
    assert page.text == "new"
    of_two = judged(pair("A?", "good", "bad"), verdict(answer="best"), "mend")
    assert (of_two.answer, of_two.rejected[0].content) == ("best", "bad")
    silent = Example(messages=[Message(role="user", content="A?")])
    assert answered(silent, "first answer").answer == "first answer"


def test_good_and_bad_make_feedback_of_the_answer_that_was_shown():
    own = judged(example("A?", "a"), verdict(good=True), "mark")
    assert (own.kind, own.good, own.answer) == ("feedback", True, "a")
    of_model = judged(example("A?", "a"), verdict(good=False, answer="m"), "mark")
    assert (of_model.good, of_model.answer) == (False, "m")


def test_a_preference_keeps_what_came_before_the_answers():
    row = Example(messages=[
        Message(role="system", content="Be kind."), Message(role="user", content="A?"),
        Message(role="assistant", content="own"),
    ])  # fmt: skip
    assert two_answers(row, "other") == ("own", "other")
    other = judged(row, verdict(choice="other", other="model's"), "pair")
    assert other.kind == "preference"
    assert [m.role for m in other.messages] == ["system", "user"]
    assert (other.answer, other.rejected[0].content) == ("model's", "own")
    own = judged(row, verdict(choice="own", other="model's"), "pair")
    assert (own.answer, own.rejected[0].content) == ("own", "model's")
    assert judged(row, verdict(choice="tie", other="model's"), "pair") is None


def test_a_pair_can_be_turned_round():
    row = pair("A?", "x", "y")
    assert judged(row, verdict(choice="own"), "pair") == row
    turned = judged(row, verdict(choice="other"), "pair")
    assert (turned.answer, turned.rejected[0].content) == ("y", "x")


def test_scores_and_classes_are_about_what_was_chosen():
    row = example("A?", "a")
    assert subject(row, "question") == "A?"
    scored = judged(row, verdict(number=4), "score", "whole")
    assert (scored.kind, scored.number, scored.question) == ("number", 4, "A?\n\na")
    classed = judged(row, verdict(labels=["x", "y"]), "label", "question")
    assert (classed.kind, classed.labels, classed.question) == ("label", ["x", "y"], "A?")
    again = judged(labelled("Text", "old"), verdict(labels=["new"]), "label")
    assert (again.labels, again.question) == (["new"], "Text")
    of_text = judged(Example(text="page"), verdict(number=1), "score")
    assert (of_text.kind, of_text.question) == ("number", "page")


@pytest.mark.parametrize(
    ("judging", "kind", "after"),
    [("mend", "chat", "chat"), ("mark", "chat", "feedback"), ("pair", "chat", "preference"),
     ("score", "chat", "number"), ("label", "text", "label"), ("mark", "label", None)],
)  # fmt: skip
def test_what_rows_become(judging, kind, after):
    assert kind_after(judging, kind) == after


def test_the_history_names_who_said_what():
    assert sentence(verdict(good=False), "mark").startswith("Anna called the answer bad (1")
    assert "gave 3.5 " in sentence(verdict(number=3.5), "score")
    assert "“a”, “b”" in sentence(verdict(labels=["a", "b"]), "label")
    assert "preferred the other answer" in sentence(verdict(choice="other"), "pair")
    assert "wrote the answer" in sentence(verdict(answer="x"), "mend")
