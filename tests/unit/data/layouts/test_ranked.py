"""Several answers with scores or ranks become pairs of the best and each worse one."""

import json

import pytest

from ftstudio.data.layout import guess_layouts, read_examples
from ftstudio.data.layouts.ranked import LAYOUT
from ftstudio.data.table import Problem

ROLES = {"q": "prompt", "a": "answers", "s": "scores"}


def pairs(answers, scores="", question="Lit?", name="s"):
    row = {"_row": "3", "q": question, "a": json.dumps(answers), name: scores}
    roles = {**ROLES, name: "scores"} if scores else {"q": "prompt", "a": "answers"}
    made = read_examples(LAYOUT, row, {k: v for k, v in roles.items() if k in row})
    if isinstance(made, Problem):
        return made.reason
    assert all(e.kind == "preference" and e.source_row == 3 for e in made)
    return [(e.answer, e.rejected[0].content) for e in made]


def test_scores_in_a_column_of_their_own():
    assert pairs(["a", "b", "c"], "[1, 5, 3]") == [("b", "c"), ("b", "a")]


def test_of_ranks_the_first_is_best():
    assert pairs(["a", "b", "c"], "[2, 1, 3]", name="rank") == [("b", "a"), ("b", "c")]


def test_scores_beside_each_answer():
    answers = [{"response": "a", "overall_score": 2}, {"response": "b", "overall_score": 4.5}]
    assert pairs(answers) == [("b", "a")]
    assert pairs([{"text": "a", "rank": 1}, {"text": "b", "rank": 2}]) == [("a", "b")]


def test_equal_answers_make_no_pair():
    assert pairs(["a", "b", "c"], "[5, 5, 3]") == [("a", "c")]
    assert "worth the same" in pairs(["a", "b"], "[5, 5]")


BAD = [
    (["a"], "[1]", "several answers"),
    (["a", "b"], "[1]", "as many"),
    (["a", "b"], '[1, "x"]', "not a score"),
    (["a", 7], "[1, 2]", "not a text"),
    ([{"text": "a"}, {"text": "b"}], "", "no score"),
    ({"a": 1}, "[1, 2]", "several answers"),
]


@pytest.mark.parametrize(("answers", "scores", "word"), BAD)
def test_problems(answers, scores, word):
    assert word in pairs(answers, scores)


def test_nothing_asked():
    assert "Nothing is asked" in pairs(["a", "b"], "[1, 2]", question=" ")


def test_guessed(read_text):
    answers, scores = ["Yes.", "No."], [1, 2]
    lines = [json.dumps({"question": f"Lit {i}?", "answers": answers, "scores": scores})
             for i in range(12)]  # fmt: skip
    best = guess_layouts(read_text("a.jsonl", "\n".join(lines)))[0]
    assert best.layout == "ranked"
    assert best.mapping == {"question": "prompt", "answers": "answers", "scores": "scores"}
    assert best.confidence >= 0.9


def test_lists_without_scores_are_not_ranked(read_text):
    lines = [json.dumps({"question": f"Lit {i}?", "answers": ["Yes.", f"No {i}."]})
             for i in range(12)]  # fmt: skip
    ranked = guess_layouts(read_text("a.jsonl", "\n".join(lines)))
    assert next(g for g in ranked if g.layout == "ranked").confidence < 0.1


def test_answers_that_are_written_as_turns_are_their_texts():
    turns = [[{"role": "assistant", "content": "a"}], {"role": "assistant", "content": "b"}]
    assert pairs(turns, "[1, 2]") == [("b", "a")]
