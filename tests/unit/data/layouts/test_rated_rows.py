"""Several rows with the same question and a rating each become pairs of better and worse."""

import pytest

from ftstudio.core.example import BETTER
from ftstudio.data.drafting.making import make_rows
from ftstudio.data.layout import guess_layouts
from ftstudio.data.layouts.rated_rows import LAYOUT
from ftstudio.data.table import Problem

ROLES = {"prompt": "prompt", "response": "answer", "rating": "rating"}


def made(read_text, rows, name="rating"):
    lines = "".join(f"{asked},{said},{value}\n" for asked, said, value in rows)
    table = read_text("t.csv", f"prompt,response,{name}\n{lines}")
    roles = {**{key: ROLES[key] for key in ("prompt", "response")}, name: "rating"}
    examples, problems = make_rows(table, "rated_rows", roles)
    used = {row.example.meta[BETTER] for row in examples}
    numbers = [*used, *(row.number for row in examples), *(p.row for p in problems)]
    assert sorted(numbers) == list(range(2, table.row_count + 2))  # all accounted for
    pairs = [
        (row.number, row.example.chosen[0].content, row.example.rejected[0].content)
        for row in examples
    ]
    return pairs, {problem.row: problem.reason for problem in problems}


def test_the_best_is_paired_with_each_worse_one_wherever_it_stands(read_text):
    rows = [("Lit?", "a", 2), ("Dark?", "x", 1), ("Lit?", "b", 5), ("Dark?", "y", 3),
            ("Lit?", "c", 3)]  # fmt: skip
    pairs, problems = made(read_text, rows)
    assert pairs == [(2, "b", "a"), (3, "y", "x"), (6, "b", "c")]
    assert problems == {}


def test_of_ranks_the_first_is_best(read_text):
    rows = [("Lit?", "a", 2), ("Lit?", "b", 1), ("Lit?", "c", 3)]
    assert made(read_text, rows, "rank")[0] == [(2, "b", "a"), (4, "b", "c")]


def test_what_makes_no_pair_is_told(read_text):
    rows = [("Lit?", "a", 5), ("Lit?", "b", 5), ("Lit?", "c", 1), ("One?", "d", 4),
            ("Same?", "e", 2), ("Same?", "f", 2), ("Lit?", "g", ""),
            ("Lit?", "h", "good")]  # fmt: skip
    pairs, problems = made(read_text, rows)
    assert pairs == [(4, "a", "c")]
    assert "best answer, which stands in row 2" in problems[3]
    assert "only one answer" in problems[5]
    assert "worth the same" in problems[6]
    assert "worth the same" in problems[7]
    assert "no rating" in problems[8]
    assert "“good” is not a score" in problems[9]


def test_a_row_alone_makes_no_example():
    row = {"_row": "4", "prompt": "Lit?", "response": "a", "rating": "3"}
    alone = LAYOUT.to_example(row, ROLES)
    assert isinstance(alone, Problem)
    assert "only one answer" in alone.reason


def table(read_text, times, head="prompt,response,rating"):
    rows = "".join(f"Is lamp {n // times} lit?,Yes {n}.,{n % 3 + 1}\n" for n in range(60))
    return read_text("t.csv", f"{head}\n{rows}")


def test_it_is_guessed_where_a_question_has_several_ratings(read_text):
    best = guess_layouts(table(read_text, 3))[0]
    assert (best.layout, best.mapping) == ("rated_rows", ROLES)
    assert best.confidence >= 0.8
    assert best.reason.startswith("20 prompts have several answers")


def test_one_rating_for_each_question_is_no_such_table(read_text):
    guesses = guess_layouts(table(read_text, 1))
    assert guesses[0].layout == "question_answer"
    assert guesses[0].confidence < 0.8
    assert next(g for g in guesses if g.layout == "rated_rows").confidence < 0.2


def test_few_such_questions_are_asked_about(read_text):
    rows = [f"Is lamp {n} lit?,Yes {n}.,{n % 3}\n" for n in range(40)]
    text = "prompt,response,rating\n" + "".join([*rows, "Is lamp 4 lit?,Yes.,5\n"])
    assert all(guess.confidence < 0.8 for guess in guess_layouts(read_text("t.csv", text)))


@pytest.mark.parametrize("system", ["", "Be short."])
def test_the_task_its_text_and_the_system(read_text, system):
    rows = "".join(f"Sum up.,Text {n // 2}.,Short {n}.,{n % 2},{system}\n" for n in range(20))
    found = read_text("t.csv", f"instruction,input,output,score,system\n{rows}")
    best = guess_layouts(found)[0]
    assert best.layout == "rated_rows"
    examples, problems = make_rows(found, best.layout, best.mapping)
    first = examples[0].example
    assert (len(examples), problems) == (10, [])
    assert [m.content for m in first.messages] == [
        *([system] if system else []),
        "Sum up.\n\nText 0.",
    ]
    assert (first.answer, first.rejected[0].content) == ("Short 1.", "Short 0.")
