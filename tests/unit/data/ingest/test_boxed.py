"""Texts that stand in a list of one are taken out of it, and what was done is said."""

import json

import pytest

from ftstudio.data.drafting.making import make_rows
from ftstudio.data.ingest.boxed import is_box, worth_opening
from ftstudio.data.layout import guess_layouts

MANY = range(30)


def lines(answer, **more):
    rows = [{"question": f"Is {n} it?", **more, "answer": answer(n)} for n in MANY]
    return "\n".join(map(json.dumps, rows))


def told(table):
    return " ".join(remark.reason for remark in table.remarks)


@pytest.mark.parametrize("every", [3, 99])
def test_lists_of_one_in_most_rows(read_text, every):
    table = read_text("a.jsonl", lines(lambda n: f"No {n}." if n % every == 2 else [f"Yes {n}."]))
    assert {row["answer"].split()[0] for row in table.rows()} <= {"Yes", "No"}
    best = guess_layouts(table)[0]
    assert (best.layout, best.mapping["answer"]) == ("question_answer", "answer")
    assert best.confidence > 0.9
    assert "a list around one text, which was taken out" in told(table)
    rows, problems = make_rows(table, best.layout, best.mapping)
    assert (rows[1].example.answer, problems) == ("Yes 1.", [])


def test_in_a_csv_too(read_text):
    text = "question,answer\n" + "".join(f'Is {n} it?,"[""Yes {n}.""]"\n' for n in MANY)
    table = read_text("a.csv", text)
    assert table.rows()[3]["answer"] == "Yes 3."
    column = next(c for c in table.columns if c.name == "answer")
    assert (column.kind, column.filled, column.examples[0]) == ("text", 30, "Yes 0.")


def test_several_texts_stay_and_are_told_of(read_text):
    table = read_text("a.jsonl", lines(lambda n: [f"Yes {n}."] if n % 10 else ["No.", "Never."]))
    assert table.rows()[10]["answer"] == '["No.", "Never."]'
    assert table.rows()[11]["answer"] == "Yes 11."
    assert "3 cells hold a list of several texts. They stay in it" in told(table)
    assert next(r for r in table.remarks if "several" in r.reason).row == 1


def test_few_lists_among_texts_stay(read_text):
    table = read_text("a.jsonl", lines(lambda n: ["Yes."] if n < 5 else f"No {n}."))
    assert table.rows()[0]["answer"] == '["Yes."]'
    assert not table.remarks


def test_answers_with_their_places_give_the_first(read_text):
    passage = "The lamp stands beside the door of the old house and shines all night. " * 3

    def answer(n):
        return {"text": ["the door", f"door {n}"], "answer_start": [23, 27]} if n % 6 else \
            {"text": [], "answer_start": []}  # fmt: skip

    table = read_text("a.jsonl", lines(answer, context=passage))
    assert table.rows()[1]["answer"] == "the door"
    assert not table.rows()[0]["answer"]
    assert "several answers (25 times), the first was. 5 cells hold no answer." in told(table)
    best = guess_layouts(table)[0]
    assert best.mapping == {"question": "instruction", "answer": "output", "context": "input"}


@pytest.mark.parametrize("name", ["label", "tags", "images", "messages", "tools"])
def test_lists_that_are_meant_stay(read_text, name):
    rows = [{"text": f"Where is parcel {n}?", name: ["delivery.png"]} for n in MANY]
    table = read_text("a.jsonl", "\n".join(map(json.dumps, rows)))
    assert table.rows()[0][name] == '["delivery.png"]'
    assert not table.remarks


@pytest.mark.parametrize("given", [{}, {"instruction": "List all colours."}])
def test_lists_as_answers_are_asked_about(read_text, given):
    table = read_text("a.jsonl", lines(lambda n: ["red", f"blue {n}"], **given))
    best = guess_layouts(table)[0]
    assert best.layout == ("instruction" if given else "question_answer")
    assert best.mapping["answer"] in ("answer", "output")
    assert best.confidence < 0.8
    assert "“answer” are lists, learned as they stand" in best.reason


def test_what_a_box_is():
    assert all(map(is_box, (["a"], '["a"]', {"text": ["a"]}, {"text": "a", "answer_start": 3})))
    assert not any(map(is_box, ([], ["a", "b"], [1], [["a"]], {"text": [1]}, {"note": "a"}, "[x]")))
    assert worth_opening("answer", 6, 10)
    assert not worth_opening("answer", 5, 10)
