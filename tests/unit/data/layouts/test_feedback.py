"""Judged answers: a question, an answer and a mark, or a whole conversation and a mark."""

import json

import pytest

from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.feedback import LAYOUT
from ftstudio.data.table import Problem

ROLES = {"q": "question", "a": "answer", "g": "good"}


def row(mark, question="Lit?", answer="Yes."):
    return {"_row": "5", "q": question, "a": answer, "g": mark}


@pytest.mark.parametrize(("mark", "good"), [("👍", True), ("0", False), ("desirable", True)])
def test_a_judged_answer(mark, good):
    example = LAYOUT.to_example(row(mark), ROLES)
    assert example.kind == "feedback"
    assert example.good is good
    assert [(m.role, m.content) for m in example.messages] == [("user", "Lit?"),
                                                              ("assistant", "Yes.")]  # fmt: skip


@pytest.mark.parametrize(("mark", "why"), [("perhaps", "“perhaps”"), ("", "not said"),
                                           (None, "not said")])  # fmt: skip
def test_a_mark_that_says_nothing_is_a_problem(mark, why):
    problem = LAYOUT.to_example(row(mark), ROLES)
    assert isinstance(problem, Problem)
    assert why in problem.reason


def test_a_whole_conversation_is_judged_by_its_last_answer():
    turns = [{"role": "user", "content": "Lit?"}, {"role": "assistant", "content": "Yes."}]
    raw = {"_row": "1", "m": json.dumps(turns), "g": "true"}
    roles = {"m": "messages", "g": "good"}
    assert LAYOUT.to_example(raw, roles).answer == "Yes."
    problem = LAYOUT.to_example({**raw, "m": json.dumps([*turns, turns[0]])}, roles)
    assert "does not end with an answer" in problem.reason


def test_the_earlier_turns_may_stand_in_the_question():
    question = "Human: Hi\n\nAssistant: Hello\n\nHuman: Lit?\n\nAssistant:"
    example = LAYOUT.to_example(row("1", question), ROLES)
    assert [m.content for m in example.messages] == ["Hi", "Hello", "Lit?", "Yes."]


def test_question_and_answer_are_not_asked_for_beside_conversations():
    missing = [role.key for role in LAYOUT.missing({"m": "messages"})]
    assert missing == ["good"]
    assert [role.key for role in LAYOUT.missing({"g": "good"})] == ["question", "answer"]


@pytest.mark.parametrize("header", ["prompt,completion,label", "question,answer,thumbs",
                                    "Frage,Antwort,Hilfreich"])  # fmt: skip
def test_judged_answers_rank_first(read_text, header):
    body = "".join(f"What is {i}?,It is {i},{'yes' if i % 3 else 'no'}\n" for i in range(20))
    best = guess_layouts(read_text("a.csv", f"{header}\n{body}"))[0]
    assert best.layout == "feedback"
    assert list(best.mapping.values()) == ["question", "answer", "good"]
    assert best.confidence > 0.9


def test_a_status_column_does_not_make_feedback(read_text):
    body = "".join(
        f"What is {i}?,It is {i},{'yes' if i % 3 else 'no'},{i % 5}\n" for i in range(20)
    )
    best = guess_layouts(read_text("a.csv", f"Question,Answer,Closed,Rating\n{body}"))[0]
    assert best.layout == "question_answer"


@pytest.mark.parametrize("whole", [True, False])
def test_an_answer_that_is_written_as_a_turn_is_its_text(whole):
    turn = {"role": "assistant", "content": "Yes."}
    asked = json.dumps([{"role": "user", "content": "Lit?"}])
    example = LAYOUT.to_example(row("1", asked, json.dumps([turn] if whole else turn)), ROLES)
    assert [(m.role, m.content) for m in example.messages] == [("user", "Lit?"),
                                                              ("assistant", "Yes.")]  # fmt: skip
    problem = LAYOUT.to_example(row("1", asked, json.dumps([turn, json.loads(asked)[0]])), ROLES)
    assert "does not end with an answer" in problem.reason


@pytest.mark.parametrize("about", ["", "About lamps."])
def test_instructions_whose_results_were_judged(read_text, about):
    lines = "\n".join(
        json.dumps({"instruction": f"Say {i}.", "input": about, "output": f"It is {i}.",
                    "kto_tag": "true" if i % 2 else "false"})
        for i in range(30)
    )  # fmt: skip
    guessed = guess_layouts(read_text("a.jsonl", lines))[0]
    assert (guessed.layout, guessed.mapping["kto_tag"]) == ("feedback", "good")
    raw = {"_row": "1", "instruction": "Say 0.", "input": about, "output": "0", "kto_tag": "false"}
    example = LAYOUT.to_example(raw, guessed.mapping)
    assert example.good is False
    assert example.messages[0].content == ("Say 0.\n\nAbout lamps." if about else "Say 0.")
