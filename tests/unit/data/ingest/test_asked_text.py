"""“Q: … A: …” in a text file is questions with their answers, each once."""

import pytest

from ftstudio.data.ingest.asked_text import asked_and_said, asks
from ftstudio.data.layout import guess_layouts
from ftstudio.data.table import Problem

MANY = range(30)
FORMS = {
    "a.txt": "Q: Where is lamp {n}?\nA: It is in room {n}.\n\n",
    "b.txt": "Q: Where is lamp {n}?\nA: It is in room {n}.\n",
    "c.md": "**Q:** Where is lamp {n}?\n\n**A:** It is in room {n}.\n\n",
    "d.txt": "{n}. Question: Where is lamp {n}?\n\nAnswer {n}: It is in room {n}.\n\n",
    "e": "FRAGE: Where is lamp {n}?\nAntwort: It is in room {n}.\n\n",
    "f.md": "### Pregunta: Where is lamp {n}?\n\nRespuesta: It is in room {n}.\n\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_questions_with_their_answers(read_text, name):
    table = read_text(name, "About lamps\n\n" + "".join(FORMS[name].format(n=n) for n in MANY))
    best = guess_layouts(table)[0]
    assert (best.layout, best.confidence >= 0.9) == ("question_answer", True)
    found = [(row["question"], row["answer"]) for row in table.rows()]
    assert found == [(f"Where is lamp {n}?", f"It is in room {n}.") for n in MANY]
    assert (table.problems, table.rows_in_file) == ([], 30)


def test_an_answer_of_several_paragraphs_is_whole():
    lines = "Q: Lit?\nNow?\nA: Yes.\n\n- and here\n\nQ: Dark?\nA: No.\n".splitlines(keepends=True)
    assert list(asked_and_said(lines)) == [
        (1, {"question": "Lit?\nNow?", "answer": "Yes.\n\n- and here"}),
        (7, {"question": "Dark?", "answer": "No."}),
    ]


def test_what_lacks_its_other_is_a_problem(read_text):
    text = "".join(f"Q: Is {n} lit?\nA: Yes.\n" for n in range(8))
    table = read_text("a.txt", text + "Q: And this?\nQ: Dark?\nA: No.\nA: Or yes.\n")
    assert table.row_count == 9
    assert [(p.row, p.text) for p in table.problems] == [(17, "And this?"), (20, "Or yes.")]
    assert "Nothing below" in table.problems[0].reason
    assert "No question" in table.problems[1].reason
    assert all(isinstance(problem, Problem) for problem in table.problems)
    assert table.rows_in_file == 11


PROSE = [
    "The lamp was lit.\n\nA: this is one remark.\n\nIt shines.\n",
    "Q: What is a lamp?\n\nThe lamp was lit at dusk, and the ships came home.\n\n" * 3,
    "A letter: it came.\n\nAll answers: none.\n\n" * 4,
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_stays_prose(read_text, text):
    assert not asks(text.splitlines(keepends=True))
    assert read_text("a.txt", text).column_names == ["text"]
