"""One row, one question, one answer; the system column where there is one."""

from ftstudio.data.layouts.question_answer import LAYOUT
from tests.unit.data.test_column_roles import column


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
