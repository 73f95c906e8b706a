"""Every worked case of a task becomes an example of its own."""

import json

from ftstudio.data.drafting.making import make_rows
from ftstudio.data.layout import guess_layouts, read_examples
from ftstudio.data.layouts.seed_tasks import LAYOUT
from ftstudio.data.table import Problem

ROLES = {"instruction": "instruction", "instances": "cases"}


def task(i: int, cases: int = 2) -> dict:
    worked = [{"input": f"word {i} {k}", "output": f"drow {i} {k}"} for k in range(cases)]
    return {"id": f"t{i}", "instruction": f"Turn round {i}.", "instances": worked}


def row(cases, instruction="Turn it round.") -> dict:
    return {"_row": "5", "instruction": instruction, "instances": json.dumps(cases)}


def test_guessed_and_exploded(read_text):
    table = read_text("a.jsonl", "\n".join(json.dumps(task(i)) for i in range(12)))
    best = guess_layouts(table)[0]
    assert (best.layout, best.mapping) == ("seed_tasks", ROLES)
    assert best.confidence >= 0.9
    assert "2.0 a row" in best.reason
    rows, problems = make_rows(table, "seed_tasks", best.mapping)
    assert (len(rows), problems) == (24, [])
    assert [r.number for r in rows[:4]] == [1, 1, 2, 2]
    assert rows[1].example.question == "Turn round 0.\n\nword 0 1"
    assert rows[1].example.answer == "drow 0 1"
    assert rows[0].example.group == rows[1].example.group != rows[2].example.group


def test_without_input_the_task_is_the_question():
    (example,) = read_examples(LAYOUT, row([{"input": "", "output": "a"}]), ROLES)
    assert (example.question, example.answer, example.group) == ("Turn it round.", "a", None)


def test_a_row_is_read_whole_or_not_at_all():
    made = read_examples(LAYOUT, row([{"input": "a", "output": "b"}, {"input": "c"}]), ROLES)
    assert isinstance(made, Problem)
    assert made.reason == "Case 2 of this task has no output."
    for cases in ([], "none", 7, None):
        assert isinstance(read_examples(LAYOUT, row(cases), ROLES), Problem)


def test_rival_answers_with_scores_are_no_cases(read_text):
    rivals = [{"response": "a", "score": 1}, {"response": "b", "score": 2}]
    lines = [json.dumps({"instruction": f"Do {i}.", "completions": rivals}) for i in range(12)]
    ranked = guess_layouts(read_text("a.jsonl", "\n".join(lines)))
    assert ranked[0].layout == "ranked"
    assert next(g for g in ranked if g.layout == "seed_tasks").confidence < 0.1
