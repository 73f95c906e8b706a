"""Pairs in all the shapes they come in: two answers, two conversations, two written dialogues."""

import json

import pytest

from ftstudio.core.example import Example
from ftstudio.data.layout import guess_layouts, read_examples
from ftstudio.data.layouts.preference import LAYOUT
from ftstudio.data.table import Problem

ROLES = {"p": "prompt", "c": "chosen", "r": "rejected", "s": "system"}
HUMAN = "\n\nHuman: Is it lit?\n\nAssistant: It is.\n\nHuman: Since when?\n\nAssistant: "


def made(chosen, rejected, prompt="", system=""):
    row = {"_row": "3", "p": prompt, "c": chosen, "r": rejected, "s": system}
    roles = {name: role for name, role in ROLES.items() if row[name]}
    return LAYOUT.to_example(row, roles)


def said(messages):
    return [(m.role, m.content) for m in messages]


def talk(*turns):
    names = ("user", "assistant")
    return json.dumps([{"role": names[i % 2], "content": t} for i, t in enumerate(turns)])


def test_a_question_and_two_answers():
    example = made("Yes.", "No.", prompt="Lit?", system="Be short.")
    assert example.kind == "preference"
    assert example.source_row == 3
    assert said(example.messages) == [("system", "Be short."), ("user", "Lit?")]
    assert said(example.chosen) == [("assistant", "Yes.")]
    assert said(example.rejected) == [("assistant", "No.")]


@pytest.mark.parametrize(
    ("chosen", "rejected"),
    [
        (talk("Is it lit?", "It is.", "Since when?", "Since dusk."),
         talk("Is it lit?", "It is.", "Since when?", "Go away.")),
        (HUMAN + "Since dusk.", HUMAN + "Go away."),
    ],
    ids=["turns", "dialogue"],
)  # fmt: skip
def test_what_both_begin_with_is_the_prompt(chosen, rejected):
    example = made(chosen, rejected)
    assert said(example.messages) == [
        ("user", "Is it lit?"), ("assistant", "It is."), ("user", "Since when?")
    ]  # fmt: skip
    assert said(example.chosen) == [("assistant", "Since dusk.")]
    assert said(example.rejected) == [("assistant", "Go away.")]


def test_a_prompt_beside_whole_conversations_is_not_said_twice():
    example = made(talk("Lit?", "Yes."), talk("Lit?", "No."), prompt="Lit?")
    assert said(example.messages) == [("user", "Lit?")]


def test_turns_as_prompt_and_single_turns_as_answers():
    turn = {"from": "gpt", "value": "Yes."}
    before = json.dumps([{"from": "human", "value": "Lit?"}])
    example = made(json.dumps(turn), json.dumps({**turn, "value": "No."}), prompt=before)
    assert said(example.messages) == [("user", "Lit?")]
    assert example.answer == "Yes."
    example = made("Yes.", "No.", prompt="Human: Lit?\n\nAssistant:")
    assert said(example.messages) == [("user", "Lit?")]


def test_an_instruction_and_its_text_are_one_question():
    row = {"_row": "1", "i": "Sum up.", "t": "Long text", "c": "a", "r": "b"}
    roles = {"i": "prompt", "t": "prompt", "c": "chosen", "r": "rejected"}
    assert LAYOUT.to_example(row, roles).question == "Sum up.\n\nLong text"


def test_the_same_twice_and_empty_answers_are_left_for_the_checks():
    same = made(talk("Lit?", "Yes."), talk("Lit?", "Yes."))
    assert said(same.messages) == [("user", "Lit?")]
    assert same.chosen == same.rejected
    empty = LAYOUT.to_example({"_row": "1", "p": "Lit?", "c": "", "r": None}, ROLES)
    assert isinstance(empty, Example)
    assert empty.chosen[0].content == ""


@pytest.mark.parametrize(
    ("chosen", "rejected", "why"),
    [
        ("Yes.", "No.", "Nothing is asked"),
        (talk("Lit?", "Yes."), talk("Dark?", "No."), "Nothing is asked"),
        (talk("A", "B", "C", "D"), talk("A", "B", "X", "D"), "part at a question"),
        ('[{"role": "wizard", "content": "x"}]', "No.", "unknown role"),
    ],
)
def test_what_makes_no_pair_says_why(chosen, rejected, why):
    problem = made(chosen, rejected)
    assert isinstance(problem, Problem)
    assert why in problem.reason
    assert problem.row == 3


@pytest.mark.parametrize(
    "header", ["prompt,chosen,rejected", "question,response_chosen,response_rejected",
               "Question,Better answer,Worse answer", "prompt,response,rejected"],
)  # fmt: skip
def test_pairs_rank_first(read_text, header):
    body = "".join(f"What is {i}?,A good answer {i},Bad {i}\n" for i in range(20))
    best = guess_layouts(read_text("a.csv", f"{header}\n{body}"))[0]
    assert best.layout == "preference"
    assert list(best.mapping.values()).count("prompt") == 1
    assert best.confidence > 0.9


def test_dialogues_need_no_prompt_column_and_plain_pairs_do(read_text):
    lines = "\n".join(
        json.dumps({"chosen": f"{HUMAN} dusk {i}", "rejected": f"{HUMAN} no {i}"}) for i in range(9)
    )
    best = guess_layouts(read_text("a.jsonl", lines))[0]
    assert (best.layout, best.confidence) == ("preference", 0.99)
    body = "".join(f"A good answer {i},Bad {i}\n" for i in range(20))
    best = guess_layouts(read_text("a.csv", f"chosen,rejected\n{body}"))[0]
    assert best.confidence < 0.8


def test_several_worse_answers_make_several_pairs():
    row = {"_row": "3", "p": "Lit?", "c": "Yes.", "r": json.dumps(["No.", "Go away."])}
    found = read_examples(LAYOUT, row, {"p": "prompt", "c": "chosen", "r": "rejected"})
    assert [(e.answer, e.rejected[0].content) for e in found] == [
        ("Yes.", "No."), ("Yes.", "Go away.")
    ]  # fmt: skip
    assert {e.source_row for e in found} == {3}
