"""Conversations are known by their content, whatever the column is called."""

import json

from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.messages import LAYOUT
from ftstudio.data.table import Problem
from tests.unit.data.columns.test_column_roles import column

TALK = [{"from": "human", "value": "Lit?"}, {"from": "gpt", "value": "Yes."}]
MAPPING = {"c": "messages", "l": "last_answer", "t": "tools", "s": "system"}


def row(talk, **more):
    return {"_row": "4", "c": json.dumps(talk), "l": None, "t": None, "s": None, **more}


def test_the_content_tells():
    sample = [{"_row": str(i), "blob": json.dumps(TALK), "n": "1"} for i in range(5)]
    guess = LAYOUT.guess([column("blob", "list"), column("n", "number")], sample)
    assert guess.mapping == {"blob": "messages"}
    assert guess.confidence > 0.9
    assert guess.sure == {"blob", "n"}
    assert guess.reason == "Every cell in “blob” holds a list of turns, as in ShareGPT files."


def test_an_answer_that_lies_elsewhere_is_found():
    sample = [row(TALK[:1], l="Yes.")]
    columns = [column("c", "list"), column("answer")]
    sample = [{"_row": "1", "c": json.dumps(TALK[:1]), "answer": "Yes."}]
    assert LAYOUT.guess(columns, sample).mapping == {"c": "messages", "answer": "last_answer"}


def test_the_last_answer_is_added_as_text_or_turn():
    for last in ("Yes.", '{"from": "gpt", "value": "Yes."}'):
        made = LAYOUT.to_example(row(TALK[:1], l=last), MAPPING)
        assert made.answer == "Yes."


def test_system_and_tools_come_along():
    made = LAYOUT.to_example(row(TALK, s="Be short.", t='[{"name": "f"}]'), MAPPING)
    assert made.messages[0].content == "Be short."
    assert made.tools == [{"type": "function", "function": {"name": "f"}}]
    own = [{"from": "system", "value": "Own."}, *TALK]
    assert LAYOUT.to_example(row(own, s="Be short."), MAPPING).messages[0].content == "Own."


def test_what_can_not_be_learned_is_a_problem_with_its_row():
    made = LAYOUT.to_example(row([]), MAPPING)
    assert isinstance(made, Problem)
    assert (made.row, made.reason) == (4, "The conversation is empty.")


def test_several_last_answers_are_no_answer():
    asked = json.dumps([{"role": "user", "content": "Lit?"}])
    several = json.dumps([[{"role": "assistant", "content": "Yes."}]])
    problem = LAYOUT.to_example({"_row": "1", "c": asked, "l": several}, MAPPING)
    assert "not one answer" in problem.reason


def rated(read_text, scores):
    lines = [json.dumps({"messages": TALK, "score": score}) for score in scores]
    return next(g for g in guess_layouts(read_text("t.jsonl", "\n".join(lines))) if g.mapping)


def test_a_score_that_would_be_left_out_is_asked_about(read_text):
    best = rated(read_text, [1, 5, 3] * 8)
    assert (best.layout, "score" in best.sure) == ("messages", False)
    assert best.confidence < 0.8
    assert "“score” says what each conversation is worth and is not used" in best.reason


def test_numbers_that_count_the_rows_are_no_score(read_text):
    for numbers in (range(1, 25), [5] * 24):
        best = rated(read_text, numbers)
        assert (best.confidence >= 0.9, "score" in best.sure) == (True, True)
