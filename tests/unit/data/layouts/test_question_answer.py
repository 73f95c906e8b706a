"""One row, one question, one answer; the system column where there is one."""

import pytest

from ftstudio.data.layout import guess_layouts, layouts
from ftstudio.data.layouts.question_answer import LAYOUT
from tests.unit.data.columns.test_column_roles import column


def test_a_row_becomes_a_conversation():
    row = {"_row": "7", "f": "Lit?", "a": " Yes ", "s": "Be short."}
    mapping = {"f": "question", "a": "answer", "s": "system"}
    made = LAYOUT.to_example(row, mapping)
    assert [(m.role, m.content) for m in made.messages] == [
        ("system", "Be short."), ("user", "Lit?"), ("assistant", " Yes ")
    ]  # fmt: skip
    assert made.source_row == 7
    assert len(LAYOUT.to_example({**row, "s": None}, mapping).messages) == 2


def test_empty_cells_are_left_for_the_checks():
    made = LAYOUT.to_example({"_row": "1", "f": None, "a": ""}, {"f": "question", "a": "answer"})
    assert (made.question, made.answer) == ("", "")


def test_a_number_beside_a_question_is_not_surely_its_answer():
    guess = LAYOUT.guess([column("question"), column("score", "number")], [])
    assert guess.confidence < 0.5


def test_other_columns_are_surely_ignored_beside_clear_names():
    columns = [column("Question"), column("Answer"), column("Agent"), column("Mood")]
    assert LAYOUT.guess(columns, []).sure == {"Question", "Answer", "Agent", "Mood"}


def test_an_id_beside_questions_is_no_answer_but_a_way_to_join():
    guess = LAYOUT.guess([column("id", "number"), column("question")], [])
    assert guess.mapping == {"question": "question"}
    assert guess.confidence < 0.5
    assert "second file with the same “id”" in guess.reason
    assert LAYOUT.missing(guess.mapping)[0].key == "answer"


def test_a_date_beside_questions_is_no_answer():
    guess = LAYOUT.guess([column("question"), column("asked", "date")], [])
    assert guess.mapping == {"question": "question"}
    assert guess.reason.endswith("If they lie in a second file, add that file.")
    named = LAYOUT.guess([column("question"), column("answer", "date")], [])
    assert named.mapping["answer"] == "answer"


def rated(read_text, header, ratings):
    lines = [f"Is lamp {n // 2} lit?,It shines in room {n}.,{r}" for n, r in enumerate(ratings)]
    return guess_layouts(read_text("a.csv", "\n".join([header, *lines])))


@pytest.mark.parametrize(
    ("header", "layout"),
    [
        ("prompt,response,rating", "question_answer"),
        ("Frage,Antwort,Bewertung", "question_answer"),
        ("question,answer,rank", "question_answer"),
        ("instruction,output,score", "instruction"),
    ],
)
def test_ratings_that_would_be_left_out_are_asked_about(read_text, header, layout):
    pairs, best, *_ = rated(read_text, header, [1, 5, 2, 4, 3, 3] * 5)
    assert pairs.layout == "rated_rows"
    rating, answer = header.split(",")[2], header.split(",")[1]
    assert (best.layout, rating in best.sure) == (layout, False)
    assert best.confidence < 0.8
    assert f"“{rating}” says what each cell of “{answer}” is worth and is not used" in best.reason
    assert "10 prompts have several ratings (of 15 looked at)" in best.reason
    assert f"“{layouts()['rated_rows'].title}” makes pairs" in best.reason


def test_ratings_of_single_answers_speak_of_no_pairs(read_text):
    best = rated(read_text, "prompt,response,rating", [3, 3, 4, 4, 1, 1] * 3)[0]
    assert best.confidence < 0.8
    assert "take them out of the file first" in best.reason


def test_a_rating_that_is_always_the_same_says_nothing(read_text):
    assert rated(read_text, "prompt,response,rating", [5] * 20)[0].confidence > 0.9
